"""Recording: how entries get into the journal, whatever they do, all or none of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select

from database.driver import driver
from database.refusals import Refusal, TryAgain
from ledger import effects, expiry, on_postgresql, on_sqlite, tables as t
from ledger.effects import Line, Pair, Row
from ledger.entry import About, Draft, Entry, Found, KeyTakenError, Posted, Slice, Writer, said
from ledger.model import HOLDS, Act, moment_text, new_nonces
from ledger.refusals import AlreadyReversed, HoldEnded, KeyReused

POSTED: Final = "ledger.posted"
"""Set in `session.info` by every recording: whoever commits knows that there is to seal."""

TRIES: Final = 5
MANY: Final = 1_000
"""So many accounts can be named in a statement; for more, what has expired is sifted here."""

SLICE: Final = 100
"""So many entries are written while the next are computed, where the database lets us."""

WRITERS: Final[dict[str, Writer]] = {"postgresql": on_postgresql, "sqlite": on_sqlite}


def record(
    connection: Connection, drafts: Sequence[Draft], *, at: datetime, locked: bool = False
) -> list[Posted]:
    """Record the entries in their order, once per key; all of them or none.

    Holds that have expired in the balances at stake are let go first: they stand in nobody's way;
    but not if these balances are `locked`, for who holds locks may wait for no others.
    Refuses: UnknownAccount, UnknownUnit, KeyReused, AlreadyReversed, HoldEnded, AccountFrozen,
    AccountClosed, Overdrawn, AboveZero, BalanceTooLarge; in a batch the facts say its `place`.
    """
    moment = RecordedAt(connection, at)
    with driver(connection) as cursor:
        due = [] if locked else _due(connection, cursor, drafts, moment)
        done = _record(connection, cursor, drafts, due, moment)
    if len(done) == len(drafts) + len(due):
        return [done[draft.key] for draft in drafts]
    posted = []
    for draft in drafts:
        posted.append(done[draft.key])
        # A later one with the same key is a replay of this one.
        done[draft.key] = posted[-1]._replace(replayed=True)
    return posted


def let_expire(connection: Connection, due: Sequence[Draft], *, at: datetime) -> int:
    """Record the expiries of holds, but for those that somebody ends first; how many there were."""
    with driver(connection) as cursor:
        return len(_record(connection, cursor, [], due, RecordedAt(connection, at)))


class RecordedAt:
    """The moment of recording: as it is, as hashes know it, and as the driver takes it."""

    __slots__ = ("at", "given", "text")

    def __init__(self, connection: Connection, at: datetime) -> None:
        self.at, self.text = at, moment_text(at)
        self.given = WRITERS[connection.dialect.name].moment(at, self.text)


def _record(
    connection: Connection,
    cursor: Any,
    drafts: Sequence[Draft],
    due: Sequence[Draft],
    moment: RecordedAt,
) -> dict[str, Posted]:
    """What each key gave. Refuses: TryAgain, where a twin stays out of sight."""
    for _ in range(TRIES):
        attempt = _Attempt(connection, cursor, drafts, due, moment)
        try:
            done = attempt.run()
        except Refusal as no:
            if len(drafts) > 1:
                no.facts["place"] = attempt.place_of(no)
            raise
        if done is not None:
            return done
    raise TryAgain("a key was taken by somebody whom this transaction cannot see")


def _due(
    connection: Connection, cursor: Any, drafts: Sequence[Draft], moment: RecordedAt
) -> list[Draft]:
    """The expiries of holds in the balances at stake, but for those that are being ended."""
    if not WRITERS[connection.dialect.name].any_due(cursor, moment.given):
        return []
    ending = {draft.ends for draft in drafts}
    pairs = set().union(*[draft.pairs for draft in drafts])
    accounts = {account for account, _ in pairs}
    due = expiry.due(connection, at=moment.at, accounts=accounts if len(accounts) <= MANY else None)
    return [draft for draft in due if draft.ends not in ending and draft.pairs & pairs]


class _Attempt:
    """One attempt to record: the balances locked, the entries applied one by one, all written."""

    def __init__(
        self,
        connection: Connection,
        cursor: Any,
        drafts: Sequence[Draft],
        due: Sequence[Draft],
        moment: RecordedAt,
    ) -> None:
        self.connection, self.cursor, self.drafts, self.due = connection, cursor, drafts, due
        self.writer = WRITERS[connection.dialect.name]
        self.at, self.recorded_text, self.recorded_at = moment.at, moment.text, moment.given
        self.rows: dict[Pair, Row] = {}
        self.done: dict[str, Posted] = {}
        self.holds: list[tuple[int, Draft]] = []
        self.at_fault: Draft | None = None

    def run(self) -> dict[str, Posted] | None:
        """What each key gave; None, and nothing is written, if a key was taken meanwhile."""
        cursor, writer = self.cursor, self.writer
        pairs = sorted(set().union(*[draft.pairs for draft in (*self.due, *self.drafts)]))
        keys = [draft.key for draft in self.drafts]
        looked = writer.look(cursor, pairs, keys, len(self.due) + len(self.drafts))
        self.rows = effects.known(pairs, looked.seen)
        fresh = [*expiry.still_open(self.connection, self.due), *self._sift(looked.earlier)]
        if not fresh:
            return self.done
        self._refuse_second(fresh)
        slices = self._slices(fresh, looked.numbers[: len(fresh)])
        try:
            with writer.all_or_nothing(cursor):
                writer.write(cursor, slices, self.rows.values())
        except KeyTakenError:
            return None  # by somebody who shares no account
        if self.holds:
            _write_holds(self.connection, self.holds, self.rows)
        return self.done

    def place_of(self, no: Refusal) -> int | None:
        """The place of the entry that was refused, from 0; None if it is none of the drafts."""
        named = {no.facts.get("account"), no.facts.get("unit")}
        for place, draft in enumerate(self.drafts):
            if draft is self.at_fault:
                return place
            if self.at_fault is None and any(named & set(pair) for pair in draft.pairs):
                return place
        return None

    def _sift(self, earlier: Mapping[str, Found]) -> Iterable[Draft]:
        """What is new; a replay of an earlier entry is done. Refuses: KeyReused."""
        fresh: dict[str, Draft] = {}
        for draft in self.drafts:
            self.at_fault, key = draft, draft.key
            if key in earlier:
                self.done[key] = replay(draft, earlier[key])
            elif fresh.setdefault(key, draft) is not draft and fresh[key].body() != draft.body():
                raise KeyReused("two transfers of one batch have the same key", key=key)
        return fresh.values()

    def _refuse_second(self, fresh: Sequence[Draft]) -> None:
        """A transfer is mended once, a hold ends once. Refuses: AlreadyReversed, HoldEnded."""
        for draft in fresh:
            if draft.reverses is not None or (draft.ends and draft.act is not Act.EXPIRE):
                self.at_fault = draft
                _refuse_second(self.connection, draft)

    def _slices(self, fresh: Sequence[Draft], numbers: Sequence[int]) -> Iterator[Slice]:
        """The entries, applied to the balances one by one. Refuses what `record` does."""
        nonces = new_nonces(len(fresh))
        for start in range(0, len(fresh), SLICE):
            some = slice(start, start + SLICE)
            entries: list[Entry] = []
            abouts: list[About] = []
            lines: list[Line] = []
            for number, draft, nonce in zip(numbers[some], fresh[some], nonces[some], strict=True):
                self.at_fault = draft
                as_of = self._apply(number, draft, lines)
                entries.append(self._entry(number, draft, nonce, as_of))
                about = self._about(draft)
                if any(each is not None for each in about):
                    abouts.append((number, *about))
            yield entries, abouts, lines

    def _apply(self, number: int, draft: Draft, lines: list[Line]) -> Any:
        """From when on it counts; its postings are added to the lines."""
        rows, act = self.rows, draft.act
        if act is Act.CLOSE:
            effects.refuse_not_empty(rows, draft.pairs)
        as_of, is_hold = self.recorded_at, act is not Act.POST and act in HOLDS
        if act is Act.POST or is_hold:
            as_of = effects.begin(rows, draft.pairs, as_of)
        if is_hold:
            effects.release(draft.releases, rows)
            self.holds.append((number, draft))
        if act is Act.HOLD:
            effects.keep(draft.postings, rows)
        else:
            effects.move(number, draft.postings, rows, lines)
        effects.refuse_unavailable(rows, draft.pairs)
        return as_of

    def _entry(self, number: int, draft: Draft, nonce: str, as_of: Any) -> Entry:
        """Its row in the journal; what its key gave is known from now on."""
        moment = self.writer.moment
        told = said(
            draft.body(),
            draft.key,
            draft.occurred_at,
            at=self.at,
            recorded_at=self.recorded_text,
            nonce=nonce,
        )
        self.done[draft.key] = Posted(told.id_text, number, told.hash, False)
        return (
            number,
            self.writer.identity(told.id_text),
            draft.key,
            nonce,
            told.body_hash,
            draft.act.value,
            draft.kind,
            moment(draft.occurred_at, told.occurred_at),
            self.recorded_at,
            as_of,
            draft.reference,
            draft.memo,
            told.hash,
        )

    def _about(self, draft: Draft) -> tuple[Any, ...]:
        """What it is about beside its postings, in the order of `ABOUT`."""
        until = draft.expires_at
        return (
            None if draft.reverses is None else draft.reverses.number,
            None if draft.ends is None else draft.ends.number,
            None if until is None else self.writer.moment(until, moment_text(until)),
            draft.account,
            draft.unit,
        )


def _write_holds(
    connection: Connection, holds: Sequence[tuple[int, Draft]], rows: dict[Pair, Row]
) -> None:
    """Keep what new holds hold; forget those that end."""
    begun = [(number, draft) for number, draft in holds if draft.act is Act.HOLD]
    ended = [{"hold": draft.ends.number} for _, draft in holds if draft.ends]
    kept = [
        {
            "transfer": number,
            "ordinal": ordinal,
            "source": rows[line.source, line.unit].account,
            "target": rows[line.target, line.unit].account,
            "unit": rows[line.source, line.unit].unit,
            "quantity": line.quantity,
        }
        for number, draft in begun
        for ordinal, line in enumerate(draft.postings)
    ]
    if begun:
        connection.execute(insert(t.held), kept)
        connection.execute(
            insert(t.open_hold),
            [{"transfer": number, "expires_at": draft.expires_at} for number, draft in begun],
        )
    if ended:
        mine = t.open_hold.c.transfer == bindparam("hold")
        connection.execute(delete(t.open_hold).where(mine), ended)


def find_replay(connection: Connection, draft: Draft) -> Posted | None:
    """What this entry gave if it is recorded already. Refuses: KeyReused."""
    with driver(connection) as cursor:
        earlier = WRITERS[connection.dialect.name].find_keys(cursor, [draft.key])
    if draft.key not in earlier:
        return None
    return replay(draft, earlier[draft.key])


def replay(draft: Draft, earlier: Found) -> Posted:
    """What the key gave the first time. Refuses: KeyReused."""
    if not draft.is_of(earlier.body_hash):
        raise KeyReused(
            "this key belongs to a transfer with another body",
            key=draft.key,
            transfer=str(earlier.id),
        )
    return Posted(str(earlier.id), earlier.number, earlier.hash, replayed=True)


def _refuse_second(connection: Connection, draft: Draft) -> None:
    """A transfer is mended once, a hold ends once."""
    if draft.reverses is not None:
        by = _entry_with(connection, t.about.c.reverses == draft.reverses.number)
        if by is not None:
            raise AlreadyReversed(
                "this transfer is reversed already",
                transfer=str(draft.reverses.id),
                by=str(by.id),
            )
    if draft.ends is not None:
        by = _entry_with(connection, t.about.c.ends == draft.ends.number)
        if by is not None:
            raise HoldEnded(
                "this hold has ended", hold=str(draft.ends.id), act=by.act.value, by=str(by.id)
            )


def _entry_with(connection: Connection, which: ColumnElement[bool]) -> Any:
    entry = select(t.transfer.c.id, t.transfer.c.act).join(
        t.about, t.about.c.transfer == t.transfer.c.number
    )
    return connection.execute(entry.where(which)).first()
