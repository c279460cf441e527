"""Placing an order: the project it is for, and the reservation of every deposit in its bundle."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts, keys
from bank.acts import move, note
from bank.authority import require_county_officer, require_party
from bank.calendar import grace_ends, local_date
from bank.catalogue.bundling import get_bundle
from bank.catalogue.tables import Bundle, BundleItem
from bank.deposits import lifecycle as deposit_cycle
from bank.deposits.records import lock_deposits
from bank.deposits.tables import Deposit, StorageMode
from bank.numbers import next_number
from bank.orders.lifecycle import LIFECYCLE, Act, Stage
from bank.orders.refusals import (
    BundleEmpty,
    BundleOrdered,
    EscrowHeld,
    NotInCatalogue,
    ProjectUnnamed,
    SwapOfferMissing,
)
from bank.orders.tables import Order, OrderLine
from bank.parties.signing_up import require_confirmed
from bank.projects import lifecycle as project_cycle
from bank.projects.tables import Project
from bank.refusals import GraceOver, NoSuchRecord
from bank.rules import whole
from database.actor import Actor
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

    The reservation runs for the rule's days. Refuses: NotYours, KeyReused, BundleOrdered,
    NotConfirmed, ProjectUnnamed, BundleEmpty, SwapOfferMissing, NotInCatalogue, Overdrawn.
    """
    bundle = get_bundle(session, bundle_id, actor=actor, lock=True)
    body = {"bundle": bundle_id, "name": name, "purpose": purpose, "capital": capital_fen}
    if first := keys.earlier(session, key, "orders.place", **body):
        return get_order(session, first)
    _refuse_unfit(bundle, name, purpose)
    deposits = lock_deposits(session, [item.deposit_id for item in bundle.items])
    expire_overdue(session, at=at, among=deposits)
    for deposit in deposits:
        if deposit.stage is not deposit_cycle.Stage.STORED:
            raise NotInCatalogue(
                "another order was first", deposit=deposit.number, stage=deposit.stage.value
            )
    items = {item.deposit_id: item for item in bundle.items}

    project = Project(
        number=next_number(session, "J", at),
        party_id=bundle.party_id,
        name=name.strip(),
        purpose=purpose.strip(),
        stage=project_cycle.Stage.SUBMITTED,
        submitted_at=at,
        submitted_by=actor.id,
    )
    lines = [line_for(deposit, items[deposit.id]) for deposit in deposits]
    order = Order(
        number=next_number(session, "B", at),
        project=project,
        party_id=bundle.party_id,
        stage=Stage.OPEN,
        capital_fen=capital_fen,
        amount_fen=capital_fen + sum(line.due_fen for line in lines),
        placed_at=at,
        placed_by=actor.id,
        reserved_until=at + timedelta(days=whole("order.reservation.days", local_date(at))),
        lines=lines,
    )
    session.add(order)
    session.flush()
    note(session, project, project_cycle.Act.SUBMIT, actor=actor, at=at)
    _shift(session, order, deposits, act=Act.RESERVE, at=at)
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


def line_for(deposit: Deposit, item: BundleItem) -> OrderLine:
    """What one deposit costs the order: the first year's rent, or the balance of a swap."""
    mode = StorageMode(str(deposit.mode))  # a stored deposit has a mode: submit refuses without
    value_fen = deposit.value_fen or 0
    due_fen = {
        StorageMode.SHARE: 0,
        StorageMode.LEASE: deposit.rent_fen or 0,
        StorageMode.SWAP: value_fen - item.swap_offer_fen,
    }
    return OrderLine(
        deposit_id=deposit.id,
        mode=mode,
        area_dm2=deposit.area_dm2,
        value_fen=value_fen,
        rent_fen=deposit.rent_fen or 0,
        swap_offer=item.swap_offer,
        swap_offer_fen=item.swap_offer_fen,
        due_fen=due_fen[mode],
    )


def _refuse_unfit(bundle: Bundle, name: str, purpose: str) -> None:
    if bundle.ordered_at is not None:
        raise BundleOrdered("the bundle is ordered")
    require_confirmed(bundle.party)
    if not name.strip():
        raise ProjectUnnamed("give the project a name", field="name")
    if not purpose.strip():
        raise ProjectUnnamed("say what the project is for", field="purpose")
    if not bundle.items:
        raise BundleEmpty("the bundle is empty")
    for item in bundle.items:
        if item.deposit.mode is StorageMode.SWAP and not item.swap_offer:
            raise SwapOfferMissing(
                "say what you offer in exchange", field="swap_offer", deposit=item.deposit.number
            )


def take_back(session: Session, order_id: UUID, *, actor: Actor, at: datetime) -> Order:
    """The investor takes her order back while the grace period runs.

    Refuses: NotYours, GraceOver, IllegalMove.
    """
    order = get_order(session, order_id, lock=True)
    require_party(actor, order.party_id)
    if at >= grace_ends(order.placed_at):
        raise GraceOver("the time to take it back is over")
    _release(session, order, Act.CANCEL, project_cycle.Act.TAKE_BACK, actor=actor, at=at)
    return order


def cancel(session: Session, order_id: UUID, *, reason: str, officer: Actor, at: datetime) -> Order:
    """A county officer ends an order for which no money has come in; the deposits are free again.

    Refuses: NotAnOfficer, IllegalMove.
    """
    order = get_order(session, order_id, lock=True)
    require_county_officer(officer)
    _release(
        session, order, Act.CANCEL, project_cycle.Act.CANCEL, actor=officer, at=at, reason=reason
    )
    return order


def expire_overdue(
    session: Session, *, at: datetime, among: list[Deposit] | None = None
) -> list[Order]:
    """End every reservation that has run out (of these deposits, or all), and free the deposits."""
    wanted = select(Order.id).where(Order.stage == Stage.RESERVED, Order.reserved_until <= at)
    if among is not None:
        ids = [deposit.id for deposit in among]
        wanted = wanted.join(OrderLine).where(OrderLine.deposit_id.in_(ids)).distinct()
    overdue = [get_order(session, order_id, lock=True) for order_id in session.scalars(wanted)]
    for order in overdue:
        _release(session, order, Act.EXPIRE, project_cycle.Act.CANCEL, actor=None, at=at)
    return overdue


def _release(
    session: Session,
    order: Order,
    act: Act,
    project_act: project_cycle.Act,
    *,
    actor: Actor | None,
    at: datetime,
    reason: str = "",
) -> None:
    """Give all deposits of an order back to the catalogue, and end the order and its project."""
    if journal.balance(session, accounts.escrow(order.number), accounts.CNY):
        raise EscrowHeld("money is held for this order", order=order.number)
    move(session, order, LIFECYCLE, act, actor=actor, at=at, reason=reason)
    project = order.project
    move(session, project, project_cycle.LIFECYCLE, project_act, actor=actor, at=at, reason=reason)
    deposits = lock_deposits(session, [line.deposit_id for line in order.lines])
    _shift(session, order, deposits, act=act, at=at)
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


def _shift(
    session: Session, order: Order, deposits: list[Deposit], *, act: Act, at: datetime
) -> None:
    """Post the area of all deposits from their owners' accounts to the order's, or back again."""
    reserved = accounts.reserved(order.number)
    journal.open_account(session, reserved)
    postings = []
    for deposit in deposits:
        source, target = accounts.stored(deposit.party.number), reserved
        if act is not Act.RESERVE:
            source, target = target, source
        postings.append(
            Posting(
                source=source,
                target=target,
                unit=accounts.land(deposit.number),
                quantity=deposit.area_dm2,
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
    if lock:
        session.flush()
    order = session.get(
        Order,
        order_id,
        with_for_update={"of": Order} if lock else None,
        populate_existing=lock,
    )
    if order is None:
        raise NoSuchRecord("no such order")
    return order
