"""Bank receipts: money that arrived at the county's bank, recorded once, into the right account."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts, keys
from bank.acts import move
from bank.authority import require_county_officer, require_disinterested
from bank.calendar import grace_ends
from bank.orders.lifecycle import LIFECYCLE, Act, Stage
from bank.orders.placing import get_order
from bank.orders.refusals import (
    ReceiptMissing,
    ReceiptUsed,
    ReservationOver,
    WrongAmount,
)
from bank.orders.tables import Order, Receipt, ReceiptPurpose
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import GraceRunning, IllegalMove
from database.actor import Actor
from ledger import journal
from ledger.model import Posting, Transfer


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

    Refuses: NotAnOfficer, OwnBusiness, KeyReused, IllegalMove, ReservationOver, ReceiptMissing,
    ReceiptUsed, WrongAmount.
    """
    order = get_order(session, order_id, lock=True)
    require_county_officer(officer)
    require_disinterested(officer, filed_by=order.placed_by, parties={order.party_id})
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


def open_amount(session: Session, order: Order) -> int:
    """What is still to be paid into escrow, in fen."""
    return order.amount_fen - journal.balance(session, accounts.escrow(order.number), accounts.CNY)


def take_in(
    session: Session,
    *,
    purpose: ReceiptPurpose,
    project_id: UUID,
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

    `onward` are postings that pass it on at once: one transfer, so that accounts are locked in
    one order. Refuses: ReceiptMissing, ReceiptUsed.
    """
    number = bank_receipt_number.strip()
    if not number:
        raise ReceiptMissing("the bank's receipt number is needed", field="bank_receipt_number")
    if session.scalar(select(Receipt.id).where(Receipt.bank_receipt_number == number)):
        raise ReceiptUsed("this receipt is recorded", field="bank_receipt_number", number=number)
    receipt = Receipt(
        bank_receipt_number=number,
        purpose=purpose,
        project_id=project_id,
        amount_fen=amount_fen,
        received_at=at,
        recorded_by=officer.id,
    )
    session.add(receipt)
    session.flush()
    journal.open_unit(session, accounts.CNY, name="人民币")
    journal.open_account(session, accounts.WORLD_CNY, may_go_negative=True)
    journal.open_account(session, target)
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
