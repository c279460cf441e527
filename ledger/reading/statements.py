"""An account's statement in one unit: its lines, newest first, each with the balance it left."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from database.types import Moment
from ledger import tables as t
from ledger.model import MAX_QUANTITY
from ledger.reading.asking import refuse_no_moment, refuse_no_page
from ledger.reading.history import before_moment

_END: Final = MAX_QUANTITY


@dataclass(frozen=True)
class Line:
    """One line of an account's statement in one unit.

    `quantity` is signed: what came in is positive. `balance` is what the account held after it,
    `version` its place in the account's history in this unit, from 1, without gaps.
    """

    version: int
    transfer: UUID
    number: int
    kind: str
    reference: str
    memo: str
    occurred_at: datetime
    recorded_at: datetime
    other: str
    quantity: int
    balance: int


def statement(
    session: Session,
    account: str,
    unit: str,
    *,
    before: int | None = None,
    limit: int = 50,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Line]:
    """The account's postings in the unit, newest first, each with the balance it left.

    The next page starts `before` the `version` of this page's last line. `since` and `until` bound
    the moments from which the lines count (`ledger_transfer.as_of`): those at `since` are in it,
    those at `until` are not, so that the statements of periods that follow each other meet.
    Two short index ranges answer it, however long the history is, and a bound takes one search.
    Refuses: BadQuestion.
    """
    refuse_no_moment(since=since, until=until)
    refuse_no_page(before=before, limit=limit)
    pair = session.execute(_ids(), {"account": account, "unit": unit}).first()
    if pair is None:
        return []
    account_id, unit_id = pair
    told = {"account": account_id, "unit": unit_id, "after": 0, "before": _END, "limit": limit}
    if since is not None:
        told["after"] = _count_before(session, account_id, unit_id, since)
    if until is not None:
        told["before"] = _count_before(session, account_id, unit_id, until) + 1
    if before is not None:
        told["before"] = min(before, told["before"])
    return [Line(*row) for row in session.execute(_lines(), told)]


def _count_before(session: Session, account: int, unit: int, moment: datetime) -> int:
    told = {"account": account, "unit": unit, "moment": moment}
    return session.execute(_places(), told).scalar() or 0


# Statements are built once, with places for what is asked: building takes longer than answering.


@cache
def _ids() -> Select[Any]:
    return (
        select(t.account.c.id, t.unit.c.id)
        .join(t.unit, t.unit.c.code == bindparam("unit"))
        .where(t.account.c.code == bindparam("account"))
    )


@cache
def _places() -> Select[Any]:
    pair = select(t.balance).where(
        t.balance.c.account == bindparam("account"), t.balance.c.unit == bindparam("unit")
    )
    search = before_moment(pair, bindparam("moment", type_=Moment))
    return select(search.c.place).where(search.c.rest == 0)


@cache
def _lines() -> Select[Any]:
    lines = union_all(_side(incoming=False), _side(incoming=True)).subquery()
    entry = t.transfer.c
    return (
        select(
            lines.c.version,
            entry.id,
            entry.number,
            entry.kind,
            entry.reference,
            entry.memo,
            entry.occurred_at,
            entry.recorded_at,
            t.account.c.code,
            lines.c.quantity,
            lines.c.balance,
        )
        .join(t.transfer, entry.number == lines.c.number)
        .join(t.account, t.account.c.id == lines.c.other)
        .order_by(lines.c.version.desc())
        .limit(bindparam("limit", type_=Integer))
    )


def _side(*, incoming: bool) -> Select[Any]:
    mine, other, sign = ("target", "source", 1) if incoming else ("source", "target", -1)
    posting = t.posting.c
    version = posting[f"{mine}_version"]
    newest = (
        select(
            version.label("version"),
            posting.transfer.label("number"),
            posting[other].label("other"),
            (posting.quantity * literal(sign)).label("quantity"),
            posting[f"{mine}_balance"].label("balance"),
        )
        .where(
            posting[mine] == bindparam("account"),
            posting.unit == bindparam("unit"),
            version > bindparam("after"),
            version < bindparam("before"),
        )
        .order_by(version.desc())
        .limit(bindparam("limit", type_=Integer))
        .subquery()
    )
    return select(newest)
