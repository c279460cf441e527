"""Reading the journal: balances, holders, statements, transfers. Nothing here writes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, literal, or_, select, union_all
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.model import Posting
from ledger.refusals import UnknownTransfer

LAST_CHARACTER: Final = "\U0010ffff"

Rows: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Balance:
    """How much of a unit an account holds."""

    account: str
    unit: str
    quantity: int


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


@dataclass(frozen=True)
class TransferView:
    """A transfer as recorded; `reverses` and `reversed_by` link a mistake and its mending.

    `nonce` is for those who may know all of the transfer: with it a guess at the rest can be
    tried against the public hash.
    """

    id: UUID
    number: int
    key: str
    nonce: str
    kind: str
    reference: str
    memo: str
    occurred_at: datetime
    recorded_at: datetime
    hash: str
    reverses: UUID | None
    reversed_by: UUID | None
    postings: tuple[Posting, ...]


def starts_with(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """A prefix as a range, which an index in byte order answers on both databases."""
    if not prefix:
        return column == column
    return (column >= prefix) & (column < prefix + LAST_CHARACTER)


def balance(session: Session, account: str, unit: str) -> int:
    """What the account holds of the unit now; 0 where nothing was ever posted."""
    found = session.execute(
        select(t.balance.c.quantity)
        .join(t.account, t.account.c.id == t.balance.c.account)
        .join(t.unit, t.unit.c.id == t.balance.c.unit)
        .where(t.account.c.code == account, t.unit.c.code == unit)
    ).scalar()
    return 0 if found is None else int(found)


def _balances() -> Select[str, str, int]:
    return (
        select(t.account.c.code, t.unit.c.code, t.balance.c.quantity)
        .select_from(t.balance)
        .join(t.account, t.account.c.id == t.balance.c.account)
        .join(t.unit, t.unit.c.id == t.balance.c.unit)
        .order_by(t.account.c.code, t.unit.c.code)
    )


def balances(
    session: Session, *, account_prefix: str = "", unit: str | None = None
) -> list[Balance]:
    """All balances other than zero, by account and unit."""
    wanted = _balances().where(t.balance.c.quantity != 0)
    if account_prefix:
        wanted = wanted.where(starts_with(t.account.c.code, account_prefix))
    if unit is not None:
        wanted = wanted.where(t.unit.c.code == unit)
    return [Balance(*row) for row in session.execute(wanted)]


def holders(session: Session, unit: str, *, account_prefix: str = "party:") -> list[Balance]:
    """Who holds some of the unit now, by account."""
    wanted = _balances().where(
        t.unit.c.code == unit,
        t.balance.c.quantity > 0,
        starts_with(t.account.c.code, account_prefix),
    )
    return [Balance(*row) for row in session.execute(wanted)]


def _side(account: int, unit: int, before: int | None, limit: int, *, incoming: bool) -> Rows:
    mine, other, side, sign = (
        (t.posting.c.target, t.posting.c.source, "target", 1)
        if incoming
        else (t.posting.c.source, t.posting.c.target, "source", -1)
    )
    version = t.posting.c[f"{side}_version"]
    lines = select(
        version.label("version"),
        t.posting.c.transfer.label("number"),
        other.label("other"),
        (t.posting.c.quantity * literal(sign)).label("quantity"),
        t.posting.c[f"{side}_balance"].label("balance"),
    ).where(mine == account, t.posting.c.unit == unit)
    if before is not None:
        lines = lines.where(version < before)
    newest = lines.order_by(version.desc()).limit(limit).subquery()
    return select(newest)


def statement(
    session: Session, account: str, unit: str, *, before: int | None = None, limit: int = 50
) -> list[Line]:
    """The account's postings in the unit, newest first, each with the balance it left.

    The next page starts `before` the `version` of this page's last line. Two short index ranges
    answer it, however long the history is.
    """
    account_id = session.execute(select(t.account.c.id).where(t.account.c.code == account)).scalar()
    unit_id = session.execute(select(t.unit.c.id).where(t.unit.c.code == unit)).scalar()
    if account_id is None or unit_id is None:
        return []
    lines = union_all(
        _side(account_id, unit_id, before, limit, incoming=False),
        _side(account_id, unit_id, before, limit, incoming=True),
    ).subquery()
    rows = session.execute(
        select(
            lines.c.version,
            t.transfer.c.id,
            t.transfer.c.number,
            t.transfer.c.kind,
            t.transfer.c.reference,
            t.transfer.c.memo,
            t.transfer.c.occurred_at,
            t.transfer.c.recorded_at,
            t.account.c.code,
            lines.c.quantity,
            lines.c.balance,
        )
        .join(t.transfer, t.transfer.c.number == lines.c.number)
        .join(t.account, t.account.c.id == lines.c.other)
        .order_by(lines.c.version.desc())
        .limit(limit)
    )
    return [Line(*row) for row in rows]


def get_transfer(session: Session, transfer_id: UUID) -> TransferView:
    """The transfer of this id. Refuses: UnknownTransfer."""
    found = _views(session, _transfers().where(t.transfer.c.id == transfer_id))
    if not found:
        raise UnknownTransfer("no transfer has this id", transfer=str(transfer_id))
    return found[0]


def transfers(
    session: Session,
    *,
    reference: str | None = None,
    reference_prefix: str | None = None,
    account: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[TransferView]:
    """Transfers, newest first; the next page starts `before` the `number` of the last one."""
    wanted = _transfers().order_by(t.transfer.c.number.desc()).limit(limit)
    if reference is not None:
        wanted = wanted.where(t.transfer.c.reference == reference)
    if reference_prefix is not None:
        wanted = wanted.where(starts_with(t.transfer.c.reference, reference_prefix))
    if account is not None:
        mine = select(t.account.c.id).where(t.account.c.code == account).scalar_subquery()
        touched = select(t.posting.c.transfer).where(
            or_(t.posting.c.source == mine, t.posting.c.target == mine)
        )
        wanted = wanted.where(t.transfer.c.number.in_(touched))
    if before is not None:
        wanted = wanted.where(t.transfer.c.number < before)
    return _views(session, wanted)


def _transfers() -> Rows:
    origin = t.transfer.alias("origin")
    mending = t.transfer.alias("mending")
    return (
        select(
            t.transfer.c.id,
            t.transfer.c.number,
            t.transfer.c.key,
            t.transfer.c.nonce,
            t.transfer.c.kind,
            t.transfer.c.reference,
            t.transfer.c.memo,
            t.transfer.c.occurred_at,
            t.transfer.c.recorded_at,
            t.transfer.c.hash,
            origin.c.id.label("reverses"),
            mending.c.id.label("reversed_by"),
        )
        .outerjoin(origin, origin.c.number == t.transfer.c.reverses)
        .outerjoin(mending, mending.c.reverses == t.transfer.c.number)
    )


def _views(session: Session, wanted: Rows) -> list[TransferView]:
    rows = session.execute(wanted).all()
    postings = _postings(session, rows)
    return [TransferView(**row._mapping, postings=tuple(postings[row.number])) for row in rows]


def _postings(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = defaultdict(list)
    source, target = t.account.alias("source_account"), t.account.alias("target_account")
    lines = session.execute(
        select(
            t.posting.c.transfer, source.c.code, target.c.code, t.unit.c.code, t.posting.c.quantity
        )
        .join(source, source.c.id == t.posting.c.source)
        .join(target, target.c.id == t.posting.c.target)
        .join(t.unit, t.unit.c.id == t.posting.c.unit)
        .where(t.posting.c.transfer.in_([row.number for row in rows]))
        .order_by(t.posting.c.transfer, t.posting.c.ordinal)
    )
    for number, source_code, target_code, unit_code, quantity in lines:
        found[number].append(
            Posting.model_construct(
                source=source_code, target=target_code, unit=unit_code, quantity=quantity
            )
        )
    return found
