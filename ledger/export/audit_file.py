"""The audit file: the whole journal and its log as JSON Lines, which `audit_check` proves."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import Row, Select, Table, exists, null, select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.model import (
    HOLDS,
    MOVES,
    Act,
    act_facts,
    body_text,
    moment_text,
    transfer_hash,
    transfer_text,
)
from ledger.refusals import Tampered

FORMAT: Final = "ledger-audit/1"
BATCH: Final = 500

Found: TypeAlias = Row[*tuple[Any, ...]]
Named: TypeAlias = tuple[str, str, str, int]


def export_audit(session: Session) -> Iterator[str]:
    """The journal as it can be checked with no database, line by line.

    One JSON object a line: the format; each entry (`number`, `leaf`: its position in the log or
    null, `hash`, `text`: its canonical text), those in the log by position, then those that wait by
    number; each checkpoint behind the last leaf that it covers; the balances that the journal
    recorded; how many of each there were.
    Only a line feed ends a line: texts may hold what some programs take for one.
    It names everybody and holds the nonces: it is for those who may see everything.
    Refuses: Tampered, at the first entry whose text is not that of its hash.
    """
    return _AuditFile(session).lines()


class _AuditFile:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._size = 0
        self._entries = 0
        self._checkpoints = 0
        self._balances: dict[tuple[str, str], tuple[int, int]] = {}

    def lines(self) -> Iterator[str]:
        """All lines of the file."""
        yield _line({"format": FORMAT})
        # Opened first: every leaf that one of these covers is there when the leaves are read.
        checkpoints = iter(
            self._session.execute(
                select(t.checkpoint).order_by(t.checkpoint.c.size),
                execution_options={"yield_per": BATCH},
            )
        )
        following = next(checkpoints, None)
        while following is not None and following.size == 0:
            yield self._checkpoint(following)
            following = next(checkpoints, None)
        for line in self._batches(_sealed()):
            yield line
            while following is not None and following.size == self._size:
                yield self._checkpoint(following)
                following = next(checkpoints, None)
        yield from self._batches(_waiting(self._size))
        for (account, unit), (_number, quantity) in sorted(self._balances.items()):
            yield _line({"account": account, "unit": unit, "balance": quantity})
        yield _line(
            {"entries": self._entries, "leaves": self._size, "checkpoints": self._checkpoints}
        )

    def _batches(self, wanted: Select[*tuple[Any, ...]]) -> Iterator[str]:
        found = self._session.execute(wanted, execution_options={"yield_per": BATCH})
        for rows in found.partitions(BATCH):
            moved, kept = self._lines_of(rows, t.posting), self._lines_of(rows, t.held)
            for row in rows:
                lines = kept[row.number] if row.act is Act.HOLD else moved[row.number]
                yield self._entry(row, lines)

    def _lines_of(self, rows: Sequence[Found], table: Table) -> dict[int, list[Found]]:
        acts = [Act.HOLD] if table is t.held else MOVES
        numbers = [row.number for row in rows if row.act in acts]
        source, target = t.account.alias("source_account"), t.account.alias("target_account")
        left = [table.c.source_balance, table.c.target_balance] if table is t.posting else []
        found: dict[int, list[Found]] = defaultdict(list)
        if numbers:
            lines = self._session.execute(
                select(
                    table.c.transfer,
                    source.c.code.label("source"),
                    target.c.code.label("target"),
                    t.unit.c.code.label("unit"),
                    table.c.quantity,
                    *left,
                )
                .join(source, source.c.id == table.c.source)
                .join(target, target.c.id == table.c.target)
                .join(t.unit, t.unit.c.id == table.c.unit)
                .where(table.c.transfer.in_(numbers))
                .order_by(table.c.transfer, table.c.ordinal)
            )
            for line in lines:
                found[line.transfer].append(line)
        return found

    def _entry(self, row: Found, lines: Sequence[Found]) -> str:
        text = _text(row, [(x.source, x.target, x.unit, x.quantity) for x in lines])
        if transfer_hash(text) != row.hash:
            raise Tampered(
                "an entry is not as it was written",
                table=t.transfer.name,
                row=str(row.number),
                what="its hash is not that of its contents",
            )
        if row.act in MOVES:
            for line in lines:
                self._note(row.number, line.source, line.unit, line.source_balance)
                self._note(row.number, line.target, line.unit, line.target_balance)
        self._entries += 1
        self._size += row.position is not None
        return _line({"number": row.number, "leaf": row.position, "hash": row.hash, "text": text})

    def _note(self, number: int, account: str, unit: str, quantity: int) -> None:
        """Keep what the entry of the highest number left: leaves may stand in another order."""
        known = self._balances.get((account, unit))
        if known is None or known[0] <= number:
            self._balances[account, unit] = number, quantity

    def _checkpoint(self, row: Found) -> str:
        self._checkpoints += 1
        return _line(
            {"size": row.size, "root": row.root, "note": row.note, "at": moment_text(row.at)}
        )


def _text(row: Found, postings: Sequence[Named]) -> str:
    body = body_text(
        kind=row.kind,
        reference=row.reference,
        memo=row.memo,
        postings=postings,
        reverses=row.reversed_id,
        facts=_facts(row),
    )
    return transfer_text(
        body,
        transfer_id=row.id,
        key=row.key,
        nonce=row.nonce,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
    )


def _facts(row: Found) -> dict[str, object] | None:
    """What the body says beside a transfer's, by its act."""
    act: Act = row.act
    if act is Act.POST:
        return None
    if act in HOLDS:
        return act_facts(act, ends=row.ended_id, expires_at=row.expires_at)
    if act is Act.OPEN_UNIT:
        return act_facts(act, unit=row.unit_code, name=row.unit_name)
    rules = (row.may_go_negative, row.may_go_positive) if act is Act.OPEN_ACCOUNT else None
    return act_facts(act, account=row.account_code, rules=rules)


def _entries() -> Select[*tuple[Any, ...]]:
    origin, hold = t.transfer.alias("origin"), t.transfer.alias("hold")
    return (
        select(
            t.transfer,
            t.about.c.expires_at,
            origin.c.id.label("reversed_id"),
            hold.c.id.label("ended_id"),
            t.account.c.code.label("account_code"),
            t.account.c.may_go_negative,
            t.account.c.may_go_positive,
            t.unit.c.code.label("unit_code"),
            t.unit.c.name.label("unit_name"),
        )
        .outerjoin(t.about, t.about.c.transfer == t.transfer.c.number)
        .outerjoin(origin, origin.c.number == t.about.c.reverses)
        .outerjoin(hold, hold.c.number == t.about.c.ends)
        .outerjoin(t.account, t.account.c.id == t.about.c.account)
        .outerjoin(t.unit, t.unit.c.id == t.about.c.unit)
    )


def _sealed() -> Select[*tuple[Any, ...]]:
    return (
        _entries()
        .add_columns(t.leaf.c.position)
        .join(t.leaf, t.leaf.c.transfer == t.transfer.c.id)
        .order_by(t.leaf.c.position)
    )


def _waiting(size: int) -> Select[*tuple[Any, ...]]:
    """Entries beyond the first `size` leaves; one that was sealed meanwhile counts as waiting."""
    sealed = exists().where(t.leaf.c.transfer == t.transfer.c.id, t.leaf.c.position < size)
    return (
        _entries()
        .add_columns(null().label("position"))
        .where(~sealed)
        .order_by(t.transfer.c.number)
    )


def _line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
