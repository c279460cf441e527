"""What a verification has found so far: which rows are wrong, and what is wrong about each."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table

MOST_FAULTS: Final = 100
"""Enough to see what happened; who rewrites a table would otherwise fill the memory."""

UNREADABLE: Final = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError)
"""What values that are none of their columns' types make of a computation."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the table, the row by its key, and what about it."""

    table: str
    row: str
    what: str


class Faults:
    """The faults of one part of the ledger, in the order in which they were met."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, table: Table, row: object, what: str) -> None:
        """Note that something is wrong, unless there is too much already."""
        if len(self.found) < MOST_FAULTS:
            self.found.append(Fault(table.name, str(row), what))


def only(kind: type, *values: Any) -> bool:
    """Whether all values are of just this type (a whole number is no truth value)."""
    return all(type(value) is kind for value in values)
