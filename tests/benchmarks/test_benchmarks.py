"""The modules of the benchmarks, and that a reference writes the very rows that the ledger does."""

from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from benchmarks import bare_postgresql, ledgers
from benchmarks.__main__ import LONG, SUPPORT, names
from benchmarks.bare_postgresql import BarePostgresql
from benchmarks.bare_sqlite import BareSqlite
from benchmarks.ours import Ours
from ledger import log, tables as t
from tools import postgres

DIFFERS = {"number", "id", "nonce", "body_hash", "hash", "as_of", "occurred_at", "recorded_at"}
"""Columns that are random, of the clock, or constant in a reference."""


@pytest.fixture
def urls(backend: Any, tmp_path: Path) -> Any:
    """Two databases without tables."""
    if type(backend).__name__ == "Sqlite":
        yield [ledgers.sqlite_in(tmp_path, name) for name in ("ours", "bare")]
        return
    with postgres.running() as server:
        yield [ledgers.new_database(server, name) for name in ("ours", "bare")]


def rows(engine: Engine, key: str) -> list[dict[str, Any]]:
    """A transfer of each writer and its posting, without what must differ."""
    wanted = (
        select(t.transfer, t.posting)
        .join(t.posting, t.posting.c.transfer == t.transfer.c.number)
        .where(t.transfer.c.key.startswith("order:"))
        .order_by(t.transfer.c.number)
    )
    with engine.connect() as connection:
        found = connection.execute(wanted).mappings().all()
    kept = [c.name for c in (*t.transfer.c, *t.posting.c) if c.name not in DIFFERS | {"transfer"}]
    return [{name: row[name] for name in kept} for row in found]


def held(engine: Engine) -> list[tuple[Any, ...]]:
    """All balances but their moments."""
    b = t.balance.c
    wanted = select(b.account, b.quantity, b.version, b.held_out, b.held_in, b.may_go_negative)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(wanted.order_by(b.account, b.unit))]


def test_a_reference_writes_the_same_rows_and_balances_as_the_ledger(urls: list[str]) -> None:
    ours = Ours(ledgers.opened(urls[0]))
    bare: BareSqlite | BarePostgresql
    if urls[1].startswith("sqlite"):
        bare = BareSqlite(urls[1])
    else:
        bare_postgresql.prepare(urls[1])
        bare = BarePostgresql(urls[1])
    given = list(islice(ledgers.moves(), 60))

    for side in (ours, bare):
        side.post(given[:20])
        side.post_batch(given[20:])
        side.close()

    engines = [create_engine(url) for url in urls]
    assert rows(engines[0], "order:") == rows(engines[1], "order:")
    assert held(engines[0]) == held(engines[1])
    for engine in engines:
        engine.dispose()


def test_what_is_posted_alone_is_posted_in_a_session_too(urls: list[str]) -> None:
    ours = Ours(ledgers.opened(urls[0]))
    given = list(islice(ledgers.moves(), 10))

    ours.post_alone(given[:5])
    ours.post(given)

    with Session(ours.engine) as session:
        assert len(rows(ours.engine, "order:")) == 10
        assert log.seal(session) > 10
    ours.close()


def test_every_module_measures_something_or_supports_those_that_do() -> None:
    measuring = set(names()) - {"ledger_hordak"}  # it wants what only `make bench` installs

    assert {
        name for name in measuring if not hasattr(import_module(f"benchmarks.{name}"), "run")
    } == set()
    assert set(names()) >= LONG
    assert not LONG & SUPPORT
