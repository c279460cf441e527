"""The journal's movements as exports read them: entry by entry, oldest first, as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.model import MOVES, Act, Standing

BATCH: Final = 2_000


@dataclass(frozen=True)
class Account:
    """An account as it stands; `opened_at` is None where no entry of the journal opened it."""

    code: str
    may_go_negative: bool
    standing: Standing
    opened_at: datetime | None


@dataclass(frozen=True)
class Unit:
    """A unit and its name."""

    code: str
    name: str


class Line(NamedTuple):
    """A posting with its accounts and unit by their codes, and the two balances it left."""

    ordinal: int
    source: str
    target: str
    unit: str
    quantity: int
    source_balance: int
    target_balance: int


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry that moved balances; `reverses` a transfer, `ends` a hold, by their ids."""

    lines: list[Line]
    number: int
    id: UUID
    key: str
    nonce: str
    act: Act
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    reference: str
    memo: str
    hash: str
    reverses: UUID | None
    ends: UUID | None


class Movements:
    """All movements of the journal as it was when this was made: iterate once.

    Memory grows with accounts and units, not with entries. `accounts` and `units` are by code.
    """

    def __init__(self, session: Session) -> None:
        origin, hold = t.transfer.alias("origin"), t.transfer.alias("hold")
        # Opened first: what is read after it knows every account that it names.
        self._rows = session.execute(
            select(
                *(t.transfer.c[name] for name in _COLUMNS),
                origin.c.id,
                hold.c.id,
                *(t.posting.c[name] for name in Line._fields),
            )
            .join(t.posting, t.posting.c.transfer == t.transfer.c.number)
            .outerjoin(t.about, t.about.c.transfer == t.transfer.c.number)
            .outerjoin(origin, origin.c.number == t.about.c.reverses)
            .outerjoin(hold, hold.c.number == t.about.c.ends)
            .where(t.transfer.c.act.in_(MOVES))
            .order_by(t.transfer.c.number, t.posting.c.ordinal),
            execution_options={"yield_per": BATCH},
        )
        opening = (
            select(t.about.c.account, t.transfer.c.recorded_at)
            .join(t.transfer, t.transfer.c.number == t.about.c.transfer)
            .where(t.transfer.c.act == Act.OPEN_ACCOUNT)
            .subquery("opening")
        )
        accounts = session.execute(
            select(t.account, opening.c.recorded_at)
            .outerjoin(opening, opening.c.account == t.account.c.id)
            .order_by(t.account.c.code)
        ).all()
        units = session.execute(select(t.unit).order_by(t.unit.c.code)).all()
        self._account_codes = {row.id: row.code for row in accounts}
        self._unit_codes = {row.id: row.code for row in units}
        self.accounts = {
            row.code: Account(row.code, row.may_go_negative, row.standing, row.recorded_at)
            for row in accounts
        }
        self.units = {row.code: Unit(row.code, row.name) for row in units}

    def __iter__(self) -> Iterator[Movement]:
        width = len(_COLUMNS) + 2
        accounts, units = self._account_codes, self._unit_codes
        for _, rows in groupby(self._rows, itemgetter(0)):
            lines = []
            for row in rows:
                ordinal, source, target, unit, *rest = row[width:]
                lines.append(Line(ordinal, accounts[source], accounts[target], units[unit], *rest))
            head: tuple[Any, ...] = row[:width]
            yield Movement(lines, *head)


_COLUMNS: Final = (
    "number",
    "id",
    "key",
    "nonce",
    "act",
    "kind",
    "occurred_at",
    "recorded_at",
    "reference",
    "memo",
    "hash",
)
"""The columns of an entry, in the order of Movement's fields after its lines."""
