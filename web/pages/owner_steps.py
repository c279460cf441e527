"""The first questions of an application, one a page: what it is, where it lies, which right."""

import json
from contextlib import suppress
from itertools import groupby
from uuid import UUID

from flask import redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.assets.tables import RIGHTS_OF, AssetKind, RightType
from bank.deposits import drafting, locating
from bank.deposits.tables import Deposit
from bank.land import divisions, polygons
from bank.land.polygons import Shape
from bank.land.projection import area_of_use
from bank.land.refusals import NotAPolygon
from bank.land.tables import Division, DivisionKind, Origin, Parcel
from bank.parties.tables import Party, PartyKind
from database.directory import bank_of
from web.clock import now, today
from web.corners import as_degrees
from web.forms import page, submitting
from web.labels import label
from web.pages.owner_blueprint import bp, frame_of, of_draft, onward, step_url, told_if_lapsed
from web.pages.owner_forms import BeginForm, PickForm, PlaceForm, RightForm, given
from web.permissions import actor, depositor_required
from web.session import request_session

AROUND_DEGREES = 0.012
"""How far around the village's centre the map shows at first: about a kilometre."""


@bp.route("/begin", methods=["GET", "POST"])
@depositor_required
def begin() -> ResponseReturnValue:
    """Ask what is deposited, by whom, and in which village it lies."""
    parties = depositing_parties(request_session())
    form = BeginForm()
    form.offer(parties, _kinds(parties), _villages(request_session()))
    if not form.is_submitted() and parties:
        form.division_code.data = parties[0].division_code
    if parties and form.sent():
        chosen = form.party.data if "party" in form else parties[0].id
        with submitting(form) as session:
            deposit = drafting.begin(
                session,
                party_id=UUID(str(chosen)),
                kind=AssetKind(form.kind.data),
                name=given(form.name.data),
                division_code=form.division_code.data,
                actor=actor(),
                at=now(),
                key=given(form.key.data),
            )
        if form.accepted:
            return redirect(step_url(deposit, "place"))
    return page("owner/begin.html", form, parties=parties, kinds=_kind_hints())


def depositing_parties(session: Session) -> list[Party]:
    """The parties of the reader that can deposit: all but companies."""
    return list(
        session.scalars(
            select(Party)
            .where(Party.id.in_(actor().parties), Party.kind != PartyKind.COMPANY)
            .order_by(Party.number)
        )
    )


def _kinds(parties: list[Party]) -> list[AssetKind]:
    collective = any(party.kind is PartyKind.COLLECTIVE for party in parties)
    return [kind for kind in AssetKind if collective or kind not in drafting.COLLECTIVE_ONLY]


def _kind_hints() -> dict[str, str]:
    return {
        AssetKind.WOODLAND: _("Bamboo, timber or fruit trees, contracted or let to you"),
        AssetKind.HOUSE: _("A house that nobody lives in, with its yard"),
        AssetKind.CONSTRUCTION_LAND: _("The collective's land for workshops, shops or inns"),
        AssetKind.WATER: _("A pond, a reservoir or a stretch of river"),
        AssetKind.FARMLAND: _("Paddies, dry fields, tea gardens"),
        AssetKind.OLD_VILLAGE: _("A village or hamlet that has moved out"),
    }


def _villages(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Villages by the names of their towns."""
    towns = {
        town.code: town.name
        for town in session.scalars(select(Division).where(Division.kind == DivisionKind.TOWN))
    }
    villages = session.scalars(
        select(Division).where(Division.kind == DivisionKind.VILLAGE).order_by(Division.code)
    )
    return {
        towns.get(code or "", ""): [(village.code, village.name) for village in group]
        for code, group in groupby(villages, key=lambda village: village.parent_code)
    }


@bp.route("/<uuid:deposit_id>/place", methods=["GET", "POST"])
@depositor_required
@of_draft
def place(deposit: Deposit) -> ResponseReturnValue:
    """Ask where it lies: drawn on the map, or its corners typed."""
    form = PlaceForm()
    if not form.is_submitted():
        form.geometry.data = form.given.data = _drawn(deposit)
    agreed = deposit.consent is not None
    if form.sent():
        typed = bool((form.shape.data or "").strip())
        with submitting(form) as session:
            locating.place(
                session,
                deposit.id,
                shape=_read_shape(session, form),
                origin=Origin.TYPED if typed else Origin.DRAWN,
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            told_if_lapsed(deposit, agreed=agreed)
            return redirect(onward(deposit, "place"))
    return page("owner/place.html", form, map=_map(deposit), **frame_of(deposit, "place"))


def _read_shape(session: Session, form: PlaceForm) -> Shape:
    """What was drawn since the page was shown, else what was typed, else what stood there.

    Where scripts run, typed corners are drawn at once, so the drawing says both.
    """
    srid, county = bank_of(session).settings.srid, divisions.find_county_outline(session)
    drawn, typed = (form.geometry.data or "").strip(), (form.shape.data or "").strip()
    if typed and drawn in ("", form.given.data):
        lines = as_degrees(typed, srid=srid)
        return polygons.read_coordinates(lines, srid=srid, on=today(), county=county)
    if not drawn:
        raise NotAPolygon("draw the land or type its corners", field="shape", given="nothing")
    return polygons.read_geojson(drawn, srid=srid, on=today(), county=county)


def _drawn(deposit: Deposit) -> str:
    """The shape that the draft has by now, if it can be drawn on: one ring."""
    parcel = deposit.asset.parcel
    if parcel is None or parcel.origin not in (Origin.DRAWN, Origin.TYPED):
        return ""
    srid = bank_of(request_session()).settings.srid
    text = polygons.to_geojson(parcel.wkb, srid=srid, decimals=9)
    return text if json.loads(text)["type"] == "Polygon" else ""


def _map(deposit: Deposit) -> dict[str, object]:
    """Where the map looks at first, and how its typed metres are counted."""
    srid = bank_of(request_session()).settings.srid
    west, _south, east, _north = area_of_use(srid)
    village = deposit.asset.division
    around = AROUND_DEGREES
    return {
        "bounds": (
            round(village.lon - around, 6),
            round(village.lat - around, 6),
            round(village.lon + around, 6),
            round(village.lat + around, 6),
        ),
        "meridian": round((west + east) / 2),
        "kinds": [(kind.value, label(kind)) for kind in AssetKind],
    }


@bp.route("/<uuid:deposit_id>/pick", methods=["GET", "POST"])
@depositor_required
@of_draft
def pick(deposit: Deposit) -> ResponseReturnValue:
    """Ask where it lies: one of the register's parcels that no asset has yet."""
    form = PickForm()
    agreed = deposit.consent is not None
    if form.sent() and (parcel_id := _picked(form)):
        with submitting(form) as session:
            locating.pick(session, deposit.id, parcel_id=parcel_id, actor=actor(), at=now())
        if form.accepted:
            told_if_lapsed(deposit, agreed=agreed)
            return redirect(onward(deposit, "place"))
    return page("owner/pick.html", form, map=_map(deposit), **frame_of(deposit, "place"))


def _picked(form: PickForm) -> UUID | None:
    """The parcel of the typed code, else the one pressed on the map; None puts up an error."""
    found = None
    if code := (form.parcel.data or "").strip().upper():
        found = request_session().scalar(select(Parcel.id).where(Parcel.code == code))
    elif form.picked.data:
        with suppress(ValueError):
            found = UUID(form.picked.data)
    if found is None:
        form.status = 422
        form.add_error("parcel", _("Press a parcel on the map, or type a code of the register."))
    return found


@bp.route("/<uuid:deposit_id>/right", methods=["GET", "POST"])
@depositor_required
@of_draft
def right(deposit: Deposit) -> ResponseReturnValue:
    """Ask which right is stored, and what its certificate says."""
    form = RightForm(obj=deposit.asset.right)
    form.offer(_rights(deposit))
    if form.sent():
        with submitting(form) as session:
            drafting.prove_right(
                session,
                deposit.id,
                type=RightType(form.type.data),
                certificate_number=given(form.certificate_number.data),
                unit_code=form.unit_code.data or "",
                ends_on=form.ends_on.data,
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            return redirect(onward(deposit, "right"))
    return page("owner/right.html", form, **frame_of(deposit, "right"))


def _rights(deposit: Deposit) -> list[RightType]:
    owns = deposit.party.kind is PartyKind.COLLECTIVE
    return [
        right
        for right in RIGHTS_OF[deposit.asset.kind]
        if owns or right is not RightType.COLLECTIVE_OWNERSHIP
    ]
