"""Carrying a confirmed withdrawal out: the postings of a collection, a return or a payout."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import accounts
from bank.acts import move
from bank.calendar import local_date
from bank.contracts.making import make_contracts, to_holders
from bank.contracts.tables import Contract
from bank.deposits import lifecycle as deposit_cycle
from bank.deposits.records import get_deposit, lock_deposits
from bank.lifecycle import after
from bank.orders import lifecycle as order_cycle
from bank.orders.receipts import open_amount
from bank.orders.refusals import AppraisalExpired, EscrowShort, NotInCatalogue
from bank.orders.tables import Order
from bank.projects import lifecycle as project_cycle
from bank.withdrawals.tables import Withdrawal
from database.actor import Actor
from ledger import journal
from ledger.model import Posting, Transfer
from valuation.appraisals.appraising import find_in_force


def refuse_unready(session: Session, withdrawal: Withdrawal, *, at: datetime) -> None:
    """What must hold before money or land leaves, looked at by the first officer and the second.

    Refuses: EscrowShort, NotInCatalogue, AppraisalExpired (collection); IllegalMove (return).
    """
    if withdrawal.order is not None:
        _refuse_unready_order(session, withdrawal.order, at=at)
    if withdrawal.deposit_id is not None:
        deposit = get_deposit(session, withdrawal.deposit_id, lock=True)
        after(deposit_cycle.LIFECYCLE, deposit.stage, deposit_cycle.Act.RETURN)


def _refuse_unready_order(session: Session, order: Order, *, at: datetime) -> None:
    if open_fen := open_amount(session, order):
        raise EscrowShort("the money is not complete", open_fen=open_fen)
    for line in order.lines:
        deposit = line.deposit
        if deposit.stage is not deposit_cycle.Stage.RESERVED:
            raise NotInCatalogue("not reserved", deposit=deposit.number, stage=deposit.stage.value)
        if find_in_force(session, deposit.asset_id, at=at, today=local_date(at)) is None:
            raise AppraisalExpired("appraise it anew", deposit=deposit.number)


def execute(session: Session, withdrawal: Withdrawal, *, officer: Actor, at: datetime) -> None:
    """Post what the withdrawal asks for. Refuses: Overdrawn."""
    if withdrawal.order is not None:
        _collect(session, withdrawal, withdrawal.order, officer=officer, at=at)
    elif withdrawal.deposit_id is not None:
        _return(session, withdrawal, withdrawal.deposit_id, officer=officer, at=at)
    else:
        _pay_out(session, withdrawal, at=at)


def _collect(
    session: Session, withdrawal: Withdrawal, order: Order, *, officer: Actor, at: datetime
) -> None:
    contracts, investor_shares = make_contracts(session, order, at=at)
    postings = _land_postings(session, order) + _money_postings(session, order)
    postings += _share_postings(session, order, contracts, investor_shares)
    _post(session, withdrawal, "collect", order.project.name, postings, at=at)

    for deposit in lock_deposits(session, [line.deposit_id for line in order.lines]):
        move(
            session,
            deposit,
            deposit_cycle.LIFECYCLE,
            deposit_cycle.Act.COLLECT,
            actor=officer,
            at=at,
            reason=order.project.number,
        )
    move(session, order, order_cycle.LIFECYCLE, order_cycle.Act.FULFIL, actor=officer, at=at)
    move(
        session,
        order.project,
        project_cycle.LIFECYCLE,
        project_cycle.Act.OPERATE,
        actor=officer,
        at=at,
    )


def _land_postings(session: Session, order: Order) -> list[Posting]:
    """All area of the bundle, from the order's account to the project's."""
    held = accounts.held(order.project.number)
    journal.open_account(session, held)
    return [
        Posting(
            source=accounts.reserved(order.number),
            target=held,
            unit=accounts.land(line.deposit.number),
            quantity=line.area_dm2,
        )
        for line in order.lines
    ]


def _money_postings(session: Session, order: Order) -> list[Posting]:
    """Escrow pays first rents and balances to the holders, and the capital to the project."""
    escrow = accounts.escrow(order.number)
    postings = []
    for line in order.lines:
        postings += to_holders(
            session, line.deposit, line.due_fen, source=escrow, unit=accounts.CNY
        )
    if order.capital_fen:
        capital = accounts.capital(order.project.number)
        journal.open_account(session, capital)
        postings.append(
            Posting(source=escrow, target=capital, unit=accounts.CNY, quantity=order.capital_fen)
        )
    return postings


def _share_postings(
    session: Session, order: Order, contracts: list[Contract], investor_shares: int
) -> list[Posting]:
    """Shares come into being: to the holders of deposits for share, and to the investor."""
    unit = accounts.share(order.project.number)
    journal.open_unit(session, unit, name=order.project.name)
    journal.open_account(session, accounts.WORLD_SHARE, may_go_negative=True)
    postings = []
    for contract in contracts:
        postings += to_holders(
            session, contract.deposit, contract.shares, source=accounts.WORLD_SHARE, unit=unit
        )
    if investor_shares:
        target = accounts.shares(order.party.number)
        journal.open_account(session, target)
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
    journal.open_account(session, home)
    posting = Posting(
        source=accounts.stored(deposit.party.number),
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
