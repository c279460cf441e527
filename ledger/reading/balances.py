"""What accounts hold: now, or at any past moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from database.types import Moment
from ledger import tables as t
from ledger.reading.asking import refuse_no_moment, refuse_no_page
from ledger.reading.history import Past, quantities

LAST_CHARACTER: Final = "\U0010ffff"
STREAMED: Final = 5_000
CODES: Final = (t.account.c.code, t.unit.c.code)


@dataclass(frozen=True)
class Balance:
    """How much of a unit an account holds.

    `held_out` is what open holds are to take out of it, `held_in` what they are to bring: always
    those of now, also beside the quantity of a past moment.
    """

    account: str
    unit: str
    quantity: int
    held_out: int = 0
    held_in: int = 0

    @property
    def available(self) -> int:
        """What is not promised away."""
        return self.quantity - self.held_out


def balance(session: Session, account: str, unit: str, *, as_of: datetime | None = None) -> int:
    """What the account holds of the unit, now or at a moment; 0 where nothing was ever posted.

    A posting counts from the moment when it was recorded (`ledger_transfer.as_of`), that moment
    included. Now: one row by its key. As of a moment: about log2 of the account's postings looks
    into an index. Refuses, as all that is asked of a past moment: BadQuestion.
    """
    return balance_of(session, account, unit, as_of=as_of).quantity


def balance_of(
    session: Session, account: str, unit: str, *, as_of: datetime | None = None
) -> Balance:
    """As `balance`, with what is held."""
    refuse_no_moment(as_of=as_of)
    told = {"account": account, "unit": unit, "moment": as_of}
    found = session.execute(_now() if as_of is None else _then(), told).first()
    return Balance(*found) if found else Balance(account, unit, 0)


def balances(
    session: Session,
    *,
    account_prefix: str = "",
    unit: str | None = None,
    as_of: datetime | None = None,
) -> list[Balance]:
    """All balances other than zero, by account and unit, now or at a moment.

    Reads the balances of that prefix or unit, and costs what `balance` costs for each.
    """
    refuse_no_moment(as_of=as_of)
    found = _other_than_zero(account_prefix, unit, as_of).order_by(*CODES)
    return [Balance(*row) for row in session.execute(found) if row.quantity]


def each_balance(
    session: Session,
    *,
    account_prefix: str = "",
    unit: str | None = None,
    as_of: datetime | None = None,
) -> Iterator[Balance]:
    """As `balances`, as a stream and in no order: for all balances of a large ledger."""
    refuse_no_moment(as_of=as_of)
    found = _other_than_zero(account_prefix, unit, as_of)
    rows = session.execute(found, execution_options={"yield_per": STREAMED})
    return (Balance(*row) for row in rows if row.quantity)


def balances_page(
    session: Session,
    *,
    account_prefix: str = "",
    after: tuple[str, str] = ("", ""),
    limit: int = 50,
    as_of: datetime | None = None,
) -> list[Balance]:
    """A page of all balances, those of zero too, by account and unit.

    The next page comes `after` the account and unit of this page's last. A page costs the same
    wherever it is. Refuses: BadQuestion.
    """
    refuse_no_moment(as_of=as_of)
    refuse_no_page(limit=limit)
    account, unit = after
    further = or_(
        t.account.c.code > account, (t.account.c.code == account) & (t.unit.c.code > unit)
    )
    # `>=` says nothing new, but is a range that an index can start at.
    page = (
        pairs_of(account_prefix)
        .where(t.account.c.code >= account, further)
        .order_by(*CODES)
        .limit(limit)
    )
    found = _named(page, as_of)
    if as_of is not None:
        found = found.order_by(*CODES)
    return [Balance(*row) for row in session.execute(found)]


def holders(
    session: Session,
    unit: str,
    *,
    account_prefix: str = "",
    as_of: datetime | None = None,
) -> list[Balance]:
    """Who holds more than nothing of the unit, by account, now or at a record date.

    Reads the balances in this unit, and costs what `balance` costs for each.
    """
    found = balances(session, account_prefix=account_prefix, unit=unit, as_of=as_of)
    return [each for each in found if each.quantity > 0]


def starts_with(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """A prefix as a range, which an index in byte order answers on both databases."""
    if not prefix:
        return column == column
    return (column >= prefix) & (column < prefix + LAST_CHARACTER)


def pairs_of(account_prefix: str = "", unit: str | None = None) -> Select[Any]:
    """The rows of the balance table for such accounts and that unit, with account and unit."""
    wanted = _pairs()
    if account_prefix:
        wanted = wanted.where(starts_with(t.account.c.code, account_prefix))
    if unit is not None:
        wanted = wanted.where(t.balance.c.unit == unit_id(unit))
    return wanted


def unit_id(code: str) -> ScalarSelect[int]:
    """The id of a unit: a range of `ledger_balance` by its index, whatever the planner knows."""
    return select(t.unit.c.id).where(t.unit.c.code == code).scalar_subquery()


def _pairs() -> Select[Any]:
    return (
        select(t.balance)
        .select_from(t.balance)
        .join(t.account, t.account.c.id == t.balance.c.account)
        .join(t.unit, t.unit.c.id == t.balance.c.unit)
    )


@cache
def _now() -> Select[Any]:
    return _named(_one())


@cache
def _then() -> Select[Any]:
    """Built once: building it takes longer than answering it."""
    return _named(_one(), bindparam("moment", type_=Moment))


def _one() -> Select[Any]:
    return _pairs().where(
        t.account.c.code == bindparam("account"), t.unit.c.code == bindparam("unit")
    )


def _other_than_zero(account_prefix: str, unit: str | None, as_of: datetime | None) -> Select[Any]:
    pairs = pairs_of(account_prefix, unit)
    if as_of is None:
        return _named(pairs.where(t.balance.c.quantity != 0))
    return _named(pairs, as_of)


def _named(pairs: Select[Any], as_of: Past | None = None) -> Select[Any]:
    """What `Balance` says of these rows, in its order."""
    if as_of is None:
        row = t.balance.c
        return pairs.with_only_columns(*CODES, row.quantity, row.held_out, row.held_in)
    found = quantities(pairs, as_of)
    return (
        select(*CODES, found.c.quantity, found.c.held_out, found.c.held_in)
        .join(t.account, t.account.c.id == found.c.account)
        .join(t.unit, t.unit.c.id == found.c.unit)
    )
