"""The owner's answer to what an order offers in exchange: without her yes nothing is swapped."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.acts import move
from bank.authority import require_party
from bank.deposits.tables import StorageMode
from bank.orders.lifecycle import LIFECYCLE, Act, Stage
from bank.orders.placing import get_order, release
from bank.orders.refusals import OfferAnswered
from bank.orders.tables import Order, OrderLine
from bank.projects import lifecycle as project_cycle
from bank.refusals import NoSuchRecord
from database.actor import Actor

OPEN = (Stage.RESERVED, Stage.ESCROWED)
"""While an order stands so, an owner can still answer its offer."""


def accept_swap(
    session: Session, order_id: UUID, *, deposit_id: UUID, actor: Actor, at: datetime
) -> OrderLine:
    """The owner agrees to what is offered for her deposit; saying it twice changes nothing.

    Refuses: NoSuchRecord, NotYours, IllegalMove.
    """
    order, line = _offer(session, order_id, deposit_id, actor)
    if line.accepted_at is not None:
        return line
    move(session, order, LIFECYCLE, Act.ACCEPT, actor=actor, at=at, reason=line.deposit.number)
    line.accepted_by, line.accepted_at = actor.id, at
    session.flush()
    return line


def decline_swap(
    session: Session, order_id: UUID, *, deposit_id: UUID, actor: Actor, at: datetime
) -> Order:
    """The owner does not want what is offered: the order ends, and all its deposits are free.

    An order is for all its deposits or none; the investor can order anew with another offer.
    Refuses: NoSuchRecord, NotYours, OfferAnswered, EscrowHeld, IllegalMove.
    """
    order, line = _offer(session, order_id, deposit_id, actor)
    if line.accepted_at is not None:
        raise OfferAnswered("this offer was accepted", deposit=line.deposit.number)
    release(
        session,
        order,
        Act.DECLINE,
        project_cycle.Act.CANCEL,
        actor=actor,
        at=at,
        reason=line.deposit.number,
    )
    return order


def open_offers(session: Session, deposit_ids: list[UUID]) -> dict[UUID, OrderLine]:
    """The offers for these deposits that wait for their owners' answer, by deposit."""
    lines = session.scalars(
        select(OrderLine)
        .join(Order)
        .where(
            OrderLine.deposit_id.in_(deposit_ids),
            OrderLine.mode == StorageMode.SWAP,
            OrderLine.accepted_at.is_(None),
            Order.stage.in_(OPEN),
        )
    )
    return {line.deposit_id: line for line in lines}


def latest_offer(session: Session, deposit_id: UUID) -> tuple[Order, OrderLine] | None:
    """The last offer that an order made for the deposit, whatever became of it."""
    found = session.execute(
        select(Order, OrderLine)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.deposit_id == deposit_id, OrderLine.mode == StorageMode.SWAP)
        .order_by(Order.placed_at.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def _offer(
    session: Session, order_id: UUID, deposit_id: UUID, actor: Actor
) -> tuple[Order, OrderLine]:
    order = get_order(session, order_id, lock=True)
    line = session.get(OrderLine, (order_id, deposit_id), populate_existing=True)
    if line is None or line.mode is not StorageMode.SWAP:
        raise NoSuchRecord("no such offer")
    require_party(actor, line.deposit.party_id)
    return order, line
