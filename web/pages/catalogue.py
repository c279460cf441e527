"""The catalogue (资源目录): what is free to be ordered, as a list, as a map, and one by one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from bank.area import format_m2, format_mu
from bank.assets.tables import AssetKind
from bank.catalogue import bundling
from bank.catalogue.browsing import Page, Sort, browse, find_listed
from bank.deposits.lifecycle import Stage
from bank.deposits.records import get_deposit
from bank.deposits.tables import Deposit, StorageMode
from bank.land.checks import Layer, Result
from bank.land.polygons import outline_svg_path
from bank.maps import mapping
from bank.refusals import NoSuchRecord
from database.actor import Role
from valuation.appraisals.counting import find_in_force
from valuation.appraisals.tables import Appraisal
from web.appraisal_words import how_valued
from web.cards import TONES
from web.catalogue_filter import read_filter
from web.clock import now, today
from web.commission_draft import may_ask_about_deposit
from web.forms import page
from web.geojson import collection, deposit_features
from web.investing import find_investing_party
from web.labels import label
from web.land_words import catalogue_words, listed_stage
from web.paging import page_number
from web.permissions import find_actor, public
from web.session import request_session
from web.zone_words import in_page_order, shown, told

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")


@bp.get("")
@public
def listing() -> ResponseReturnValue:
    """The list or the map, narrowed by the filter; htmx gets the results alone."""
    form, wanted = read_filter()
    as_map = request.args.get("view") == "map"
    alone = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    if alone and form.status != 200:
        return Response(headers={"HX-Redirect": _address()})
    context: dict[str, Any] = {"as_map": as_map, "wanted": wanted, "views": _views(as_map)}
    if as_map:
        context |= {
            "features_url": url_for("lands.parcels", **_asked()),
            "bounds": mapping.bounds_of(request_session(), wanted.town),
            "list_url": _address(view=None),
        }
    else:
        sort = Sort(form.sort.data) if form.sort.data in set(Sort) else Sort.NEWEST
        found = browse(request_session(), wanted, sort=sort, page=page_number())
        bundled, investing = _bundled()
        context |= {
            "found": found,
            "cards": [listed_card(row) | {"id": row.id, "free": _free(row)} for row in found.rows],
            "pager": _pager(found),
            "bundled": bundled,
            "investing": investing,
            "here": _address(),
            "exported": _asked(view=None, sort=None),
        }
    template = "catalogue/_results.html" if alone else "catalogue/listing.html"
    return page(template, form, kinds=kinds(), **context)


@bp.get("/<uuid:deposit_id>")
@public
def show(deposit_id: UUID) -> ResponseReturnValue:
    """One deposit: its land, right, term, price and checks; never whose it is."""
    session = request_session()
    row = find_listed(session, deposit_id)
    if row is None:
        raise NoSuchRecord("no such deposit in the catalogue")
    deposit = get_deposit(session, deposit_id)
    appraisal = find_in_force(session, deposit.asset_id, at=now(), today=today())
    bundled, investing = _bundled()
    return render_template(
        "catalogue/show.html",
        card=listed_card(row),
        deposit=deposit,
        free=_free(row),
        own=investing and _is_own(deposit),
        appraisal=appraisal,
        facts=_land_facts(row, deposit),
        price=_price_facts(deposit, appraisal),
        checks=_checks(deposit),
        bundled=deposit_id in bundled,
        investing=investing,
        kinds=[(row.kind.value, label(row.kind))],
        signed_in=find_actor() is not None,
        may_ask=may_ask_about_deposit(session, row.number, find_actor()),
    )


@bp.get("/<uuid:deposit_id>/outline.json")
@public
def outline(deposit_id: UUID) -> ResponseReturnValue:
    """The outline of one deposit, as GeoJSON."""
    row = find_listed(request_session(), deposit_id)
    if row is None:
        raise NoSuchRecord("no such deposit in the catalogue")
    seen = (row.id, row.stage, row.kind, row.name, row.division_code, row.area_dm2, row.wkb)
    shapes = mapping.outlines(request_session(), [row.wkb])
    words = {**catalogue_words(), "places": {row.division_code: place_of(row)}}
    return collection(deposit_features([seen], shapes), words=words)


@bp.get("/<uuid:deposit_id>/passbook")
@public
def passbook(deposit_id: UUID) -> ResponseReturnValue:
    """To the public page of the deposit's passbook: a map knows the id and not the number."""
    row = find_listed(request_session(), deposit_id)
    if row is None:
        raise NoSuchRecord("no such deposit in the catalogue")
    return redirect(url_for("public.passbook", number=row.number))


def listed_card(row: Row[Any]) -> dict[str, Any]:
    """The card of a catalogue row, as `ui.deposit_card` wants it."""
    return {
        "name": row.name,
        "url": url_for("catalogue.show", deposit_id=row.id),
        "number": row.number,
        "kind": row.kind.value,
        "kind_name": label(row.kind),
        "area_dm2": row.area_dm2,
        "town": place_of(row),
        "outline": outline_svg_path(row.wkb),
        "mode": label(row.mode) if row.mode else None,
        "value_fen": row.value_fen,
        "stage": listed_stage(row.stage),
        "tone": TONES.get(row.stage),
    }


def place_of(row: Row[Any]) -> str:
    """The village with its town, as in 报福镇景溪村."""
    if row.division_name == row.town_name:
        return str(row.town_name)
    return f"{row.town_name}{row.division_name}"


def kinds() -> list[tuple[str, str]]:
    """Codes and names of all kinds, for a map's legend."""
    return [(kind.value, str(label(kind))) for kind in AssetKind]


def _free(row: Row[Any]) -> bool:
    return row.stage is Stage.STORED


def _bundled() -> tuple[frozenset[UUID], bool]:
    """What the reader's open bundle holds, and whether she is an investor at all."""
    actor = find_actor()
    if actor is None or not actor.has(Role.INVESTOR):
        return frozenset(), False
    party = find_investing_party(request_session(), actor)
    if party is None:
        return frozenset(), False
    bundle = bundling.find_open(request_session(), party.id)
    return frozenset(item.deposit_id for item in bundle.items) if bundle else frozenset(), True


def _is_own(deposit: Deposit) -> bool:
    actor = find_actor()
    holders = {holder.party_id for holder in deposit.asset.holders} | {deposit.party_id}
    return actor is not None and not actor.parties.isdisjoint(holders)


def _land_facts(row: Row[Any], deposit: Deposit) -> list[dict[str, Any]]:
    right = deposit.asset.right
    ends_on = right.ends_on if right else None
    mu = _("%(mu)s mu", mu=format_mu(row.area_dm2))
    return [
        {"label": _("Area"), "value": mu, "note": f"{format_m2(row.area_dm2)} m²"},
        {"label": _("Place"), "value": place_of(row)},
        {"label": _("Parcel code"), "value": row.parcel_code},
        {"label": _("Right"), "value": label(right.type) if right else "—"},
        {
            "label": _("The right ends on"),
            "value": ends_on or _("no end (collective ownership)"),
            "day": ends_on,
        },
    ]


def _price_facts(deposit: Deposit, appraisal: Appraisal | None) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"label": _("How the owner is paid"), "value": label(deposit.mode or StorageMode.SHARE)}
    ]
    if deposit.term_years:
        years = _("%(years)s years", years=deposit.term_years)
        facts.append({"label": _("Term"), "value": years})
    if deposit.mode is StorageMode.LEASE:
        facts.append({"label": _("Rent asked, per year"), "fen": deposit.rent_fen})
    if deposit.mode is StorageMode.SWAP and deposit.swap_wish:
        facts.append({"label": _("Wanted in exchange"), "value": deposit.swap_wish})
    facts.append({"label": _("Appraised value"), "fen": deposit.value_fen})
    if appraisal is not None:
        facts += [
            {"label": _("Valuation date"), "day": appraisal.valuation_date},
            *how_valued(appraisal),
            {"label": _("Appraised by"), "value": appraisal.commission.engaged.name},
            {"label": _("Valid until"), "day": appraisal.valid_until},
        ]
    return facts


def _checks(deposit: Deposit) -> list[dict[str, Any]]:
    """Every layer's answer; a layer without one was not checked, and never reads as clear."""
    answers = {check.layer: told(check) for check in in_page_order(deposit.land_checks)}
    missing = {
        layer.value: shown(layer, Result.NOT_CHECKED, 0, on=now())
        for layer in Layer
        if layer not in answers
    }
    own = [layer for layer in answers if layer not in set(Layer)]
    return [(answers | missing)[layer] for layer in [*Layer, *own]]


def _asked(**other: str | int | None) -> dict[str, Any]:
    """The filter of this address without what is empty; `other` replaces or (None) removes."""
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if value and name != "page"
    }
    for name, value in other.items():
        kept.pop(name, None)
        if value is not None:
            kept[name] = value
    return kept


def _address(**other: str | int | None) -> str:
    return url_for("catalogue.listing", **_asked(**other))


def _views(as_map: bool) -> list[tuple[str, str, bool]]:
    return [
        (_("List"), _address(view=None), not as_map),
        (_("Map"), _address(view="map"), as_map),
    ]


def _pager(found: Page) -> dict[str, Any]:
    before = found.number - 1 if found.number > 1 else None
    after = found.number + 1 if found.number < found.pages else None
    return {
        "previous_url": _address(page=before) if before else None,
        "next_url": _address(page=after) if after else None,
        "number": found.number,
        "of": found.pages,
    }
