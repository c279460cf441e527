"""Carrying a confirmed withdrawal out: the postings of a collection, return, payout or refund."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts
from bank.acts import move
from bank.calendar import local_date
from bank.contracts.making import make_contracts, to_holders
from bank.contracts.tables import Contract
from bank.deposits import lifecycle as deposit_cycle
from bank.deposits.records import get_deposit
from bank.deposits.tables import Deposit
from bank.lifecycle import after
from bank.orders import lifecycle as order_cycle
from bank.orders.gates import refuse_unfit
from bank.orders.placing import get_order, held_fen, release
from bank.orders.receipts import open_amount
from bank.orders.refusals import EscrowShort
from bank.orders.tables import Order
from bank.projects import lifecycle as project_cycle
from bank.withdrawals.handing_over import hand_over
from bank.withdrawals.refusals import ContractRunning, EscrowChanged, RentOpen
from bank.withdrawals.tables import Kind, Withdrawal
from database.actor import Actor
from ledger import journal
from ledger.model import Posting, Transfer


def refuse_unready(session: Session, withdrawal: Withdrawal, *, at: datetime) -> None:
    """What must hold before money or land leaves, looked at by the first officer and the second.

    Refuses: EscrowShort and what `refuse_unfit` does (collection); IllegalMove, EscrowChanged
    (refund); IllegalMove, ContractRunning, RentOpen (return).
    """
    if withdrawal.order_id is not None:
        order = get_order(session, withdrawal.order_id, lock=True)
        if withdrawal.kind is Kind.REFUND:
            _refuse_unready_refund(session, withdrawal, order)
        else:
            _refuse_unready_order(session, order, at=at)
    if withdrawal.deposit_id is not None:
        refuse_bound(session, get_deposit(session, withdrawal.deposit_id, lock=True), at=at)


def _refuse_unready_order(session: Session, order: Order, *, at: datetime) -> None:
    if open_fen := open_amount(session, order):
        raise EscrowShort("the money is not complete", open_fen=open_fen)
    refuse_unfit(session, order, at=at)


def _refuse_unready_refund(session: Session, withdrawal: Withdrawal, order: Order) -> None:
    after(order_cycle.LIFECYCLE, order.stage, order_cycle.Act.CANCEL)
    held = held_fen(session, order)
    if held != withdrawal.amount_fen:
        raise EscrowChanged("not what is held now", held_fen=held, amount_fen=withdrawal.amount_fen)


def refuse_bound(session: Session, deposit: Deposit, *, at: datetime) -> None:
    """The deposit may go home: it is stored, or its contract has ended with all rents paid.

    Refuses: IllegalMove, ContractRunning, RentOpen.
    """
    after(deposit_cycle.LIFECYCLE, deposit.stage, deposit_cycle.Act.RETURN)
    if deposit.stage is not deposit_cycle.Stage.COLLECTED:
        return
    contract = last_contract(session, deposit)
    if contract.ends_on is None or local_date(at) < contract.ends_on:
        ends_on = contract.ends_on.isoformat() if contract.ends_on else None
        raise ContractRunning("the contract runs on", contract=contract.number, ends_on=ends_on)
    if any(instalment.paid_at is None for instalment in contract.instalments):
        raise RentOpen("a rent is not paid", contract=contract.number)


def last_contract(session: Session, deposit: Deposit) -> Contract:
    """The contract under which a collected deposit serves its project."""
    return session.scalars(
        select(Contract)
        .where(Contract.deposit_id == deposit.id)
        .order_by(Contract.made_at.desc())
        .limit(1)
    ).one()


def execute(session: Session, withdrawal: Withdrawal, *, officer: Actor, at: datetime) -> None:
    """Post what the withdrawal asks for. Refuses: Overdrawn."""
    if withdrawal.order is not None and withdrawal.kind is Kind.REFUND:
        _refund(session, withdrawal, withdrawal.order, officer=officer, at=at)
    elif withdrawal.order is not None:
        _collect(session, withdrawal, withdrawal.order, officer=officer, at=at)
    elif withdrawal.deposit_id is not None:
        _return(session, withdrawal, withdrawal.deposit_id, officer=officer, at=at)
    else:
        _pay_out(session, withdrawal, at=at)


def _collect(
    session: Session, withdrawal: Withdrawal, order: Order, *, officer: Actor, at: datetime
) -> None:
    serving, postings = hand_over(session, order, officer=officer, at=at)
    contracts, investor_shares = make_contracts(session, order, serving, at=at)
    postings += _money_postings(session, order, at=at)
    postings += _share_postings(session, order, contracts, investor_shares, at=at)
    _post(session, withdrawal, "collect", order.project.name, postings, at=at)

    move(session, order, order_cycle.LIFECYCLE, order_cycle.Act.FULFIL, actor=officer, at=at)
    move(
        session,
        order.project,
        project_cycle.LIFECYCLE,
        project_cycle.Act.OPERATE,
        actor=officer,
        at=at,
    )


def _money_postings(session: Session, order: Order, *, at: datetime) -> list[Posting]:
    """Escrow pays first rents and balances to the holders, and the capital to the project."""
    escrow = accounts.escrow(order.number)
    postings = []
    for line in order.lines:
        postings += to_holders(
            session, line.deposit, line.due_fen, source=escrow, unit=accounts.CNY, at=at
        )
    if order.capital_fen:
        capital = accounts.capital(order.project.number)
        journal.open_account(session, capital, at=at)
        postings.append(
            Posting(source=escrow, target=capital, unit=accounts.CNY, quantity=order.capital_fen)
        )
    return postings


def _share_postings(
    session: Session,
    order: Order,
    contracts: list[Contract],
    investor_shares: int,
    *,
    at: datetime,
) -> list[Posting]:
    """Shares come into being: to the holders of deposits for share, and to the investor."""
    unit = accounts.share(order.project.number)
    journal.open_unit(session, unit, at=at, name=order.project.name)
    journal.open_account(session, accounts.WORLD_SHARE, at=at, may_go_negative=True)
    postings = []
    for contract in contracts:
        postings += to_holders(
            session,
            contract.deposit,
            contract.shares,
            source=accounts.WORLD_SHARE,
            unit=unit,
            at=at,
        )
    if investor_shares:
        target = accounts.shares(order.party.number)
        journal.open_account(session, target, at=at)
        postings.append(
            Posting(
                source=accounts.WORLD_SHARE,
                target=target,
                unit=unit,
                quantity=investor_shares,
            )
        )
    return postings


def _return(
    session: Session, withdrawal: Withdrawal, deposit_id: UUID, *, officer: Actor, at: datetime
) -> None:
    deposit = get_deposit(session, deposit_id, lock=True)
    home = accounts.returned(deposit.party.number)
    journal.open_account(session, home, at=at)
    source = accounts.stored(deposit.party.number)
    if deposit.stage is deposit_cycle.Stage.COLLECTED:
        source = accounts.held(last_contract(session, deposit).project.number)
    posting = Posting(
        source=source,
        target=home,
        unit=accounts.land(deposit.number),
        quantity=deposit.area_dm2,
    )
    _post(session, withdrawal, "return", deposit.asset.name, [posting], at=at)
    move(
        session,
        deposit,
        deposit_cycle.LIFECYCLE,
        deposit_cycle.Act.RETURN,
        actor=officer,
        at=at,
        reason=withdrawal.number,
    )


def _refund(
    session: Session, withdrawal: Withdrawal, order: Order, *, officer: Actor, at: datetime
) -> None:
    posting = Posting(
        source=accounts.escrow(order.number),
        target=accounts.WORLD_CNY,
        unit=accounts.CNY,
        quantity=withdrawal.amount_fen or 0,
    )
    _post(session, withdrawal, "refund", order.project.name, [posting], at=at)
    release(
        session,
        order,
        order_cycle.Act.CANCEL,
        project_cycle.Act.CANCEL,
        actor=officer,
        at=at,
        reason=withdrawal.number,
    )


def _pay_out(session: Session, withdrawal: Withdrawal, *, at: datetime) -> None:
    posting = Posting(
        source=accounts.cash(withdrawal.party.number),
        target=accounts.WORLD_CNY,
        unit=accounts.CNY,
        quantity=withdrawal.amount_fen or 0,
    )
    _post(session, withdrawal, "payout", "", [posting], at=at)


def _post(
    session: Session,
    withdrawal: Withdrawal,
    kind: str,
    memo: str,
    postings: list[Posting],
    *,
    at: datetime,
) -> None:
    journal.post(
        session,
        Transfer(
            key=f"withdrawal:{withdrawal.number}",
            kind=kind,
            occurred_at=at,
            reference=f"withdrawal:{withdrawal.number}",
            memo=memo,
            postings=tuple(postings),
        ),
        at=at,
    )
