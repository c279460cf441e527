"""What an investor offers in exchange for a deposit: its owner reads it, and says yes or no."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.assets.tables import RightType
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.orders import swapping
from bank.orders.tables import Order, OrderLine
from bank.refusals import NoSuchRecord
from web.clock import now
from web.filters import day
from web.forms import acting, page
from web.owner_asked import Answer, Asked, row, who_asks
from web.pages.owner_blueprint import bp, own_deposit
from web.permissions import actor, depositor_required
from web.session import request_session

WITHIN_THE_COLLECTIVE = frozenset(
    {RightType.LAND_CONTRACT, RightType.FOREST_CONTRACT, RightType.HOMESTEAD_USE}
)
"""Rights that the law lets change hands among members of one collective only."""


@bp.get("/<uuid:deposit_id>/offer")
@depositor_required
def offer(deposit_id: UUID) -> ResponseReturnValue:
    """Show what is offered, what a swap means, and the two answers."""
    deposit = own_deposit(deposit_id)
    return page("owner/asked.html", asked=_asked(deposit, *_latest(deposit)))


@bp.post("/<uuid:deposit_id>/offer/accept")
@depositor_required
def accept_offer(deposit_id: UUID) -> ResponseReturnValue:
    """She says yes."""
    order, _line = _latest(own_deposit(deposit_id))
    with acting() as session:
        swapping.accept_swap(session, order.id, deposit_id=deposit_id, actor=actor(), at=now())
        flash(_("Your yes is recorded. Nothing leaves before two officers confirm it."), "success")
    return redirect(url_for("owner.offer", deposit_id=deposit_id))


@bp.post("/<uuid:deposit_id>/offer/decline")
@depositor_required
def decline_offer(deposit_id: UUID) -> ResponseReturnValue:
    """She says no; it is free for others again."""
    order, _line = _latest(own_deposit(deposit_id))
    with acting() as session:
        swapping.decline_swap(session, order.id, deposit_id=deposit_id, actor=actor(), at=now())
        flash(_("You said no. The order is over, and your deposit is free again."), "success")
    return redirect(url_for("owner.show", deposit_id=deposit_id))


def within_the_collective(deposit: Deposit) -> bool:
    """Whether the stored right may be swapped within its own collective only."""
    right = deposit.asset.right
    return right is not None and right.type in WITHIN_THE_COLLECTIVE


def waiting_offer(deposit: Deposit) -> str | None:
    """The page of the offer, if one waits for the reader's answer."""
    if deposit.stage is not Stage.RESERVED or deposit.mode is not StorageMode.SWAP:
        return None
    if deposit.party_id not in actor().parties:
        return None
    waits = deposit.id in swapping.open_offers(request_session(), [deposit.id])
    return url_for("owner.offer", deposit_id=deposit.id) if waits else None


def offer_shown(deposit: Deposit) -> dict[str, Any]:
    """What the deposit's page says of the latest offer."""
    found = swapping.latest_offer(request_session(), deposit.id)
    if found is None:
        return {"offer": None}
    return {"offer": found[1], "answer_url": waiting_offer(deposit)}


def _asked(deposit: Deposit, order: Order, line: OrderLine) -> Asked:
    """The question as its page shows it."""
    over = (_("This order is over, and the offer with it."), "note")
    return Asked(
        title=_("What is offered in exchange"),
        deposit=deposit,
        rows=[
            *who_asks(order, _("Who offers")),
            row(_("You get"), line.swap_offer),
            row(_("What it is worth, by the investor's own word"), line.swap_offer_fen, "money"),
            row(_("And in money"), line.due_fen, "money"),
            row(_("What your deposit is worth, by its appraisal"), line.value_fen, "money"),
            row(_("You had wished for"), deposit.swap_wish or "—"),
        ],
        means=[_("Look at what is offered before you agree. Nobody has appraised it.")],
        yes=Answer(
            _("I accept this swap"),
            url_for("owner.accept_offer", deposit_id=deposit.id),
            _("After this you cannot say no any more, as long as the order runs."),
        ),
        no=Answer(
            _("I do not want this swap"),
            url_for("owner.decline_offer", deposit_id=deposit.id),
            _("The whole order ends. Your deposit is free for other investors again."),
        ),
        waits=line.accepted_at is None and order.stage in swapping.OPEN,
        may_answer=deposit.party_id in actor().parties,
        stands=(
            (_("You accepted this on %(day)s.", day=day(line.accepted_at)), "good")
            if line.accepted_at
            else over
        ),
        swaps_within=within_the_collective(deposit),
    )


def _latest(deposit: Deposit) -> tuple[Order, OrderLine]:
    found = swapping.latest_offer(request_session(), deposit.id)
    if found is None:
        raise NoSuchRecord("nothing was offered for this deposit", deposit=deposit.number)
    return found
