"""The notice board for everyone: deposits and dividend plans on display, and raising objections."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import Length

from bank import noticeboard
from bank.deposits import notices
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Decision, Deposit
from bank.land.polygons import outline_svg_path
from bank.noticeboard import Board, days_left, last_day
from bank.rules import rule
from web.cards import deposit_card, masked_name, place_name
from web.clock import now, today
from web.filters import day
from web.forms import BankForm, page, posted_key, submitting
from web.paging import page_links
from web.permissions import actor, find_actor, public, signed_in_required
from web.session import request_session

bp = Blueprint("notices", __name__, url_prefix="/notices")

LONGEST_GROUNDS = 2000


@bp.get("")
@public
def listing() -> ResponseReturnValue:
    """What is on display now, what was lately, and the dividend plans."""
    session = request_session()
    board = _board(request.args.get("list"))
    towns = noticeboard.towns(session)
    town = request.args.get("town", "")
    town = town if town in {each.code for each in towns} else ""
    number = request.args.get("page", 1, type=int)
    found = None
    if board is not Board.PLANS:
        found = noticeboard.deposits(session, board, town=town, at=now(), page=number)
    return page(
        "notices/listing.html",
        board=board,
        boards=Board,
        counts=noticeboard.counts(session, town=town, at=now()),
        towns=towns,
        town=town,
        cards=[notice_card(deposit) for deposit in found.deposits] if found else [],
        plans=noticeboard.plans(session) if board is Board.PLANS else [],
        lately_days=noticeboard.LATELY.days,
        last_day=last_day,
        pager=page_links(
            ".listing", found.number, of=found.pages, list=board.value, town=town or None
        )
        if found
        else {},
    )


def _board(text: str | None) -> Board:
    return {board.value: board for board in Board}.get(text or "", Board.NOW)


def notice_card(deposit: Deposit) -> dict[str, Any]:
    """The card as the public sees it on the board: until when, and no status but words."""
    url = url_for("notices.show", number=deposit.number)
    return deposit_card(deposit, url=url, stage=_standing(deposit)) | {"tone": None}


def _standing(deposit: Deposit) -> str:
    until = deposit.notice_until
    if until is None or deposit.stage not in noticeboard.PAST_NOTICE | {Stage.ON_NOTICE}:
        return str(_("The notice was broken off; the application went back"))
    last = day(last_day(until))
    if deposit.stage is not Stage.ON_NOTICE:
        return str(_("The notice ended on %(day)s, nothing stands against it", day=last))
    if any(objection.decision is Decision.OPEN for objection in deposit.objections):
        return str(_("On public notice to the end of %(day)s; an objection is open", day=last))
    if left := days_left(until, at=now()):
        return str(_("On public notice to the end of %(day)s, days left: %(left)s",
                     day=last, left=left))  # fmt: skip
    return str(_("The notice ended on %(day)s; the township will close it", day=last))


@bp.get("/<number>")
@public
def show(number: str) -> ResponseReturnValue:
    """One notice: what, where, under which right, who agreed, and what was objected."""
    deposit = noticeboard.shown(request_session(), number, reader=find_actor())
    return page("notices/show.html", **_shown(deposit))


def _shown(deposit: Deposit) -> dict[str, Any]:
    parcel, until = deposit.asset.parcel, deposit.notice_until
    running = deposit.stage is Stage.ON_NOTICE and until is not None and now() < until
    return {
        "deposit": deposit,
        "outline": outline_svg_path(parcel.wkb) if parcel else None,
        "place": place_name(deposit.asset.division),
        "owner": masked_name(deposit.party),
        "standing": _standing(deposit),
        "running": running,
        "last_day": last_day(until) if until else None,
        "notice_rule": rule("notice.deposit.days", today()),
        "reply_rule": rule("objection.reply.days", today()),
        "Decision": Decision,
    }


class ObjectionForm(BankForm):
    """What somebody objects to, and why."""

    grounds = TextAreaField(
        _("What do you object to, and why?"),
        [Length(max=LONGEST_GROUNDS)],
        description=_(
            "Say what is wrong and what shows it: a boundary, a certificate, an agreement."
        ),
    )


@bp.route("/<number>/object", methods=["GET", "POST"])
@signed_in_required
def object_to(number: str) -> ResponseReturnValue:
    """Raise an objection while the notice runs."""
    form = ObjectionForm()
    deposit = noticeboard.shown(request_session(), number, reader=actor())
    if form.sent():
        with submitting(form) as session:
            objection = notices.object_to(
                session,
                deposit.id,
                grounds=form.grounds.data or "",
                actor=actor(),
                at=now(),
                key=posted_key(),
            )
        if form.accepted:
            return redirect(url_for(".objected", number=objection.number))
    return page("notices/object.html", form, **_shown(deposit))


@bp.get("/objections/<number>")
@signed_in_required
def objected(number: str) -> ResponseReturnValue:
    """The confirmation of one's own objection, with its number."""
    objection = noticeboard.own_objection(request_session(), number, actor=actor())
    return page("notices/objected.html", objection=objection, **_shown(objection.deposit))
