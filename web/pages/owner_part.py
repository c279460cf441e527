"""A red line cuts a deposit: its owner sees which part is asked for, and says yes or no."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.calendar import grace_ends
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.orders import asking
from bank.orders.lifecycle import PartStage, Stage as OrderStage
from bank.orders.placing import get_order
from bank.orders.tables import Order, OrderLine, OrderPart
from bank.refusals import NoSuchRecord
from web.clock import now
from web.forms import acting, page
from web.pages.owner_blueprint import bp, own_deposit
from web.parts_shown import cut_picture
from web.permissions import actor, depositor_required
from web.session import request_session


@bp.get("/<uuid:deposit_id>/part")
@depositor_required
def part(deposit_id: UUID) -> ResponseReturnValue:
    """Show what is asked for, what stays, and the two answers."""
    deposit = own_deposit(deposit_id)
    order, asked = _latest(deposit)
    runs = order.stage is OrderStage.RESERVED
    answers = deposit.party_id in actor().parties
    until = grace_ends(asked.answered_at) if asked.answered_at else None
    agreed = asked.stage is PartStage.AGREED
    line = request_session().get(OrderLine, (order.id, deposit_id))
    return page(
        "owner/part.html",
        deposit=deposit,
        order=order,
        part=asked,
        line=line if asked.stage is not PartStage.DROPPED else None,
        picture=cut_picture(asked),
        waits=runs and asked.stage is PartStage.ASKED,
        may_answer=answers,
        take_back_until=until if until and agreed and answers and runs and now() < until else None,
    )


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
