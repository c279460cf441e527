"""Recording a transfer on PostgreSQL: rows locked in sorted order, then one statement writes."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection

from ledger.effects import Held, Line, Pair, Seen
from ledger.entry import COLUMNS, Entry, Found

_LOOK: Final = """
SELECT a.id, u.id, a.may_go_negative, b.account IS NOT NULL
FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS p(account, unit, place)
LEFT JOIN ledger_account a ON a.code = p.account COLLATE "C"
LEFT JOIN ledger_unit u ON u.code = p.unit COLLATE "C"
LEFT JOIN ledger_balance b ON b.account = a.id AND b.unit = u.id
ORDER BY p.place"""
_OPEN: Final = """
INSERT INTO ledger_balance (account, unit, quantity, version, may_go_negative)
SELECT p.account, p.unit, 0, 0, p.may_go_negative
FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[]) AS p(account, unit, may_go_negative)
ORDER BY p.account, p.unit
ON CONFLICT DO NOTHING"""
_LOCK: Final = """
SELECT b.account, b.unit, b.quantity, b.version
FROM unnest(%s::bigint[], %s::bigint[]) AS p(account, unit)
JOIN ledger_balance b ON b.account = p.account AND b.unit = p.unit
ORDER BY b.account, b.unit
FOR UPDATE OF b"""
_KEY: Final = "SELECT id, number, hash, body_hash FROM ledger_transfer WHERE key = %s"
PLACES: Final = ", ".join(["%s"] * len(Entry._fields))
_RECORD: Final = f"""
WITH new AS (
  INSERT INTO ledger_transfer ({COLUMNS}) VALUES ({PLACES})
  ON CONFLICT (key) DO NOTHING
  RETURNING number
), lines AS (
  INSERT INTO ledger_posting
  SELECT new.number, p.* FROM new, unnest(
    %s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]
  ) AS p
), moved AS (
  UPDATE ledger_balance b SET quantity = p.quantity, version = p.version
  FROM new, unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS p(account, unit, quantity, version)
  WHERE b.account = p.account AND b.unit = p.unit
)
SELECT number FROM new"""  # noqa: S608 - the columns are our own


def lock(connection: Connection, pairs: Sequence[Pair]) -> list[Seen]:
    """See `Writer`.

    Missing rows are made first and rows are locked second, each in sorted order and by every
    writer, so that no two of them wait in a ring.
    """
    codes = ([account for account, _ in pairs], [unit for _, unit in pairs])
    known = connection.exec_driver_sql(_LOOK, codes).all()
    there = [row for row in known if row[0] is not None and row[1] is not None]
    missing = [row[:3] for row in there if not row[3]]
    if len(there) < len(known):  # it will be refused: lock nothing
        return [(account, unit, *_NOTHING) for account, unit, _, _ in known]
    if missing:
        connection.exec_driver_sql(_OPEN, tuple(map(list, zip(*missing, strict=True))))
    ids = ([row[0] for row in there], [row[1] for row in there])
    held = {(row[0], row[1]): (row[2], row[3]) for row in connection.exec_driver_sql(_LOCK, ids)}
    return [
        (account, unit, may_go_negative, *held[account, unit])
        for account, unit, may_go_negative, _ in known
    ]


_NOTHING: Final = (None, None, None)


def find_key(connection: Connection, key: str) -> Found | None:
    """See `Writer`."""
    row = connection.exec_driver_sql(_KEY, (key,)).first()
    return None if row is None else Found(*row)


def record(
    connection: Connection, entry: Entry, lines: Sequence[Line], held: Iterable[Held]
) -> int | None:
    """See `Writer`. A twin that took the key among other accounts is waited for."""
    columns = [list(column) for column in zip(*lines, strict=True)]
    balances = [(h.account, h.unit, h.quantity, h.version) for h in held]
    after = [list(column) for column in zip(*balances, strict=True)]
    number: int | None = connection.exec_driver_sql(_RECORD, (*entry, *columns, *after)).scalar()
    return number
