"""Holds that have expired: which they are, and the entries that end them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Select, or_, select

from ledger import tables as t
from ledger.entry import Draft, Named
from ledger.model import OWN_KEYS, Act, Posting, act_facts
from ledger.reading.entries import postings

AT_ONCE: Final = 1_000


def due(
    connection: Connection,
    *,
    at: datetime,
    accounts: Collection[str] | None = None,
    limit: int | None = None,
) -> list[Draft]:
    """The entries that end the holds which have expired: of these accounts, or of all.

    It locks nothing: `recording.record` leaves out those that somebody ends before it has its
    locks.
    """
    expired = t.open_hold.c.expires_at <= at
    wanted = (
        select(t.transfer.c.number, t.transfer.c.id, t.transfer.c.reference)
        .join(t.open_hold, t.open_hold.c.transfer == t.transfer.c.number)
        .where(expired)
        .order_by(t.transfer.c.number)
    )
    if limit is not None:
        wanted = wanted.limit(limit)
    if accounts is not None:
        wanted = wanted.where(t.transfer.c.number.in_(_touching(accounts)))
    holds = connection.execute(wanted).all()
    lines = _lines(connection, [hold.number for hold in holds])
    return [
        Draft(
            act=Act.EXPIRE,
            key=f"{OWN_KEYS}expire:{hold.id}",
            kind=Act.EXPIRE.value,
            occurred_at=at,
            reference=hold.reference,
            facts=act_facts(Act.EXPIRE, ends=hold.id),
            ends=Named(hold.number, hold.id),
            releases=lines[hold.number],
        )
        for hold in holds
    ]


def still_open(connection: Connection, drafts: Sequence[Draft]) -> list[Draft]:
    """Those whose holds nobody has ended."""
    if not drafts:
        return []
    left: set[int] = set()
    for numbers in _some([draft.ends.number for draft in drafts if draft.ends]):
        wanted = select(t.open_hold.c.transfer).where(t.open_hold.c.transfer.in_(numbers))
        left.update(connection.execute(wanted).scalars())
    return [draft for draft in drafts if draft.ends and draft.ends.number in left]


def _touching(accounts: Collection[str]) -> Select[int]:
    """The open holds that take from these accounts or bring to them."""
    mine = select(t.account.c.id).where(t.account.c.code.in_(sorted(accounts)))
    return (
        select(t.open_hold.c.transfer)
        .join(t.held, t.held.c.transfer == t.open_hold.c.transfer)
        .where(or_(t.held.c.source.in_(mine), t.held.c.target.in_(mine)))
    )


def _lines(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Posting, ...]]:
    lines: dict[int, tuple[Posting, ...]] = {}
    for some in _some(numbers):
        lines |= postings(connection, some, t.held)
    return lines


def _some(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at a time as a statement can name."""
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]
