"""Recording on SQLite, whose one writer has locked everything by BEGIN IMMEDIATE."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Final
from uuid import UUID

from ledger import tables as t
from ledger.effects import Pair, Row, Seen
from ledger.entry import COLUMNS, Found, Looked, Slice

_LOOK: Final = """
SELECT a.id, u.id, a.may_go_negative, a.may_go_positive, a.standing,
  b.quantity, b.version, b.held_out, b.held_in, b.as_of
FROM (SELECT 1)
LEFT JOIN ledger_account a ON a.code = ?
LEFT JOIN ledger_unit u ON u.code = ?
LEFT JOIN ledger_balance b ON b.account = a.id AND b.unit = u.id"""
_LOOK_ALL: Final = """
SELECT a.id, u.id, a.may_go_negative, a.may_go_positive, a.standing,
  b.quantity, b.version, b.held_out, b.held_in, b.as_of
FROM json_each(?) p
LEFT JOIN ledger_account a ON a.code = p.value ->> 0
LEFT JOIN ledger_unit u ON u.code = p.value ->> 1
LEFT JOIN ledger_balance b ON b.account = a.id AND b.unit = u.id"""
_KEY: Final = "SELECT key, id, number, hash, body_hash FROM ledger_transfer WHERE key = ?"
_KEYS: Final = """
SELECT t.key, t.id, t.number, t.hash, t.body_hash
FROM json_each(?) k CROSS JOIN ledger_transfer t ON t.key = k.value"""
_DUE: Final = "SELECT 1 FROM ledger_open_hold WHERE expires_at <= ? LIMIT 1"
FEW: Final = 2
"""So many pairs are sooner looked up one by one, and so many rows inserted."""
AT_ONCE: Final = 100
"""Rows of one INSERT; SQLite takes 32,766 values in a statement."""
_LAST: Final = "SELECT coalesce(max(number), 0) FROM ledger_transfer"
_PLACES: Final = ", ".join("?" * len(COLUMNS))
_ENTRY: Final = f"INSERT INTO ledger_transfer ({', '.join(COLUMNS)}) VALUES ({_PLACES})"  # noqa: S608 - our own words
_ABOUT: Final = "INSERT INTO ledger_about VALUES (?, ?, ?, ?, ?, ?)"
_POSTING: Final = "INSERT INTO ledger_posting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
POSTING_COLUMNS: Final = tuple(t.posting.columns.keys())
_OPEN: Final = """
INSERT INTO ledger_balance (account, unit, may_go_negative, may_go_positive, standing,
  quantity, version, held_out, held_in)
VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0)"""
_MOVE: Final = """
UPDATE ledger_balance SET quantity = ?, version = ?, held_out = ?, held_in = ?, as_of = ?
WHERE account = ? AND unit = ?"""


def kept_moment(text: str) -> str:
    """A moment, given as `moment_text`, as SQLAlchemy keeps it: UTC without its offset."""
    return f"{text[:10]} {text[11:26]}"


def identity(text: str) -> str:
    """See `Writer`. SQLAlchemy keeps it as 32 hex digits."""
    return text.replace("-", "")


def moment(_: datetime, text: str) -> str:
    """See `Writer`."""
    return kept_moment(text)


def any_due(cursor: Any, at: str) -> bool:
    """See `Writer`."""
    return cursor.execute(_DUE, (at,)).fetchone() is not None


def look(cursor: Any, pairs: Sequence[Pair], keys: Collection[str], count: int) -> Looked:
    """See `Writer`. The journal loses no rows, so the next number is one more than the last."""
    last: int = cursor.execute(_LAST).fetchone()[0]
    return Looked(_lock(cursor, pairs), find_keys(cursor, keys), range(last + 1, last + 1 + count))


def look_plain(
    cursor: Any,
    pairs: Sequence[Pair],
    keys: Collection[str],
    count: int,
    *,
    at: str,
    meanwhile: Callable[[], None],
) -> Looked | None:
    """See `Writer`."""
    if any_due(cursor, at):
        return None
    looked = look(cursor, pairs, keys, count)
    return None if looked.earlier or any(None in row[:2] for row in looked.seen) else looked


def _lock(cursor: Any, pairs: Sequence[Pair]) -> list[Seen]:
    if len(pairs) <= FEW:
        return [cursor.execute(_LOOK, pair).fetchone() for pair in pairs]
    seen: list[Seen] = cursor.execute(_LOOK_ALL, (json.dumps(pairs),)).fetchall()
    return seen


def find_keys(cursor: Any, keys: Collection[str]) -> dict[str, Found]:
    """See `Writer`."""
    if len(keys) == 1:
        rows = cursor.execute(_KEY, tuple(keys)).fetchall()
    else:
        rows = cursor.execute(_KEYS, (json.dumps(list(keys)),)).fetchall()
    return {key: Found(UUID(hexed), *found) for key, hexed, *found in rows}


def all_or_nothing(_: Any) -> AbstractContextManager[None]:
    """See `Writer`. No other writer can have taken a key since it was looked for, and nothing is
    written before all of it is computed.
    """
    return nullcontext()


def write(cursor: Any, slices: Iterable[Slice], rows: Collection[Row]) -> None:
    """See `Writer`."""
    computed = list(slices)  # all of them before any is written
    if opened := [
        (r.account, r.unit, r.may_go_negative, r.may_go_positive, r.standing)
        for r in rows
        if r.is_new
    ]:
        cursor.executemany(_OPEN, opened)
    for entries, abouts, lines in computed:
        _insert(cursor, "ledger_transfer", COLUMNS, entries, one=_ENTRY)
        cursor.executemany(_ABOUT, abouts)
        _insert(cursor, "ledger_posting", POSTING_COLUMNS, lines, one=_POSTING)
    moved = [
        (r.quantity, r.version, r.held_out, r.held_in, r.as_of, r.account, r.unit) for r in rows
    ]
    cursor.executemany(_MOVE, moved)


def _insert(
    cursor: Any, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], *, one: str
) -> None:
    """Insert the rows: a few by `one`, which takes all columns, more by one statement for many.

    A statement with triggers keeps a journal of its own, which costs more than a row; and binding a
    value costs as much as storing it, so that what rows share is told once and nothing is not told.
    """
    if len(rows) <= FEW:
        cursor.executemany(one, rows)
        return
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        columns = list(zip(*some, strict=True))
        shared, own, places = list[Any](), list[tuple[Any, ...]](), list[tuple[str, bool, int]]()
        for name, column in zip(names, columns, strict=True):
            if column.count(column[0]) == len(column):
                if column[0] is not None:
                    places.append((name, True, len(shared)))
                    shared.append(column[0])
                continue
            if column not in own:
                own.append(column)
            places.append((name, False, own.index(column)))
        statement = _inserting(table, tuple(places), len(shared), len(own), len(some))
        cursor.execute(statement, [*shared, *chain.from_iterable(zip(*own, strict=True))])


@lru_cache(maxsize=128)
def _inserting(
    table: str, places: tuple[tuple[str, bool, int], ...], shared: int, own: int, count: int
) -> str:
    """One INSERT of so many rows; the shared values come first, then each row's own."""
    values = (
        ", ".join(
            f"?{1 + place if is_shared else 1 + shared + row * own + place}"
            for _, is_shared, place in places
        )
        for row in range(count)
    )
    names = ", ".join(name for name, _, _ in places)
    return f"INSERT INTO {table} ({names}) VALUES ({'), ('.join(values)})"  # noqa: S608 - our own words
