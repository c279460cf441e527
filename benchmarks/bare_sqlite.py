"""The reference on SQLite: transfers written by sqlite3 in the best way known."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy.engine import make_url

from benchmarks.bare import FIRST_ID, HASH, NONCE, UNIT_ID, filled
from benchmarks.ledgers import Move, now
from database.base import new_id

_MOVE: Final = (
    "UPDATE ledger_balance SET quantity = quantity + ?, version = version + 1, as_of = ?"
    f" WHERE account = ? AND unit = {UNIT_ID} RETURNING version, quantity"
)
_COLUMNS: Final = (
    "id, key, nonce, body_hash, act, kind, occurred_at, recorded_at, as_of, reference, memo, hash"
)
_SAME: Final = f"'{NONCE}', '{HASH}', 'post'"
_TRANSFER: Final = (
    f"INSERT INTO ledger_transfer ({_COLUMNS})"
    f" VALUES (?, ?, {_SAME}, 'payment', ?, ?, ?, ?, '', '{HASH}')"
)
_NUMBERED: Final = (
    f"INSERT INTO ledger_transfer (number, {_COLUMNS})"
    f" VALUES (?, ?, ?, {_SAME}, 'payment', ?, ?, ?, ?, '', '{HASH}')"
)
_POSTING: Final = f"INSERT INTO ledger_posting VALUES (?, 0, ?, ?, {UNIT_ID}, ?, ?, ?, ?, ?)"
_LAST: Final = "SELECT coalesce(max(number), 0) FROM ledger_transfer"
_READ: Final = (
    f"SELECT version, quantity FROM ledger_balance WHERE account = ? AND unit = {UNIT_ID}"
)
_WRITE: Final = (
    "UPDATE ledger_balance SET version = ?, quantity = ?, as_of = ?"
    f" WHERE account = ? AND unit = {UNIT_ID}"
)


class BareSqlite:
    """A reference on SQLite."""

    def __init__(self, url: str, *, synchronous: str = "FULL") -> None:
        filled(url, synchronous=synchronous).dispose()
        self.connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        for pragma in (f"synchronous={synchronous}", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")

    def post(self, moves: Sequence[Move]) -> None:
        """One transfer a commit: two balances moved, and the rows with what they came to."""
        run = self.connection.execute
        for move in moves:
            source, target = move.source + FIRST_ID, move.target + FIRST_ID
            at = _moment()
            run("BEGIN IMMEDIATE")
            taken = run(_MOVE, (-move.quantity, at, source)).fetchone()
            given = run(_MOVE, (move.quantity, at, target)).fetchone()
            row = run(_TRANSFER, (new_id().hex, move.key, at, at, at, move.reference))
            run(_POSTING, (row.lastrowid, source, target, move.quantity, *taken, *given))
            run("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def post_batch(self, moves: Sequence[Move]) -> None:
        """All in one transaction by `executemany`; each balance is read and written once."""
        run, run_all = self.connection.execute, self.connection.executemany
        run("BEGIN IMMEDIATE")
        accounts = {move.source for move in moves} | {move.target for move in moves}
        held: dict[int, list[int]] = {
            account: list(run(_READ, (account + FIRST_ID,)).fetchone()) for account in accounts
        }
        first = run(_LAST).fetchone()[0] + 1
        at = _moment()
        run_all(_NUMBERED, _transfers(moves, first, at))
        run_all(_POSTING, _postings(moves, first, held))
        run_all(_WRITE, [(*held[account], at, account + FIRST_ID) for account in accounts])
        run("COMMIT")


def _transfers(moves: Sequence[Move], first: int, at: str) -> Iterator[tuple[object, ...]]:
    for number, move in enumerate(moves, first):
        yield number, new_id().hex, move.key, at, at, at, move.reference


def _postings(
    moves: Sequence[Move], first: int, held: dict[int, list[int]]
) -> Iterator[tuple[object, ...]]:
    for number, move in enumerate(moves, first):
        source, target = held[move.source], held[move.target]
        source[0] += 1
        source[1] -= move.quantity
        target[0] += 1
        target[1] += move.quantity
        ids = move.source + FIRST_ID, move.target + FIRST_ID
        yield number, *ids, move.quantity, *source, *target


def _moment() -> str:
    return now().replace(tzinfo=None).isoformat(" ", "microseconds")
