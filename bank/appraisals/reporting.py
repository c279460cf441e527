"""The report of an issued appraisal: drawn up if the agency gave none, kept, put on record.

On record means: one entry in the ledger, of the unit `report`, whose memo is the report's SHA-256.
The entry is sealed in the log like any other, so it has a receipt and a proof; `find_record` gives
it, `journal.get_transfer` and `ledger.receipt` the rest, and its page is /ledger/proof/<id>.
"""

from datetime import datetime
from io import BytesIO
from typing import Final

from sqlalchemy.orm import Session

from bank import accounts
from bank.appraisals.report import gather
from bank.calendar import local_date
from bank.deposits.tables import Deposit
from bank.files.documents import get_document, keep
from bank.files.kinds import PDF
from bank.files.tables import Document, Visibility
from bank.rules import whole
from bank.typeface import TYPEFACE
from database.actor import Actor
from ledger import journal
from ledger.journal import TransferView
from ledger.model import Posting, Transfer
from valuation.appraisals.tables import Appraisal
from valuation.reports.document import write_report

KIND: Final = "report"
HASHED: Final = "sha256:"
"""How the memo of the entry begins; the hash follows in hexadecimal."""


def put_on_record(
    session: Session,
    appraisal: Appraisal,
    deposit: Deposit,
    *,
    site: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Give an appraisal that was issued just now its report, and write its hash into the ledger.

    The agency's own report stands as it was handed in; without one the bank draws it up. `site` is
    where the public reaches the bank, for the square code.
    """
    if appraisal.report_id is None:
        appraisal.report_id = _drawn_up(
            session, appraisal, deposit, site=site, actor=actor, at=at
        ).id
    appraisal.report_sha256 = get_document(session, appraisal.report_id).sha256
    account = accounts.report(appraisal.number)
    journal.open_unit(session, accounts.REPORT, at=at)
    journal.open_account(session, accounts.WORLD_REPORT, at=at, may_go_negative=True)
    journal.open_account(session, account, at=at)
    journal.post(
        session,
        Transfer(
            key=f"report:{appraisal.number}",
            kind=KIND,
            occurred_at=at,
            reference=_reference(appraisal),
            memo=f"{HASHED}{appraisal.report_sha256}",
            postings=(
                Posting(
                    source=accounts.WORLD_REPORT,
                    target=account,
                    unit=accounts.REPORT,
                    quantity=1,
                ),
            ),
        ),
        at=at,
    )


def find_record(session: Session, appraisal: Appraisal) -> TransferView | None:
    """The entry that put the report on record; None for one issued before reports were recorded."""
    found = journal.transfers(session, reference=_reference(appraisal), limit=10)
    return next((each for each in found if each.kind == KIND), None)


def recorded_hash(entry: TransferView) -> str:
    """The SHA-256 that the entry tells, in hexadecimal."""
    return entry.memo.removeprefix(HASHED)


def drawn(
    session: Session, appraisal: Appraisal, deposit: Deposit, *, site: str = "", at: datetime
) -> bytes:
    """The report as the bank draws it up now; a draft's has 草稿 across its pages."""
    facts = gather(session, appraisal, deposit, made_at=at, site=site)
    into = BytesIO()
    write_report(facts, TYPEFACE, into)
    return into.getvalue()


def _drawn_up(
    session: Session,
    appraisal: Appraisal,
    deposit: Deposit,
    *,
    site: str,
    actor: Actor,
    at: datetime,
) -> Document:
    return keep(
        session,
        name=f"评估报告-{appraisal.number}.pdf",
        content=drawn(session, appraisal, deposit, site=site, at=at),
        accept=frozenset({PDF}),
        actor=actor,
        party_id=None,
        at=at,
        visibility=Visibility.OFFICE,
        limit_mb=whole("file.size.maximum_mb", local_date(at)),
    )


def _reference(appraisal: Appraisal) -> str:
    return f"appraisal:{appraisal.number}"
