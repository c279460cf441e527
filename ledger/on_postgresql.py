"""Recording on PostgreSQL: balances locked in sorted order, then COPY writes.

A transfer of one posting, which most are, takes a short cut: `ledger/short_cut.py`.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from psycopg.errors import UniqueViolation

from ledger.effects import Line, Pair, Row, Seen
from ledger.entry import COLUMNS, KEY, Entry, Found

_LOOK: Final = """
SELECT a.id, u.id, b.account IS NOT NULL
FROM ROWS FROM (
  json_array_elements_text(%(accounts)s::json), json_array_elements_text(%(units)s::json)
) WITH ORDINALITY AS p(account, unit, place)
LEFT JOIN ledger_account a ON a.code = p.account COLLATE "C"
LEFT JOIN ledger_unit u ON u.code = p.unit COLLATE "C"
LEFT JOIN ledger_balance b ON b.account = a.id AND b.unit = u.id
ORDER BY p.place"""
_OPEN: Final = """
INSERT INTO ledger_balance (account, unit, may_go_negative, may_go_positive, standing,
  quantity, version, held_out, held_in, as_of)
SELECT a.id, p.unit, a.may_go_negative, a.may_go_positive, a.standing, 0, 0, 0, 0, NULL
FROM unnest(%(accounts)s::bigint[], %(units)s::bigint[]) AS p(account, unit)
JOIN (
  SELECT * FROM ledger_account WHERE id = ANY(%(accounts)s::bigint[]) ORDER BY id FOR SHARE
) a ON a.id = p.account
ORDER BY a.id, p.unit
ON CONFLICT DO NOTHING"""
"""Missing balances, in sorted order, with the standing that their accounts have now."""
_LOCK: Final = """
SELECT b.account, b.unit, b.may_go_negative, b.may_go_positive, b.standing,
  b.quantity, b.version, b.held_out, b.held_in, b.as_of
FROM unnest(%(accounts)s::bigint[], %(units)s::bigint[]) AS p(account, unit)
JOIN ledger_balance b ON b.account = p.account AND b.unit = p.unit
ORDER BY b.account, b.unit
FOR UPDATE OF b"""
_DUE: Final = "SELECT 1 FROM ledger_open_hold WHERE expires_at <= %s LIMIT 1"
_KEYS: Final = """
SELECT t.key, t.id, t.number, t.hash, t.body_hash
FROM json_array_elements_text(%s::json) AS k(key)
JOIN ledger_transfer t ON t.key = k.key COLLATE "C"
"""
_NUMBERS: Final = """
SELECT nextval('ledger_transfer_number_seq') FROM generate_series(1, %s)"""
_ENTRIES: Final = f"COPY ledger_transfer ({', '.join(COLUMNS)}) FROM STDIN"
_POSTINGS: Final = "COPY ledger_posting FROM STDIN"
_MOVE: Final = """
UPDATE ledger_balance b SET quantity = p.quantity, version = p.version,
  held_out = p.held_out, held_in = p.held_in, as_of = p.as_of
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
  %s::timestamptz[]) AS p(account, unit, quantity, version, held_out, held_in, as_of)
WHERE b.account = p.account AND b.unit = p.unit"""


def moment(moment: datetime, _: str) -> datetime:
    """See `Writer`."""
    return moment.astimezone(UTC)


def identity(id: UUID) -> UUID:
    """See `Writer`."""
    return id


def any_due(cursor: Any, at: datetime) -> bool:
    """See `Writer`."""
    return cursor.execute(_DUE, (at,)).fetchone() is not None


def lock(cursor: Any, pairs: Sequence[Pair]) -> list[Seen]:
    """See `Writer`.

    Missing rows are made first and rows are locked second, each in sorted order and by every
    writer, so that no two of them wait in a ring.
    """
    codes = {
        "accounts": _json(pair[0] for pair in pairs),
        "units": _json(pair[1] for pair in pairs),
    }
    found = cursor.execute(_LOOK, codes).fetchall()
    there = [row for row in found if row[0] is not None and row[1] is not None]
    if len(there) < len(found):  # it will be refused: lock nothing
        return [(account, unit, *_NOTHING) for account, unit, _ in found]
    if missing := [row for row in there if not row[2]]:
        cursor.execute(_OPEN, _ids(missing))
    held = {(row[0], row[1]): row for row in cursor.execute(_LOCK, _ids(there)).fetchall()}
    return [held[account, unit] for account, unit, _ in found]


_NOTHING: Final = (None,) * 8


def find_keys(cursor: Any, keys: Collection[str]) -> dict[str, Found]:
    """See `Writer`."""
    rows = cursor.execute(_KEYS, (_json(keys),)).fetchall()
    return {key: Found(*found) for key, *found in rows}


def numbers(cursor: Any, count: int) -> Sequence[int]:
    """See `Writer`."""
    return [row[0] for row in cursor.execute(_NUMBERS, (count,)).fetchall()]


def record(
    cursor: Any, entries: Sequence[Entry], lines: Sequence[Line], rows: Collection[Row]
) -> bool:
    """See `Writer`. A twin that took a key among other accounts is waited for.

    Rows go by COPY, whose text is made here: several times faster than arrays of parameters. They
    go in the order of their keys, so that two batches with keys in common do not wait in a ring.
    """
    cursor.execute("SAVEPOINT ledger_record")
    try:
        _copy(cursor, _ENTRIES, sorted(entries, key=itemgetter(KEY)))
    except UniqueViolation as taken:
        if taken.diag.constraint_name != "uq_ledger_transfer_key":
            raise
        cursor.execute("ROLLBACK TO SAVEPOINT ledger_record; RELEASE SAVEPOINT ledger_record")
        return False
    _copy(cursor, _POSTINGS, lines)
    cursor.execute(
        _MOVE,
        tuple(
            _array(column)
            for column in zip(
                *[
                    (r.account, r.unit, r.quantity, r.version, r.held_out, r.held_in, r.as_of)
                    for r in rows
                ],
                strict=True,
            )
        )
        or ("{}",) * 7,
    )
    cursor.execute("RELEASE SAVEPOINT ledger_record")
    return True


def _copy(cursor: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(statement) as copy:
        copy.write("".join(["\t".join(map(_field, row)) + "\n" for row in rows]))


def _field(value: Any) -> str:
    """A value in COPY's text format."""
    if value is None:
        return "\\N"
    text = str(value)
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if text.isprintable():
        return text
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _ids(rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    return {"accounts": _array(row[0] for row in rows), "units": _array(row[1] for row in rows)}


def _array(values: Iterable[Any]) -> str:
    """An array of numbers or moments, as the text of its literal."""
    return "{" + ",".join(["NULL" if v is None else f'"{v}"' for v in values]) + "}"


def _json(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
