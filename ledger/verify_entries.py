"""What an entry's hashes must be: its text, put together again from its row and its lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from ledger import tables as t
from ledger.findings import UNREADABLE, Fault, Faults, only
from ledger.model import Act, act_facts, body_text, transfer_text
from ledger.rows import Lines, Row, Rows, all_abouts, all_entries, all_held, all_postings, read

ENDINGS: Final = (Act.SETTLE, Act.VOID, Act.EXPIRE)

WRONG_HASH: Final = "its hash is not that of the row and its lines"
WRONG_BODY: Final = "its body hash is not that of its body"
WRONG_HASHES: Final = "its hashes are not those of the row and its lines"
"""What it says is not what was said then: its hash and its body hash agree on that."""
STRAY_LINES: Final = "it has lines that are not of its act"


class Entry(NamedTuple):
    """A row of the journal, in the order of its columns, and what else it is about, if anything."""

    number: int
    id: str
    key: str
    nonce: str
    body_hash: str
    act: str
    kind: str
    occurred_at: str
    recorded_at: str
    as_of: str
    reference: str
    memo: str
    hash: str
    reverses: int | None = None
    ends: int | None = None
    expires_at: str | None = None
    account: int | None = None
    unit: int | None = None


class Entries:
    """The entries from number `first` on; what is about none of them, or about nothing, is astray.

    They are asked for at once, and first, for others may be writing: what is read after an entry
    was seen has all that is its own.
    """

    def __init__(self, rows: Rows, astray: Callable[[Row], None], first: int = 0) -> None:
        self._rows, self._astray = all_entries(rows, first), astray
        self._abouts = all_abouts(rows, astray, first)

    def __iter__(self) -> Iterator[Entry]:
        for row in self._rows:
            about = self._abouts.take(row[0])
            yield Entry(*row, *self._only(about)) if about else Entry(*row)
        self._abouts.lose_rest()

    def _only(self, abouts: Sequence[Row]) -> Row:
        first, *others = abouts
        for row in others if any(value is not None for value in first[1:]) else abouts:
            self._astray(row)
        return first[1:]


@dataclass(slots=True)
class Unit:
    """A unit as its row says, and the entry that opened it."""

    id: int
    code: str
    name: str
    opened_by: int | None = None


@dataclass(slots=True)
class Account:
    """An account as its row says, and what the journal made of it."""

    id: int
    code: str
    may_go_negative: bool
    may_go_positive: bool
    kept_standing: str
    opened_by: int | None = None
    standing: str = ""
    balances: list[Any] = field(default_factory=list)


Named = tuple[str, str, str, int]
"""A posting as hashes know it: codes of source, target and unit, and the quantity."""


def read_units(rows: Rows, faults: Faults) -> dict[int, Unit]:
    """The units by id."""
    found = {}
    for row in rows.of(t.unit, "id"):
        if not only(str, *row[1:]):
            faults.add(t.unit, row[0], "it cannot be read")
        found[row[0]] = Unit(*row)
    return found


def read_accounts(rows: Rows, faults: Faults) -> dict[int, Account]:
    """The accounts by id."""
    found = {}
    for row in rows.of(t.account, "id"):
        if not only(str, row[1], row[4]) or not {row[2], row[3]} <= {0, 1}:
            faults.add(t.account, row[0], "it cannot be read")
        found[row[0]] = Account(row[0], row[1], row[2] == 1, row[3] == 1, row[4])
    return found


def facts_of(
    rows: Rows,
    entry: Entry,
    *,
    ended: str | None,
    accounts: Mapping[int, Account],
    units: Mapping[int, Unit],
) -> dict[str, object] | None:
    """What `act_facts` gave when the entry was made; `ended` is the id of the hold that it ends."""
    act = Act(entry.act)
    if act is Act.POST:
        return None
    if act is Act.HOLD:
        return {**act_facts(act), "expires_at": rows.moment(str(entry.expires_at))}
    if act in ENDINGS:
        return act_facts(act, ends=UUID(ended))
    if act is Act.OPEN_UNIT:
        unit = units[entry.unit]  # type: ignore[index]  # None is UNREADABLE
        return act_facts(act, unit=unit.code, name=unit.name)
    account = accounts[entry.account]  # type: ignore[index]  # None is UNREADABLE
    rules = (account.may_go_negative, account.may_go_positive)
    return act_facts(act, account=account.code, rules=rules if act is Act.OPEN_ACCOUNT else None)


def wrong_hash(
    rows: Rows,
    entry: Entry,
    named: Sequence[Named],
    facts: dict[str, object] | None,
    mended: str | None,
) -> str | None:
    """What is wrong with the entry's hashes, if anything is; `mended` is what it reverses."""
    body = body_text(
        kind=entry.kind,
        reference=entry.reference,
        memo=entry.memo,
        postings=named,
        reverses=None if mended is None else UUID(mended),
        facts=facts,
    )
    text = transfer_text(
        body,
        transfer_id=rows.identity(entry.id),
        key=entry.key,
        nonce=entry.nonce,
        occurred_at=rows.moment(entry.occurred_at),
        recorded_at=rows.moment(entry.recorded_at),
    )
    same_text = sha256(text.encode()).hexdigest() == entry.hash
    same_body = sha256(body.encode()).hexdigest() == entry.body_hash
    if same_text:
        return None if same_body else WRONG_BODY
    return WRONG_HASH if same_body else WRONG_HASHES


class _Again:
    """Recomputing hashes alone, without following balances.

    Others may be writing: there may be lines of entries later than the last one, which nobody asks
    for.
    """

    def __init__(self, rows: Rows, first: int) -> None:
        self.rows = rows
        self.faults = Faults()
        self.entries = Entries(rows, _pass_over, first)
        self.units = read_units(rows, self.faults)
        self.accounts = read_accounts(rows, self.faults)
        self.postings = all_postings(rows, _pass_over, first)
        self.held = all_held(rows, _pass_over, first)
        self.mended = Lines(rows.mended(first), _pass_over)
        self.ended = Lines(rows.ended(first), _pass_over)

    def check(self, entry: Entry) -> None:
        """Note what is wrong with one entry."""
        lines, strays = self.postings.take(entry.number), self.held.take(entry.number)
        if entry.act == Act.HOLD:
            lines, strays = strays, lines
        try:
            wrong = STRAY_LINES if strays else self._wrong(entry, lines)
        except UNREADABLE as error:
            wrong = f"it cannot be read: {error!r}"
        if wrong is not None:
            self.faults.add(t.transfer, entry.number, wrong)

    def _wrong(self, entry: Entry, lines: Sequence[Row]) -> str | None:
        named = [
            (self.accounts[s].code, self.accounts[t].code, self.units[u].code, quantity)
            for _, _, s, t, u, quantity, *_ in lines
        ]
        mended = [row[1] for row in self.mended.take(entry.number)]
        ended = [row[1] for row in self.ended.take(entry.number)]
        facts = facts_of(
            self.rows,
            entry,
            ended=ended[0] if ended else None,
            accounts=self.accounts,
            units=self.units,
        )
        return wrong_hash(self.rows, entry, named, facts, mended[0] if mended else None)


def _pass_over(row: Row) -> None:
    """A line of no entry that was asked for."""


def recompute_entries(connection: Connection, first: int = 0) -> Fault | None:
    """Recompute the hashes of all entries from number `first` on; the first that is wrong.

    It sees what the connection's transaction sees, and follows no balances: `verify` does.
    """
    return read(connection, partial(_recompute, first))


def _recompute(first: int, rows: Rows) -> Fault | None:
    again = _Again(rows, first)
    for entry in again.entries:
        again.check(entry)
        if again.faults.found:
            break
    return again.faults.found[0] if again.faults.found else None
