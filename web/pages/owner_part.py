"""A red line cuts a deposit: its owner sees which part is asked for, and says yes or no."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.area import format_mu
from bank.calendar import grace_ends
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.orders import asking
from bank.orders.lifecycle import PartStage, Stage as OrderStage
from bank.orders.placing import get_order
from bank.orders.tables import Order, OrderLine, OrderPart
from bank.refusals import NoSuchRecord
from web.clock import now
from web.filters import day
from web.forms import acting, page
from web.owner_asked import Answer, Asked, row, who_asks
from web.pages.owner_blueprint import bp, own_deposit
from web.parts_shown import cut_picture
from web.permissions import actor, depositor_required
from web.session import request_session


@bp.get("/<uuid:deposit_id>/part")
@depositor_required
def part(deposit_id: UUID) -> ResponseReturnValue:
    """Show what is asked for, what stays, and the two answers."""
    deposit = own_deposit(deposit_id)
    return page("owner/asked.html", asked=_asked(deposit, *_latest(deposit)))


@bp.post("/<uuid:deposit_id>/part/agree")
@depositor_required
def agree_to_part(deposit_id: UUID) -> ResponseReturnValue:
    """She lets the part go."""
    order, _part = _latest(own_deposit(deposit_id))
    with acting() as session:
        asking.agree(session, order.id, **_answer(deposit_id))
        flash(_("Your yes is recorded. Nothing leaves before two officers confirm it."), "success")
    return redirect(url_for("owner.part", deposit_id=deposit_id))


@bp.post("/<uuid:deposit_id>/part/decline")
@depositor_required
def decline_part(deposit_id: UUID) -> ResponseReturnValue:
    """She keeps it."""
    order, _part = _latest(own_deposit(deposit_id))
    with acting() as session:
        asking.decline(session, order.id, **_answer(deposit_id))
        flash(_("You said no. The investor decides now whether to go on without it."), "success")
    return redirect(url_for("owner.part", deposit_id=deposit_id))


@bp.post("/<uuid:deposit_id>/part/take-back")
@depositor_required
def take_part_back(deposit_id: UUID) -> ResponseReturnValue:
    """Second thoughts on a yes."""
    order, _part = _latest(own_deposit(deposit_id))
    with acting() as session:
        asking.take_back(session, order.id, deposit_id=deposit_id, actor=actor(), at=now())
        flash(_("Your yes is taken back."), "success")
    return redirect(url_for("owner.part", deposit_id=deposit_id))


def waiting_part(deposit: Deposit) -> str | None:
    """The page of the part, if one waits for the reader's answer."""
    if deposit.stage is not Stage.RESERVED or deposit.party_id not in actor().parties:
        return None
    waits = deposit.id in asking.waiting(request_session(), [deposit.id])
    return url_for("owner.part", deposit_id=deposit.id) if waits else None


def part_shown(deposit: Deposit) -> dict[str, Any]:
    """What the deposit's page says of the part that was asked for last."""
    found = asking.latest_request(request_session(), deposit.id)
    return {"part": found[1] if found else None, "part_url": waiting_part(deposit)}


def _asked(deposit: Deposit, order: Order, asked: OrderPart) -> Asked:
    """The question as its page shows it."""
    runs = order.stage is OrderStage.RESERVED
    answers = deposit.party_id in actor().parties
    digest = {"shape_digest": asked.shape_digest}
    return Asked(
        title=_("A part of your land is asked for"),
        deposit=deposit,
        rows=_rows(deposit, order, asked),
        means=[
            _(
                "If you agree, the part gets a code and a certificate of its own and serves the"
                " project; the rest stays stored as before and others can order it."
            ),
            _("It is for this part only. If another is wanted, you are asked again."),
        ],
        yes=Answer(
            _("I let this part go"),
            url_for("owner.agree_to_part", deposit_id=deposit.id),
            _("You can take this back for a short time. After that the county may go on with it."),
            digest,
        ),
        no=Answer(
            _("I keep it"),
            url_for("owner.decline_part", deposit_id=deposit.id),
            _(
                "The investor then goes on without your land, takes all of it, or asks for another"
                " part."
            ),
            digest,
        ),
        waits=runs and asked.stage is PartStage.ASKED,
        may_answer=answers,
        stands=_stands(asked),
        part=asked,
        picture=cut_picture(asked),
        take_back_until=_take_back_until(asked) if runs and answers else None,
        take_back_url=url_for("owner.take_part_back", deposit_id=deposit.id),
    )


def _rows(deposit: Deposit, order: Order, asked: OrderPart) -> list[dict[str, Any]]:
    rows = [
        *who_asks(order, _("Who asks")),
        row(_("Goes to the project"), asked.area_dm2, "area"),
        row(_("Stays in the bank, yours"), asked.rest_dm2, "area"),
    ]
    line = request_session().get(OrderLine, (order.id, deposit.id))
    if line is not None and asked.stage is not PartStage.DROPPED:
        worth = _("What the part is worth, by the appraisal and its area")
        rows.append(row(worth, line.value_fen, "money"))
        if line.mode is StorageMode.LEASE:
            rows.append(row(_("Rent a year for the part"), line.rent_fen, "money"))
    before = [
        _("You kept another part before: %(mu)s mu, on %(day)s.", mu=format_mu(each.area_dm2),
          day=day(each.answered_at))
        for each in asking.kept_before(request_session(), asked)
    ]  # fmt: skip
    return [*rows, *(row(_("Asked before"), text) for text in before)]


def _stands(asked: OrderPart) -> tuple[str, str]:
    """What became of the question, and the kind of its box."""
    answered = day(asked.answered_at) if asked.answered_at else ""
    match asked.stage:
        case PartStage.COLLECTED:
            return _("This part has gone to the project."), "good"
        case PartStage.AGREED:
            return _("You let this part go on %(day)s.", day=answered), "good"
        case PartStage.DECLINED:
            return _(
                "You kept this part on %(day)s. The investor decides what comes next.", day=answered
            ), "note"
        case _:
            return _("This part is no longer asked for."), "note"


def _take_back_until(asked: OrderPart) -> datetime | None:
    """Until when her yes can be taken back; None: there is none, or it is too late."""
    if asked.stage is not PartStage.AGREED or asked.answered_at is None:
        return None
    until = grace_ends(asked.answered_at)
    return until if now() < until else None


def _answer(deposit_id: UUID) -> dict[str, Any]:
    return {
        "deposit_id": deposit_id,
        "shape_digest": request.form.get("shape_digest", ""),
        "actor": actor(),
        "at": now(),
    }


def _latest(deposit: Deposit) -> tuple[Order, OrderPart]:
    found = asking.latest_request(request_session(), deposit.id)
    if found is None:
        raise NoSuchRecord("no part of this deposit was asked for", deposit=deposit.number)
    return get_order(request_session(), found[0].id), found[1]
