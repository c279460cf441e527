"""The township corrects the outline of a deposit's parcel: drawn, typed, or from a file."""

from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

import shapely
from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext
from shapely import MultiPolygon, Polygon
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import DataRequired, Length, Optional

from bank.assets.tables import AssetKind
from bank.calendar import local_date
from bank.deposits import correcting, records
from bank.deposits.tables import Deposit
from bank.files.documents import keep
from bank.files.kinds import PAPERS
from bank.files.tables import Document, Visibility
from bank.land import divisions, polygons
from bank.land.corners import refuse_too_many
from bank.land.files.reading import open_source, rows
from bank.land.polygons import Shape
from bank.land.projection import area_of_use, to_lonlat
from bank.land.refusals import NotAPolygon
from bank.land.tables import ShapeReason
from bank.refusals import NoSuchRecord
from bank.rules import whole
from database.directory import bank_of
from web.clock import now, today
from web.corners import as_degrees
from web.forms import BankForm, page, posted_key, submitting
from web.kept_files import KeptFileField
from web.labels import label
from web.limits import FILES, limiter
from web.parcel_words import shape_history
from web.permissions import actor, township_required
from web.session import request_session
from web.uploads import beside_the_file, on_disk

bp = Blueprint("township_shape", __name__, url_prefix="/township")

BYTES_PER_MB: Final = 1 << 20
LONGEST_NOTE: Final = 500
MARGIN_M: Final = 60.0


class ShapeForm(BankForm):
    """The new outline in one of three ways, why, and the paper that shows it."""

    geometry = HiddenField()
    given = HiddenField()
    shape = TextAreaField(lazy_gettext("Corners"), [Optional()])
    file = KeptFileField(
        lazy_gettext("File with the outline"), [Optional()], instead_of=("geometry", "shape")
    )
    reason = RadioField(
        lazy_gettext("Why does it change?"),
        choices=[SelectChoice(each.value, label(each)) for each in correcting.BY_OFFICERS],
        validate_choice=False,
        validators=[DataRequired(lazy_gettext("Choose one of the two."))],
    )
    note = TextAreaField(
        lazy_gettext("What was wrong with the outline?"),
        [DataRequired(lazy_gettext("Say what was wrong.")), Length(max=LONGEST_NOTE)],
        description=lazy_gettext("The owner reads this, and it stays in the parcel's history."),
    )
    document = KeptFileField(
        lazy_gettext("The paper that it rests on"),
        description=lazy_gettext("The survey, a photograph of the boundary marks, the minutes."),
    )


@bp.route("/<uuid:deposit_id>/shape", methods=["GET", "POST"])
@township_required
@limiter.limit(FILES, methods=["POST"])
def correct(deposit_id: UUID) -> ResponseReturnValue:
    """Ask for the right outline, its reason and its paper; then it goes back to the owner."""
    session = request_session()
    deposit = _own_deposit(session, deposit_id)
    form = ShapeForm()
    if not form.is_submitted():
        form.geometry.data = form.given.data = _drawn(session, deposit)
    if form.sent():
        with submitting(form) as writing:
            correcting.correct_shape(
                writing,
                deposit_id,
                shape=_read_shape(writing, form),
                reason=_reason(form.reason.data),
                note=form.note.data or "",
                document=_keep(writing, deposit, form.document.data),
                officer=actor(),
                at=now(),
                key=posted_key(),
            )
        if form.accepted:
            flash(_("%(number)s has its new outline and is back with its owner, who has to agree"
                    " to it anew.", number=deposit.number), "success")  # fmt: skip
            return redirect(url_for("township.index"))
    return page(
        "township/shape.html",
        form,
        deposit=deposit,
        shapes=shape_history(session, records.parcel_of(deposit), office=True),
        map=_map(session, deposit),
    )


def _own_deposit(session: Session, deposit_id: UUID) -> Deposit:
    """A deposit of the officer's own town whose outline may be corrected."""
    deposit = records.get_deposit(session, deposit_id)
    town = actor().township
    ours = town is not None and deposit.asset.division_code.startswith(town)
    if not (ours and correcting.may_correct(deposit)) or deposit.asset.parcel is None:
        raise NoSuchRecord("no such deposit in this township")
    return deposit


def _reason(chosen: str) -> ShapeReason:
    known = {each.value: each for each in correcting.BY_OFFICERS}
    return known.get(chosen, ShapeReason.CORRECTED)


def _drawn(session: Session, deposit: Deposit) -> str:
    """The outline as it is, to move corners of; one of several parts is drawn anew."""
    parcel = records.parcel_of(deposit)
    if not isinstance(shapely.from_wkb(parcel.wkb), Polygon):
        return ""
    return polygons.to_geojson(parcel.wkb, srid=bank_of(session).settings.srid, decimals=9)


def _read_shape(session: Session, form: ShapeForm) -> Shape:
    """What was sent as a file, else typed, else drawn. Refuses, with field "shape": no outline."""
    srid, county = bank_of(session).settings.srid, divisions.find_county_outline(session)
    drawn, typed = (form.geometry.data or "").strip(), (form.shape.data or "").strip()
    if form.file.data:
        return _from_file(form.file.data, srid=srid, county=county)
    if typed and drawn in ("", form.given.data):
        lines = as_degrees(typed, srid=srid)
        return polygons.read_coordinates(lines, srid=srid, on=today(), county=county)
    if not drawn:
        raise NotAPolygon("draw the outline or type its corners", field="shape", given="nothing")
    return polygons.read_geojson(drawn, srid=srid, on=today(), county=county)


def _from_file(upload: FileStorage, *, srid: int, county: Shape | None) -> Shape:
    """The one polygon of a file. Refuses: NotAPolygon, and what reading a file refuses."""
    most_bytes = whole("file.size.maximum_mb", today()) * BYTES_PER_MB
    with beside_the_file(), on_disk(upload) as path:
        return _one_polygon(path, most_bytes, srid, county)


def _one_polygon(path: Path, most_bytes: int, srid: int, county: Shape | None) -> Shape:
    source = open_source(path, most_bytes=most_bytes)
    if source.crs is None and not source.names_unknown:
        source = replace(source, crs=f"EPSG:{srid}")
    found = list(rows(source, crs=f"EPSG:{srid}")) if source.rows == 1 else []
    shape = found[0].shape if found else None
    if not isinstance(shape, Polygon | MultiPolygon) or found[0].lonlat is None:
        raise NotAPolygon("the file must hold one polygon", field="file", given=f"{source.rows}")
    refuse_too_many(
        int(shapely.get_num_coordinates(shape)), whole("parcel.vertices.maximum", today())
    )
    polygons.refuse_swapped(found[0].lonlat, srid, county)
    polygons.refuse_broken(shape, found[0].lonlat)
    return polygons.fit(shape, on=today(), county=county)


def _keep(session: Session, deposit: Deposit, upload: FileStorage | None) -> Document:
    return keep(
        session,
        name=(upload.filename or "") if upload else "",
        content=upload.stream if upload else b"",  # type: ignore[arg-type]  # says IO[bytes]
        accept=PAPERS,
        actor=actor(),
        party_id=deposit.party_id,
        at=now(),
        visibility=Visibility.OFFICE,
        limit_mb=whole("file.size.maximum_mb", local_date(now())),
        field="document",
    )


def _map(session: Session, deposit: Deposit) -> dict[str, object]:
    """Where the map looks, and how typed metres are counted."""
    srid, parcel = bank_of(session).settings.srid, records.parcel_of(deposit)
    west, _south, east, _north = area_of_use(srid)
    around = shapely.box(
        parcel.min_x - MARGIN_M, parcel.min_y - MARGIN_M,
        parcel.max_x + MARGIN_M, parcel.max_y + MARGIN_M,
    )  # fmt: skip
    return {
        "bounds": tuple(round(edge, 6) for edge in to_lonlat(around, srid).bounds),
        "meridian": round((west + east) / 2),
        "kinds": [(kind.value, label(kind)) for kind in AssetKind],
    }
