"""An account's statement in one unit over a period: opening, lines in order, closing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.log import Checkpoint
from ledger.reading import Line, statement
from ledger.reading.asking import refuse_no_moment
from ledger.reading.history import balance_left, before_moment
from ledger.refusals import UnknownAccount, UnknownUnit

BATCH: Final = 1_000


@dataclass
class Statement:
    """What an account held of a unit before a period and after it, and what happened between.

    `lines` are the postings, oldest first, to be read once and as a stream. `incoming` and
    `outgoing` sum up the lines read so far: those of the whole period once all were read.
    """

    account: str
    unit: str
    opening: int
    closing: int
    count: int
    _lines: Iterator[Line]
    incoming: int = 0
    outgoing: int = 0

    @property
    def lines(self) -> Iterator[Line]:
        """The lines that were not read yet."""
        for line in self._lines:
            if line.quantity > 0:
                self.incoming += line.quantity
            else:
                self.outgoing -= line.quantity
            yield line


@dataclass(frozen=True)
class Labels:
    """The words of a statement; `page` has places for `{page}` and `{pages}`."""

    opening: str
    closing: str
    date: str
    what: str
    other: str
    incoming: str
    outgoing: str
    balance: str
    number: str
    nothing: str
    made_at: str
    sealed: str
    page: str


@dataclass(frozen=True)
class Style:
    """How a statement writes what the ledger counts.

    `quantity` writes a quantity for a reader; `number` gives it to a spreadsheet in the reader's
    unit, and `number_format` is the cell's format. `what` says why a line is, `other` whose account
    is on its other side; `moment` writes a moment, `zone` is that of the days.
    """

    quantity: Callable[[int], str]
    number: Callable[[int], Decimal]
    number_format: str
    what: Callable[[Line], str]
    other: Callable[[Line], str]
    moment: Callable[[datetime], str]
    zone: tzinfo


@dataclass(frozen=True)
class Paper:
    """What a statement bears beside its lines, in the reader's language.

    `facts` are the rows at its head, each a name and a value: account, holder, unit, period.
    `checkpoint` is the signed log that the lines can be held against, `address` where.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    labels: Labels
    style: Style
    made_at: datetime
    checkpoint: Checkpoint | None = None
    address: str | None = None


@dataclass(frozen=True)
class Typeface:
    """TrueType files that have all characters of the statement."""

    regular: Path
    bold: Path


def statement_rows(
    session: Session,
    account: str,
    unit: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Statement:
    """The account's statement in the unit, for all time or from `since` to before `until`.

    A line belongs to the period in which it began to count (see `ledger_transfer.as_of`): when it
    was recorded. So balances of periods that follow each other meet. What is posted while the
    statement is read is not in it.
    Refuses: UnknownAccount, UnknownUnit, BadQuestion.
    """
    refuse_no_moment(since=since, until=until)
    pair = _ids(session, account, unit)
    first, opening = (0, 0) if since is None else _stood(session, *pair, since)
    end, closing = _stood(session, *pair, until)
    if end < first:
        end, closing = first, opening
    return Statement(
        account=account,
        unit=unit,
        opening=opening,
        closing=closing,
        count=end - first,
        _lines=_oldest_first(session, account, unit, first, end),
    )


def _ids(session: Session, account: str, unit: str) -> tuple[int, int]:
    account_id = session.scalar(select(t.account.c.id).where(t.account.c.code == account))
    if account_id is None:
        raise UnknownAccount("no such account is open", account=account)
    unit_id = session.scalar(select(t.unit.c.id).where(t.unit.c.code == unit))
    if unit_id is None:
        raise UnknownUnit("no such unit is open", unit=unit)
    return account_id, unit_id


def _stood(session: Session, account: int, unit: int, moment: datetime | None) -> tuple[int, int]:
    """How many lines began to count before the moment, and the balance they left; or all lines."""
    row = select(t.balance).where(t.balance.c.account == account, t.balance.c.unit == unit)
    if moment is None:
        wanted = row.with_only_columns(t.balance.c.version, t.balance.c.quantity)
    else:
        search = before_moment(row, moment)
        left = balance_left(search.c, search.c.place)
        wanted = select(search.c.place, left).where(search.c.rest == 0)
    found = session.execute(wanted).first()
    return (found[0], found[1]) if found else (0, 0)


def _oldest_first(
    session: Session, account: str, unit: str, first: int, end: int
) -> Iterator[Line]:
    for start in range(first + 1, end + 1, BATCH):
        following = min(start + BATCH, end + 1)
        page = statement(session, account, unit, before=following, limit=following - start)
        yield from reversed(page)
