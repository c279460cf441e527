"""Schedules that would make writers on PostgreSQL wait in a ring, were locks not taken in order."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Final

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from database.directory import Bank
from database.engine import writing
from database.refusals import Refusal, TryAgain
from ledger import journal, log, reading
from ledger.journal import Posted
from ledger.model import Act
from ledger.recording import SLICE
from ledger.verify import verify
from tests.ledger.entries import HOUR, NOON, Book, transfer
from tests.ledger.writers import SIGNER

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)

LATER: Final = NOON + 2 * HOUR
AT_ONCE: Final = 6
WAITING: Final = """SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()"""
PATIENCE_S: Final = 30


@pytest.fixture
def many(committed_bank: Bank) -> Iterator[ThreadPoolExecutor]:
    """Threads, and at the end of the test a ledger without fault."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield pool
    with committed_bank.session() as session, writing(session):
        log.seal(session, thorough=True)
    with committed_bank.session() as session:
        found = verify(session)
    assert found.faults == ()
    assert found.unsealed == 0


@pytest.fixture
def bank(committed_bank: Bank) -> Bank:
    """Accounts `a` to `d` in the order in which they are locked, and `world`, which comes last."""
    with committed_bank.session() as session, writing(session):
        Book(session).open("a", "b", "c", "d", "world")
    return committed_bank


Work = Callable[[Session], Any]


def run(bank: Bank, *works: Work) -> Any:
    """Do this in one transaction; what the last gave, or the code of what was refused."""
    try:
        with bank.session() as session, writing(session):
            return [work(session) for work in works][-1]
    except Refusal as no:
        return no.code


def posting(key: str, *lines: str, at: datetime = NOON) -> Work:
    return lambda session: journal.post(session, transfer(key, *lines), at=at)


def batch(*transfers: tuple[str, str]) -> Work:
    wanted = [transfer(key, line) for key, line in transfers]
    return lambda session: journal.post_all(session, wanted, at=NOON)


def holding(key: str, *lines: str, expires_at: datetime = NOON + HOUR) -> Work:
    return lambda session: journal.hold(
        session, transfer(key, *lines), expires_at=expires_at, at=NOON
    )


def changing(act: Callable[..., Posted], account: str, key: str, at: datetime = NOON) -> Work:
    return lambda session: act(session, account, key=key, at=at, reason="")


def ending(act: Callable[..., Posted], held: Posted, key: str, at: datetime = NOON) -> Work:
    return lambda session: act(session, held.id, key=key, at=at)


def reversing(made: Posted, key: str) -> Work:
    return lambda session: journal.reverse(session, made.id, key=key, at=NOON, memo="")


def expiring(session: Session) -> int:
    return journal.expire(session, at=LATER)


def opening(code: str) -> Work:
    return lambda session: journal.open_account(session, code, at=NOON)


def at_once(pool: ThreadPoolExecutor, *works: Callable[[], Any]) -> list[Any]:
    """All begin at the same moment; what each gave."""
    barrier = threading.Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        barrier.wait(PATIENCE_S)
        return work()

    return [future.result(PATIENCE_S) for future in [pool.submit(begin, one) for one in works]]


def until_waiting(
    bank: Bank, count: int, futures: list[Future[Any]], *, or_done: bool = False
) -> None:
    """Return when the server says that so many transactions wait for a lock.

    None of these may be done before; or, all of them may.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with bank.engine.connect() as connection:
            if connection.execute(text(WAITING)).scalar() == count:
                return
        assert time.monotonic() < deadline, f"{count} transactions never waited"
        early = [future.result() for future in futures if future.done()]
        if or_done and early:
            return
        assert not early, early


@contextmanager
def locking(bank: Bank, account: str) -> Iterator[None]:
    """Keep everybody waiting who wants this account's balances."""
    locked = text(
        "SELECT 1 FROM ledger_balance WHERE account = (SELECT id FROM ledger_account"
        " WHERE code = :code) FOR UPDATE"
    )
    with bank.engine.begin() as connection:
        assert connection.execute(locked, {"code": account}).all()
        yield


def queued(bank: Bank, pool: ThreadPoolExecutor, *works: Callable[[], Any]) -> list[Future[Any]]:
    """Begin these one after the other, each when the one before it waits."""
    futures = []
    for count, work in enumerate(works, 1):
        futures.append(pool.submit(work))
        until_waiting(bank, count, futures)
    return futures


def done(*futures: Future[Any]) -> list[Any]:
    return [future.result(PATIENCE_S) for future in futures]


def all_posted(results: list[Any]) -> bool:
    return all(isinstance(one, Posted) for one in results)


def test_balances_that_are_not_there_yet_are_made_in_crossed_orders(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    for number in range(15):
        unit = f"unit{number}"
        run(bank, partial(journal.open_unit, code=unit, at=NOON))
        ring = ["world -> a", "a -> world", "b -> a", "a -> b", "c -> b", "b -> c"]
        # Enough goes in with each transfer that none of them is ever refused.
        gifts = [f"world -> {who} 5 {unit}" for who in ("c", "b", "a")]
        got = at_once(
            many,
            *(
                partial(run, bank, posting(f"{unit}/{place}", *gifts, f"{line} 5 {unit}"))
                for place, line in enumerate(ring)
            ),
        )
        assert all_posted(got), got


def test_first_transfers_of_one_posting_cross(bank: Bank, many: ThreadPoolExecutor) -> None:
    for number in range(15):
        unit = f"unit{number}"
        with bank.session() as session, writing(session):
            journal.open_unit(session, unit, at=NOON)
            for account in ("world0", "world1", "world2"):
                journal.open_account(session, account, at=NOON, may_go_negative=True)
        ring = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 0), (0, 2)]
        got = at_once(
            many,
            *(
                partial(
                    journal.post_alone,
                    bank.engine,
                    transfer(f"{unit}/{place}", f"world{one} -> world{other} 5 {unit}"),
                    at=NOON,
                )
                for place, (one, other) in enumerate(ring)
            ),
        )
        assert all_posted(got), got


def test_accounts_are_frozen_and_closed_while_their_first_balances_are_made(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    for number in range(15):
        one, other = f"x{number}", f"y{number}"
        with bank.session() as session, writing(session):
            for account in (other, one):
                journal.open_account(session, account, at=NOON)
        got = at_once(
            many,
            partial(run, bank, posting(f"{one}/1", f"world -> {one} 5 CNY")),
            partial(
                run, bank, posting(f"{one}/2", f"world -> {other} 5 CNY", f"{other} -> {one} 5 CNY")
            ),
            partial(
                run, bank, posting(f"{one}/3", f"world -> {one} 5 CNY", f"{one} -> {other} 5 CNY")
            ),
            partial(
                run, bank, holding(f"{one}/4", f"world -> {one} 5 CNY", f"world -> {other} 5 CNY")
            ),
            partial(run, bank, changing(journal.freeze, one, f"{one}/5")),
            partial(run, bank, changing(journal.close, other, f"{one}/6")),
        )
        allowed = {"account_frozen", "account_closed", "account_not_empty"}
        assert {no for no in got if isinstance(no, str)} <= allowed, got


def test_a_transfer_lets_holds_expire_while_others_wait_for_its_accounts(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    """Who first locks its own balances and then those of the hold waits in a ring."""
    run(bank, posting("start", "world -> b 10 CNY", "world -> a 10 CNY", "world -> c 10 CNY"))
    run(bank, holding("hold", "b -> a 10 CNY"))

    with locking(bank, "a"):
        waiting = queued(
            bank,
            many,
            partial(run, bank, posting("k1", "a -> b 1 CNY", at=LATER)),
            partial(run, bank, posting("k2", "b -> c 1 CNY", at=LATER)),
        )

    assert all_posted(done(*waiting))
    assert journal.balance(bank.session(), "c", "CNY") == 11


def test_what_expires_in_a_batch_is_locked_with_the_batch(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    run(bank, posting("start", "world -> b 10 CNY", "world -> a 10 CNY", "world -> c 10 CNY"))
    run(bank, holding("hold", "b -> a 10 CNY"))
    wanted = [transfer("k2", "b -> c 1 CNY"), transfer("k3", "b -> d 1 CNY")]

    with locking(bank, "a"):
        waiting = queued(
            bank,
            many,
            partial(run, bank, posting("k1", "a -> b 1 CNY", at=LATER)),
            partial(run, bank, lambda session: journal.post_all(session, wanted, at=LATER)),
        )

    assert not [one for one in done(*waiting) if isinstance(one, str)]


def test_holds_expire_settle_and_are_voided_at_once(bank: Bank, many: ThreadPoolExecutor) -> None:
    run(bank, posting("start", "world -> a 500 CNY", "world -> b 500 CNY", "world -> c 500 CNY"))
    for number in range(10):
        lines = ["a -> b 1 CNY", "b -> c 1 CNY", "c -> a 1 CNY", "c -> b 1 CNY"]
        held = [run(bank, holding(f"h{number}/{n}", line)) for n, line in enumerate(lines)]

        def end(
            act: Callable[..., Posted], at: datetime, order: int, held: list[Posted] = held
        ) -> list[Any]:
            keys = f"{act.__name__}/"
            return [run(bank, ending(act, one, f"{keys}{one.id}", at)) for one in held[::order]]

        got = at_once(
            many,
            *[partial(run, bank, expiring)] * 2,
            *(partial(end, journal.settle, NOON, order) for order in (1, -1)),
            *(partial(end, journal.void, LATER, order) for order in (1, -1)),
        )
        ended = [one for some in got[2:] for one in some]
        fresh = {one.id for one in ended if isinstance(one, Posted) and not one.replayed}
        assert {no for no in ended if isinstance(no, str)} <= {"hold_ended"}
        with bank.session() as session:  # also those that a command found expired in its accounts
            ends = [reading.get_hold(session, one.id).ended for one in held]
        assert None not in ends
        assert len(fresh) + ends.count(Act.EXPIRE) == len(held)
        assert got[0] + got[1] <= ends.count(Act.EXPIRE)


def test_who_comes_too_late_to_let_a_hold_expire_keeps_nobody_waiting(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    """One ends a hold that another has begun to let expire, with the next one in between."""
    run(bank, posting("start", "world -> c 10 CNY", "world -> b 10 CNY", "world -> a 10 CNY"))
    first = run(bank, holding("h1", "c -> d 1 CNY"))
    run(bank, holding("h2", "a -> b 1 CNY"))

    with locking(bank, "c"):
        waiting = queued(
            bank,
            many,
            partial(run, bank, ending(journal.void, first, "v")),
            partial(run, bank, expiring),
            partial(run, bank, posting("k", "a -> c 1 CNY")),
        )

    assert not [one for one in done(*waiting) if isinstance(one, str)]


def test_a_transfer_that_the_short_way_refuses_goes_the_long_way_without_a_ring(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    """It has locked its balances; what has expired in another unit begins at an earlier account."""
    with bank.session() as session, writing(session):
        journal.open_unit(session, "land", at=NOON)
        posting("start", "world -> a 9 land", "world -> b 9 land", "world -> c 9 land")(session)
        posting("there", "world -> c 1 CNY", "c -> d 1 CNY")(session)
    run(bank, holding("hold", "a -> c 1 land"))

    with locking(bank, "b"):
        first = partial(run, bank, posting("k1", "a -> b 1 land", "world -> c 1 CNY"))
        waiting = queued(bank, many, first)
        waiting.append(many.submit(run, bank, posting("k2", "c -> d 1 CNY", at=LATER)))
        until_waiting(bank, 2, waiting[1:], or_done=True)

    posted, refused = done(*waiting)
    assert isinstance(posted, Posted)
    assert isinstance(refused, Posted) or refused == "overdrawn"


def test_closing_an_account_lets_its_holds_expire_in_one_turn(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    """What has expired reaches into later accounts than the account's balance in another unit."""
    with bank.session() as session, writing(session):
        journal.open_unit(session, "land", at=NOON)
        there_and_back = ("world -> a 1 land", "a -> world 1 land")
        posting("start", "world -> b 9 land", *there_and_back)(session)
    run(bank, holding("hold", "world -> a 1 CNY"))

    with locking(bank, "world"):
        waiting = queued(
            bank,
            many,
            partial(run, bank, changing(journal.close, "a", "close", at=LATER)),
            partial(run, bank, posting("k", *there_and_back, "world -> b 1 CNY")),
        )

    closed, posted = done(*waiting)
    assert isinstance(closed, Posted)
    assert isinstance(posted, Posted) or posted == "account_closed"


@pytest.mark.parametrize("act", [journal.freeze, journal.close])
def test_an_account_changes_while_its_expired_hold_is_voided(
    bank: Bank, many: ThreadPoolExecutor, act: Callable[..., Posted]
) -> None:
    held = run(bank, holding("hold", "world -> a 1 CNY"))

    with locking(bank, "a"):
        waiting = queued(
            bank,
            many,
            partial(run, bank, ending(journal.void, held, "v")),
            partial(run, bank, changing(act, "a", "change", at=LATER)),
        )

    assert all_posted(done(*waiting))


@pytest.mark.parametrize(("turns", "length"), [(10, 30), (2, 3 * SLICE)])
def test_batches_with_the_same_keys_in_crossed_order_have_one_winner(
    bank: Bank, many: ThreadPoolExecutor, turns: int, length: int
) -> None:
    """They share no account, so that they meet at their keys only."""
    run(bank, posting("start", "world -> a 5000 CNY", "world -> c 5000 CNY"))
    for number in range(turns):
        keys = [f"k{number}/{place}" for place in range(length)]
        got = at_once(
            many,
            partial(run, bank, batch(*((key, "a -> b 1 CNY") for key in keys))),
            partial(run, bank, batch(*((key, "c -> d 1 CNY") for key in reversed(keys)))),
        )
        assert sorted(isinstance(one, list) for one in got) == [False, True]
        assert "key_reused" in got


def test_one_key_in_every_form_moves_once(bank: Bank, many: ThreadPoolExecutor) -> None:
    run(bank, posting("start", "world -> a 100 CNY", "world -> c 100 CNY"))
    for number in range(10):
        key = f"k{number}"
        same = transfer(key, "a -> b 1 CNY")
        got = at_once(
            many,
            partial(run, bank, posting(key, "a -> b 1 CNY")),
            partial(journal.post_alone, bank.engine, same, at=NOON),
            partial(run, bank, batch((f"before{number}", "c -> d 1 CNY"), (key, "a -> b 1 CNY"))),
            partial(run, bank, batch((key, "a -> b 1 CNY"), (f"after{number}", "c -> a 1 CNY"))),
        )
        posted = [got[0], got[1], got[2][1], got[3][0]]
        assert len({one.id for one in posted}) == 1
        assert [one.replayed for one in posted].count(False) == 1


def test_one_key_for_different_acts_has_one_winner(bank: Bank, many: ThreadPoolExecutor) -> None:
    run(bank, posting("start", "world -> a 100 CNY", "world -> c 100 CNY"))
    for number in range(10):
        key = f"k{number}"
        held = run(bank, holding(f"h{number}", "world -> d 1 CNY"))
        got = at_once(
            many,
            partial(run, bank, posting(key, "a -> b 1 CNY")),
            partial(run, bank, holding(key, "a -> b 1 CNY")),
            partial(run, bank, batch((f"other{number}", "c -> d 1 CNY"), (key, "c -> d 1 CNY"))),
            partial(run, bank, ending(journal.void, held, key)),
            partial(run, bank, changing(journal.freeze, "d", key)),
        )
        run(bank, changing(journal.thaw, "d", f"thaw{number}"))
        won = [one for one in got if not isinstance(one, str)]
        assert len(won) == 1, got
        assert got.count("key_reused") == 4, got


def test_reversals_cross_what_they_reverse(bank: Bank, many: ThreadPoolExecutor) -> None:
    for number in range(10):
        made = [
            run(bank, posting(f"k{number}/{place}", line))
            for place, line in enumerate(("world -> a 5 CNY", "world -> b 5 CNY"))
        ]

        def mend(key: str, order: int, made: list[Posted] = made) -> list[Any]:
            return [run(bank, reversing(one, f"{key}/{one.id}")) for one in made[::order]]

        got = at_once(many, *(partial(mend, f"m{n}", (-1) ** n) for n in range(4)))
        ended = [one for some in got for one in some]
        assert len([one for one in ended if isinstance(one, Posted)]) == len(made)
        assert ended.count("already_reversed") == 3 * len(made)


def test_the_log_is_sealed_and_signed_by_many_at_once(bank: Bank, many: ThreadPoolExecutor) -> None:
    for number in range(10):
        got = at_once(
            many,
            partial(run, bank, posting(f"{number}/1", "world -> a 1 CNY")),
            partial(run, bank, posting(f"{number}/2", "world -> b 1 CNY", "world -> c 1 CNY")),
            partial(run, bank, log.seal),
            partial(run, bank, partial(log.seal, thorough=True)),
            *[partial(run, bank, partial(log.checkpoint, signer=SIGNER, at=NOON))] * 2,
        )
        assert not [one for one in got if isinstance(one, str)]


# --- several in one transaction: only running it anew helps ---------------------------------------


def crossed(
    bank: Bank, pool: ThreadPoolExecutor, one: list[Work], other: list[Work]
) -> tuple[list[Any], int]:
    """Run two transactions so that each has done its first work before either does its second.

    Both are run anew if PostgreSQL ends them, as a caller at the edge would do; what they gave, and
    how often that was.
    """
    met, ends = threading.Barrier(2), []

    def attempt(works: list[Work]) -> Any:
        meet = True
        while True:
            try:
                with bank.session() as session, writing(session):
                    works[0](session)
                    if meet:
                        meet = False
                        met.wait(PATIENCE_S)
                    return works[1](session)
            except TryAgain as no:
                ends.append(no)
            except Refusal as no:
                return no.code

    futures = [pool.submit(attempt, one), pool.submit(attempt, other)]
    return done(*futures), len(ends)


def test_of_two_transactions_that_cross_one_can_be_run_anew(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    run(bank, posting("start", "world -> a 10 CNY", "world -> b 10 CNY", "world -> c 10 CNY"))

    got, ends = crossed(
        bank,
        many,
        [posting("k1", "a -> b 1 CNY"), posting("k2", "c -> d 1 CNY")],
        [posting("k3", "c -> d 1 CNY"), posting("k4", "a -> b 1 CNY")],
    )

    assert all_posted(got)
    assert ends >= 1  # each may find the ring before the other is gone
    assert journal.balance(bank.session(), "b", "CNY") == 12


def test_accounts_opened_in_crossed_order_are_there_once(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    _, ends = crossed(bank, many, [opening("x"), opening("y")], [opening("y"), opening("x")])

    assert ends >= 1  # each may find the ring before the other is gone


def test_a_transfer_in_a_transaction_of_its_own_is_run_anew_by_itself(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    """Whoever posts several in one transaction can close a ring round one that does it well."""
    run(bank, posting("start", "world -> a 10 CNY", "world -> b 10 CNY", "world -> c 10 CNY"))

    with bank.session() as session, writing(session):
        posting("k1", "c -> d 1 CNY")(session)
        alone = partial(journal.post_alone, bank.engine, transfer("k2", "a -> c 1 CNY"), at=NOON)
        waiting = queued(bank, many, alone)
        posting("k3", "a -> b 1 CNY")(session)

    assert all_posted(done(*waiting))
    assert journal.balance(bank.session(), "c", "CNY") == 10


def test_paying_out_and_closing_in_one_transaction_crosses_a_first_transfer(
    bank: Bank, many: ThreadPoolExecutor
) -> None:
    """Who makes an account's first balance in a unit takes its row before balances."""
    with bank.session() as session, writing(session):
        journal.open_unit(session, "land", at=NOON)
        posting("start", "world -> a 10 CNY")(session)
    pay, close = posting("k1", "a -> world 10 CNY"), changing(journal.close, "a", "k2")
    first = posting("k3", "b -> d 1 CNY", "world -> a 1 land", "world -> b 1 CNY")

    got, _ = crossed(bank, many, [pay, close], [Session.connection, first])

    assert got[0] == "account_not_empty" or got[1] == "account_closed"
