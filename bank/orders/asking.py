"""Asking owners for parts of their deposits: what an order asks for, and how it was answered."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.acts import move, note
from bank.authority import require_party
from bank.calendar import grace_ends
from bank.deposits.tables import Deposit
from bank.lifecycle import after
from bank.orders.lifecycle import LIFECYCLE, PART_LIFECYCLE, Act, PartAct, PartStage
from bank.orders.refusals import PartChanged
from bank.orders.tables import Order, OrderPart
from bank.refusals import GraceOver, NoSuchRecord
from database.actor import Actor
from database.rows import find_row


def ask(
    session: Session,
    order: Order,
    deposit_id: UUID,
    land: dict[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> OrderPart:
    """Ask the owner of an order's deposit for this part (columns as `part_inside` gives)."""
    part = OrderPart(
        order_id=order.id,
        deposit_id=deposit_id,
        stage=PartStage.ASKED,
        asked_at=at,
        **land,
    )
    session.add(part)
    session.flush()
    note(session, part, PartAct.ASK, actor=actor, at=at, reason=order.number)
    return part


def agree(
    session: Session,
    order_id: UUID,
    *,
    deposit_id: UUID,
    shape_digest: str,
    actor: Actor,
    at: datetime,
) -> OrderPart:
    """The owner lets exactly this part go; saying it twice changes nothing.

    `shape_digest` names the part that she was shown. She can take it back while the grace period
    runs. Refuses: NoSuchRecord, NotYours, PartChanged, IllegalMove.
    """
    part = _answering(session, order_id, deposit_id, actor)
    if part.shape_digest != shape_digest:
        raise PartChanged("another part is asked for now", deposit=part.deposit.number)
    if part.stage is PartStage.AGREED:
        return part
    _answer(session, part, PartAct.AGREE, actor=actor, at=at)
    return part


def take_back(
    session: Session, order_id: UUID, *, deposit_id: UUID, actor: Actor, at: datetime
) -> OrderPart:
    """The owner takes her yes back while the grace period runs; she is asked as before.

    Refuses: NoSuchRecord, NotYours, GraceOver, IllegalMove.
    """
    part = _answering(session, order_id, deposit_id, actor)
    after(PART_LIFECYCLE, part.stage, PartAct.TAKE_BACK)
    if part.answered_at is None or at >= grace_ends(part.answered_at):
        raise GraceOver("the time to take it back is over")
    move(session, part, PART_LIFECYCLE, PartAct.TAKE_BACK, actor=actor, at=at)
    part.answered_by = part.answered_at = None
    session.flush()
    return part


def decline(
    session: Session,
    order_id: UUID,
    *,
    deposit_id: UUID,
    shape_digest: str,
    actor: Actor,
    at: datetime,
) -> OrderPart:
    """The owner keeps this part; the investor chooses then what becomes of the line.

    Refuses: NoSuchRecord, NotYours, PartChanged, IllegalMove.
    """
    part = _answering(session, order_id, deposit_id, actor)
    if part.shape_digest != shape_digest:
        raise PartChanged("another part is asked for now", deposit=part.deposit.number)
    _answer(session, part, PartAct.DECLINE, actor=actor, at=at)
    return part


def parts_of(session: Session, order: Order) -> dict[UUID, OrderPart]:
    """The parts that the order asks for now, by deposit, as the database says."""
    rows = session.scalars(
        select(OrderPart)
        .where(OrderPart.order_id == order.id, OrderPart.stage != PartStage.DROPPED)
        .execution_options(populate_existing=True)
    )
    return {part.deposit_id: part for part in rows}


def find_part(session: Session, order_id: UUID, deposit_id: UUID) -> OrderPart | None:
    """The part of the deposit that the order asks for."""
    return session.scalar(
        select(OrderPart).where(
            OrderPart.order_id == order_id,
            OrderPart.deposit_id == deposit_id,
            OrderPart.stage != PartStage.DROPPED,
        )
    )


def latest_request(session: Session, deposit_id: UUID) -> tuple[Order, OrderPart] | None:
    """The last part of the deposit that an order asked for, whatever became of it."""
    found = session.execute(
        select(Order, OrderPart)
        .join(OrderPart, OrderPart.order_id == Order.id)
        .where(OrderPart.deposit_id == deposit_id)
        .order_by(OrderPart.asked_at.desc(), OrderPart.id.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def kept_before(session: Session, part: OrderPart) -> Sequence[OrderPart]:
    """Other parts of the deposit that its owner kept when this order asked, the latest first."""
    return session.scalars(
        select(OrderPart)
        .where(
            OrderPart.order_id == part.order_id,
            OrderPart.deposit_id == part.deposit_id,
            OrderPart.id != part.id,
            OrderPart.answered_at.is_not(None),
        )
        .order_by(OrderPart.asked_at.desc(), OrderPart.id.desc())
    ).all()


def waiting(session: Session, deposit_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these deposits whose owner is asked for a part and has not answered."""
    return set(
        session.scalars(
            select(OrderPart.deposit_id)
            .join(Order, Order.id == OrderPart.order_id)
            .where(
                OrderPart.deposit_id.in_(list(deposit_ids)),
                OrderPart.stage == PartStage.ASKED,
                Order.stage.in_([stage for stage, act in LIFECYCLE if act is Act.CHANGE]),
            )
        )
    )


def _answering(session: Session, order_id: UUID, deposit_id: UUID, actor: Actor) -> OrderPart:
    """The part, its order's row locked before it, for the owner of the deposit."""
    order = find_row(session, Order, order_id, lock=True)
    part = parts_of(session, order).get(deposit_id) if order else None
    if order is None or part is None:
        raise NoSuchRecord("no such part is asked for")
    require_party(actor, session.get_one(Deposit, deposit_id).party_id)
    after(LIFECYCLE, order.stage, Act.CHANGE)  # while its land may still change, owners answer
    return part


def _answer(session: Session, part: OrderPart, act: PartAct, *, actor: Actor, at: datetime) -> None:
    reason = f"{part.shape_digest} {part.area_dm2}"
    move(session, part, PART_LIFECYCLE, act, actor=actor, at=at, reason=reason)
    part.answered_by, part.answered_at = actor.id, at
    session.flush()
