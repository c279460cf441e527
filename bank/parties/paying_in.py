"""Money that a party pays into its own account, to pay an agency's fee with, say."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bank import accounts, keys
from bank.authority import require_county_officer, require_disinterested
from bank.figures import narrow, within_ledger
from bank.orders.receipts import take_in
from bank.orders.tables import Receipt, ReceiptPurpose
from bank.parties.refusals import NothingPaidIn
from bank.parties.signing_up import get_party
from bank.parties.tables import Party, User
from bank.refusals import NoSuchRecord
from database.actor import Actor


def pay_in(
    session: Session,
    party_id: UUID,
    *,
    bank_receipt_number: str,
    amount_fen: int,
    officer: Actor,
    at: datetime,
    key: str,
) -> Receipt:
    """Record money that has arrived at the county's bank for a party, in fen, into its account.

    Refuses: NotAnOfficer, NoSuchRecord, OwnBusiness, KeyReused, NothingPaidIn, TooLarge, and what
    `take_in` does.
    """
    require_county_officer(officer)
    party = get_party(session, party_id)
    require_disinterested(officer, filed_by=None, parties={party.id})
    body = {"party": party_id, "receipt": bank_receipt_number, "amount": amount_fen}
    if first := keys.earlier(session, key, "parties.pay_in", **body):
        return session.get_one(Receipt, first)
    if amount_fen <= 0:
        raise NothingPaidIn("the amount must be above zero", field="amount")
    within_ledger(amount_fen, field="amount")

    receipt = take_in(
        session,
        purpose=ReceiptPurpose.ACCOUNT,
        party_id=party.id,
        target=accounts.cash(party.number),
        reference=f"party:{party.number}",
        bank_receipt_number=bank_receipt_number,
        amount_fen=amount_fen,
        officer=officer,
        at=at,
    )
    keys.settle(session, key, receipt.id)
    return receipt


def get_holder(session: Session, number: str) -> Party:
    """The party of this number, as a payer writes it. Refuses: NoSuchRecord."""
    spelt = narrow(number).upper()
    party = session.scalar(select(Party).where(Party.number == spelt))
    if party is None:
        raise NoSuchRecord("no such party", field="number", number=spelt)
    return party


def latest(session: Session, *, most: int = 20) -> Sequence[Row[Receipt, Party, User]]:
    """What was paid in last, into whose account, and who recorded it."""
    return session.execute(
        select(Receipt, Party, User)
        .join(Party, Party.id == Receipt.party_id)
        .join(User, User.id == Receipt.recorded_by)
        .where(Receipt.purpose == ReceiptPurpose.ACCOUNT)
        .order_by(Receipt.received_at.desc(), Receipt.id.desc())
        .limit(most)
    ).all()
