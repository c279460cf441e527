"""One transfer per commit on SQLite, in the application's session, against the bare driver."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from sqlalchemy import event
from sqlalchemy.orm import Session

from benchmarks.measurement import Measurement, in_turn
from database.base import Base
from database.engine import engine_for, writing
from ledger import journal, tables
from ledger.model import Posting, Transfer
from ledger.triggers import GUARDED

ACCOUNTS: Final = 1_000
PER_ROUND: Final = 500
NOW: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TARGETS: Final = {"FULL": 0.6, "NORMAL": 0.35}


def run() -> Iterable[Measurement]:
    """Transfers a second, durable at each commit (FULL) and after a checkpoint (NORMAL)."""
    for synchronous, target in TARGETS.items():
        with TemporaryDirectory() as folder:
            yield _measure(Path(folder), synchronous, target)


def _measure(folder: Path, synchronous: str, target: float) -> Measurement:
    ours = _Ours(folder / "ours.sqlite", synchronous)
    bare = _Bare(folder / "bare.sqlite", synchronous)
    ours_s, bare_s = in_turn(ours.post, bare.post, rounds=7)
    return Measurement(
        bench=f"ledger_post/sqlite/{synchronous.lower()}",
        ours=PER_ROUND / ours_s,
        reference=PER_ROUND / bare_s,
        target=target,
        better="higher",
        unit="transfers/s",
        conditions=(
            f"one posting and one commit each, {ACCOUNTS} accounts, WAL, synchronous={synchronous};"
            " reference: sqlite3, same rows and indexes, no guards, no hashes, no triggers"
        ),
    )


def _make(path: Path, synchronous: str) -> Session:
    """A session on a new ledger with a world and its accounts, all of which hold something."""
    engine = engine_for(f"sqlite:///{path}")
    event.listen(engine, "connect", lambda c, _: c.execute(f"PRAGMA synchronous={synchronous}"))
    Base.metadata.create_all(engine, tables=tables.ALL)
    session = Session(engine, expire_on_commit=False)
    with writing(session):
        journal.open_unit(session, "CNY")
        journal.open_account(session, "world", may_go_negative=True)
        for number in range(ACCOUNTS):
            journal.open_account(session, f"party:{number}:cash")
        start = (_posting("world", f"party:{n}:cash", 10**9) for n in range(ACCOUNTS))
        journal.post(session, _transfer("start", *start), at=NOW)
    return session


def _pairs() -> Iterator[tuple[int, int, int]]:
    """Which accounts the n-th transfer goes between: spread out, the same for both sides."""
    for number in count():
        yield number, number * 7 % ACCOUNTS, (number * 7 + 1 + number % 501) % ACCOUNTS


def _posting(source: str, target: str, quantity: int) -> Posting:
    return Posting(source=source, target=target, unit="CNY", quantity=quantity)


def _transfer(key: str, *postings: Posting) -> Transfer:
    return Transfer(
        key=key, kind="payment", occurred_at=NOW, reference=f"order:{key}", postings=postings
    )


class _Ours:
    """The public `journal.post`, with validation, guards, idempotency and hashes."""

    def __init__(self, path: Path, synchronous: str) -> None:
        self.session = _make(path, synchronous)
        self.pairs = _pairs()

    def post(self) -> None:
        for _ in range(PER_ROUND):
            number, source, target = next(self.pairs)
            posting = _posting(f"party:{source}:cash", f"party:{target}:cash", 1 + number % 9)
            with writing(self.session):
                journal.post(self.session, _transfer(f"k{number}", posting), at=NOW)


class _Bare:
    """The same rows by sqlite3, balances read for the running balance and written back."""

    def __init__(self, path: Path, synchronous: str) -> None:
        _make(path, synchronous).close()
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(
            f"PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;"
            + "".join(
                f"DROP TRIGGER {table}_{name};"
                for table in GUARDED
                for name in ("no_update", "no_delete", "no_replace")
            )
        )
        self.pairs = _pairs()

    def post(self) -> None:
        run = self.connection.execute
        for _ in range(PER_ROUND):
            number, source, target = next(self.pairs)
            quantity = 1 + number % 9
            run("BEGIN IMMEDIATE")
            left = [run(_TAKE, (-quantity, source + 2)).fetchone()]
            left.append(run(_TAKE, (quantity, target + 2)).fetchone())
            row = run(
                _TRANSFER,
                (uuid4().hex, f"k{number}", *_SAME, f"order:k{number}", "", _HASH),
            )
            run(_POSTING, (row.lastrowid, source + 2, target + 2, quantity, *left[0], *left[1]))
            run("COMMIT")


_HASH = "0" * 64
_SAME = ("0" * 32, _HASH, "payment", "2026-03-02 12:00:00.000000", "2026-03-02 12:00:00.000000")
_TAKE = (
    "UPDATE ledger_balance SET quantity = quantity + ?, version = version + 1"
    " WHERE account = ? AND unit = 1 RETURNING version, quantity"
)
_TRANSFER = (
    "INSERT INTO ledger_transfer (id, key, nonce, body_hash, kind, occurred_at, recorded_at,"
    " reference, memo, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_POSTING = "INSERT INTO ledger_posting VALUES (?, 0, ?, ?, 1, ?, ?, ?, ?, ?)"
