"""Splitting an appraisal's value over pieces of the land: cutting it, naming and valuing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

import shapely
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from bank.appraisals import splitting
from bank.appraisals.piecing import Given, Outlined, Pieces, pieces_of
from bank.appraisals.splitting import Drawn, areas_dm2
from bank.deposits.latest import latest_deposit
from bank.deposits.tables import Deposit
from bank.land.parcels import shape_of
from bank.land.polygons import Shape
from bank.land.projection import to_lonlat
from bank.money import format_yuan
from database.directory import bank_of
from database.refusals import Refusal
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.refusals import PiecesUnsound
from valuation.appraisals.splitting import SPLIT_AT
from valuation.appraisals.tables import Appraisal
from web.clock import now, today
from web.forms import acting, page, submitting
from web.limits import FINDINGS, limiter
from web.pages import agency_case as case
from web.pages.agency_blueprint import bp, own_appraisal
from web.permissions import actor, appraiser_required
from web.session import request_session
from web.split_form import SplitForm, Words, collection, read_given
from web.split_shown import picture

CUT: Final = "cut"
SAVE: Final = "save"
MARGIN: Final = 0.1
"""How much wider than the land the map looks, so that a cut can begin beside it."""


@dataclass(frozen=True)
class Laid:
    """The land in pieces as they stand in the form; `fresh` ones have to be looked at first."""

    land: Shape
    shapes: tuple[Shape, ...]
    fresh: bool = False


@bp.route("/appraisals/<uuid:appraisal_id>/split", methods=["GET", "POST"])
@appraiser_required
@limiter.limit(FINDINGS, methods=["POST"])
def split(appraisal_id: UUID) -> ResponseReturnValue:
    """Cut the land, name and value each piece; two buttons: a look at the pieces, keeping them."""
    found = own_appraisal(appraisal_id)
    deposit = latest_deposit(request_session(), found.asset_id)
    if not may_split(found, deposit):
        return redirect(url_for(".appraisal", appraisal_id=appraisal_id))
    form, land = SplitForm(), _land(deposit)
    laid = _posted(form, land) if form.is_submitted() else _kept(form, found, land)
    if request.form.get("step") == SAVE and not laid.fresh and _saved(form, found, laid.shapes):
        flash(str(_("The split is kept with the appraisal.")), "success")
        return redirect(url_for(".appraisal", appraisal_id=appraisal_id))
    return page(
        "agency/split.html",
        form,
        appraisal=found,
        rows=_rows(form, found, laid.shapes),
        picture=picture(laid.shapes),
        fresh=laid.fresh,
        map=_map(laid),
        sum_fen=form.sum_fen(),
        whole_fen=found.value_fen if found.stage is Stage.CONCLUDED else None,
        **case.described(found.commission, deposit),
    )


@bp.post("/appraisals/<uuid:appraisal_id>/split/remove")
@appraiser_required
def remove_split(appraisal_id: UUID) -> ResponseReturnValue:
    """Take the split away: a part that is cut off goes by its area again."""
    own_appraisal(appraisal_id)
    with acting() as session:
        splitting.split(session, appraisal_id, [], actor=actor(), at=now())
        flash(str(_("The split is taken away. What is cut off goes by its area.")), "success")
    return redirect(url_for(".appraisal", appraisal_id=appraisal_id))


def may_split(found: Appraisal, deposit: Deposit) -> bool:
    """Whether it is land that was drafted and not reviewed yet."""
    return found.stage in SPLIT_AT and deposit.asset.parcel is not None and bool(found.area_dm2)


def _land(deposit: Deposit) -> Shape:
    parcel = deposit.asset.parcel
    if parcel is None:
        raise LookupError(f"{deposit.number} has no parcel")
    return shape_of(parcel)


def _srid() -> int:
    return bank_of(request_session()).settings.srid


def _kept(form: SplitForm, found: Appraisal, land: Shape) -> Laid:
    """The pieces as they were kept; without a split the land as it is."""
    outlined = tuple(
        Outlined(cast("Shape", shapely.from_wkb(each.wkb)), each.name, format_yuan(each.value_fen))
        for each in found.splits
    )
    given = Given(outlined=outlined)
    form.hold(given, _srid())
    pieces = pieces_of(land, given, on=today()).shapes
    form.lay_out(pieces, [_words(each) for each in outlined])
    return Laid(land, pieces)


def _words(outlined: Outlined) -> Words:
    return Words(outlined.name, outlined.value, outlined.shape.representative_point())


def _posted(form: SplitForm, land: Shape) -> Laid:
    """The pieces by what was sent, with the words that were typed; faults beside their fields.

    A file, or what was pasted, takes the place of what was drawn if it can be read.
    """
    words, troubles, field = form.typed(), list[Refusal](), "geometry"
    given, pieces = Given(), pieces_of(land, Given(), on=today())
    for field, text in form.sources():
        try:
            given, pieces = _read(text, land)
            break
        except Refusal as refusal:
            refusal.field = field
            troubles.append(refusal)
    fresh = field != "geometry"
    if fresh:
        form.hold(given, _srid())
        words = [_words(each) for each in given.outlined] or words
    form.lay_out(pieces.shapes, words)
    form.sent()
    troubles += [
        PiecesUnsound("it parts nothing", field="geometry", reason="short", piece=place)
        for place in pieces.short
    ]
    for trouble in troubles:
        form.refuse(trouble)
    return Laid(land, pieces.shapes, fresh)


def _read(text: str, land: Shape) -> tuple[Given, Pieces]:
    """What a text says, and the pieces that it makes of the land, which tile it."""
    given = read_given(text, _srid())
    pieces = pieces_of(land, given, on=today())
    if given.outlined:
        nameless = [Drawn("", shape, 0) for shape in pieces.shapes]
        splitting.refuse_misplaced(land, nameless, at=now())
    return given, pieces


def _saved(form: SplitForm, found: Appraisal, shapes: Sequence[Shape]) -> bool:
    """Keep the split, or say what is against it."""
    if form.errors or form.form_errors:
        return False
    if len(shapes) < 2:
        form.refuse(PiecesUnsound("in one piece", field="geometry", reason="uncut"))
        return False
    values = form.values_fen()
    if values is None:
        return False
    names = [each.form.name.data or "" for each in form.pieces.entries]
    drawn = [Drawn(*each) for each in zip(names, shapes, values, strict=True)]
    with submitting(form) as session:
        splitting.split(session, found.id, drawn, actor=actor(), at=now())
    return form.accepted


def _rows(form: SplitForm, found: Appraisal, shapes: Sequence[Shape]) -> list[dict[str, Any]]:
    """Each piece's fields with its area."""
    return [
        {"fields": each.form, "area_dm2": area}
        for each, area in zip(form.pieces.entries, areas_dm2(found, shapes), strict=True)
    ]


def _map(laid: Laid) -> dict[str, Any]:
    """The land and its pieces as the map draws them, with places for their numbers."""
    west, south, east, north = to_lonlat(laid.land, _srid()).bounds
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    places = [to_lonlat(each.representative_point(), _srid()) for each in laid.shapes]
    told = [
        {"number": number, "at": shapely.get_coordinates(each)[0, ::-1].round(7).tolist()}
        for number, each in enumerate(places, start=1)
    ]
    return {
        "pieces": collection(laid.shapes, _srid(), told),
        "bounds": tuple(
            round(edge, 6) for edge in (west - wide, south - high, east + wide, north + high)
        ),
    }
