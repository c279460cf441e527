"""What an auditor reads: the trial balance, the accounts one by one, and everyone's acts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from bank.acts import Act
from bank.deposits.tables import Deposit
from bank.income.tables import Revenue, Round
from bank.orders.tables import Order
from bank.projects.tables import Project
from bank.withdrawals.tables import Withdrawal
from ledger import reading
from ledger.reading import Balance, each_balance
from valuation.agencies.tables import Agency
from valuation.appraisals.tables import Appraisal
from valuation.commissions.tables import Commission, Quote

PAGE_SIZE: Final = 50

SUBJECTS: Final[dict[str, InstrumentedAttribute[str]]] = {
    table.__tablename__: table.number
    for table in (
        Deposit,
        Agency,
        Commission,
        Quote,
        Appraisal,
        Project,
        Order,
        Withdrawal,
        Revenue,
        Round,
    )
}
"""The kinds of records that have a history, and the column of their numbers."""


@dataclass(frozen=True)
class TrialLine:
    """All accounts of one purpose in one kind of unit.

    `group` is CNY, land or share; `purpose` is world, or the last part of the accounts' names.
    `held` is what open holds are to take out of them, now.
    """

    group: str
    purpose: str
    accounts: int
    quantity: int
    held: int


def trial_balance(session: Session, *, as_of: datetime | None = None) -> dict[str, list[TrialLine]]:
    """Per kind of unit, what each purpose's accounts hold in all; each kind sums to zero.

    Now, or as of a moment.
    """
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for balance in each_balance(session, as_of=as_of):
        line = counts[group_of(balance.unit), purpose_of(balance.account)]
        line[0] += 1
        line[1] += balance.quantity
        line[2] += balance.held_out
    found: dict[str, list[TrialLine]] = defaultdict(list)
    for group, purpose in sorted(counts):
        found[group].append(TrialLine(group, purpose, *counts[group, purpose]))
    return dict(found)


def group_of(unit: str) -> str:
    """The kind of a unit: CNY, land or share."""
    return unit.split(":")[0]


def purpose_of(account: str) -> str:
    """What an account is for: world, cash, stored, escrow, held …; a project's cash is capital."""
    owner, *rest = account.split(":")
    if owner == "world" or not rest:
        return owner
    return "capital" if (owner, rest[-1]) == ("project", "cash") else rest[-1]


def balances_page(
    session: Session,
    *,
    prefix: str = "",
    after: tuple[str, str] = ("", ""),
    as_of: datetime | None = None,
) -> list[Balance]:
    """A page of all balances by account and unit; the next one comes `after` the last."""
    return reading.balances_page(
        session, account_prefix=prefix, after=after, limit=PAGE_SIZE, as_of=as_of
    )


@dataclass(frozen=True)
class Entry:
    """One act with the number of the record it was done to."""

    act: Act
    number: str


def acts_page(
    session: Session, *, subject: str = "", number: str = "", before: UUID | None = None
) -> list[Entry]:
    """A page of acts, last recorded first: all, of one kind of record, or of one record."""
    wanted = select(Act).options(joinedload(Act.actor)).order_by(Act.id.desc()).limit(PAGE_SIZE)
    if subject:
        wanted = wanted.where(Act.subject == subject)
    if number:
        ids = {one for column in SUBJECTS.values() for one in _ids(session, column, number)}
        wanted = wanted.where(Act.subject_id.in_(ids))
    if before:
        wanted = wanted.where(Act.id < before)
    acts = session.scalars(wanted).all()
    numbers = _numbers(session, acts)
    return [Entry(act, numbers.get(act.subject_id, "")) for act in acts]


def _ids(session: Session, column: InstrumentedAttribute[str], number: str) -> Sequence[UUID]:
    return session.scalars(select(column.class_.id).where(column == number)).all()


def _numbers(session: Session, acts: Sequence[Act]) -> dict[UUID, str]:
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for act in acts:
        wanted[act.subject].add(act.subject_id)
    numbers: dict[UUID, str] = {}
    for subject, ids in wanted.items():
        if column := SUBJECTS.get(subject):
            key = column.class_.id
            rows = session.execute(select(key, column).where(key.in_(ids)))
            numbers |= {row[0]: row[1] for row in rows}
    return numbers
