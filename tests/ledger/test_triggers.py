"""Journal and log rows cannot be changed, by raw SQL either."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger import log, triggers
from tests.ledger.entries import NOON, Book

SETS = {
    "ledger_transfer": "memo = 'x'",
    "ledger_posting": "quantity = quantity + 1",
    "ledger_leaf": "hash = ''",
    "ledger_checkpoint": "root = ''",
}


@pytest.fixture
def sealed(book: Book) -> Session:
    """A session with a row in every table."""
    book.post("1", "world -> ann 100 CNY")
    log.checkpoint(book.session, log.Signer("test", Ed25519PrivateKey.generate()), NOON)
    return book.session


def refused(session: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(statement))


@pytest.mark.parametrize("table", triggers.GUARDED)
def test_a_row_stays_as_it_is(sealed: Session, table: str) -> None:
    refused(sealed, f"UPDATE {table} SET {SETS[table]}")
    refused(sealed, f"DELETE FROM {table}")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", [*triggers.GUARDED, "ledger_account"])
def test_a_table_cannot_be_emptied(sealed: Session, table: str) -> None:
    refused(sealed, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", triggers.GUARDED)
def test_a_row_cannot_be_replaced(sealed: Session, table: str) -> None:
    refused(sealed, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("taken", ["id", "key"])
def test_a_row_cannot_be_replaced_through_any_of_its_keys(sealed: Session, taken: str) -> None:
    others = {"number": "number + 1", "id": "'another'", "key": "'another'"} | {taken: taken}
    columns = (
        "number, id, key, nonce, body_hash, kind, occurred_at, recorded_at, reference, memo, hash"
    )
    values = ", ".join(others.get(name, name) for name in columns.split(", "))

    refused(
        sealed,
        f"INSERT OR REPLACE INTO ledger_transfer ({columns}) SELECT {values} FROM ledger_transfer",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_balance SET quantity = -1 WHERE NOT may_go_negative",
        "INSERT INTO ledger_posting SELECT transfer, 9, source, target, unit, 0, 9, 9, 9, 9"
        " FROM ledger_posting",
        "INSERT INTO ledger_posting SELECT transfer, 9, source, source, unit, 1, 9, 9, 9, 9"
        " FROM ledger_posting",
    ],
)
def test_the_database_itself_refuses_what_the_journal_would(
    sealed: Session, statement: str
) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)check"), sealed.begin_nested():
        sealed.execute(text(statement))


def test_installing_the_guards_again_does_no_harm(sealed: Session) -> None:
    triggers.install(sealed.connection())

    refused(sealed, "DELETE FROM ledger_leaf")
