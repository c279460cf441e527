"""The journal's entries as recorded: one by its id, pages of them, and the text of each hash."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, Table, exists, or_, select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.model import MOVES, Act, Posting, act_facts, body_text, transfer_text
from ledger.reading.asking import refuse_no_page
from ledger.reading.balances import starts_with
from ledger.reading.touching import touching
from ledger.refusals import UnknownTransfer


@dataclass(frozen=True)
class TransferView:
    """An entry as recorded; `reverses` and `reversed_by` link a mistake and its mending.

    `nonce` is for those who may know all of the entry: with it a guess at the rest can be tried
    against the public hash. `postings` are what moved, or what a hold keeps. Only some acts have:
    a hold `expires_at` and, once it ended, `ended_by`; what ended it `ends`, the hold; the opening
    of an account or a change of its standing `account`, an opening also `rules`, whether it may go
    below and above zero; the opening of a unit `unit` and `name`.
    """

    id: UUID
    number: int
    key: str
    nonce: str
    act: Act
    kind: str
    reference: str
    memo: str
    occurred_at: datetime
    recorded_at: datetime
    hash: str
    reverses: UUID | None
    reversed_by: UUID | None
    postings: tuple[Posting, ...]
    ends: UUID | None = None
    ended_by: UUID | None = None
    expires_at: datetime | None = None
    account: str | None = None
    rules: tuple[bool, bool] | None = None
    unit: str | None = None
    name: str | None = None


def contents(view: TransferView) -> str:
    """The text whose SHA-256 is the entry's hash; for those who may know all of it."""
    facts = act_facts(
        view.act,
        ends=view.ends,
        expires_at=view.expires_at,
        account=view.account,
        unit=view.unit,
        rules=view.rules,
        name=view.name,
    )
    body = body_text(
        kind=view.kind,
        reference=view.reference,
        memo=view.memo,
        postings=[(p.source, p.target, p.unit, p.quantity) for p in view.postings],
        reverses=view.reverses,
        facts=None if view.act is Act.POST else facts,
    )
    return transfer_text(
        body,
        transfer_id=view.id,
        key=view.key,
        nonce=view.nonce,
        occurred_at=view.occurred_at,
        recorded_at=view.recorded_at,
    )


def get_transfer(session: Session, transfer_id: UUID) -> TransferView:
    """The entry of this id, whatever its act: by its key. Refuses: UnknownTransfer."""
    found = _views(session, _entries().where(t.transfer.c.id == transfer_id))
    if not found:
        raise UnknownTransfer("no transfer has this id", transfer=str(transfer_id))
    return found[0]


def transfers(
    session: Session,
    *,
    reference: str | None = None,
    reference_prefix: str | None = None,
    account: str | None = None,
    acts: Collection[Act] | None = MOVES,
    before: int | None = None,
    limit: int = 50,
) -> list[TransferView]:
    """Entries that moved something, newest first; or those of other `acts`, or of all (None).

    With `account`: those that moved a balance of it, and the acts on the account itself; its holds
    are in `holds`. The next page starts `before` the `number` of this page's last.
    A page costs the same however long the journal is: it is read along an index by number or
    reference (passing over entries of other acts), and with `account` as `touching` says. A
    `reference_prefix` reads all entries whose reference begins so. Refuses: BadQuestion.
    """
    refuse_no_page(before=before, limit=limit)
    wanted = _entries().order_by(t.transfer.c.number.desc()).limit(limit)
    if acts is not None:
        wanted = wanted.where(t.transfer.c.act.in_(acts))
    if account is not None and reference is None and reference_prefix is None:
        return _of_account(session, wanted, account, before, limit)
    if reference is not None:
        wanted = wanted.where(t.transfer.c.reference == reference)
    if reference_prefix is not None:
        wanted = wanted.where(starts_with(t.transfer.c.reference, reference_prefix))
    if account is not None:
        wanted = wanted.where(_touches(account))
    if before is not None:
        wanted = wanted.where(t.transfer.c.number < before)
    return _views(session, wanted)


def _of_account(
    session: Session, wanted: Select[Any], account: str, before: int | None, limit: int
) -> list[TransferView]:
    found: list[TransferView] = []
    while len(found) < limit:
        numbers = touching(session, account, before=before, limit=limit)
        if numbers:
            found += _views(session, wanted.where(t.transfer.c.number.in_(numbers)))
        if len(numbers) < limit:
            break
        before = numbers[-1]
    return found[:limit]


def _touches(account: str) -> ColumnElement[bool]:
    mine = select(t.account.c.id).where(t.account.c.code == account).scalar_subquery()
    moved = exists().where(
        t.posting.c.transfer == t.transfer.c.number,
        or_(t.posting.c.source == mine, t.posting.c.target == mine),
    )
    return or_(t.about.c.account == mine, moved)


def _entries() -> Select[Any]:
    entry, about = t.transfer.c, t.about.c
    linked = {name: t.transfer.alias(name) for name in ("origin", "mending", "held", "ending")}
    origin, mending, held, ending = linked.values()
    mends, concludes = t.about.alias("mends"), t.about.alias("concludes")
    return (
        select(
            *(entry[name] for name in ("id", "number", "key", "nonce", "act", "kind")),
            *(entry[name] for name in ("reference", "memo", "occurred_at", "recorded_at", "hash")),
            about.expires_at,
            origin.c.id.label("reverses"),
            mending.c.id.label("reversed_by"),
            held.c.id.label("ends"),
            ending.c.id.label("ended_by"),
            t.account.c.code.label("account"),
            t.account.c.may_go_negative,
            t.account.c.may_go_positive,
            t.unit.c.code.label("unit"),
            t.unit.c.name,
        )
        .outerjoin(t.about, about.transfer == entry.number)
        .outerjoin(origin, origin.c.number == about.reverses)
        .outerjoin(mends, mends.c.reverses == entry.number)
        .outerjoin(mending, mending.c.number == mends.c.transfer)
        .outerjoin(held, held.c.number == about.ends)
        .outerjoin(concludes, concludes.c.ends == entry.number)
        .outerjoin(ending, ending.c.number == concludes.c.transfer)
        .outerjoin(t.account, t.account.c.id == about.account)
        .outerjoin(t.unit, t.unit.c.id == about.unit)
    )


def _views(session: Session, wanted: Select[Any]) -> list[TransferView]:
    rows = session.execute(wanted).all()
    held = [row.number for row in rows if row.act is Act.HOLD]
    moved = [row.number for row in rows if row.act in MOVES]
    lines = postings(session, moved) | postings(session, held, t.held)
    return [_view(row, lines.get(row.number, ())) for row in rows]


def _view(row: Any, lines: tuple[Posting, ...]) -> TransferView:
    told = dict(row._mapping)
    rules = told.pop("may_go_negative"), told.pop("may_go_positive")
    opens = row.act is Act.OPEN_ACCOUNT
    return TransferView(**told, postings=lines, rules=rules if opens else None)


def postings(
    session: Session | Connection, numbers: Iterable[int], table: Table = t.posting
) -> dict[int, tuple[Posting, ...]]:
    """The postings of these entries (or, from `ledger_held`, what they hold) by their numbers."""
    numbers = list(numbers)
    if not numbers:
        return {}
    # Codes by subqueries, and the numbers' range beside the numbers: a planner that knows nothing
    # of a freshly loaded table would else join all accounts, or read all postings.
    lines = session.execute(
        select(
            table.c.transfer,
            _code(t.account, table.c.source),
            _code(t.account, table.c.target),
            _code(t.unit, table.c.unit),
            table.c.quantity,
        )
        .where(table.c.transfer.in_(numbers))
        .where(table.c.transfer.between(min(numbers), max(numbers)))
        .order_by(table.c.transfer, table.c.ordinal)
    )
    found: dict[int, list[Posting]] = defaultdict(list)
    for number, source_code, target_code, unit_code, quantity in lines:
        found[number].append(
            Posting.model_construct(
                source=source_code, target=target_code, unit=unit_code, quantity=quantity
            )
        )
    return {number: tuple(each) for number, each in found.items()}


def _code(table: Table, id: ColumnElement[int]) -> ScalarSelect[str]:
    named = table.alias()
    return select(named.c.code).where(named.c.id == id).scalar_subquery()
