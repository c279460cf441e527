"""Recording on PostgreSQL: balances locked in sorted order, then rows by the array.

A transfer of one posting, which most are, takes a short cut: `ledger/short_cut.py`.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, Final

from psycopg.errors import DeadlockDetected, UniqueViolation

from database.arrays import accept, array, literal
from ledger.effects import Pair, Row, Seen
from ledger.entry import ABOUT, COLUMNS, KEY, Found, KeyTakenError, Looked, Slice

_UNITS: Final = """
units AS MATERIALIZED (
  SELECT array_agg(u.id ORDER BY k.place) AS ids
  FROM json_array_elements_text(%(units)s::json) WITH ORDINALITY AS k(code, place)
  LEFT JOIN ledger_unit u ON u.code = k.code COLLATE "C"
)"""
"""The pairs' units: few, so that each is looked for once."""
_UNIT: Final = "(SELECT ids FROM units)[p.unit]"
_NAMED: Final = """
FROM ROWS FROM (
  json_array_elements_text(%(accounts)s::json), unnest(%(places)s::int[])
) WITH ORDINALITY AS p(account, unit, place)"""
_LOOK: Final = f"""
WITH {_UNITS}
SELECT a.id, {_UNIT}, b.account IS NOT NULL
{_NAMED}
LEFT JOIN ledger_account a ON a.code = p.account COLLATE "C"
LEFT JOIN ledger_balance b ON b.account = a.id AND b.unit = {_UNIT}
ORDER BY p.place"""
_BALANCE: Final = """b.account, b.unit, b.may_go_negative, b.may_go_positive, b.standing,
  b.quantity, b.version, b.held_out, b.held_in, b.as_of"""
_LOCK_KNOWN: Final = f"""
WITH {_UNITS}
SELECT {_BALANCE}, p.place
{_NAMED}
JOIN ledger_account a ON a.code = p.account COLLATE "C"
JOIN ledger_balance b ON b.account = a.id AND b.unit = {_UNIT}
WHERE NOT EXISTS (SELECT FROM ledger_open_hold WHERE expires_at <= %(at)s::timestamptz)
ORDER BY b.account, b.unit
FOR UPDATE OF b"""  # noqa: S608 - put together from our own constants
"""Those that are there; none, where a hold has expired."""
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
_LOCK: Final = f"""
SELECT {_BALANCE}
FROM unnest(%(accounts)s::bigint[], %(units)s::bigint[]) AS p(account, unit)
JOIN ledger_balance b ON b.account = p.account AND b.unit = p.unit
ORDER BY b.account, b.unit
FOR UPDATE OF b"""  # noqa: S608 - put together from our own constants
_DUE: Final = "SELECT 1 FROM ledger_open_hold WHERE expires_at <= %s LIMIT 1"
_KEYS: Final = """
SELECT t.key, t.id, t.number, t.hash, t.body_hash
FROM json_array_elements_text(%s::json) AS k(key)
JOIN ledger_transfer t ON t.key = k.key COLLATE "C"
"""
_NUMBERS: Final = """
SELECT nextval('ledger_transfer_number_seq') FROM generate_series(1, %s)"""
_TYPES: Final = {
    "number": "bigint", "id": "uuid", "occurred_at": "timestamptz", "recorded_at": "timestamptz",
    "as_of": "timestamptz", "reverses": "bigint", "ends": "bigint", "expires_at": "timestamptz",
    "account": "bigint", "unit": "bigint",
    **dict.fromkeys(
        ("transfer", "ordinal", "source", "target", "quantity", "source_version",
         "source_balance", "target_version", "target_balance", "version", "held_out", "held_in"),
        "bigint",
    ),
}  # fmt: skip
_POSTING: Final = (
    "transfer", "ordinal", "source", "target", "unit", "quantity",
    "source_version", "source_balance", "target_version", "target_balance",
)  # fmt: skip
_MOVED: Final = ("account", "unit", "quantity", "version", "held_out", "held_in", "as_of")


def moment(moment: datetime, _: str) -> datetime:
    """See `Writer`."""
    return moment.astimezone(UTC)


def identity(text: str) -> str:
    """See `Writer`."""
    return text


def any_due(cursor: Any, at: datetime) -> bool:
    """See `Writer`."""
    return cursor.execute(_DUE, (at,)).fetchone() is not None


def look(cursor: Any, pairs: Sequence[Pair], keys: Collection[str], count: int) -> Looked:
    """See `Writer`."""
    seen = _lock(cursor, pairs) if pairs else []
    return Looked(seen, find_keys(cursor, keys), _drawn(cursor.execute(_NUMBERS, (count,))))


def look_plain(
    cursor: Any,
    pairs: Sequence[Pair],
    keys: Collection[str],
    count: int,
    *,
    at: datetime,
    meanwhile: Callable[[], None],
) -> Looked | None:
    """See `Writer`.

    Of a large batch the best is hoped: its keys are not looked for, which costs a twentieth of
    recording them, and the unique index of keys tells it as well; and its numbers are drawn without
    waiting for the locks to be had.
    """
    hoping = count >= HOPE_FROM
    locking, drawing = (cursor.connection.cursor(binary=True) for _ in range(2))
    locking.execute(_LOCK_KNOWN, _codes(pairs) | {"at": at}, prepare=True)
    if hoping:
        drawing.execute(_NUMBERS, (count,), prepare=True)
    meanwhile()
    locked = locking.fetchall()
    if len(locked) < len(pairs):
        return None
    if not hoping:
        if find_keys(cursor, keys):
            return None
        drawing.execute(_NUMBERS, (count,), prepare=True)
    seen = [row[:-1] for row in sorted(locked, key=itemgetter(-1))]
    return Looked(seen, {}, _drawn(drawing))


def _drawn(cursor: Any) -> list[int]:
    return [row[0] for row in cursor.fetchall()]


def _codes(pairs: Sequence[Pair]) -> dict[str, Any]:
    places = {unit: place for place, unit in enumerate({unit for _, unit in pairs}, 1)}
    return {
        "accounts": _json(account for account, _ in pairs),
        "units": _json(places),
        "places": literal(places[unit] for _, unit in pairs),
    }


def _lock(cursor: Any, pairs: Sequence[Pair]) -> list[Seen]:
    """The pairs' balances, locked.

    Missing rows are made first and rows are locked second, each in sorted order and by every
    writer, so that no two of them wait in a ring.
    """
    found = cursor.execute(_LOOK, _codes(pairs)).fetchall()
    there = [row for row in found if row[0] is not None and row[1] is not None]
    if len(there) < len(found):  # it will be refused: lock nothing
        return [(account, unit, *_NOTHING) for account, unit, _ in found]
    if missing := [row for row in there if not row[2]]:
        cursor.execute(_OPEN, _ids(missing))
    locked = cursor.execute(_LOCK, _ids(there), binary=True).fetchall()
    held = {(row[0], row[1]): row for row in locked}
    return [held[account, unit] for account, unit, _ in found]


_NOTHING: Final = (None,) * 8
HOPE_FROM: Final = 50
"""So many entries of a batch are a large batch."""


def find_keys(cursor: Any, keys: Collection[str]) -> dict[str, Found]:
    """See `Writer`."""
    if not keys:
        return {}
    rows = cursor.execute(_KEYS, (_json(keys),)).fetchall()
    return {key: Found(*found) for key, *found in rows}


@contextmanager
def all_or_nothing(cursor: Any) -> Iterator[None]:
    """See `Writer`. A twin that took a key among other accounts is waited for.

    Statements are sent through a pipeline: the server works while we compute. Rows are best locked
    in here if they are also changed in here, for one that is locked outside and changed inside of a
    savepoint is told to each reader as two things of two transactions.
    """
    try:
        with cursor.connection.pipeline():
            cursor.execute("SAVEPOINT ledger_record")
            yield
            cursor.execute("RELEASE SAVEPOINT ledger_record")
    except BaseException as error:
        cursor.execute("ROLLBACK TO SAVEPOINT ledger_record; RELEASE SAVEPOINT ledger_record")
        if _is_about_a_key(error):
            raise KeyTakenError from error
        raise


def write(cursor: Any, slices: Iterable[Slice], rows: Collection[Row]) -> None:
    """See `Writer`."""
    accept(cursor)
    for entries, abouts, lines in slices:
        # In the order of their keys, so that two batches with keys in common seldom meet in a ring.
        entries = sorted(entries, key=itemgetter(KEY))
        _insert(cursor, "ledger_transfer", COLUMNS, entries)
        _insert(cursor, "ledger_about", ABOUT, abouts)
        _insert(cursor, "ledger_posting", _POSTING, lines)
    _move(cursor, rows)


def _is_about_a_key(error: BaseException) -> bool:
    """Whether somebody took a key; or keys, in another order, and was the first in a ring."""
    if isinstance(error, UniqueViolation):
        return error.diag.constraint_name == "uq_ledger_transfer_key"
    return isinstance(error, DeadlockDetected)


def _insert(cursor: Any, table: str, names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Insert the rows."""
    if rows:
        shared, given = _columns(names, rows)
        cursor.execute(_inserting(table, names, shared), given, prepare=True)


def _move(cursor: Any, rows: Collection[Row]) -> None:
    """Let the balances be what they came to."""
    if rows:
        shared, given = _columns(_MOVED, [_moved(row) for row in rows])
        cursor.execute(_moving(shared), given, prepare=True)


_moved: Final = attrgetter(*_MOVED)


def _columns(
    names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[tuple[bool, ...], list[Any]]:
    """An array for each column, then what all of the rows share; and which columns those are."""
    columns = list(zip(*rows, strict=True))
    shared = tuple(column.count(column[0]) == len(column) for column in columns)
    shared = (False, *shared[1:])  # the rows are as many as the first column's values
    given = [
        column[0] if once else array(column, _type(name))
        for name, column, once in sorted(
            zip(names, columns, shared, strict=True), key=itemgetter(2)
        )
    ]
    return shared, given


def _type(name: str) -> str:
    return _TYPES.get(name, "text")


@cache
def _inserting(table: str, names: tuple[str, ...], shared: tuple[bool, ...]) -> str:
    rows, columns = _rows(names, shared)
    return f"{rows} INSERT INTO {table} ({columns}) SELECT * FROM rows"  # noqa: S608 - put together from our own constants


@cache
def _moving(shared: tuple[bool, ...]) -> str:
    rows, _ = _rows(_MOVED, shared)
    values = ", ".join(f"{name} = rows.{name}" for name in _MOVED[2:])
    return (
        f"{rows} UPDATE ledger_balance b SET {values} FROM rows"  # noqa: S608 - put together from our own constants
        " WHERE b.account = rows.account AND b.unit = rows.unit"
    )


def _rows(names: Sequence[str], shared: Sequence[bool]) -> tuple[str, str]:
    """`rows`, which asks for the arrays and then for what is shared; and their columns' names."""
    varied = [name for name, once in zip(names, shared, strict=True) if not once]
    constant = [name for name, once in zip(names, shared, strict=True) if once]
    arrays = ", ".join(f"%s::{_type(name)}[]" for name in varied)
    values = "".join(f", %s::{_type(name)} AS {name}" for name in constant)
    rows = (
        f"WITH varied AS (SELECT * FROM unnest({arrays}) AS r({', '.join(varied)})),"  # noqa: S608 - put together from our own constants
        f" rows AS (SELECT varied.*{values} FROM varied)"
    )
    return rows, ", ".join((*varied, *constant))


def _ids(rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    return {"accounts": literal(row[0] for row in rows), "units": literal(row[1] for row in rows)}


def _json(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)
