"""A bank of the first version, with a journal in it, comes to today's tables with all it holds."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from database import migrations
from database.engine import engine_for, writing
from ledger import journal, log, tables as t
from ledger.verify import verify
from tests.databases import Postgresql, Sqlite
from tests.ledger.entries import NOON, Book, transfer
from tests.ledger.export import worked

ACCOUNTS = {"world": True, "ann": False, "ben": False}
MOVES = [  # source, target, quantity, seconds after noon
    ("world", "ann", 100, 0),
    ("ann", "ben", 30, 60),
    ("ben", "world", 5, 20),  # its clock was behind
    ("world", "ben", 1, 90),
]


def digest(value: dict[str, Any]) -> str:
    return sha256(
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def fill(connection: Connection) -> None:
    """Write the rows as the first version did."""
    sqlite = connection.dialect.name == "sqlite"

    def moment(at: datetime) -> Any:
        return at.replace(tzinfo=None).isoformat(" ", "microseconds") if sqlite else at

    def insert(table: str, **row: Any) -> None:
        names = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)

    insert("ledger_unit", id=1, code="CNY", name="yuan")
    for number, (code, negative) in enumerate(ACCOUNTS.items(), start=1):
        insert("ledger_account", id=number, code=code, may_go_negative=negative)
    ids = {code: number for number, code in enumerate(ACCOUNTS, start=1)}
    held = {code: [0, 0] for code in ACCOUNTS}
    for number, (source, target, quantity, seconds) in enumerate(MOVES, start=1):
        at = NOON + timedelta(seconds=seconds)
        body = {
            "kind": "move",
            "memo": "",
            "postings": [[source, target, "CNY", quantity]],
            "reference": "",
            "reverses": None,
        }
        transfer_id = UUID(int=number)
        whole = {
            "body": body,
            "id": str(transfer_id),
            "key": f"k{number}",
            "nonce": "00",
            "occurred_at": at.isoformat(timespec="microseconds"),
            "recorded_at": at.isoformat(timespec="microseconds"),
        }
        insert(
            "ledger_transfer",
            number=number,
            id=transfer_id.hex if sqlite else transfer_id,
            key=f"k{number}",
            nonce="00",
            body_hash=digest(body),
            kind="move",
            occurred_at=moment(at),
            recorded_at=moment(at),
            reference="",
            memo="",
            hash=digest(whole),
        )
        for code, change in ((source, -quantity), (target, quantity)):
            held[code] = [held[code][0] + change, held[code][1] + 1]
        insert(
            "ledger_posting",
            transfer=number,
            ordinal=0,
            source=ids[source],
            target=ids[target],
            unit=1,
            quantity=quantity,
            source_version=held[source][1],
            source_balance=held[source][0],
            target_version=held[target][1],
            target_balance=held[target][0],
        )
        insert(
            "ledger_leaf",
            position=number - 1,
            transfer=transfer_id.hex if sqlite else transfer_id,
            hash=log.leaf_of(digest(whole)).hex(),
        )
    for code, (quantity, version) in held.items():
        insert(
            "ledger_balance",
            account=ids[code],
            unit=1,
            quantity=quantity,
            version=version,
            may_go_negative=ACCOUNTS[code],
        )
    if not sqlite:
        for table, column in (("transfer", "number"), ("account", "id"), ("unit", "id")):
            connection.execute(text(f"SELECT setval('ledger_{table}_{column}_seq', 10)"))


@contextmanager
def first_version(backend: Sqlite | Postgresql, folder: Path) -> Iterator[str]:
    """The URL of an empty bank as the first version made it, with its triggers."""
    if isinstance(backend, Sqlite):  # not by a step back, which copies tables without them
        url = f"sqlite:///{folder / 'first.sqlite'}"
        migrations.upgrade(url, "0001")
        yield url
        return
    with backend.fresh() as url:
        migrations.downgrade(url, "0001")
        yield url


def test_a_journal_of_the_first_version_is_taken_along(
    backend: Sqlite | Postgresql, tmp_path: Path
) -> None:
    with first_version(backend, tmp_path) as url:
        engine = engine_for(url)
        with engine.begin() as connection:
            fill(connection)
        migrations.upgrade(url)

        with Session(engine) as session:
            assert verify(session).faults == ()
            with writing(session):
                log.seal(session)
                journal.post(session, transfer("k9", "ann -> ben 1 CNY"), at=NOON)
                journal.open_account(session, "ann", at=datetime.now(UTC))
            with writing(session):
                log.seal(session)
            found = verify(session)
            assert found.faults == ()
            assert found.transfers == found.leaves == len(MOVES) + len(ACCOUNTS) + 1 + 1
            held = {one.account: one.quantity for one in journal.balances(session)}
            assert held == {"world": -96, "ann": 69, "ben": 27}
            moment = NOON + timedelta(seconds=60)
            past = [journal.balance(session, code, "CNY", as_of=moment) for code in ACCOUNTS]
            assert past == [-95, 70, 25]
        engine.dispose()


def test_a_journal_that_is_used_is_not_taken_back(backend: Sqlite | Postgresql) -> None:
    with backend.fresh() as url:
        engine = engine_for(url)
        with Session(engine) as session, writing(session):
            journal.open_account(session, "ann", at=NOON)
        with pytest.raises(RuntimeError, match="cannot keep"):
            migrations.downgrade(url, "0001")
        engine.dispose()


def test_what_entries_are_about_is_taken_along_and_back(backend: Sqlite | Postgresql) -> None:
    with backend.fresh() as url:
        engine = engine_for(url)
        with Session(engine) as session, writing(session):
            book = Book(session)
            book.open("world", "ann", "ben")
            worked.fill(book)
        with Session(engine) as session:
            before = abouts(session)
        migrations.downgrade(url, "0014")
        migrations.upgrade(url)
        with Session(engine) as session:
            assert abouts(session) == before
            assert verify(session).faults == ()
        engine.dispose()

    assert all(any(row[place] is not None for row in before) for place in range(6))


def abouts(session: Session) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.execute(select(t.about).order_by(t.about.c.transfer))]
