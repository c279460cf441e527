"""Holds as recorded: what they keep, until when, and what ended them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.model import MAX_QUANTITY, Act, Posting
from ledger.reading.asking import refuse_no_page
from ledger.reading.entries import postings
from ledger.refusals import UnknownHold


@dataclass(frozen=True)
class HoldView:
    """A hold as recorded and what it keeps; if it ended, by what act (`ended`) and entry."""

    id: UUID
    number: int
    key: str
    kind: str
    reference: str
    memo: str
    occurred_at: datetime
    expires_at: datetime
    ended: Act | None
    ended_by: UUID | None
    postings: tuple[Posting, ...]


def get_hold(session: Session, hold_id: UUID) -> HoldView:
    """The hold of this id, by its key. Refuses: UnknownHold."""
    wanted = _holds().where(t.transfer.c.id == hold_id, t.transfer.c.act == Act.HOLD)
    found = _views(session, wanted)
    if not found:
        raise UnknownHold("no hold has this id", hold=str(hold_id))
    return found[0]


def holds(
    session: Session,
    *,
    account: str | None = None,
    open_only: bool = True,
    before: int | None = None,
    limit: int = 50,
) -> list[HoldView]:
    """The holds that are open, or all there were, newest first; of all accounts, or of one.

    An account has the holds that take from it or bring to it. The next page starts `before` the
    `number` of this page's last. Open holds are read from the table of these: with `account` it
    takes a look at each that is open in the ledger, and none if nothing of the account is held.
    Ended ones too: along an index, a look for each hold of the page. Refuses: BadQuestion.
    """
    refuse_no_page(before=before, limit=limit)
    account_id = None
    if account is not None:
        mine = select(t.account.c.id).where(t.account.c.code == account)
        account_id = session.execute(mine).scalar()
        if account_id is None:
            return []
    number: ColumnElement[int]
    if open_only:
        number, where = t.open_hold.c.transfer, _open(account_id)
    elif account_id is None:
        number, where = t.held.c.transfer, [t.held.c.ordinal == 0]
    else:
        number, where = _walk(session, account_id, before, limit).c.number, []
    if before is not None:
        where.append(number < before)
    page = select(number).where(*where).order_by(number.desc()).limit(limit)
    numbers = list(session.execute(page).scalars())
    wanted = _holds().where(t.transfer.c.number.in_(numbers))
    return _views(session, wanted.order_by(t.transfer.c.number.desc())) if numbers else []


def _open(account: int | None) -> list[ColumnElement[bool]]:
    if account is None:
        return []
    something = exists().where(
        t.balance.c.account == account, or_(t.balance.c.held_out > 0, t.balance.c.held_in > 0)
    )
    mine = exists().where(
        t.held.c.transfer == t.open_hold.c.transfer,
        or_(t.held.c.source == account, t.held.c.target == account),
    )
    return [something, mine]


def _walk(session: Session, account: int, before: int | None, limit: int) -> CTE:
    """The numbers of the account's last holds: from one to the one before it, `limit` times."""
    greatest = func.max if session.connection().dialect.name == "sqlite" else func.greatest

    def last(below: ColumnElement[int] | int) -> ColumnElement[int]:
        sides = [
            select(func.max(t.held.c.transfer)).where(side == account, t.held.c.transfer < below)
            for side in (t.held.c.source, t.held.c.target)
        ]
        return greatest(*(func.coalesce(side.scalar_subquery(), 0) for side in sides))

    walk = select(
        last(MAX_QUANTITY if before is None else before).label("number"),
        literal(limit).label("rest"),
    ).cte("walk", recursive=True)
    further = select(last(walk.c.number), walk.c.rest - 1).where(walk.c.number > 0, walk.c.rest > 1)
    steps = walk.union_all(further)
    return select(steps.c.number).where(steps.c.number > 0).cte("walked")


def _holds() -> Select[Any]:
    ending, concludes = t.transfer.alias("ending"), t.about.alias("concludes")
    entry, about = t.transfer.c, t.about.c
    return (
        select(
            *(entry[name] for name in ("id", "number", "key", "kind", "reference", "memo")),
            entry.occurred_at,
            about.expires_at,
            ending.c.act.label("ended"),
            ending.c.id.label("ended_by"),
        )
        .join(t.about, about.transfer == entry.number)
        .outerjoin(concludes, concludes.c.ends == entry.number)
        .outerjoin(ending, ending.c.number == concludes.c.transfer)
    )


def _views(session: Session, wanted: Select[Any]) -> list[HoldView]:
    rows = session.execute(wanted).all()
    kept = postings(session, [row.number for row in rows], t.held)
    return [HoldView(**row._mapping, postings=kept[row.number]) for row in rows]
