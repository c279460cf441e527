"""Very many rows into a table at once, in the words of either database's driver."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from database.base import Base
from database.driver import driver

ROWS: Final = 500
"""Rows of one statement on SQLite: what it keeps to undo a statement, it keeps for each."""
SENT_AS: Final = {"FLOAT(53)": "float8", "VARCHAR(32)": "text"}
"""What PostgreSQL calls types in their binary form, where that is not how a table declares them."""

Columns = Mapping[str, Sequence[Any]]


def load(connection: Connection, table: str, columns: Columns) -> None:
    """Insert rows that are given as columns of one length, in their order.

    Values as the driver takes them, but ids as UUIDs.
    """
    if connection.dialect.name == "sqlite":
        _insert(connection, table, columns)
    else:
        _copy(connection, table, columns)


def _insert(connection: Connection, table: str, columns: Columns) -> None:
    types = Base.metadata.tables[table].c
    width, count = len(columns), len(next(iter(columns.values())))
    flat: list[Any] = [None] * (count * width)
    for place, (name, values) in enumerate(columns.items()):
        is_id = types[name].type.python_type is UUID
        flat[place::width] = [each and each.hex for each in values] if is_id else values
    with driver(connection) as cursor:
        for first in range(0, count, ROWS):
            rows = min(ROWS, count - first)
            part = flat[first * width : (first + rows) * width]
            cursor.execute(_statement(table, tuple(columns), rows), part)


@lru_cache(maxsize=16)
def _statement(table: str, columns: tuple[str, ...], rows: int) -> str:
    """The same text for the same length, so that SQLite finds it prepared."""
    marks = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * rows)}"  # noqa: S608


def _copy(connection: Connection, table: str, columns: Columns) -> None:
    types = Base.metadata.tables[table].c
    kinds = [types[name].type.compile(connection.dialect) for name in columns]
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with driver(connection) as cursor, cursor.copy(statement) as copy:
        copy.set_types([SENT_AS.get(kind, kind.lower()) for kind in kinds])
        for row in zip(*columns.values(), strict=True):
            copy.write_row(row)
