"""Placing an order: the project it is for, and the reservation of every deposit in its bundle."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from bank import accounts, keys
from bank.acts import move, note
from bank.authority import require_county_officer, require_disinterested, require_party
from bank.calendar import grace_ends, local_date
from bank.catalogue.bundling import get_bundle
from bank.deposits import lifecycle as deposit_cycle
from bank.deposits.parts import columns_of
from bank.deposits.records import lock_deposits
from bank.figures import within_ledger
from bank.numbers import next_number
from bank.orders import gates
from bank.orders.asking import ask
from bank.orders.lifecycle import LIFECYCLE, Act, Stage
from bank.orders.lines import lines_of
from bank.orders.refusals import EscrowHeld
from bank.orders.tables import Order, OrderLine
from bank.projects import lifecycle as project_cycle
from bank.projects.interest import interested
from bank.projects.landcheck import keep_land_check, shapes_of_pieces
from bank.projects.tables import Project
from bank.redlines.belonging import belong
from bank.refusals import GraceOver, NoSuchRecord, ReasonMissing
from bank.rules import whole
from database.actor import Actor
from database.rows import find_row
from ledger import journal
from ledger.model import Posting, Transfer


def place(
    session: Session,
    bundle_id: UUID,
    *,
    name: str,
    purpose: str,
    capital_fen: int,
    actor: Actor,
    at: datetime,
    key: str,
) -> Order:
    """Order the bundle for a named project; all its deposits are reserved, or none.

    Of one that the red line cuts only the part is, and its owner is asked whether she lets it go;
    the red lines that the bundle was prepared from become the project's.
    What each is worth is what the appraisal says that is in force now. The reservation runs for
    the rule's days. Refuses: NotYours, KeyReused, BundleOrdered, NotConfirmed, ProjectUnnamed,
    NegativeNumber, BundleEmpty, SwapOfferMissing, NotInCatalogue, RightExpired, AppraisalExpired,
    PartOutdated, SwapOfferTooHigh, TooLarge.
    """
    bundle = get_bundle(session, bundle_id, actor=actor, lock=True)
    body = {"bundle": bundle_id, "name": name, "purpose": purpose, "capital": capital_fen}
    if first := keys.earlier(session, key, "orders.place", **body):
        return get_order(session, first)
    gates.refuse_unorderable(bundle, name=name, purpose=purpose, capital_fen=capital_fen)
    items = {item.deposit_id: item for item in bundle.items}
    expire_overdue(session, at=at, among=list(items))
    deposits = list(gates.load_deposits(session, items).values())
    lines = lines_of(session, deposits, items, at=at)
    due_fen = sum(line.due_fen for line in lines)
    amount_fen = within_ledger(capital_fen + due_fen, field="capital")

    project = Project(
        number=next_number(session, "J", at),
        party_id=bundle.party_id,
        name=name.strip(),
        purpose=purpose.strip(),
        stage=project_cycle.Stage.SUBMITTED,
        submitted_at=at,
        submitted_by=actor.id,
    )
    order = Order(
        number=next_number(session, "B", at),
        project=project,
        party_id=bundle.party_id,
        stage=Stage.OPEN,
        capital_fen=capital_fen,
        amount_fen=amount_fen,
        placed_at=at,
        placed_by=actor.id,
        reserved_until=at + timedelta(days=whole("order.reservation.days", local_date(at))),
        lines=lines,
    )
    session.add(order)
    session.flush()
    note(session, project, project_cycle.Act.SUBMIT, actor=actor, at=at)
    pieces = [(item.deposit, item.part) for item in bundle.items]
    keep_land_check(session, project, pieces, act=project_cycle.Act.SUBMIT, at=at)
    land = shapes_of_pieces(pieces)
    belong(session, bundle_id, project.id, land=land, actor=actor, at=at)
    for item in bundle.items:
        if item.part is not None:
            ask(session, order, item.deposit_id, columns_of(item.part), actor=actor, at=at)
    _shift(session, order, act=Act.RESERVE, at=at)
    for deposit in deposits:
        move(
            session,
            deposit,
            deposit_cycle.LIFECYCLE,
            deposit_cycle.Act.RESERVE,
            actor=actor,
            at=at,
            reason=order.number,
        )
    move(session, order, LIFECYCLE, Act.RESERVE, actor=actor, at=at)
    bundle.ordered_at = at
    keys.settle(session, key, order.id)
    return order


def take_back(session: Session, order_id: UUID, *, actor: Actor, at: datetime) -> Order:
    """The investor takes her order back while the grace period runs.

    Refuses: NotYours, GraceOver, IllegalMove.
    """
    order = get_order(session, order_id, lock=True)
    require_party(actor, order.party_id)
    if at >= grace_ends(order.placed_at):
        raise GraceOver("the time to take it back is over")
    release(session, order, Act.CANCEL, project_cycle.Act.TAKE_BACK, actor=actor, at=at)
    return order


def cancel(session: Session, order_id: UUID, *, reason: str, officer: Actor, at: datetime) -> Order:
    """A county officer ends an order for which no money has come in; the deposits are free again.

    Refuses: NotAnOfficer, OwnBusiness, EscrowHeld, IllegalMove.
    """
    order = get_order(session, order_id, lock=True)
    require_county_officer(officer)
    require_disinterested(
        officer, filed_by=order.placed_by, parties=interested(session, order.project)
    )
    release(
        session, order, Act.CANCEL, project_cycle.Act.CANCEL, actor=officer, at=at, reason=reason
    )
    return order


def refuse(session: Session, order_id: UUID, *, reason: str, officer: Actor, at: datetime) -> Order:
    """The joint review is against the project: it is refused with the reason, its land is free.

    Refuses: NotAnOfficer, OwnBusiness, ReasonMissing, EscrowHeld, IllegalMove.
    """
    order = get_order(session, order_id, lock=True)
    require_county_officer(officer)
    require_disinterested(
        officer, filed_by=order.placed_by, parties=interested(session, order.project)
    )
    if not reason.strip():
        raise ReasonMissing("say why it is refused", field="reason")
    release(
        session,
        order,
        Act.CANCEL,
        project_cycle.Act.REFUSE,
        actor=officer,
        at=at,
        reason=reason.strip(),
    )
    return order


def expire_overdue(
    session: Session, *, at: datetime, among: list[UUID] | None = None
) -> list[Order]:
    """End every reservation that has run out (of these deposits, or all), and free the deposits.

    One for which money is held stays until that has gone back; it stops no other. Everybody locks
    orders first and deposits then, each in the order of their ids: so `place` calls this before it
    locks its own deposits, and those named in `among` are locked here along with the others.
    """
    wanted = select(Order.id).where(Order.stage == Stage.RESERVED, Order.reserved_until <= at)
    if among is not None:
        wanted = wanted.where(Order.lines.any(OrderLine.deposit_id.in_(among)))
    ids = session.scalars(wanted.order_by(Order.id)).all()
    locked = [get_order(session, order_id, lock=True) for order_id in ids]
    overdue = [
        order for order in locked if order.stage is Stage.RESERVED and not held_fen(session, order)
    ]
    freed = [line.deposit_id for order in overdue for line in order.lines]
    lock_deposits(session, [*freed, *(among or [])])
    for order in overdue:
        release(session, order, Act.EXPIRE, project_cycle.Act.CANCEL, actor=None, at=at)
    return overdue


def release(
    session: Session,
    order: Order,
    act: Act,
    project_act: project_cycle.Act,
    *,
    actor: Actor | None,
    at: datetime,
    reason: str = "",
) -> None:
    """Give all deposits of an order back to the catalogue, and end the order and its project.

    Refuses: EscrowHeld, IllegalMove.
    """
    if held_fen(session, order):
        raise EscrowHeld("money is held for this order", order=order.number)
    move(session, order, LIFECYCLE, act, actor=actor, at=at, reason=reason)
    project = order.project
    move(session, project, project_cycle.LIFECYCLE, project_act, actor=actor, at=at, reason=reason)
    deposits = lock_deposits(session, [line.deposit_id for line in order.lines])
    _shift(session, order, act=act, at=at)
    for deposit in deposits:
        move(
            session,
            deposit,
            deposit_cycle.LIFECYCLE,
            deposit_cycle.Act.RELEASE,
            actor=actor,
            at=at,
            reason=order.number,
        )


def held_fen(session: Session, order: Order) -> int:
    """What lies in escrow for the order, in fen."""
    return journal.balance(session, accounts.escrow(order.number), accounts.CNY)


def _shift(session: Session, order: Order, *, act: Act, at: datetime) -> None:
    """Post the area of all lines from their owners' accounts to the order's, or back again."""
    reserved = accounts.reserved(order.number)
    journal.open_account(session, reserved, at=at)
    postings = []
    for line in order.lines:
        source, target = accounts.stored(line.deposit.party.number), reserved
        if act is not Act.RESERVE:
            source, target = target, source
        postings.append(
            Posting(
                source=source,
                target=target,
                unit=accounts.land(line.deposit.number),
                quantity=line.area_dm2,
            )
        )
    journal.post(
        session,
        Transfer(
            key=f"{act.value}:{order.number}",
            kind="reserve" if act is Act.RESERVE else "release",
            occurred_at=at,
            reference=f"order:{order.number}",
            memo=order.project.name,
            postings=tuple(postings),
        ),
        at=at,
    )


def get_order(session: Session, order_id: UUID, *, lock: bool = False) -> Order:
    """The order of this id, its row locked if asked. Refuses: NoSuchRecord."""
    order = find_row(session, Order, order_id, lock=lock)
    if order is None:
        raise NoSuchRecord("no such order")
    if lock:  # its lines may have changed since the session read them
        session.scalars(
            select(OrderLine)
            .where(OrderLine.order_id == order_id)
            .options(lazyload(OrderLine.deposit))
            .execution_options(populate_existing=True)
        ).all()
    return order
