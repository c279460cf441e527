"""Bank receipts: money that arrived at the county's bank, recorded once, into the right account."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bank import accounts, keys
from bank.acts import move
from bank.authority import require_county_officer, require_disinterested
from bank.calendar import grace_ends
from bank.orders.gates import refuse_unfit
from bank.orders.lifecycle import LIFECYCLE, Act, Stage
from bank.orders.placing import get_order, held_fen
from bank.orders.refusals import (
    ReceiptMissing,
    ReceiptUnreadable,
    ReceiptUsed,
    ReservationOver,
    WrongAmount,
)
from bank.orders.tables import Order, Receipt, ReceiptPurpose
from bank.projects.interest import interested
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import GraceRunning, IllegalMove
from bank.withdrawals.lifecycle import UNDER_WAY
from bank.withdrawals.refusals import WithdrawalUnderWay
from bank.withdrawals.tables import Withdrawal
from database.actor import Actor
from database.base import new_id
from ledger import journal
from ledger.model import Posting, Transfer

LEAST: Final = 3
MOST: Final = 40
"""How long a bank's receipt number is; banks differ, so the bounds are wide."""
MINUS: Final = "\N{MINUS SIGN}"


def pay_into_escrow(
    session: Session,
    order_id: UUID,
    *,
    bank_receipt_number: str,
    amount_fen: int,
    officer: Actor,
    at: datetime,
    key: str,
) -> Receipt:
    """Record an investor's payment for an approved order; when all is there, it is escrowed.

    Refuses: NotAnOfficer, OwnBusiness, KeyReused, IllegalMove, GraceRunning, ReservationOver,
    WrongAmount, WithdrawalUnderWay (a refund), and what `refuse_unfit` and `take_in` do.
    """
    order = get_order(session, order_id, lock=True)
    require_county_officer(officer)
    require_disinterested(
        officer, filed_by=order.placed_by, parties=interested(session, order.project)
    )
    body = {"order": order_id, "receipt": bank_receipt_number, "amount": amount_fen}
    if first := keys.earlier(session, key, "receipts.escrow", **body):
        return session.get_one(Receipt, first)
    if order.stage is not Stage.RESERVED or order.project.stage is not ProjectStage.APPROVED:
        raise IllegalMove("the order does not wait for money", stage=order.stage.value, act="pay")
    if at < grace_ends(order.placed_at):
        raise GraceRunning("the investor may still take the order back")
    if at >= order.reserved_until:
        raise ReservationOver("the reservation is over", until=order.reserved_until.isoformat())
    open_fen = open_amount(session, order)
    if not 0 < amount_fen <= open_fen:
        raise WrongAmount("not what is open", field="amount", open_fen=open_fen)
    refuse_leaving(session, order)
    refuse_unfit(session, order, at=at)

    receipt = take_in(
        session,
        purpose=ReceiptPurpose.ESCROW,
        project_id=order.project_id,
        target=accounts.escrow(order.number),
        reference=f"order:{order.number}",
        bank_receipt_number=bank_receipt_number,
        amount_fen=amount_fen,
        officer=officer,
        at=at,
    )
    if amount_fen == open_fen:
        move(session, order, LIFECYCLE, Act.ESCROW, actor=officer, at=at)
    keys.settle(session, key, receipt.id)
    return receipt


def refuse_leaving(session: Session, order: Order) -> None:
    """No collection or refund of the order is under way. Refuses: WithdrawalUnderWay."""
    number = session.scalar(
        select(Withdrawal.number).where(
            Withdrawal.order_id == order.id, Withdrawal.stage.in_(UNDER_WAY)
        )
    )
    if number:
        raise WithdrawalUnderWay("finish the one under way first", withdrawal=number)


def open_amount(session: Session, order: Order) -> int:
    """What is still to be paid into escrow, in fen."""
    return order.amount_fen - held_fen(session, order)


def read_receipt_number(typed: str) -> str:
    """The one spelling of a receipt number: narrow capitals and digits, no blanks, no dashes.

    Refuses: ReceiptMissing, ReceiptUnreadable.
    """
    spelt = "".join(
        each
        for each in unicodedata.normalize("NFKC", typed).upper()
        if not each.isspace() and unicodedata.category(each) != "Pd" and each != MINUS
    )
    if not spelt:
        raise ReceiptMissing("the bank's receipt number is needed", field="bank_receipt_number")
    if not LEAST <= len(spelt) <= MOST or not (spelt.isascii() and spelt.isalnum()):
        raise ReceiptUnreadable(
            "not a receipt number", field="bank_receipt_number", least=LEAST, most=MOST
        )
    return spelt


def take_in(
    session: Session,
    *,
    purpose: ReceiptPurpose,
    project_id: UUID | None = None,
    party_id: UUID | None = None,
    target: str,
    reference: str,
    bank_receipt_number: str,
    amount_fen: int,
    officer: Actor,
    at: datetime,
    kind: str = "receipt",
    onward: Sequence[Posting] = (),
) -> Receipt:
    """Bring money in from outside under the bank's own receipt number, which counts once.

    It is for a project or for a party, and goes to the account `target`.
    `onward` are postings that pass it on at once: one transfer, so that accounts are locked in
    one order. A second writer with the same number waits until the first one has committed.
    Refuses: ReceiptMissing, ReceiptUnreadable, ReceiptUsed.
    """
    number = read_receipt_number(bank_receipt_number)
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    made = session.scalar(
        insert(Receipt)
        .values(
            id=new_id(),
            bank_receipt_number=number,
            purpose=purpose,
            project_id=project_id,
            party_id=party_id,
            amount_fen=amount_fen,
            received_at=at,
            recorded_by=officer.id,
        )
        .on_conflict_do_nothing(index_elements=["bank_receipt_number"])
        .returning(Receipt.id)
    )
    if made is None:
        raise ReceiptUsed("this receipt is recorded", field="bank_receipt_number", number=number)
    receipt = session.get_one(Receipt, made)
    journal.open_unit(session, accounts.CNY, at=at, name="人民币")
    journal.open_account(session, accounts.WORLD_CNY, at=at, may_go_negative=True)
    journal.open_account(session, target, at=at)
    journal.post(
        session,
        Transfer(
            key=f"receipt:{number}",
            kind=kind,
            occurred_at=at,
            reference=reference,
            memo=number,
            postings=(
                Posting(
                    source=accounts.WORLD_CNY,
                    target=target,
                    unit=accounts.CNY,
                    quantity=amount_fen,
                ),
                *onward,
            ),
        ),
        at=at,
    )
    return receipt
