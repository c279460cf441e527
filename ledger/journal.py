"""Posting: the one way by which anything moves between accounts.

Every command here writes through the caller's transaction and leaves the commit to it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from database.base import new_id
from ledger import on_postgresql, on_sqlite, tables as t
from ledger.effects import apply, known, touched
from ledger.entry import Entry, Found, Writer
from ledger.model import (
    Transfer,
    body_hash,
    body_text,
    new_nonce,
    transfer_hash,
    transfer_text,
)
from ledger.reading import (
    Balance,
    Line,
    TransferView,
    balance,
    balances,
    get_transfer,
    holders,
    statement,
    transfers,
)
from ledger.refusals import (
    AccountDiffers,
    AlreadyReversed,
    KeyReused,
    ReversalIsFinal,
)

__all__ = [
    "Balance",
    "Line",
    "Posted",
    "TransferView",
    "balance",
    "balances",
    "get_transfer",
    "holders",
    "open_account",
    "open_unit",
    "post",
    "reverse",
    "statement",
    "transfers",
]


POSTED: Final = "ledger.posted"
"""Set in `session.info` by every posting: whoever commits knows that there is something to seal."""


@dataclass(frozen=True)
class Posted:
    """What posting a transfer gave; `replayed` if the key had been posted before."""

    id: UUID
    number: int
    hash: str
    replayed: bool


_WRITERS: Final[dict[str, Writer]] = {"postgresql": on_postgresql, "sqlite": on_sqlite}
_INSERT: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def open_unit(session: Session, code: str, *, name: str = "") -> None:
    """Make a unit known; nothing happens if it is."""
    _insert_new(session, t.unit, code=code, name=name)


def open_account(session: Session, code: str, *, may_go_negative: bool = False) -> None:
    """Open an account; nothing happens if it is open. Refuses: AccountDiffers."""
    _insert_new(session, t.account, code=code, may_go_negative=may_go_negative)
    rule = select(t.account.c.may_go_negative).where(t.account.c.code == code)
    if session.execute(rule).scalar() != may_go_negative:
        raise AccountDiffers("the account is open under another rule", account=code)


def _insert_new(session: Session, table: Table, **row: Any) -> None:
    there = select(table.c.id).where(table.c.code == row["code"])
    if session.execute(there).first() is None:
        insert = _INSERT[session.connection().dialect.name]
        session.execute(insert(table).values(**row).on_conflict_do_nothing())


def post(session: Session, transfer: Transfer, *, at: datetime) -> Posted:
    """Record a transfer and move its balances, once per key.

    The same key and body again gives the first result, whatever `occurred_at` and `at` say. A
    transfer is judged by its net effect: it may pass through an account that holds nothing.
    Refuses: UnknownAccount, UnknownUnit, KeyReused, Overdrawn, BalanceTooLarge.
    """
    session.info[POSTED] = True
    return _record(session.connection(), transfer, at=at)


def reverse(session: Session, transfer_id: UUID, *, key: str, at: datetime, memo: str) -> Posted:
    """Mend a mistake: post its opposite, linked to it, once.

    Refuses: UnknownTransfer, AlreadyReversed, ReversalIsFinal, and all that `post` refuses.
    """
    mistake = get_transfer(session, transfer_id)
    session.info[POSTED] = True
    connection = session.connection()
    if mistake.reverses is not None:
        raise ReversalIsFinal("a reversal cannot be reversed", transfer=str(transfer_id))
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
    return _record(connection, opposite, at=at, mistake=mistake)


def _record(
    connection: Connection,
    transfer: Transfer,
    *,
    at: datetime,
    mistake: TransferView | None = None,
) -> Posted:
    body = body_text(
        kind=transfer.kind,
        reference=transfer.reference,
        memo=transfer.memo,
        postings=((p.source, p.target, p.unit, p.quantity) for p in transfer.postings),
        reverses=mistake.id if mistake else None,
    )
    digest = body_hash(body)
    write = _WRITERS[connection.dialect.name]
    pairs = touched(transfer.postings)
    held = known(pairs, write.lock(connection, pairs))
    # Only now: a twin under the same key has either committed, or waits for our locks.
    earlier = write.find_key(connection, transfer.key)
    if earlier is not None:
        return _replay(transfer.key, digest, earlier)
    if mistake is not None:
        _refuse_second_reversal(connection, mistake)
    lines = apply(transfer.postings, held)

    # From here on it must succeed.
    entry = _entry(transfer, body, digest, at=at, reverses=mistake.number if mistake else None)
    number = write.record(connection, entry, lines, held.values())
    if number is not None:
        return Posted(entry.id, number, entry.hash, replayed=False)
    twin = write.find_key(connection, transfer.key)  # it shared no account with this one
    if twin is None:
        raise RuntimeError("a key was taken by a transfer that is not there")
    return _replay(transfer.key, digest, twin)


def _entry(
    transfer: Transfer, body: str, digest: str, *, at: datetime, reverses: int | None
) -> Entry:
    transfer_id, nonce = new_id(), new_nonce()
    text = transfer_text(
        body,
        transfer_id=transfer_id,
        key=transfer.key,
        nonce=nonce,
        occurred_at=transfer.occurred_at,
        recorded_at=at,
    )
    return Entry(
        id=transfer_id,
        key=transfer.key,
        nonce=nonce,
        body_hash=digest,
        kind=transfer.kind,
        occurred_at=transfer.occurred_at,
        recorded_at=at,
        reference=transfer.reference,
        memo=transfer.memo,
        reverses=reverses,
        hash=transfer_hash(text),
    )


def _replay(key: str, digest: str, earlier: Found) -> Posted:
    """What the key gave the first time. Refuses: KeyReused."""
    if earlier.body_hash != digest:
        raise KeyReused(
            "this key belongs to a transfer with another body", key=key, transfer=str(earlier.id)
        )
    return Posted(earlier.id, earlier.number, earlier.hash, replayed=True)


def _refuse_second_reversal(connection: Connection, mistake: TransferView) -> None:
    by = connection.execute(
        select(t.transfer.c.id).where(t.transfer.c.reverses == mistake.number)
    ).scalar()
    if by is not None:
        raise AlreadyReversed(
            "this transfer is reversed already", transfer=str(mistake.id), by=str(by)
        )
