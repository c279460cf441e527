"""The ledger against a model of ten lines: a dict of balances, one of holds, and their history."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from database.refusals import Refusal
from ledger import journal, log, reading, tables as t
from ledger.journal import Posted
from ledger.model import Act, Posting, Standing, Transfer
from ledger.opening import STANDINGS
from ledger.refusals import (
    AboveZero,
    AccountClosed,
    AccountFrozen,
    AccountNotEmpty,
    AccountStands,
    AlreadyReversed,
    HoldEnded,
    HoldExpired,
    KeyReused,
    NothingToReverse,
    Overdrawn,
    ReversalIsFinal,
)
from ledger.verify import verify
from tests.ledger.entries import NOON
from tests.ledger.writers import SIGNER

RULES: Final = {
    "world": (True, True),
    "ann": (False, True),
    "ben": (False, True),
    "cat": (False, True),
    "debt": (True, False),
}
"""Whether an account may go below zero, and above."""
CLOSING: Final = ("cat", "debt")
"""The accounts that may be closed: with all of them closed there would be nothing left to try."""
UNITS: Final = ("CNY", "land")

LAST: Final = datetime.max.replace(tzinfo=UTC)

Pair = tuple[str, str]
Lines = Sequence[Posting]


def ends(lines: Iterable[Posting]) -> set[Pair]:
    """The balances that the lines touch."""
    return {(account, p.unit) for p in lines for account in (p.source, p.target)}


class Model:
    """What the ledger is, without a database."""

    def __init__(self) -> None:
        self.holds: dict[UUID, tuple[datetime, Lines]] = {}
        self.standing = dict.fromkeys(RULES, Standing.OPEN)
        self.since: dict[Pair, datetime] = {}
        self.history: list[tuple[datetime, Lines]] = []

    def enter(self, at: datetime, moves: Lines, touched: Lines = ()) -> None:
        """An entry counts from when it was recorded, or as late as what its balances saw before."""
        pairs = ends([*moves, *touched])
        as_of = max([at, *(self.since[pair] for pair in pairs & self.since.keys())])
        self.since |= dict.fromkeys(pairs, as_of)
        self.history.append((as_of, moves))

    def balances(self, moment: datetime = LAST) -> Counter[Pair]:
        """What all held at a moment."""
        held: Counter[Pair] = Counter()
        for p in [p for as_of, moves in self.history if as_of <= moment for p in moves]:
            held[p.source, p.unit] -= p.quantity
            held[p.target, p.unit] += p.quantity
        return held

    def held(self, at: datetime | None = None) -> tuple[Counter[Pair], Counter[Pair]]:
        """What open holds are to take out and bring in; without those that have expired `at`."""
        out, coming = Counter[Pair](), Counter[Pair]()
        for p in [p for until, kept in self.holds.values() if not at or until > at for p in kept]:
            out[p.source, p.unit] += p.quantity
            coming[p.target, p.unit] += p.quantity
        return out, coming

    def refuses(self, at: datetime, lines: Lines) -> set[type[Refusal]]:
        """What forbids the state that this model is in, after these lines moved or were held."""
        balances, (out, coming) = self.balances(), self.held(at)
        return {
            no
            for p in lines
            for no, applies in (
                (
                    AccountClosed,
                    Standing.CLOSED in (self.standing[p.source], self.standing[p.target]),
                ),
                (AccountFrozen, self.standing[p.source] is Standing.FROZEN),
            )
            if applies
        } | {
            no
            for (account, unit), (negative, positive) in (
                ((account, unit), rules) for account, rules in RULES.items() for unit in UNITS
            )
            for no, applies in (
                (Overdrawn, not negative and balances[account, unit] < out[account, unit]),
                (AboveZero, not positive and balances[account, unit] + coming[account, unit] > 0),
            )
            if applies
        }


class Made(NamedTuple):
    """An entry that was made, how it is made again, and what it moved."""

    id: UUID
    again: Callable[[datetime], Posted]
    act: Act
    lines: Lines
    reverses: bool = False


postings = st.lists(
    st.builds(
        lambda pair, unit, quantity: Posting(
            source=pair[0], target=pair[1], unit=unit, quantity=quantity
        ),
        st.permutations(list(RULES)),
        st.sampled_from(UNITS),
        st.integers(1, 20),
    ),
    min_size=1,
    max_size=4,
)
gifts = st.builds(
    lambda target, unit, quantity: [
        Posting(source="world", target=target, unit=unit, quantity=quantity)
    ],
    st.sampled_from(("ann", "ben", "cat")),
    st.sampled_from(UNITS),
    st.integers(20, 60),
)
"""Something to spend, so that not all else is refused."""
moments = st.integers(0, 240).map(lambda minutes: NOON + timedelta(minutes=minutes))
"""Time goes back and forth."""


class Ledger(RuleBasedStateMachine):
    """All that can be done to a ledger, at any moment, with the model beside it."""

    engine: Engine
    made, holds = Bundle("made"), Bundle("holds")

    @initialize()
    def open(self) -> None:
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        for unit in UNITS:
            journal.open_unit(self.session, unit, at=NOON)
        for code, (negative, positive) in RULES.items():
            journal.open_account(
                self.session, code, at=NOON, may_go_negative=negative, may_go_positive=positive
            )
        self.model, self.keys, self.entries = Model(), 0, len(UNITS) + len(RULES)
        self.reversed: set[UUID] = set()

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        try:
            self.read_all_statements()
            for moment in {as_of for as_of, _ in self.model.history}:
                self.read_past(moment)
            assert verify(self.session, verifiers=[SIGNER.verifier]).faults == ()
        finally:
            self.session.close()
            self.outer.rollback()
            self.connection.close()

    # What is done to both

    def key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    def transfer(self, lines: Lines) -> Transfer:
        return Transfer(
            key=self.key(), kind="x", occurred_at=NOON, reference="", postings=tuple(lines)
        )

    def let_go(self, model: Model, at: datetime, lines: Lines) -> None:
        """What has expired in the balances at stake was let go first; elsewhere it may be."""
        for hold_id, (until, kept) in list(model.holds.items()):
            if until <= at and self.has_ended(hold_id, lines, kept):
                del model.holds[hold_id]
                model.enter(at, (), kept)
                self.entries += 1

    def has_ended(self, hold_id: UUID, lines: Lines, kept: Lines) -> bool:
        ended = reading.get_hold(self.session, hold_id).ended
        assert ended in ({Act.EXPIRE} if ends(lines) & ends(kept) else {Act.EXPIRE, None})
        return ended is not None

    def do(
        self,
        write: Callable[[datetime], Any],
        at: datetime,
        *changes: tuple[Lines, Lines],
        ending: UUID | None = None,
        keeps: tuple[datetime, Lines] | None = None,
    ) -> Any:
        """Write, and change the model (each entry moves some lines, and touches others).

        Both refuse the same; None if they do.
        """
        model = deepcopy(self.model)
        model.holds.pop(ending, None)  # type: ignore[arg-type]
        if keeps is not None:
            model.holds[UUID(int=0)] = keeps
        for place, (moves, _) in enumerate(changes):
            model.enter(at, moves)
            if refused := model.refuses(at, [*moves, *(keeps[1] if keeps else ())]):
                self.refuse(write, at, *refused, place=place if len(changes) > 1 else None)
                return None
        done = write(at)
        if ending is not None:
            del self.model.holds[ending]
        self.let_go(self.model, at, [p for change in changes for lines in change for p in lines])
        for change in changes:
            self.model.enter(at, *change)
        if keeps is not None:
            self.model.holds[done.id] = keeps
        self.entries += len(changes)
        return done

    def refuse(
        self,
        write: Callable[[datetime], Any],
        at: datetime,
        *refused: type[Refusal],
        place: int | None = None,
    ) -> None:
        with pytest.raises(refused) as no:
            write(at)
        assert no.value.facts.get("place") == place

    @rule(target=made, lines=st.one_of(postings, gifts, gifts), at=moments)
    def post(self, lines: Lines, at: datetime) -> Any:
        wanted = self.transfer(lines)

        def write(at: datetime) -> Posted:
            return journal.post(self.session, wanted, at=at)

        done = self.do(write, at, (lines, ()))
        return multiple() if done is None else Made(done.id, write, Act.POST, lines)

    @rule(target=made, batch=st.lists(postings | gifts, min_size=1, max_size=4), at=moments)
    def post_all(self, batch: list[Lines], at: datetime) -> Any:
        wanted = [self.transfer(lines) for lines in batch]
        done = self.do(
            lambda at: journal.post_all(self.session, wanted, at=at),
            at,
            *((lines, ()) for lines in batch),
        )

        def again(place: int) -> Callable[[datetime], Posted]:
            turned = [wanted[place], *reversed(wanted)]
            return lambda at: journal.post_all(self.session, turned, at=at)[0]

        return multiple(
            *(
                Made(one.id, again(place), Act.POST, batch[place])
                for place, one in enumerate(done or ())
            )
        )

    @rule(target=holds, lines=postings, at=moments, minutes=st.integers(1, 120))
    def hold(self, lines: Lines, at: datetime, minutes: int) -> Any:
        wanted, until = self.transfer(lines), at + timedelta(minutes=minutes)

        def write(at: datetime) -> Posted:
            return journal.hold(self.session, wanted, expires_at=until, at=at)

        done = self.do(write, at, ((), lines), keeps=(until, lines))
        return multiple() if done is None else Made(done.id, write, Act.HOLD, lines)

    @rule(target=made, one=holds, at=moments, parts=st.lists(st.integers(0, 20), max_size=4))
    def settle(self, one: Made, at: datetime, parts: list[int]) -> Any:
        quantities = None
        if len(parts) >= len(one.lines) and any(parts[: len(one.lines)]):
            quantities = [min(p.quantity, q) for p, q in zip(one.lines, parts, strict=False)]
        key, lines = self.key(), one.lines
        if quantities:
            pieces = zip(one.lines, quantities, strict=True)
            lines = [p.model_copy(update={"quantity": q}) for p, q in pieces if q]

        def write(at: datetime) -> Posted:
            return journal.settle(self.session, one.id, key=key, at=at, quantities=quantities)

        if one.id not in self.model.holds:
            self.refuse(write, at, HoldEnded)
            return multiple()
        if self.model.holds[one.id][0] <= at:
            self.refuse(write, at, HoldExpired)
            return multiple()
        done = self.do(write, at, (lines, one.lines), ending=one.id)
        return multiple() if done is None else Made(done.id, write, Act.SETTLE, lines)

    @rule(target=made, one=holds, at=moments)
    def void(self, one: Made, at: datetime) -> Any:
        key = self.key()

        def write(at: datetime) -> Posted:
            return journal.void(self.session, one.id, key=key, at=at)

        if one.id not in self.model.holds:
            self.refuse(write, at, HoldEnded)
            return multiple()
        done = self.do(write, at, ((), one.lines), ending=one.id)
        return Made(done.id, write, Act.VOID, ())

    @rule(at=moments)
    def expire(self, at: datetime) -> None:
        due = [hold_id for hold_id, (until, _) in self.model.holds.items() if until <= at]
        assert journal.expire(self.session, at=at) == len(due)
        self.let_go(self.model, at, [p for one in due for p in self.model.holds[one][1]])
        assert not set(due) & self.model.holds.keys()

    @rule(one=st.one_of(made, holds), at=moments)
    def replay(self, one: Made, at: datetime) -> None:
        again = one.again(at)
        self.let_go(self.model, at, ())
        assert (again.id, again.replayed) == (one.id, True)

    @rule(one=st.one_of(made, holds), lines=postings, at=moments)
    def reuse_the_key(self, one: Made, lines: Lines, at: datetime) -> None:
        key = reading.get_transfer(self.session, one.id).key
        other = self.transfer(lines).model_copy(update={"key": key, "memo": "another"})
        fresh = self.transfer(lines)
        with pytest.raises(KeyReused):
            journal.post(self.session, other, at=at)
        with pytest.raises((KeyReused, Overdrawn, AboveZero, AccountClosed, AccountFrozen)):
            journal.post_all(self.session, [fresh, other], at=at)

    @rule(target=made, one=st.one_of(made, holds), at=moments)
    def reverse(self, one: Made, at: datetime) -> Any:
        key, opposite = self.key(), [_opposite(p) for p in reversed(one.lines)]

        def write(at: datetime) -> Posted:
            return journal.reverse(self.session, one.id, key=key, at=at, memo="")

        for no, applies in (
            (ReversalIsFinal, one.reverses),
            (NothingToReverse, one.act in (Act.HOLD, Act.VOID)),
            (AlreadyReversed, one.id in self.reversed),
        ):
            if applies:
                self.refuse(write, at, no)
                return multiple()
        done = self.do(write, at, (opposite, ()))
        if done is None:
            return multiple()
        self.reversed.add(one.id)
        return Made(done.id, write, Act.POST, opposite, reverses=True)

    @rule(
        act=st.sampled_from((Act.FREEZE, Act.THAW, Act.THAW)),
        account=st.sampled_from(list(RULES)),
        at=moments,
    )
    def freeze_or_thaw(self, act: Act, account: str, at: datetime) -> None:
        self.change(act, account, at)

    @rule(account=st.sampled_from(CLOSING), at=moments)
    def close(self, account: str, at: datetime) -> None:
        self.change(Act.CLOSE, account, at)

    def change(self, act: Act, account: str, at: datetime) -> None:
        commands = {Act.FREEZE: journal.freeze, Act.THAW: journal.thaw, Act.CLOSE: journal.close}
        key = self.key()

        def write(at: datetime) -> Posted:
            return commands[act](self.session, account, key=key, at=at, reason="")

        after = STANDINGS.get((self.model.standing[account], act))
        out, coming = self.model.held(at)
        pairs = [(account, unit) for unit in UNITS]
        full = any(c[pair] for c in (self.model.balances(), out, coming) for pair in pairs)
        if after is None:
            self.refuse(write, at, AccountStands)
        elif act is Act.CLOSE and full:
            self.refuse(write, at, AccountNotEmpty)
            self.let_go(self.model, at, ())
        else:
            done = write(at)
            self.entries += 1
            self.let_go(self.model, at, ())
            self.model.standing[account] = after
            assert write(at + timedelta(days=1)) == done._replace(replayed=True)

    @rule(sign=st.booleans())
    def seal(self, sign: bool) -> None:
        if sign:
            assert log.checkpoint(self.session, SIGNER, NOON).size == self.entries
        else:
            log.seal(self.session)

    @rule(moment=moments, later=moments)
    def look_back(self, moment: datetime, later: datetime) -> None:
        self.read_past(moment)
        self.read_statements(min(moment, later), max(moment, later))

    def read_past(self, moment: datetime) -> None:
        model = self.model.balances(moment)
        found = journal.balances(self.session, as_of=moment)
        assert {(b.account, b.unit): b.quantity for b in found} == nonzero(model)
        for account, unit in self.model.since:
            assert (
                journal.balance(self.session, account, unit, as_of=moment) == model[account, unit]
            )
        assert all(one.even for one in reading.trial_balance(self.session, as_of=moment))
        for unit in UNITS:
            held = journal.holders(self.session, unit, account_prefix="", as_of=moment)
            own = {a: q for (a, u), q in nonzero(model).items() if u == unit and q > 0}
            assert {b.account: b.quantity for b in held} == own

    def read_statements(self, since: datetime, until: datetime) -> None:
        for account, unit in self.model.since:
            lines = journal.statement(
                self.session, account, unit, since=since, until=until, limit=1000
            )
            moved = [
                p.quantity if p.target == account else -p.quantity
                for as_of, moves in self.model.history
                if since <= as_of < until
                for p in moves
                if p.unit == unit and account in (p.source, p.target)
            ]
            assert [line.quantity for line in reversed(lines)] == moved

    # What holds at all times

    @invariant()
    def balances_and_holds_agree(self) -> None:
        if not hasattr(self, "session"):
            return
        (out, coming), balances = self.model.held(), self.model.balances()
        found = reading.balances_page(self.session, limit=100)
        assert {(b.account, b.unit): (b.quantity, b.held_out, b.held_in) for b in found} == {
            (b.account, b.unit): (balances[p], out[p], coming[p])
            for b in found
            for p in [(b.account, b.unit)]
        }
        assert self.model.since.keys() <= {(b.account, b.unit) for b in found}

    @invariant()
    def nothing_else_was_written(self) -> None:
        if hasattr(self, "session"):
            count = select(func.count()).select_from(t.transfer)
            assert self.session.execute(count).scalar() == self.entries

    def read_all_statements(self) -> None:
        """Each line leaves the balance that all lines up to it come to."""
        balances = self.model.balances()
        for account, unit in self.model.since:
            lines = journal.statement(self.session, account, unit, limit=1000)
            assert [line.version for line in lines] == list(range(len(lines), 0, -1))
            sums = [sum(line.quantity for line in lines[place:]) for place in range(len(lines))]
            assert [line.balance for line in lines] == sums
            assert (sums[0] if sums else 0) == balances[account, unit]


def _opposite(p: Posting) -> Posting:
    return Posting(source=p.target, target=p.source, unit=p.unit, quantity=p.quantity)


def nonzero(balances: Counter[Pair]) -> dict[Pair, int]:
    """The balances other than zero."""
    return {pair: quantity for pair, quantity in balances.items() if quantity}


def test_the_ledger_is_a_dict_of_balances(engine: Engine) -> None:
    class Here(Ledger):
        pass

    Here.engine = engine
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
