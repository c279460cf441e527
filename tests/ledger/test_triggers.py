"""Journal and log rows cannot be changed, and refer to what is there, in raw SQL too."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from database.base import Base
from ledger import log, tables, triggers
from tests.ledger.entries import NOON, Book

SETS = {
    "ledger_transfer": "memo = 'x'",
    "ledger_about": "account = 1",
    "ledger_posting": "quantity = quantity + 1",
    "ledger_held": "quantity = quantity + 1",
    "ledger_leaf": "hash = ''",
    "ledger_node": "hash = ''",
    "ledger_seal": "edge = ''",
    "ledger_checkpoint": "root = ''",
}


@pytest.fixture
def sealed(book: Book) -> Session:
    """A session with a row in every table."""
    book.hold("h", "world -> ann 1 CNY")
    book.post("1", "world -> ann 100 CNY")
    book.session.execute(insert(tables.node).values(level=8, position=0, hash="00"))
    log.checkpoint(book.session, log.Signer("test", Ed25519PrivateKey.generate()), NOON)
    return book.session


def refused(session: Session, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(statement))


@pytest.mark.parametrize("table", triggers.GUARDED)
def test_a_row_stays_as_it_is(sealed: Session, table: str) -> None:
    refused(sealed, f"UPDATE {table} SET {SETS[table]}")
    refused(sealed, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", ["ledger_posting", "ledger_held"])
@pytest.mark.parametrize("side", ["source", "target"])
def test_a_line_has_both_its_balances(sealed: Session, table: str, side: str) -> None:
    columns = Base.metadata.tables[table].columns.keys()
    new = {"ordinal": "1", "source_version": "9", "target_version": "9", side: "ben.id"}
    values = ", ".join(new.get(name, name) for name in columns)
    for statement in (
        f"DELETE FROM ledger_balance WHERE account IN (SELECT {side} FROM {table})",
        f"INSERT INTO {table} SELECT {values} FROM {table}, ledger_account AS ben"
        " WHERE ben.code = 'ben'",
    ):
        with pytest.raises(IntegrityError), sealed.begin_nested():
            sealed.execute(text(statement))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", [*triggers.GUARDED, "ledger_account"])
def test_a_table_cannot_be_emptied(sealed: Session, table: str) -> None:
    refused(sealed, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", triggers.GUARDED)
def test_a_row_cannot_be_replaced(sealed: Session, table: str) -> None:
    refused(sealed, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "taken"),
    [
        *(("ledger_transfer", key) for key in ("number", "id", "key")),
        *(("ledger_about", key) for key in ("transfer", "reverses", "ends", "unit")),
    ],
)
def test_a_row_cannot_be_replaced_through_any_of_its_keys(
    sealed: Session, table: str, taken: str
) -> None:
    book = Book(sealed)
    book.reverse(book.post("2", "world -> ann 1 CNY"), "3")
    book.void(book.hold("h2", "world -> ann 1 CNY"), "4")
    others = {"number": "number + 100", "id": "'another'", "key": "'another'", "transfer": "2"}
    others |= dict.fromkeys(("reverses", "ends", "unit"), "NULL")
    columns = Base.metadata.tables[table].columns.keys()
    values = ", ".join((others | {taken: taken}).get(name, name) for name in columns)

    refused(
        sealed,
        f"INSERT OR REPLACE INTO {table} ({', '.join(columns)})"
        f" SELECT {values} FROM {table} WHERE {taken} IS NOT NULL LIMIT 1",
    )


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", triggers.GUARDED)
def test_a_row_cannot_be_replaced_through_its_hidden_number(sealed: Session, table: str) -> None:
    columns = Base.metadata.tables[table].columns.keys()
    others = {
        "number": "99", "id": "'another'", "key": "'another'", "reverses": "NULL", "ends": "NULL",
        "unit": "NULL" if table == "ledger_about" else "unit", "ordinal": "9", "position": "99",
        "turn": "99", "size": "99", "source_version": "98", "target_version": "99",
    }  # fmt: skip
    if table == "ledger_leaf":
        others["transfer"] = "'another'"
    if table == "ledger_transfer":
        others["number"] = "number"
    if table == "ledger_about":
        others["transfer"] = "transfer"
    values = ", ".join(others.get(name, name) for name in columns)
    before = sealed.execute(text(f"SELECT * FROM {table} ORDER BY rowid")).all()

    refused(
        sealed,
        f"INSERT OR REPLACE INTO {table} (rowid, {', '.join(columns)})"
        f" SELECT rowid, {values} FROM {table} LIMIT 1",
    )
    assert sealed.execute(text(f"SELECT * FROM {table} ORDER BY rowid")).all() == before


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("side", ["source", "target"])
def test_a_posting_cannot_be_replaced_through_its_place_in_a_history(
    sealed: Session, side: str
) -> None:
    other = "target" if side == "source" else "source"
    refused(
        sealed,
        "INSERT OR REPLACE INTO ledger_posting"
        f" (transfer, ordinal, {side}, {other}, unit, quantity, {side}_version, {side}_balance,"
        f" {other}_version, {other}_balance)"
        f" SELECT transfer, 9, {side}, {other}, unit, 1, {side}_version, 0, 99, 0"
        " FROM ledger_posting LIMIT 1",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_balance SET quantity = -1 WHERE NOT may_go_negative",
        "UPDATE ledger_balance SET held_out = quantity + 1 WHERE NOT may_go_negative",
        "UPDATE ledger_balance SET may_go_positive = (1 = 0) WHERE NOT may_go_negative",
        "UPDATE ledger_balance SET held_in = -1",
        "UPDATE ledger_account SET standing = 'lost'",
        "INSERT INTO ledger_held SELECT transfer, 9, source, target, unit, 0 FROM ledger_held",
        "INSERT INTO ledger_held SELECT transfer, 9, source, source, unit, 1 FROM ledger_held",
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
