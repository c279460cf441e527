"""Asking for a withdrawal, and taking the request back while the grace period runs."""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank import accounts, keys
from bank.acts import move, note
from bank.authority import require_county_officer, require_disinterested, require_party
from bank.calendar import grace_ends
from bank.deposits.records import get_deposit
from bank.deposits.tables import Deposit
from bank.lifecycle import after
from bank.numbers import next_number
from bank.orders import lifecycle as order_cycle
from bank.orders.gates import refuse_unaccepted, refuse_unagreed
from bank.orders.placing import get_order, held_fen
from bank.orders.receipts import refuse_leaving
from bank.parties.signing_up import get_party
from bank.parties.tables import Party
from bank.projects import lifecycle as project_cycle
from bank.projects.interest import interested
from bank.projects.reviewing import get_project
from bank.refusals import GraceOver, NoSuchRecord
from bank.withdrawals.executing import refuse_bound
from bank.withdrawals.lifecycle import LIFECYCLE, UNDER_WAY, Act, Stage
from bank.withdrawals.refusals import (
    BankAccountMissing,
    NotEnough,
    NothingHeld,
    NothingToPay,
    WithdrawalUnderWay,
)
from bank.withdrawals.tables import BY_OFFICER, Kind, Withdrawal
from database.actor import Actor
from database.refusals import Refusal
from database.rows import find_row
from ledger import journal


def request_collection(
    session: Session, order_id: UUID, *, officer: Actor, at: datetime, key: str
) -> Withdrawal:
    """A county officer asks that the bundle of a paid order leave the bank for its project.

    Refuses: NotAnOfficer, OwnBusiness, KeyReused, IllegalMove, WithdrawalUnderWay,
    PartNotAgreed, GraceRunning, SwapNotAccepted.
    """
    require_county_officer(officer)
    order = get_order(session, order_id, lock=True)
    require_disinterested(
        officer, filed_by=order.placed_by, parties=interested(session, order.project)
    )
    if first := keys.earlier(session, key, "withdrawals.collection", order=order_id):
        return get_withdrawal(session, first)
    after(order_cycle.LIFECYCLE, order.stage, order_cycle.Act.CONFIRM)
    project = get_project(session, order.project_id, lock=True)
    after(project_cycle.LIFECYCLE, project.stage, project_cycle.Act.COLLECT)
    refuse_leaving(session, order)
    refuse_unagreed(session, order, at=at)
    refuse_unaccepted(order)

    withdrawal = _open(session, Kind.COLLECTION, order.party, actor=officer, at=at)
    withdrawal.order_id = order.id
    move(session, order, order_cycle.LIFECYCLE, order_cycle.Act.CONFIRM, actor=officer, at=at)
    move(session, project, project_cycle.LIFECYCLE, project_cycle.Act.COLLECT, actor=officer, at=at)
    return _settled(session, key, withdrawal)


def request_refund(
    session: Session, order_id: UUID, *, reason: str, officer: Actor, at: datetime, key: str
) -> Withdrawal:
    """A county officer asks that the money held for an order go back to who paid it.

    All of it goes back, to the accounts it came from, and then the order ends. Refuses:
    NotAnOfficer, OwnBusiness, KeyReused, IllegalMove, WithdrawalUnderWay, NothingHeld.
    """
    require_county_officer(officer)
    order = get_order(session, order_id, lock=True)
    require_disinterested(
        officer, filed_by=order.placed_by, parties=interested(session, order.project)
    )
    if first := keys.earlier(session, key, "withdrawals.refund", order=order_id, reason=reason):
        return get_withdrawal(session, first)
    after(order_cycle.LIFECYCLE, order.stage, order_cycle.Act.CANCEL)
    refuse_leaving(session, order)
    amount_fen = held_fen(session, order)
    if not amount_fen:
        raise NothingHeld("no money is held for this order", order=order.number)

    withdrawal = _open(session, Kind.REFUND, order.party, actor=officer, at=at)
    withdrawal.order_id, withdrawal.amount_fen = order.id, amount_fen
    return _settled(session, key, withdrawal, reason=reason.strip())


def request_return(
    session: Session, deposit_id: UUID, *, actor: Actor, at: datetime, key: str
) -> Withdrawal:
    """An owner asks for her deposit back: one that is stored, or whose contract has ended.

    Refuses: NotYours, KeyReused, IllegalMove, ContractRunning, RentOpen, WithdrawalUnderWay.
    """
    deposit = get_deposit(session, deposit_id, lock=True)
    require_party(actor, deposit.party_id)
    if first := keys.earlier(session, key, "withdrawals.return", deposit=deposit_id):
        return get_withdrawal(session, first)
    refuse_bound(session, deposit, at=at)
    under_way = session.scalar(
        select(Withdrawal.number).where(
            Withdrawal.deposit_id == deposit.id, Withdrawal.stage.in_(UNDER_WAY)
        )
    )
    if under_way:
        raise WithdrawalUnderWay("its return is under way", withdrawal=under_way)

    withdrawal = _open(session, Kind.RETURN, deposit.party, actor=actor, at=at)
    withdrawal.deposit_id = deposit.id
    return _settled(session, key, withdrawal)


def may_go_home(session: Session, deposit: Deposit, at: datetime) -> bool:
    """Whether its owner may ask for the deposit back now."""
    try:
        refuse_bound(session, deposit, at=at)
    except Refusal:
        return False
    return True


def request_payout(
    session: Session,
    party_id: UUID,
    *,
    amount_fen: int,
    bank_account: str,
    actor: Actor,
    at: datetime,
    key: str,
) -> Withdrawal:
    """A party asks for money of its own; nothing moves before two officers confirm it.

    Refuses: NotYours, NothingToPay, NotEnough, BankAccountMissing, KeyReused.
    """
    require_party(actor, party_id)
    body = {"party": party_id, "amount": amount_fen, "account": bank_account}
    if first := keys.earlier(session, key, "withdrawals.payout", **body):
        return get_withdrawal(session, first)
    session.execute(select(Party.id).where(Party.id == party_id).with_for_update())
    party = get_party(session, party_id)
    if amount_fen <= 0:
        raise NothingToPay("the amount must be above zero", field="amount")
    available_fen = available(session, party)
    if amount_fen > available_fen:
        raise NotEnough("more than there is", field="amount", available_fen=available_fen)
    digits = re.sub(r"[\s-]", "", bank_account)
    if not re.fullmatch(r"[0-9]{8,30}", digits):
        raise BankAccountMissing("a bank account has 8 to 30 digits", field="bank_account")

    withdrawal = _open(session, Kind.PAYOUT, party, actor=actor, at=at)
    withdrawal.amount_fen, withdrawal.bank_account = amount_fen, digits
    return _settled(session, key, withdrawal)


def available(session: Session, party: Party) -> int:
    """What the party may ask for: its balance less what it has asked for already, in fen."""
    asked = session.scalar(
        select(func.coalesce(func.sum(Withdrawal.amount_fen), 0)).where(
            Withdrawal.party_id == party.id,
            Withdrawal.kind == Kind.PAYOUT,
            Withdrawal.stage.in_(UNDER_WAY),
        )
    )
    balance_fen = journal.balance(session, accounts.cash(party.number), accounts.CNY)
    return balance_fen - int(asked or 0)


def take_back(session: Session, withdrawal_id: UUID, *, actor: Actor, at: datetime) -> Withdrawal:
    """Take a request back while the grace period runs and no officer has checked it.

    Refuses: NotYours, GraceOver, IllegalMove.
    """
    withdrawal = get_withdrawal(session, withdrawal_id, lock=True)
    require_party(actor, withdrawal.party_id)
    if withdrawal.kind in BY_OFFICER or at >= grace_ends(withdrawal.requested_at):
        raise GraceOver("the time to take it back is over")
    move(session, withdrawal, LIFECYCLE, Act.TAKE_BACK, actor=actor, at=at)
    return withdrawal


def get_withdrawal(session: Session, withdrawal_id: UUID, *, lock: bool = False) -> Withdrawal:
    """The withdrawal of this id, its row locked if asked. Refuses: NoSuchRecord."""
    withdrawal = find_row(session, Withdrawal, withdrawal_id, lock=lock)
    if withdrawal is None:
        raise NoSuchRecord("no such withdrawal")
    return withdrawal


def _open(session: Session, kind: Kind, party: Party, *, actor: Actor, at: datetime) -> Withdrawal:
    withdrawal = Withdrawal(
        number=next_number(session, "W", at),
        kind=kind,
        stage=Stage.REQUESTED,
        party_id=party.id,
        party=party,
        requested_by=actor.id,
        requested_at=at,
    )
    session.add(withdrawal)
    return withdrawal


def _settled(session: Session, key: str, withdrawal: Withdrawal, *, reason: str = "") -> Withdrawal:
    session.flush()
    requester, at = withdrawal.requested_by, withdrawal.requested_at
    row = note(session, withdrawal, Act.REQUEST, actor=None, at=at, reason=reason)
    row.actor_id = requester
    keys.settle(session, key, withdrawal.id)
    return withdrawal
