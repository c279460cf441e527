"""Recording a transfer on SQLite, whose one writer has locked everything by BEGIN IMMEDIATE."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from ledger.effects import Held, Line, Pair, Seen
from ledger.entry import COLUMNS, Entry, Found

_LOOK: Final = """
SELECT a.id, u.id, a.may_go_negative, b.quantity, b.version
FROM json_each(?) p
LEFT JOIN ledger_account a ON a.code = json_extract(p.value, '$[0]')
LEFT JOIN ledger_unit u ON u.code = json_extract(p.value, '$[1]')
LEFT JOIN ledger_balance b ON b.account = a.id AND b.unit = u.id
ORDER BY p.key"""
_KEY: Final = "SELECT id, number, hash, body_hash FROM ledger_transfer WHERE key = ?"
PLACES: Final = ", ".join("?" * len(Entry._fields))
_TRANSFER: Final = f"INSERT INTO ledger_transfer ({COLUMNS}) VALUES ({PLACES})"  # noqa: S608
_POSTING: Final = "INSERT INTO ledger_posting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_BALANCE: Final = """
INSERT INTO ledger_balance (account, unit, quantity, version, may_go_negative)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET quantity = excluded.quantity, version = excluded.version"""


def lock(connection: Connection, pairs: Sequence[Pair]) -> list[Seen]:
    """See `Writer`."""
    wanted = json.dumps(pairs, ensure_ascii=False)
    return [tuple(row) for row in connection.exec_driver_sql(_LOOK, (wanted,))]


def find_key(connection: Connection, key: str) -> Found | None:
    """See `Writer`."""
    row = connection.exec_driver_sql(_KEY, (key,)).first()
    return None if row is None else Found(UUID(row[0]), *row[1:])


def record(
    connection: Connection, entry: Entry, lines: Sequence[Line], held: Iterable[Held]
) -> int | None:
    """See `Writer`. No other writer can have taken the key since it was looked for."""
    row = tuple(_kept(value) for value in entry)
    number: int = connection.exec_driver_sql(_TRANSFER, row).lastrowid
    connection.exec_driver_sql(_POSTING, [(number, *line) for line in lines])
    connection.exec_driver_sql(
        _BALANCE, [(h.account, h.unit, h.quantity, h.version, h.may_go_negative) for h in held]
    )
    return number


def _kept(value: Any) -> Any:
    """As SQLAlchemy keeps what SQLite has no type for: Uuid in hex, DateTime in UTC."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value
