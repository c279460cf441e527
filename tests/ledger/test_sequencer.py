"""The sequencer: everything that was committed is sealed, by whomever and however late."""

import logging
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Condition
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from database.directory import Bank
from database.engine import writing
from ledger import journal, log, merkle, tables, triggers
from ledger.sequencer import SIGN_AT, Seen, Sequencer, take_turn
from ledger.verify import verify
from tests.ledger.entries import HOUR, NOON, Book, transfer
from tests.ledger.tampering import tamper

SIGNER = log.Signer("bank.example/330523", Ed25519PrivateKey.generate())
MINUTE = timedelta(minutes=1)
WAIT = 60
NEVER = 3_600


class Clock:
    """Stands still, and knows how many turns have begun: each looks at it once."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at
        self.turns = 0
        self._changed = Condition()

    def __call__(self) -> datetime:
        with self._changed:
            self.turns += 1
            self._changed.notify_all()
            return self.at

    def wait_until(self, turns: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.turns >= turns, WAIT)


def a_turn_later(sequencer: Sequencer, clock: Clock) -> None:
    """Return when a turn that began after now has ended."""
    for turns in (clock.turns + 1, clock.turns + 2):
        sequencer.wake()
        clock.wait_until(turns)


@pytest.fixture
def open_bank(committed_bank: Bank) -> Bank:
    """Accounts `world`, `ann`, and two pairs that share no account with them."""
    with committed_bank.session() as session, writing(session):
        Book(session).open("world", "ann", "world2", "ben")
    return committed_bank


@contextmanager
def running(
    bank: Bank,
    clock: Clock,
    *,
    every: float = NEVER,
    opening: Callable[[], Session] | None = None,
    signer: log.Signer | None = None,
    sign_at: int = SIGN_AT,
) -> Iterator[Sequencer]:
    opening = opening or bank.session
    sequencer = Sequencer(
        opening, clock, every=every, signer=signer, sign_every=MINUTE, sign_at=sign_at
    )
    sequencer.start()
    try:
        yield sequencer
    finally:
        sequencer.stop()


def post(bank: Bank, key: str) -> None:
    with bank.session() as session, writing(session):
        journal.post(session, transfer(key, "world -> ann 1 CNY"), at=NOON)


def waiting(bank: Bank) -> int:
    """How many entries are not sealed, after a look at the log's own soundness."""
    with bank.session() as session:
        hashes = session.execute(
            select(tables.leaf.c.hash, tables.transfer.c.hash.label("of"))
            .join(tables.transfer, tables.transfer.c.id == tables.leaf.c.transfer)
            .order_by(tables.leaf.c.position)
        ).all()
        assert all(log.leaf_of(row.of).hex() == row.hash for row in hashes)
        if hashes:
            size = select(tables.seal).order_by(tables.seal.c.turn.desc()).limit(1)
            newest = session.execute(size).one()
            tree = merkle.Frontier()
            tree.grow(bytes.fromhex(row.hash) for row in hashes)
            assert (newest.size, newest.edge) == (tree.size, tree.hex_edge())
        entries = session.execute(select(func.count()).select_from(tables.transfer)).scalar_one()
        return entries - len(hashes)


def test_what_is_committed_is_sealed_soon_after_a_wake(open_bank: Bank) -> None:
    clock = Clock()
    with running(open_bank, clock) as sequencer:
        for key in "abc":
            post(open_bank, key)
            a_turn_later(sequencer, clock)
            assert waiting(open_bank) == 0


def test_what_others_committed_is_sealed_without_a_wake(open_bank: Bank) -> None:
    clock = Clock()
    with running(open_bank, clock, every=0.01):
        post(open_bank, "a")
        clock.wait_until(clock.turns + 2)
        assert waiting(open_bank) == 0


def test_several_sequencers_seal_everything_once(open_bank: Bank) -> None:
    clocks = [Clock(), Clock(), Clock()]
    with (
        running(open_bank, clocks[0], every=0.01),
        running(open_bank, clocks[1], every=0.01),
        running(open_bank, clocks[2], every=0.01),
    ):
        for number in range(40):
            post(open_bank, str(number))
        for clock in clocks:
            clock.wait_until(clock.turns + 3)
    with running(open_bank, clocks[0]) as sequencer:
        a_turn_later(sequencer, clocks[0])
    assert waiting(open_bank) == 0


def test_holds_past_their_expiry_are_released_and_that_is_sealed(open_bank: Bank) -> None:
    post(open_bank, "a")
    with open_bank.session() as session, writing(session):
        wanted = transfer("held", "ann -> ben 1 CNY")
        journal.hold(session, wanted, expires_at=NOON + HOUR, at=NOON)
    clock = Clock()
    with running(open_bank, clock) as sequencer:
        a_turn_later(sequencer, clock)
        assert open_holds(open_bank) == 1

        clock.at = NOON + HOUR
        a_turn_later(sequencer, clock)
        assert open_holds(open_bank) == 0
        a_turn_later(sequencer, clock)
        assert waiting(open_bank) == 0


def open_holds(bank: Bank) -> int:
    with bank.session() as session:
        return session.execute(select(func.count()).select_from(tables.open_hold)).scalar_one()


def test_an_error_is_told_once_and_the_work_is_done_when_it_is_over(
    open_bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ledger.sequencer")
    clock, failures = Clock(), iter(range(3))

    def opening() -> Session:
        if next(failures, None) is not None:
            raise OperationalError("connect", {}, Exception("the database is away"))
        return open_bank.session()

    with running(open_bank, clock, every=0.01, opening=opening):
        clock.wait_until(2)

    assert waiting(open_bank) == 0
    told = [record.getMessage() for record in caplog.records if record.name == "ledger.sequencer"]
    assert told == ["the log cannot be sealed; trying again", "the log is sealed again"]


def test_it_ends_when_it_is_stopped_and_can_be_started_again(open_bank: Bank) -> None:
    clock = Clock()
    sequencer = Sequencer(open_bank.session, clock, every=NEVER)
    sequencer.stop()  # never started
    for key in "ab":
        sequencer.start()
        sequencer.start()  # once is enough
        sequencer.stop()
        turns = clock.turns
        post(open_bank, key)
        sequencer.wake()
        assert clock.turns == turns
    sequencer.start()
    a_turn_later(sequencer, clock)
    sequencer.stop()
    assert waiting(open_bank) == 0


def test_it_may_be_made_before_a_fork_and_started_after_it(open_bank: Bank) -> None:
    post(open_bank, "a")
    clock = Clock()
    sequencer = Sequencer(open_bank.session, clock, every=NEVER)

    def work() -> None:
        open_bank.engine.dispose(close=False)  # the parent's connections are its own
        sequencer.start()
        a_turn_later(sequencer, clock)
        sequencer.stop()

    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(WAIT)

    assert child.exitcode == 0
    assert waiting(open_bank) == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_with_nothing_to_seal_it_does_not_ask_for_the_only_writers_place(open_bank: Bank) -> None:
    clock = Clock()
    with running(open_bank, clock) as sequencer:
        a_turn_later(sequencer, clock)
        with open_bank.session() as session, writing(session):
            a_turn_later(sequencer, clock)  # it would wait for us, and we for it


def signed(bank: Bank) -> list[tuple[int, datetime]]:
    """The checkpoints: size, and when they were made."""
    with bank.session() as session:
        assert verify(session, verifiers=[SIGNER.verifier]).ok
        kept = select(tables.checkpoint).order_by(tables.checkpoint.c.size)
        return [(row.size, row.at) for row in session.execute(kept)]


def test_what_is_new_is_signed_at_most_once_a_minute(open_bank: Bank) -> None:
    clock = Clock()
    with running(open_bank, clock, signer=SIGNER) as sequencer:
        a_turn_later(sequencer, clock)
        [(size, _)] = signed(open_bank)

        post(open_bank, "a")
        clock.at = NOON + MINUTE - timedelta(seconds=1)
        a_turn_later(sequencer, clock)
        assert signed(open_bank) == [(size, NOON)]
        assert waiting(open_bank) == 0

        clock.at = NOON + MINUTE
        a_turn_later(sequencer, clock)
        assert signed(open_bank) == [(size, NOON), (size + 1, NOON + MINUTE)]

        clock.at = NOON + HOUR
        a_turn_later(sequencer, clock)  # nothing is new
        assert len(signed(open_bank)) == 2


def test_much_that_is_new_is_signed_before_the_minute_is_over(open_bank: Bank) -> None:
    clock = Clock()
    with running(open_bank, clock, signer=SIGNER, sign_at=3) as sequencer:
        a_turn_later(sequencer, clock)
        [(size, _)] = signed(open_bank)
        for key in ("a", "b"):
            post(open_bank, key)
        a_turn_later(sequencer, clock)
        assert len(signed(open_bank)) == 1

        post(open_bank, "c")
        a_turn_later(sequencer, clock)

    assert signed(open_bank) == [(size, NOON), (size + 3, NOON)]


def test_several_sequencers_sign_once(open_bank: Bank) -> None:
    clocks = [Clock(), Clock()]
    with (
        running(open_bank, clocks[0], every=0.01, signer=SIGNER),
        running(open_bank, clocks[1], every=0.01, signer=SIGNER),
    ):
        for number in range(20):
            post(open_bank, str(number))
        for clock in clocks:
            clock.wait_until(clock.turns + 3)

    assert len(signed(open_bank)) == 1


def test_what_is_written_while_it_looks_disturbs_no_checkpoint(
    open_bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    with running(open_bank, clock, every=0.01, signer=SIGNER) as sequencer:
        for number in range(60):
            clock.at = NOON + number * MINUTE
            with open_bank.session() as session, writing(session):
                book = Book(session)
                book.open(f"new{number}")
                book.post(str(number), f"world -> new{number} 1 CNY")
            sequencer.wake()
            if number % 20 == 0:  # else it may wait for SQLite's lock until all is written
                a_turn_later(sequencer, clock)
        a_turn_later(sequencer, clock)

    assert waiting(open_bank) == 0
    assert len(signed(open_bank)) > 1
    assert [record.getMessage() for record in caplog.records] == []


def test_over_what_was_tampered_with_nothing_is_signed_and_all_is_sealed(
    open_bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    post(open_bank, "a")
    change = "UPDATE ledger_posting SET quantity = {} WHERE quantity = {}"
    tamper(open_bank, change.format(2, 1))
    clock = Clock()
    with running(open_bank, clock, signer=SIGNER) as sequencer:
        for minutes in range(3):
            clock.at = NOON + minutes * MINUTE
            a_turn_later(sequencer, clock)
        assert waiting(open_bank) == 0
        with open_bank.engine.begin() as connection:
            triggers.install(connection)
        tamper(open_bank, change.format(1, 2))
        a_turn_later(sequencer, clock)
        assert signed(open_bank) == []  # it tries again a minute after it was refused

        post(open_bank, "b")
        clock.at += MINUTE
        a_turn_later(sequencer, clock)
        assert [at for _, at in signed(open_bank)] == [clock.at]

    told = [record for record in caplog.records if record.name == "ledger.sequencer"]
    assert [record.getMessage() for record in told] == [
        "the log is not signed: a row was tampered with"
    ]
    assert "ledger_transfer" in (told[0].exc_text or "")


def turn(bank: Bank, seen: Seen) -> tuple[int, Seen]:
    with bank.session() as session, writing(session):
        taken = take_turn(session, seen)
    assert taken is not None
    return taken


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_one_at_a_time_has_the_turn(open_bank: Bank) -> None:
    with open_bank.session() as first, writing(first), open_bank.session() as second:
        assert take_turn(first, Seen()) is not None
        with writing(second):
            assert take_turn(second, Seen()) is None


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_however_late_a_commit_comes_it_is_sealed_in_the_next_turn(
    open_bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(log.LATE, "postgresql", 0)
    _, seen = turn(open_bank, Seen())
    with open_bank.session() as late, writing(late):
        journal.post(late, transfer("late", "world2 -> ben 1 CNY"), at=NOON)
        for number in range(100):
            post(open_bank, str(number))
            sealed, seen = turn(open_bank, seen)
            assert sealed == 1
    assert waiting(open_bank) == 1
    with open_bank.session() as session, writing(session):
        assert log.seal(session) == 0  # who remembers nothing cannot know

    sealed, seen = turn(open_bank, seen)
    assert sealed == 1
    assert waiting(open_bank) == 0

    with open_bank.session() as session:
        largest = session.execute(select(func.max(tables.transfer.c.number))).scalar_one()
    assert largest in (seen.settled, *(number for number, _ in seen.marks))


LONG_ENDED: Final = 3
"""The id of a transaction that made the cluster. Newer ones may be held up by other databases."""


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_when_nobody_is_late_any_more_there_is_nothing_to_look_back_for(open_bank: Bank) -> None:
    post(open_bank, "a")
    with open_bank.session() as session:
        largest = session.execute(select(func.max(tables.transfer.c.number))).scalar_one()
    turn(open_bank, Seen())

    _, seen = turn(open_bank, Seen(settled=1, marks=((largest, LONG_ENDED),)))

    assert seen == Seen(settled=largest)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_number_that_was_drawn_in_vain_is_not_waited_for(open_bank: Bank) -> None:
    with open_bank.session() as session:
        journal.post(session, transfer("never", "world2 -> ben 1 CNY"), at=NOON)
        post(open_bank, "a")
        _, seen = turn(open_bank, Seen())
        session.rollback()
    marks = tuple((number, LONG_ENDED) for number, _ in seen.marks)

    _, seen = turn(open_bank, replace(seen, marks=marks))

    assert not seen.marks
    assert waiting(open_bank) == 0


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_sequencer_that_begins_late_misses_nothing_that_came_before(open_bank: Bank) -> None:
    numbers = range(log.LATE["postgresql"] + 10)
    with open_bank.session() as late, writing(late):
        journal.post(late, transfer("late", "world2 -> ben 1 CNY"), at=NOON)
        with open_bank.session() as session, writing(session):
            batch = [transfer(str(number), "world -> ann 1 CNY") for number in numbers]
            journal.post_all(session, batch, at=NOON)
        with open_bank.session() as session, writing(session):
            log.seal(session)
    assert waiting(open_bank) == 1

    assert turn(open_bank, Seen())[0] == 1
