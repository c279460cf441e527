"""Recording on SQLite, whose one writer has locked everything by BEGIN IMMEDIATE."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ledger.effects import Line, Pair, Row, Seen
from ledger.entry import COLUMNS, Entry, Found

_LOOK: Final = """
SELECT a.id, u.id, a.may_go_negative, a.may_go_positive, a.standing,
  b.quantity, b.version, b.held_out, b.held_in, b.as_of
FROM (SELECT 1)
LEFT JOIN ledger_account a ON a.code = ?
LEFT JOIN ledger_unit u ON u.code = ?
LEFT JOIN ledger_balance b ON b.account = a.id AND b.unit = u.id"""
_KEY: Final = "SELECT id, number, hash, body_hash FROM ledger_transfer WHERE key = ?"
_DUE: Final = "SELECT 1 FROM ledger_open_hold WHERE expires_at <= ? LIMIT 1"
_LAST: Final = "SELECT coalesce(max(number), 0) FROM ledger_transfer"
_PLACES: Final = ", ".join("?" * len(COLUMNS))
_ENTRY: Final = f"INSERT INTO ledger_transfer ({', '.join(COLUMNS)}) VALUES ({_PLACES})"  # noqa: S608
_POSTING: Final = "INSERT INTO ledger_posting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_OPEN: Final = """
INSERT INTO ledger_balance (account, unit, may_go_negative, may_go_positive, standing,
  quantity, version, held_out, held_in, as_of)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_MOVE: Final = """
UPDATE ledger_balance SET quantity = ?, version = ?, held_out = ?, held_in = ?, as_of = ?
WHERE account = ? AND unit = ?"""


def moment(_: datetime, text: str) -> str:
    """See `Writer`. As SQLAlchemy keeps it: UTC without its offset."""
    return f"{text[:10]} {text[11:26]}"


def identity(id: UUID) -> str:
    """See `Writer`. As SQLAlchemy keeps it: 32 hex digits."""
    return id.hex


def any_due(cursor: Any, at: str) -> bool:
    """See `Writer`."""
    return cursor.execute(_DUE, (at,)).fetchone() is not None


def lock(cursor: Any, pairs: Sequence[Pair]) -> list[Seen]:
    """See `Writer`."""
    return [cursor.execute(_LOOK, pair).fetchone() for pair in pairs]


def find_keys(cursor: Any, keys: Collection[str]) -> dict[str, Found]:
    """See `Writer`."""
    found = {}
    for key in keys:
        row = cursor.execute(_KEY, (key,)).fetchone()
        if row is not None:
            found[key] = Found(UUID(row[0]), *row[1:])
    return found


def numbers(cursor: Any, count: int) -> Sequence[int]:
    """See `Writer`. The journal loses no rows, so the next number is one more than the last."""
    last: int = cursor.execute(_LAST).fetchone()[0]
    return range(last + 1, last + 1 + count)


def record(
    cursor: Any, entries: Sequence[Entry], lines: Sequence[Line], rows: Collection[Row]
) -> bool:
    """See `Writer`. No other writer can have taken a key since it was looked for."""
    cursor.executemany(_ENTRY, entries)
    cursor.executemany(_POSTING, lines)
    moved = [
        (r.quantity, r.version, r.held_out, r.held_in, r.as_of, r.account, r.unit)
        for r in rows
        if not r.is_new
    ]
    cursor.executemany(_MOVE, moved)
    if len(moved) < len(rows):
        cursor.executemany(_OPEN, [_opened(row) for row in rows if row.is_new])
    return True


def _opened(row: Row) -> tuple[Any, ...]:
    return (
        row.account,
        row.unit,
        row.may_go_negative,
        row.may_go_positive,
        row.standing,
        row.quantity,
        row.version,
        row.held_out,
        row.held_in,
        row.as_of,
    )
