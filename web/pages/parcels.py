"""A parcel's public page, to which its space code (空间码) leads, and the code's picture."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _
from sqlalchemy.orm import Session

from bank.assets.tables import Asset, AssetKind
from bank.calendar import local_date
from bank.deposits import lookup
from bank.deposits.tables import Deposit
from bank.figures import narrow
from bank.land.checks import Layer
from bank.land.parcels import shape_of
from bank.land.polygons import outline_svg_path
from bank.land.tables import Division, Parcel
from bank.refusals import NoSuchRecord
from bank.zones.conflicts import Effect, Result, ZoneAnswer, conflicts
from web.cards import place_name, stage_words
from web.clock import now, today
from web.labels import label
from web.land_words import FREE_KINDS
from web.limits import limiter
from web.parcel_words import parcel_words, shape_history
from web.permissions import public
from web.rule_words import value_words
from web.session import request_session
from web.square_codes import public_address, square_code

bp = Blueprint("parcels", __name__, url_prefix="/parcels")

LONGEST_CODE = 60


@bp.get("/<code>")
@public
@limiter.limit("60/minute")
def show(code: str) -> ResponseReturnValue:
    """What the parcel is, its way through the bank, and what it may be used for."""
    session = request_session()
    try:
        parcel = lookup.get_open_parcel(session, _typed(code))
    except NoSuchRecord:
        return render_template("parcels/missing.html", typed=code[:LONGEST_CODE]), 404
    deposits = lookup.shown_deposits(session, parcel)
    kind = _kind(session, parcel)
    return render_template(
        "parcels/show.html",
        parcel=parcel,
        kind=kind,
        place=_place(session, parcel),
        outline=outline_svg_path(parcel.wkb),
        told=parcel_words(session, parcel),
        standing=_standing(deposits),
        deposits=deposits,
        successor=lookup.successor_of(session, parcel),
        timeline=_timeline(session, parcel, deposits),
        uses=_uses(kind, deposits),
        zones=[] if parcel.retired_at else _zones(session, parcel, kind),
        shapes=shape_history(session, parcel, office=False),
    )


@bp.get("/<code>/code.svg")
@public
def square(code: str) -> ResponseReturnValue:
    """The space code: a square code that opens the parcel's page."""
    parcel = lookup.get_open_parcel(request_session(), _typed(code))
    return square_code(public_address(url_for(".show", code=parcel.code)))


def _typed(code: str) -> str:
    return narrow(code).upper()[:LONGEST_CODE]


def _kind(session: Session, parcel: Parcel) -> AssetKind | None:
    """The kind of the asset that it is, else what its class points to."""
    if parcel.asset_id and lookup.shown_deposits(session, parcel):
        return session.get_one(Asset, parcel.asset_id).kind
    return FREE_KINDS.get(parcel.land_class[:2])


def _place(session: Session, parcel: Parcel) -> str:
    return place_name(session.get_one(Division, parcel.division_code))


def _standing(deposits: Sequence[Deposit]) -> str:
    """Where it stands today, by its last deposit."""
    if not deposits:
        return str(_("Registered, and not in the bank"))
    return stage_words(deposits[-1], now())


def _timeline(
    session: Session, parcel: Parcel, deposits: Sequence[Deposit]
) -> list[dict[str, Any]]:
    """What happened to it in the bank, oldest first."""
    steps: list[tuple[datetime, str, str | None]] = [(parcel.created_at, _("Registered"), None)]
    for event in lookup.events(session, deposits):
        if event.project:
            steps.append((event.at, _("Works in the project “%(name)s”", name=event.project), None))
        else:
            steps.append((event.at, str(label(event.act)), event.deposit))
    if parcel.retired_at:
        steps.append((parcel.retired_at, _("Given up; another parcel took its place"), None))
    return [
        {"title": title, "state": "done", "on": local_date(at), "text": text}
        for at, title, text in sorted(steps, key=lambda step: step[0])
    ]


def _uses(kind: AssetKind | None, deposits: Sequence[Deposit]) -> list[dict[str, str]]:
    """What the rulebook says of land of this kind."""
    if kind is None:
        return []
    use = deposits[-1].use if deposits else None
    language = str(get_locale())
    return [
        {"label": each.label(language), "value": value_words(each), "note": each.citation(language)}
        for each in lookup.rules_for(kind, use, on=today())
    ]


def _zones(session: Session, parcel: Parcel, kind: AssetKind | None) -> list[dict[str, Any]]:
    """What the control zones say of it today; what was not checked never reads as clear."""
    answers = conflicts(
        session, shape_of(parcel), on=today(), asset_kind=kind.value if kind else None
    )
    return [_zone(answer) for answer in answers]


def _zone(answer: ZoneAnswer) -> dict[str, Any]:
    known = {layer.value: layer for layer in Layer}
    effects = {
        Effect.FORBID: _("The rulebook forbids taking such land into the bank."),
        Effect.WARN: _("Its use is restricted: ask the county before planning anything."),
    }
    marks = {Result.CLEAR: "check", Result.CONFLICT: "alert"}
    kind = answer.layer_kind
    return {
        "layer": label(known[kind]) if kind in known else kind,
        "result": label(answer.result),
        "mark": marks.get(answer.result, "info"),
        "is_clear": answer.result is Result.CLEAR,
        "conflict": answer.result is Result.CONFLICT,
        "area_dm2": answer.area_dm2,
        "percent": f"{answer.share_ppm / 10_000:.1f}%",
        "name": answer.zone_name,
        "effect": effects.get(answer.effect),
        "since": answer.valid_from,
    }
