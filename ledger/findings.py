"""What a verification has found so far, and how it reads rows."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from ledger import tables as t

BATCH: Final = 2_000
MOST_FAULTS: Final = 100

Found: TypeAlias = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the table, the row by its key, and what about it."""

    table: str
    row: str
    what: str


@dataclass
class Check:
    """The state of one run: names, running balances, counts, faults."""

    session: Session
    units: dict[int, str]
    accounts: dict[int, tuple[str, bool]]
    held: dict[tuple[int, int], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    faults: list[Fault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    at: str = ""

    def fault(self, table: str, row: object, what: str) -> None:
        """Note that something is wrong, unless there is too much already."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(table, str(row), what))

    @contextmanager
    def reading(self, table: str) -> Iterator[None]:
        """Turn values that are none of their column's type into a fault."""
        self.at = ""
        try:
            yield
        except (TypeError, ValueError) as error:
            self.fault(table, self._unreadable(table), f"it cannot be read: {error}")

    def _unreadable(self, table: str) -> str:
        """The transfer whose values are none of their columns' types; else the last row read."""
        if table != t.transfer.name:
            return self.at
        number = t.transfer.c.number
        later = select(number).where(number > int(self.at or 0)).order_by(number)
        for (one,) in self.session.execute(later).all():
            try:
                self.session.execute(select(t.transfer).where(number == one)).all()
            except (TypeError, ValueError):
                return str(one)
        return self.at


def stream(session: Session, wanted: Select[*tuple[Any, ...]]) -> Iterator[Found]:
    """The rows, without ever holding all of them."""
    yield from session.execute(wanted, execution_options={"yield_per": BATCH})
