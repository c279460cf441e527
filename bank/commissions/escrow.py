"""A commission's fee in the ledger: into escrow when an agency is engaged, then on or back."""

from datetime import datetime

from sqlalchemy.orm import Session

from bank import accounts
from bank.agencies import purse
from bank.parties.signing_up import get_party
from ledger import journal
from ledger.model import Posting, Transfer
from valuation.commissions.tables import Commission


def hold(session: Session, commission: Commission, *, at: datetime) -> None:
    """Take the fee from the client into escrow; the county pays from outside. Zero moves nothing.

    Refuses: Overdrawn.
    """
    source = _purse(session, commission, at)
    _move(session, commission, "fee_escrow", source, accounts.fee_escrow(commission.number), at)


def release(session: Session, commission: Commission, *, at: datetime) -> None:
    """Give the fee that is held to the agency."""
    agency = purse.party_of(session, commission.engaged, at=at)
    target = accounts.cash(agency.number)
    _move(session, commission, "fee_release", accounts.fee_escrow(commission.number), target, at)


def refund(session: Session, commission: Commission, *, at: datetime) -> None:
    """Give the fee that is held back to the client."""
    target = _purse(session, commission, at)
    _move(session, commission, "fee_refund", accounts.fee_escrow(commission.number), target, at)


def _purse(session: Session, commission: Commission, at: datetime) -> str:
    if commission.client_id is None:
        return accounts.WORLD_CNY
    return accounts.cash(get_party(session, commission.client_id).number)


def _move(
    session: Session, commission: Commission, kind: str, source: str, target: str, at: datetime
) -> None:
    if not commission.fee_fen:
        return
    journal.open_unit(session, accounts.CNY, at=at, name="人民币")
    for account in (source, target):
        journal.open_account(session, account, at=at, may_go_negative=account == accounts.WORLD_CNY)
    told = kind.removeprefix("fee_")
    journal.post(
        session,
        Transfer(
            key=f"commission:{commission.number}:{told}",
            kind=kind,
            occurred_at=at,
            reference=f"commission:{commission.number}",
            memo=commission.number,
            postings=(
                Posting(
                    source=source, target=target, unit=accounts.CNY, quantity=commission.fee_fen
                ),
            ),
        ),
        at=at,
    )
