"""Rents after the first year: recording their payment, and what is in arrears."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bank import accounts, keys
from bank.authority import require_county_officer, require_disinterested
from bank.contracts.making import to_holders
from bank.contracts.tables import Contract, Instalment
from bank.deposits.tables import Deposit
from bank.orders.receipts import take_in
from bank.orders.refusals import WrongAmount
from bank.orders.tables import ReceiptPurpose
from bank.projects.interest import interested
from bank.refusals import IllegalMove, NoSuchRecord
from database.actor import Actor
from database.rows import find_row


def pay_rent(
    session: Session,
    contract_id: UUID,
    *,
    ordinal: int,
    bank_receipt_number: str,
    amount_fen: int,
    officer: Actor,
    at: datetime,
    key: str,
) -> Instalment:
    """Record a tenant's rent against a bank receipt and pass it on to the holders at once.

    Refuses: NotAnOfficer, OwnBusiness, KeyReused, NoSuchRecord, IllegalMove (paid already),
    WrongAmount, and what `take_in` does.
    """
    instalment = find_row(session, Instalment, (contract_id, ordinal), lock=True)
    contract = session.get(Contract, contract_id)
    if instalment is None or contract is None:
        raise NoSuchRecord("no such rent")
    require_county_officer(officer)
    parties = interested(session, contract.project)
    require_disinterested(officer, filed_by=None, parties=parties)
    body = {"contract": contract_id, "ordinal": ordinal, "receipt": bank_receipt_number}
    if keys.earlier(session, key, "rents.pay", **body, amount=amount_fen):
        return instalment
    if instalment.paid_at is not None:
        raise IllegalMove("this rent is paid", stage="paid", act="pay")
    if amount_fen != instalment.amount_fen:
        raise WrongAmount("not what is due", field="amount", open_fen=instalment.amount_fen)

    source = accounts.income(contract.project.number)
    take_in(
        session,
        purpose=ReceiptPurpose.RENT,
        project_id=contract.project_id,
        target=source,
        reference=f"contract:{contract.number}",
        bank_receipt_number=bank_receipt_number,
        amount_fen=amount_fen,
        officer=officer,
        at=at,
        kind="rent",
        onward=to_holders(
            session, contract.deposit, amount_fen, source=source, unit=accounts.CNY, at=at
        ),
    )
    instalment.paid_at = at
    keys.settle(session, key, contract.id)
    return instalment


def arrears(session: Session, *, today: date, limit: int | None = None) -> list[Instalment]:
    """Rents whose day has passed unpaid, the oldest first; they show from the day after."""
    return list(
        session.scalars(
            select(Instalment)
            .where(Instalment.paid_at.is_(None), Instalment.due_on < today)
            .order_by(Instalment.due_on, Instalment.contract_id)
            .limit(limit)
        )
    )


def contracts_in_arrears(
    session: Session, *, today: date, limit: int
) -> list[tuple[Contract, Instalment]]:
    """At most so many rents in arrears with their contracts and projects, by few queries."""
    found = arrears(session, today=today, limit=limit)
    contracts = session.scalars(
        select(Contract)
        .where(Contract.id.in_({instalment.contract_id for instalment in found}))
        .options(
            joinedload(Contract.project),
            joinedload(Contract.deposit).joinedload(Deposit.asset),
        )
    )
    by_id = {contract.id: contract for contract in contracts}
    return [(by_id[instalment.contract_id], instalment) for instalment in found]
