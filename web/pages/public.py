"""Pages for everyone: what the bank is, its rules, checking a number, reading aids, the tour."""

from itertools import groupby
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from bank.appraisals.checking import is_public
from bank.demo import filling
from bank.deposits.tables import Deposit
from bank.deposits.whereabouts import Move, Whereabouts, find_shown, whereabouts
from bank.figures import narrow
from bank.land.polygons import outline_svg_path
from bank.overview import newest_notices, overview
from bank.rules import Rule, all_rules, whole
from ledger import journal
from web.cards import area_of, masked_name, place_name, stage_words
from web.clock import now, today
from web.journal_words import (
    REFERENCE_OF,
    Sight,
    account_code,
    account_words,
    kind_words,
    reference_words,
    sight_of,
)
from web.limits import limiter
from web.next_steps import next_steps
from web.pages.notices import notice_card
from web.parcel_words import parcel_words
from web.parts_shown import cuts_shown, origin_of
from web.permissions import demo_only, find_actor, public
from web.proofs import Sealing, sealings
from web.rule_words import TOPICS, value_words
from web.session import request_session

bp = Blueprint("public", __name__)

PROVEN: Final = 12
"""How many of a passbook's moves are proved on its page."""


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """What the bank is, its figures, how it works, and the newest notices."""
    session, reader = request_session(), find_actor()
    return render_template(
        "public/home.html",
        overview=overview(session, at=now()),
        notices=[notice_card(deposit) for deposit in newest_notices(session)],
        steps=next_steps(reader) if reader else [],
    )


@bp.get("/rules")
@public
def rules() -> ResponseReturnValue:
    """Every rule in force today, by topic, with its source."""
    by_topic = groupby(all_rules(today()), key=lambda rule: rule.topic)
    return render_template(
        "public/rules.html",
        topics=[
            {"id": topic, "title": TOPICS[topic], "rules": [_rule(each) for each in found]}
            for topic, found in by_topic
        ],
        today=today(),
    )


def _rule(rule: Rule) -> dict[str, Any]:
    language = str(get_locale())
    return {
        "label": rule.label(language),
        "value": value_words(rule),
        "source": rule.citation(language),
        "since": rule.valid_from,
        "configurable": rule.configurable,
        "note": "" if language.startswith("zh") else rule.note,
    }


@bp.get("/verify")
@public
@limiter.limit("60/minute")
def verify() -> ResponseReturnValue:
    """A number to check: a passbook's, a transfer's, or that of another act in the journal."""
    typed = narrow(request.args.get("number", ""))[:60]
    if not typed:
        return render_template("public/verify.html", typed="", missing=False)
    target = _find(typed)
    if target:
        return redirect(target)
    return render_template("public/verify.html", typed=typed, missing=True), 404


def _find(typed: str) -> str | None:
    """The page of what has this number."""
    session, number = request_session(), typed.upper().lstrip("#")
    if number.isdecimal():
        found = journal.transfers(session, before=min(int(number), 2**62) + 1, limit=1)
        if found and found[0].number == int(number):
            return url_for("ledger.transfer", transfer_id=found[0].id)
        return None
    if find_shown(session, number):
        return url_for(".passbook", number=number)
    if number[:1] == "V" and is_public(session, number):
        return url_for("appraisals.show", number=number)
    reference = f"{REFERENCE_OF.get(number[:1], '')}:{number}"
    if number[:1] != "D" and journal.transfers(session, reference=reference, limit=1):
        return url_for("ledger.show", reference=reference)
    return None


@bp.get("/verify/<number>")
@public
@limiter.limit("60/minute")
def passbook(number: str) -> ResponseReturnValue:
    """What a passbook's code leads to: the deposit, and where the ledger says its land is."""
    session = request_session()
    deposit = find_shown(session, narrow(number).upper())
    if deposit is None:
        return render_template("public/verify.html", typed=number[:60], missing=True), 404
    found = whereabouts(session, deposit)
    return render_template("public/passbook.html", deposit=deposit, **_standing(deposit, found))


def _standing(deposit: Deposit, found: Whereabouts) -> dict[str, Any]:
    session = request_session()
    sight = sight_of(session, None)
    proven = [journal.get_transfer(session, move.transfer) for move in found.moves[:PROVEN]]
    sealed = sealings(session, proven)
    parcel = deposit.asset.parcel
    return {
        "stage": stage_words(deposit, now()),
        "place": place_name(deposit.asset.division),
        "holder": masked_name(deposit.party),
        "holders": len(deposit.asset.holders),
        "outline": outline_svg_path(parcel.wkb) if parcel else None,
        "land": parcel_words(session, parcel) if parcel else None,
        "area_dm2": area_of(deposit),
        "unit": found.unit,
        "agrees": found.area_dm2 == deposit.area_dm2,
        "origin": origin_of(deposit),
        "cuts": cuts_shown(deposit),
        "balances": [
            {"where": account_words(each.account, sight), "code": account_code(each.account, sight),
             "area": each.quantity}
            for each in found.balances
        ],
        "moves": [_move(move, sight, sealed.get(move.transfer)) for move in found.moves],
        "since": found.moves[0].occurred_at if found.moves else None,
    }  # fmt: skip


def _move(move: Move, sight: Sight, sealing: Sealing | None) -> dict[str, Any]:
    return {
        "kind": kind_words(move.kind),
        "act": reference_words(move.reference),
        "number": move.number,
        "occurred_at": move.occurred_at,
        "area_dm2": move.quantity,
        "source": account_words(move.source, sight),
        "target": account_words(move.target, sight),
        "url": url_for("ledger.transfer", transfer_id=move.transfer),
        "proof_url": url_for("ledger.proof", transfer_id=move.transfer),
        "sealing": sealing,
    }


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """What the pages do for readers who need it, and whom to tell when they fail."""
    return render_template("public/accessibility.html")


@bp.get("/tour")
@demo_only
def tour() -> ResponseReturnValue:
    """The demonstration's logins, and the loop step by step."""
    chinese = str(get_locale()).startswith("zh")
    logins = [
        {
            "login": each.login,
            "password": each.password,
            "name": each.name,
            "role": each.role_zh if chinese else each.role_en,
            "task": each.try_zh if chinese else each.try_en,
        }
        for each in filling.logins(request_session())
    ]
    return render_template("public/tour.html", logins=logins, grace=whole("grace.minutes", today()))
