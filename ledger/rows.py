"""The rows that verification reads: lean tuples of whole tables, as streams, on either database.

A row has the columns of its table in the table's order. What SQLite keeps as text is text on both
databases: ids, and moments as `YYYY-MM-DD HH:MM:SS.ffffff` in UTC (PostgreSQL leaves trailing zeros
out). Nothing is converted on the way: a value that is none of its column's type arrives as it is.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import Column, Connection, Table, Uuid

from database.types import Moment
from ledger import tables as t

Row: TypeAlias = tuple[Any, ...]
Result = TypeVar("Result")

BATCH: Final = 2_000
AFTER_ALL: Final = 1 << 64
"""A number that no entry has."""

_POSTGRESQL_MOMENTS: Final = {
    19: ".000000", 21: "00000", 22: "0000", 23: "000", 24: "00", 25: "0", 26: "",
}  # fmt: skip
_MENDED: Final = """
SELECT e.transfer, {id}, o.act, m.reverses, p.source, p.target, p.unit, p.quantity
FROM ledger_about e
JOIN ledger_transfer o ON o.number = e.reverses
LEFT JOIN ledger_about m ON m.transfer = o.number
LEFT JOIN ledger_posting p ON p.transfer = o.number
WHERE e.reverses IS NOT NULL AND e.transfer >= {first}
ORDER BY e.transfer, p.ordinal DESC"""
_ENDED: Final = """
SELECT e.transfer, {id} FROM ledger_about e JOIN ledger_transfer o ON o.number = e.ends
WHERE e.ends IS NOT NULL AND e.transfer >= {first} ORDER BY e.transfer"""
_TWICE: Final = """
SELECT max(transfer), reverses FROM ledger_about WHERE reverses IS NOT NULL
GROUP BY reverses HAVING count(*) > 1 ORDER BY reverses"""

_OPENINGS: Final = """
SELECT count(*) FROM ledger_transfer e JOIN ledger_about a ON a.transfer = e.number
WHERE e.act = ? AND a.{column} = ?"""


class Rows:
    """The ledger's tables on one connection, for as long as a `with` block lasts."""

    def __init__(self, connection: Connection, *, tolerant: bool = False) -> None:
        self.dialect = connection.dialect.name
        driver: Any = connection.connection.driver_connection
        self._driver = driver
        self._open = ExitStack()
        self._cursors = 0
        self._zeros = _POSTGRESQL_MOMENTS if self.dialect == "postgresql" else {26: ""}
        if tolerant:
            self._open.callback(setattr, driver, "text_factory", driver.text_factory)
            driver.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def of(self, table: Table, order: str, where: str = "") -> Iterator[Row]:
        """The table's rows in this order, never all of them in memory."""
        columns = ", ".join(map(self._column, table.columns))
        given = f" WHERE {where}" if where else ""
        return self.stream(f"SELECT {columns} FROM {table.name}{given} ORDER BY {order}")  # noqa: S608 - our own words

    def stream(self, sql: str) -> Iterator[Row]:
        """The rows that the statement gives."""
        if self.dialect == "sqlite":
            cursor = self._open.enter_context(closing(self._driver.cursor()))
            rows: Iterator[Row] = cursor.execute(sql)
            return rows
        self._cursors += 1
        cursor = self._driver.cursor(name=f"ledger_rows_{id(self)}_{self._cursors}")
        self._open.enter_context(closing(cursor))
        cursor.execute(sql)
        return chain.from_iterable(iter(partial(cursor.fetchmany, BATCH), []))

    def mended(self, first: int = 0) -> Iterator[Row]:
        """For each reversal from number `first` on, the postings of what it reverses, last first.

        Number of the reversal; id, act and `reverses` of what it reverses; and of each posting
        source, target, unit and quantity.
        """
        return self.stream(_MENDED.format(id=self._text("o.id"), first=first))

    def ended(self, first: int = 0) -> Iterator[Row]:
        """For each entry from number `first` on that ends a hold: its number, the hold's id."""
        return self.stream(_ENDED.format(id=self._text("o.id"), first=first))

    def reversed_twice(self) -> Iterator[Row]:
        """The last reversal and the number of each transfer that has more than one."""
        return self.stream(_TWICE)

    def number_of(self, transfer_id: str) -> int | None:
        """The number of the entry with this id, if there is one."""
        row = self._one("SELECT number FROM ledger_transfer WHERE id = ?", transfer_id)
        return None if row is None else row[0]

    def count_openings(self, column: str, row_id: int) -> int:
        """How many entries say that they opened the row to which this column points."""
        act = f"open_{column}"
        row = self._one(_OPENINGS.format(column=column), act, row_id)
        return 0 if row is None else row[0]

    def last_number(self) -> int:
        """The largest number that an entry can have: on PostgreSQL, the last one that was drawn."""
        if self.dialect == "sqlite":
            return AFTER_ALL
        name = self._one("SELECT pg_get_serial_sequence('ledger_transfer', 'number')")
        row = self._one(f"SELECT last_value FROM {name[0]}") if name and name[0] else None  # noqa: S608 - the server named it
        return AFTER_ALL if row is None else row[0]

    def _one(self, sql: str, *values: object) -> Row | None:
        if self.dialect != "sqlite":
            sql = sql.replace("?", "%s")
        with closing(self._driver.cursor()) as cursor:
            row: Row | None = cursor.execute(sql, values).fetchone()
        return row

    def moment(self, kept: str) -> str:
        """A moment as `moment_text` gives it. Raises ValueError or KeyError for what is none."""
        day, time = kept.split(" ")
        return f"{day}T{time}{self._zeros[len(kept)]}+00:00"

    def identity(self, kept: str) -> str:
        """An id as hashes know it; SQLite keeps it without dashes."""
        if self.dialect != "sqlite":
            return kept
        return f"{kept[:8]}-{kept[8:12]}-{kept[12:16]}-{kept[16:20]}-{kept[20:]}"

    def _column(self, column: Column[Any]) -> str:
        if self.dialect == "postgresql" and isinstance(column.type, Moment):
            return f"({column.name} AT TIME ZONE 'UTC')::text"
        return self._text(column.name) if isinstance(column.type, Uuid) else column.name

    def _text(self, uuid: str) -> str:
        return uuid if self.dialect == "sqlite" else f"{uuid}::text"


def read(connection: Connection, work: Callable[[Rows], Result]) -> Result:
    """What `work` makes of the rows; done anew should SQLite hold text that is none."""
    try:
        with Rows(connection) as rows:
            return work(rows)
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    with Rows(connection, tolerant=True) as rows:
        return work(rows)


class Lines:
    """Rows that belong to entries by number, taken entry by entry as the numbers rise."""

    def __init__(self, rows: Iterator[Row], astray: Callable[[Row], None]) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self._astray = astray
        self._number, self._rows = 0, list[Row]()
        self._advance()

    def take(self, number: int) -> list[Row]:
        """The rows of this entry; those of entries before it that nobody took are astray."""
        while self._number < number:
            self._lose()
        if self._number > number:
            return []
        rows = self._rows
        self._advance()
        return rows

    def lose_rest(self) -> None:
        """After the last entry: what is left is astray."""
        while self._number < AFTER_ALL:
            self._lose()

    def _lose(self) -> None:
        for row in self._rows:
            self._astray(row)
        self._advance()

    def _advance(self) -> None:
        for number, rows in self._groups:
            self._rows = list(rows)
            if type(number) is int:
                self._number = number
                return
            for row in self._rows:
                self._astray(row)
        self._number = AFTER_ALL


def all_postings(rows: Rows, astray: Callable[[Row], None], first: int = 0) -> Lines:
    """The postings of the entries from number `first` on."""
    return Lines(rows.of(t.posting, "transfer, ordinal", _from("transfer", first)), astray)


def all_held(rows: Rows, astray: Callable[[Row], None], first: int = 0) -> Lines:
    """What the holds from number `first` on keep."""
    return Lines(rows.of(t.held, "transfer, ordinal", _from("transfer", first)), astray)


def all_abouts(rows: Rows, astray: Callable[[Row], None], first: int = 0) -> Lines:
    """What the entries from number `first` on are about beside their postings."""
    return Lines(rows.of(t.about, "transfer", _from("transfer", first)), astray)


def all_entries(rows: Rows, first: int = 0) -> Iterator[Row]:
    """The entries from number `first` on."""
    return rows.of(t.transfer, "number", _from("number", first))


def _from(column: str, first: int) -> str:
    return f"{column} >= {first}" if first else ""
