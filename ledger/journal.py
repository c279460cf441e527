"""Posting: the one way by which anything moves between accounts.

Every command here writes through the caller's transaction and leaves the commit to it, but for
`post_alone`. Holds and the opening of accounts have files of their own, and are named here too.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from database.engine import was_turned_back, writing
from database.refusals import TryAgain
from ledger import batch, short_cut
from ledger.entry import Named, Posted, draft_of
from ledger.holding import expire, hold, settle, void
from ledger.model import MOVES, Transfer, refuse_no_moment
from ledger.opening import close, freeze, open_account, open_unit, thaw
from ledger.reading import (
    AccountView,
    Balance,
    HoldView,
    Line,
    TransferView,
    TrialBalance,
    balance,
    balance_of,
    balances,
    get_account,
    get_hold,
    get_transfer,
    holders,
    holds,
    statement,
    transfers,
    trial_balance,
)
from ledger.recording import POSTED, record
from ledger.refusals import NothingToReverse, ReversalIsFinal
from ledger.short_cut import LongWay

__all__ = [
    "POSTED",
    "AccountView",
    "Balance",
    "HoldView",
    "Line",
    "Posted",
    "TransferView",
    "TrialBalance",
    "balance",
    "balance_of",
    "balances",
    "close",
    "expire",
    "freeze",
    "get_account",
    "get_hold",
    "get_transfer",
    "hold",
    "holders",
    "holds",
    "open_account",
    "open_unit",
    "post",
    "post_all",
    "post_alone",
    "reverse",
    "settle",
    "statement",
    "thaw",
    "transfers",
    "trial_balance",
    "void",
]

TRIES: Final = 5
"""How often `post_alone` goes on its own before it tells that others were in the way."""


def post(session: Session, transfer: Transfer, *, at: datetime) -> Posted:
    """Record a transfer and move its balances, once per key.

    The same key and body again gives the first result, whatever `occurred_at` and `at` say. A
    transfer is judged by its net effect: it may pass through an account that holds nothing. A hold
    that has expired stands in nobody's way. Refuses: UnknownAccount, UnknownUnit, KeyReused,
    AccountFrozen, AccountClosed, Overdrawn, AboveZero, BalanceTooLarge.
    """
    session.info[POSTED] = True
    connection = session.connection()
    posted = short_cut.post(connection, transfer, at=at)
    if isinstance(posted, Posted):
        return posted
    locked = posted is LongWay.LOCKED
    return record(connection, [draft_of(transfer)], at=at, locked=locked)[0]


def post_all(session: Session, transfers: Sequence[Transfer], *, at: datetime) -> list[Posted]:
    """Record transfers in their order, all or none; each as `post` does, in a fraction of the time.

    Refuses what `post` refuses; the facts say the `place` of the transfer, from 0.
    """
    if not transfers:
        return []
    session.info[POSTED] = True
    connection = session.connection()
    posted = batch.post_all(connection, transfers, at=at)
    if posted is not None:
        return posted
    return record(connection, [draft_of(transfer) for transfer in transfers], at=at)


def post_alone(engine: Engine, transfer: Transfer, *, at: datetime) -> Posted:
    """Record a transfer in a transaction of its own, which is committed when this returns.

    Refuses what `post` refuses. It locks its balances in one sorted turn and cannot be in a ring
    with others of its kind; turned back by a transaction that posts several times, it goes again.
    """
    for left in reversed(range(TRIES)):
        try:
            return _post_alone(engine, transfer, at=at)
        except (DBAPIError, TryAgain) as error:
            if not left or not (isinstance(error, TryAgain) or was_turned_back(error)):
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _post_alone(engine: Engine, transfer: Transfer, *, at: datetime) -> Posted:
    if engine.dialect.name == "postgresql":
        posted = short_cut.post_alone(engine, transfer, at=at)
        if isinstance(posted, Posted):
            return posted  # else its locks, if it took any, are gone already
    with Session(engine) as session, writing(session):
        return post(session, transfer, at=at)


def reverse(session: Session, transfer_id: UUID, *, key: str, at: datetime, memo: str) -> Posted:
    """Mend a mistake: post its opposite, linked to it, once.

    Refuses: BadTransfer, UnknownTransfer, AlreadyReversed, ReversalIsFinal, NothingToReverse, and
    all that `post` refuses.
    """
    refuse_no_moment(at=at)
    mistake = get_transfer(session, transfer_id)
    if mistake.reverses is not None:
        raise ReversalIsFinal("a reversal cannot be reversed", transfer=str(transfer_id))
    if mistake.act not in MOVES:
        raise NothingToReverse(
            "this entry moved nothing", transfer=str(transfer_id), act=mistake.act.value
        )
    opposite = Transfer(
        key=key,
        kind="reversal",
        occurred_at=at,
        reference=mistake.reference,
        memo=memo,
        postings=tuple(
            p.model_copy(update={"source": p.target, "target": p.source})
            for p in reversed(mistake.postings)
        ),
    )
    session.info[POSTED] = True
    draft = draft_of(opposite, reverses=Named(mistake.number, mistake.id))
    return record(session.connection(), [draft], at=at)[0]
