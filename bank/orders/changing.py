"""What an investor does when an owner keeps her part: leave it, take all of it, or ask again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import accounts
from bank.acts import move
from bank.authority import require_party
from bank.calendar import local_date
from bank.deposits import lifecycle as deposit_cycle
from bank.deposits.parts import part_inside
from bank.deposits.tables import Deposit, StorageMode
from bank.figures import within_ledger
from bank.land.polygons import Shape
from bank.lifecycle import after
from bank.orders import gates
from bank.orders.asking import ask, parts_of
from bank.orders.lifecycle import LIFECYCLE, PART_LIFECYCLE, Act, PartAct
from bank.orders.lines import figures_of, refuse_over_offer
from bank.orders.placing import get_order, held_fen, release
from bank.orders.refusals import EscrowHeld, PartKept
from bank.orders.tables import Order, OrderLine, OrderPart
from bank.projects import lifecycle as project_cycle
from bank.refusals import IllegalMove, NoSuchRecord
from database.actor import Actor
from ledger import journal
from ledger.model import Posting, Transfer

UNDECIDED = frozenset({project_cycle.Stage.SUBMITTED, project_cycle.Stage.IN_REVIEW})
"""While a project stands so, its land can still change: the review decides on what is left."""


def drop(
    session: Session, order_id: UUID, *, deposit_id: UUID, actor: Actor, at: datetime
) -> Order:
    """The investor goes on without the deposit whose owner keeps her part; it is free again.

    Without its last deposit the order ends. Refuses: NoSuchRecord, NotYours, IllegalMove (the
    owner did not decline, or the project is decided on), EscrowHeld.
    """
    order, line, part = _declined(session, order_id, deposit_id, actor)
    _lay_aside(session, part, actor, at)
    number = line.deposit.number
    if len(order.lines) == 1:
        act = project_cycle.Act.CANCEL
        release(session, order, Act.CANCEL, act, actor=actor, at=at, reason=number)
        return order
    deposit = gates.load_deposits(session, [deposit_id])[deposit_id]
    _shift(session, order, deposit, -line.area_dm2, part, at=at)
    move(session, deposit, deposit_cycle.LIFECYCLE, deposit_cycle.Act.RELEASE,
         actor=actor, at=at, reason=order.number)  # fmt: skip
    order.amount_fen -= line.due_fen
    session.delete(line)
    move(session, order, LIFECYCLE, Act.CHANGE, actor=actor, at=at, reason=number)
    session.flush()
    session.expire(order, ["lines"])
    return order


def change(
    session: Session,
    order_id: UUID,
    *,
    deposit_id: UUID,
    line: Shape | None,
    actor: Actor,
    at: datetime,
) -> OrderLine:
    """The investor takes the deposit whole (no line), or asks for the part inside another line.

    Value, rent and what is due follow, at the value in force now; another part needs another yes,
    and so does a swap. Refuses: NoSuchRecord, NotYours, IllegalMove, EscrowHeld, RightExpired,
    AppraisalExpired, PartTooSmall, TooManyCorners, AreaDisagrees, PartKept, SwapOfferTooHigh,
    TooLarge.
    """
    order, ordered, part = _declined(session, order_id, deposit_id, actor)
    deposit = gates.load_deposits(session, [deposit_id])[deposit_id]
    worth = gates.values_in_force(session, [deposit], at=at)[deposit_id]
    deposit.value_fen = worth.value_fen
    land = None if line is None else part_inside(deposit, line, on=local_date(at))
    wanted = None if land is None else OrderPart(**land)
    if wanted is not None and wanted.shape_digest == part.shape_digest:
        raise PartKept("this is the part that she keeps", field="shape", deposit=deposit.number)
    refuse_over_offer(deposit, wanted, ordered.swap_offer_fen, worth=worth)
    figures = figures_of(deposit, wanted, worth=worth, offer_fen=ordered.swap_offer_fen)
    due_fen = order.amount_fen - ordered.due_fen + figures.due_fen
    order.amount_fen = within_ledger(due_fen, field="capital")

    _lay_aside(session, part, actor, at)
    _shift(session, order, deposit, figures.area_dm2 - ordered.area_dm2, part, at=at)
    ordered.area_dm2, ordered.value_fen = figures.area_dm2, figures.value_fen
    ordered.rent_fen, ordered.due_fen = figures.rent_fen, figures.due_fen
    if ordered.mode is StorageMode.SWAP:
        ordered.accepted_by = ordered.accepted_at = None
    if land is not None:
        ask(session, order, deposit_id, land, actor=actor, at=at)
    move(session, order, LIFECYCLE, Act.CHANGE, actor=actor, at=at, reason=deposit.number)
    session.flush()
    session.expire(ordered, ["part"])
    return ordered


def _declined(
    session: Session, order_id: UUID, deposit_id: UUID, actor: Actor
) -> tuple[Order, OrderLine, OrderPart]:
    """The investor's line whose owner keeps her part, the order's row locked."""
    order = get_order(session, order_id, lock=True)
    require_party(actor, order.party_id)
    part = parts_of(session, order).get(deposit_id)
    line = session.get(OrderLine, (order_id, deposit_id), populate_existing=True)
    if part is None or line is None:
        raise NoSuchRecord("no such part is asked for")
    after(LIFECYCLE, order.stage, Act.CHANGE)
    if order.project.stage not in UNDECIDED:
        raise IllegalMove("it is decided on", stage=order.project.stage.value, act=Act.CHANGE.value)
    after(PART_LIFECYCLE, part.stage, PartAct.DROP)
    if held_fen(session, order):
        raise EscrowHeld("money is held for this order", order=order.number)
    return order, line, part


def _lay_aside(session: Session, part: OrderPart, actor: Actor, at: datetime) -> None:
    move(session, part, PART_LIFECYCLE, PartAct.DROP, actor=actor, at=at)
    session.flush()


def _shift(
    session: Session,
    order: Order,
    deposit: Deposit,
    more_dm2: int,
    part: OrderPart,
    *,
    at: datetime,
) -> None:
    """Post what the order reserves more or less of the deposit than the part that is dropped."""
    if more_dm2 == 0:
        return
    stored, reserved = accounts.stored(deposit.party.number), accounts.reserved(order.number)
    source, target = (stored, reserved) if more_dm2 > 0 else (reserved, stored)
    unit = accounts.land(deposit.number)
    posting = Posting(source=source, target=target, unit=unit, quantity=abs(more_dm2))
    journal.post(
        session,
        Transfer(
            key=f"change:{part.id}",
            kind="reserve" if more_dm2 > 0 else "release",
            occurred_at=at,
            reference=f"order:{order.number}",
            memo=order.project.name,
            postings=(posting,),
        ),
        at=at,
    )
