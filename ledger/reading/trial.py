"""The trial balance: per unit, what is held and what is owed; they are equal at every moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, case, func, literal, select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.reading.asking import refuse_no_moment
from ledger.reading.balances import unit_id
from ledger.reading.history import quantities

LOW_BITS: Final = 32
LOW: Final = (1 << LOW_BITS) - 1


@dataclass(frozen=True)
class TrialBalance:
    """All accounts in one unit.

    `debit` sums up the balances above zero, `credit` those below, without their sign; `accounts`
    counts both. What accounts hold one by one is in `balances` and `each_balance`.
    """

    unit: str
    debit: int
    credit: int
    accounts: int

    @property
    def even(self) -> bool:
        """Whether debit and credit are equal, as postings make them."""
        return self.debit == self.credit


def trial_balance(
    session: Session, *, unit: str | None = None, as_of: datetime | None = None
) -> list[TrialBalance]:
    """Per unit, in the order of their codes, what all accounts come to, now or at a moment.

    The database adds up the balances, and sends one row for each unit; units in which nobody
    holds anything are left out. As of a moment it costs what `balance` costs for each. Refuses:
    BadQuestion.
    """
    refuse_no_moment(as_of=as_of)
    pairs = select(t.balance)
    if unit is not None:
        pairs = pairs.where(t.balance.c.unit == unit_id(unit))
    found = quantities(pairs, as_of)
    quantity = found.c.quantity
    sums = (
        select(
            found.c.unit,
            *_exact_sum(case((quantity > 0, quantity), else_=0)),
            *_exact_sum(case((quantity < 0, -quantity), else_=0)),
            func.count().label("accounts"),
        )
        .where(quantity != 0)
        .group_by(found.c.unit)
        .subquery("sums")
    )
    _, *parts = sums.c
    rows = session.execute(
        select(t.unit.c.code, *parts).join(sums, sums.c.unit == t.unit.c.id).order_by(t.unit.c.code)
    )
    return [
        TrialBalance(code, _whole(debit, low_debit), _whole(credit, low_credit), accounts)
        for code, debit, low_debit, credit, low_credit, accounts in rows
    ]


def _exact_sum(quantity: ColumnElement[int]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """A sum in two halves: whole, it may leave the 64 bits of SQLite's integers."""
    return (
        func.sum(quantity.bitwise_rshift(literal(LOW_BITS, Integer))),
        func.sum(quantity.bitwise_and(LOW)),
    )


def _whole(high: Any, low: Any) -> int:
    return (int(high) << LOW_BITS) + int(low)
