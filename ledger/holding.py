"""Holds: quantities that are promised first, and moved, let go or left to expire later."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ledger import expiry
from ledger.entry import Draft, Named, Posted
from ledger.model import Act, Instruction, Posting, Transfer, act_facts, refuse_no_moment
from ledger.reading import HoldView, get_hold
from ledger.recording import POSTED, find_replay, let_expire, record
from ledger.refusals import BadTransfer, HoldExpired, SettlesTooMuch


def hold(session: Session, transfer: Transfer, *, expires_at: datetime, at: datetime) -> Posted:
    """Promise a transfer: its quantities count as taken from now on, but nothing moves yet.

    It ends by `settle`, `void` or, from `expires_at` on, `expire`; only once. Refuses what `post`
    refuses, and BadTransfer if it would have expired before it began.
    """
    refuse_no_moment(at=at, expires_at=expires_at)
    draft = Draft(
        act=Act.HOLD,
        key=transfer.key,
        kind=transfer.kind,
        occurred_at=transfer.occurred_at,
        reference=transfer.reference,
        memo=transfer.memo,
        postings=transfer.postings,
        facts=act_facts(Act.HOLD, expires_at=expires_at),
        expires_at=expires_at,
    )
    if expires_at <= at and find_replay(session.connection(), draft) is None:
        raise BadTransfer(
            "a hold expires after it began",
            field="expires_at",
            rule="in_the_past",
            given=expires_at.isoformat(),
        )
    return _record(session, [draft], at=at)[0]


def settle(
    session: Session,
    hold_id: UUID,
    *,
    key: str,
    at: datetime,
    quantities: Sequence[int] | None = None,
    memo: str = "",
) -> Posted:
    """Move what a hold kept, and end it: all of it, or so much of each of its postings.

    What is not settled is free again. Refuses: UnknownHold, HoldEnded, HoldExpired, SettlesTooMuch,
    BadTransfer, KeyReused, AccountFrozen, AccountClosed, AboveZero, BalanceTooLarge.
    """
    refuse_no_moment(at=at)
    found = get_hold(session, hold_id)
    if found.ended_by is None and at >= found.expires_at:
        raise HoldExpired(
            "this hold has expired", hold=str(hold_id), expires_at=found.expires_at.isoformat()
        )
    postings = found.postings if quantities is None else _part(found, quantities)
    return _end(session, found, Act.SETTLE, key=key, at=at, memo=memo, postings=postings)


def void(session: Session, hold_id: UUID, *, key: str, at: datetime, memo: str = "") -> Posted:
    """Let go what a hold kept, and end it.

    Refuses: UnknownHold, HoldEnded, BadTransfer, KeyReused.
    """
    return _end(session, get_hold(session, hold_id), Act.VOID, key=key, at=at, memo=memo)


def expire(session: Session, *, at: datetime, limit: int = expiry.AT_ONCE) -> int:
    """Let go the holds that have expired by now; how many there were, at most `limit`.

    Nobody has to wait for it: what has expired is let go by whoever next records something in
    these accounts, too. Refuses: BadTransfer.
    """
    refuse_no_moment(at=at)
    connection = session.connection()
    due = expiry.due(connection, at=at, limit=limit)
    session.info[POSTED] = True
    return let_expire(connection, due, at=at) if due else 0


def _part(found: HoldView, quantities: Sequence[int]) -> tuple[Posting, ...]:
    """So much of each of the hold's postings; those of which nothing is settled are left out."""
    if len(quantities) != len(found.postings) or not any(quantities):
        raise BadTransfer(
            "one quantity is needed for each posting of the hold, and one of them above zero",
            field="quantities",
            rule="one_for_each",
            given=repr(list(quantities))[:100],
        )
    part = []
    for quantity, line in zip(quantities, found.postings, strict=True):
        if type(quantity) is int and not quantity:
            continue  # what is no whole number, 0.0 or False too, is for Posting to refuse
        part.append(Posting(**line.model_dump() | {"quantity": quantity}))
        if quantity > line.quantity:
            raise SettlesTooMuch(
                "more would be settled than is held",
                hold=str(found.id),
                unit=line.unit,
                held=line.quantity,
                asked=quantity,
            )
    return tuple(part)


def _end(
    session: Session,
    found: HoldView,
    act: Act,
    *,
    key: str,
    at: datetime,
    memo: str,
    postings: Sequence[Posting] = (),
) -> Posted:
    told = Instruction(key=key, memo=memo)
    draft = Draft(
        act=act,
        key=told.key,
        kind=found.kind if act is Act.SETTLE else act.value,
        occurred_at=at,
        reference=found.reference,
        memo=told.memo,
        postings=postings,
        facts=act_facts(act, ends=found.id),
        ends=Named(found.number, found.id),
        releases=found.postings,
    )
    return _record(session, [draft], at=at)[0]


def _record(session: Session, drafts: Sequence[Draft], *, at: datetime) -> list[Posted]:
    session.info[POSTED] = True
    return record(session.connection(), drafts, at=at)
