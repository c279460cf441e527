"""Many writers at once, on overlapping accounts: nothing lost, doubled, overdrawn or stuck."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import text

from database.directory import Bank
from database.engine import writing
from ledger import journal, log
from ledger.journal import Posted
from ledger.model import Act, Transfer
from ledger.refusals import AccountClosed, AccountNotEmpty, HoldEnded, KeyReused, Overdrawn
from ledger.verify import verify
from tests.ledger.entries import NOON, Book, transfer

WRITERS = 6
ACCOUNTS = [f"a{number}" for number in range(5)]


@pytest.fixture
def open_bank(committed_bank: Bank) -> Bank:
    """Accounts `world` and `a0` to `a4`, which hold nothing and have no balance rows."""
    with committed_bank.session() as session, writing(session):
        Book(session).open("world", *ACCOUNTS)
    return committed_bank


def at_once(works: list[Callable[[], Posted | str]]) -> list[Posted | str]:
    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(work) for work in works]]


def posting(bank: Bank, key: str, *lines: str) -> Posted | str:
    """Post in a transaction of its own; the code of the refusal if there is one."""
    try:
        with bank.session() as session, writing(session):
            return journal.post(session, transfer(key, *lines), at=NOON)
    except (Overdrawn, KeyReused) as no:
        return no.code


def batch(bank: Bank, *transfers: Transfer) -> list[Posted] | str:
    """Post the transfers as a batch in a transaction of its own."""
    try:
        with bank.session() as session, writing(session):
            return journal.post_all(session, transfers, at=NOON)
    except (Overdrawn, KeyReused) as no:
        return no.code


def ending(bank: Bank, how: Callable[..., Posted], held: Posted, key: str) -> Posted | str:
    """Settle a hold, or let it go, in a transaction of its own."""
    try:
        with bank.session() as session, writing(session):
            return how(session, held.id, key=key, at=NOON)
    except (HoldEnded, KeyReused) as no:
        return no.code


def holds(bank: Bank, account: str) -> int:
    with bank.session() as session:
        return journal.balance(session, account, "CNY")


def test_the_same_key_at_once_moves_once(open_bank: Bank) -> None:
    posting(open_bank, "start", "world -> a0 100 CNY")

    got = at_once([partial(posting, open_bank, "k", "a0 -> a1 100 CNY")] * WRITERS)

    assert all(isinstance(one, Posted) for one in got), got
    results = [one for one in got if isinstance(one, Posted)]
    assert len({one.id for one in results}) == 1
    assert [one.replayed for one in results].count(False) == 1
    assert (holds(open_bank, "a0"), holds(open_bank, "a1")) == (0, 100)


def test_the_same_key_at_once_for_different_accounts_has_one_winner(open_bank: Bank) -> None:
    got = at_once(
        [
            partial(posting, open_bank, "k", f"world{number} -> a{number} 1 CNY")
            for number in prepared(open_bank)
        ]
    )

    assert sorted(isinstance(one, Posted) for one in got) == [False] * 4 + [True]
    assert got.count("key_reused") == 4


def test_batches_with_the_same_keys_at_once_move_once(open_bank: Bank) -> None:
    wanted = [transfer(f"k{number}", f"world -> a{number} 1 CNY") for number in range(5)]

    with ThreadPoolExecutor(WRITERS) as pool:
        asked = [pool.submit(batch, open_bank, *wanted) for _ in range(WRITERS)]
        got = [one.result(60) for one in asked]

    results = [one for one in got if isinstance(one, list)]
    assert len(results) == WRITERS
    assert len({tuple(one.id for one in result) for result in results}) == 1
    assert [one.replayed for result in results for one in result].count(False) == 5
    assert holds(open_bank, "world") == -5


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("same", [True, False])
def test_a_twin_that_takes_a_key_of_a_batch_meanwhile_is_found_out(
    open_bank: Bank, same: bool
) -> None:
    """The twin shares no account with the batch, so that only the key tells of it."""
    prepared(open_bank)
    mine = [transfer(f"k{number}", f"world{number} -> a{number} 1 CNY") for number in (1, 2, 3)]
    line = "world2 -> a2 1 CNY" if same else "world4 -> a4 1 CNY"

    with ThreadPoolExecutor(1) as pool:
        with open_bank.session() as twin, writing(twin):
            taken = journal.post(twin, transfer("k2", line), at=NOON)
            waiting = pool.submit(batch, open_bank, *mine)
            while not waits(open_bank):
                assert not waiting.done()
        got = waiting.result(60)

    if not same:
        assert got == "key_reused"
        assert [holds(open_bank, account) for account in ("a1", "a2", "a3", "a4")] == [0, 0, 0, 1]
    else:
        assert isinstance(got, list)
        assert [one.replayed for one in got] == [False, True, False]
        assert got[1].id == taken.id
        assert [holds(open_bank, account) for account in ("a1", "a2", "a3")] == [1, 1, 1]
    with open_bank.session() as session:
        assert verify(session).ok


def waits(bank: Bank) -> bool:
    """Whether somebody waits for a lock."""
    with bank.engine.connect() as connection:
        waiting = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(connection.execute(waiting).scalar_one())


def test_a_hold_that_several_end_at_once_ends_once(open_bank: Bank) -> None:
    with open_bank.session() as session, writing(session):
        book = Book(session)
        book.post("start", "world -> a0 100 CNY")
        held = book.hold("held", "a0 -> a1 60 CNY")

    got = at_once(
        [
            partial(ending, open_bank, journal.settle if n % 2 else journal.void, held, f"end{n}")
            for n in range(WRITERS)
        ]
    )

    ended = [one for one in got if isinstance(one, Posted)]
    assert (len(ended), got.count("hold_ended")) == (1, WRITERS - 1)
    with open_bank.session() as session:
        found = verify(session)
        act = journal.get_transfer(session, ended[0].id).act
    assert (found.faults, found.holds) == ((), 0)
    assert holds(open_bank, "a1") == (60 if act is Act.SETTLE else 0)


def test_an_account_opened_by_several_at_once_is_open_once(open_bank: Bank) -> None:
    def opening() -> str:
        with open_bank.session() as session, writing(session):
            Book(session).open("new", units=("CNY", "new"))
        return "open"

    assert at_once([opening] * WRITERS) == ["open"] * WRITERS
    with open_bank.session() as session:
        found = verify(session)
    assert (found.faults, found.accounts, found.units) == ((), len(ACCOUNTS) + 2, 2)


def test_nothing_slips_into_an_account_while_it_is_closed(open_bank: Bank) -> None:
    def closing() -> str:
        try:
            with open_bank.session() as session, writing(session):
                journal.close(session, "a0", key="close", at=NOON, reason="")
        except AccountNotEmpty as no:
            return no.code
        return "closed"

    def coming(number: int) -> Posted | str:
        try:
            return posting(open_bank, f"k{number}", "world -> a0 1 CNY")
        except AccountClosed as no:
            return no.code

    got = at_once([closing, *(partial(coming, number) for number in range(WRITERS - 1))])

    came = [one for one in got if isinstance(one, Posted)]
    if got[0] == "closed":
        assert (came, holds(open_bank, "a0")) == ([], 0)
    else:
        assert (got[0], holds(open_bank, "a0")) == ("account_not_empty", WRITERS - 1)
    with open_bank.session() as session:
        assert verify(session).ok


def prepared(bank: Bank) -> range:
    """Open a world for each account, so that transfers share no account at all."""
    numbers = range(len(ACCOUNTS))
    with bank.session() as session, writing(session):
        Book(session).open(*(f"world{number}" for number in numbers))
    return numbers


def test_what_is_there_once_is_spent_once(open_bank: Bank) -> None:
    posting(open_bank, "start", "world -> a0 100 CNY")

    got = at_once(
        [partial(posting, open_bank, f"k{number}", "a0 -> a1 60 CNY") for number in range(WRITERS)]
    )

    assert got.count("overdrawn") == WRITERS - 1
    assert (holds(open_bank, "a0"), holds(open_bank, "a1")) == (40, 60)


def test_writers_on_overlapping_accounts_lose_and_double_nothing(open_bank: Bank) -> None:
    rounds = 25

    def work(writer: int) -> list[Posted | str]:
        chance = random.Random(writer)
        got = []
        for turn in range(rounds):
            a, b, c = chance.sample(ACCOUNTS, 3)
            lines = [f"world -> {a} 7 CNY", f"{b} -> {c} 3 CNY", f"{c} -> {a} 1 CNY"]
            chance.shuffle(lines)
            got.append(posting(open_bank, f"{writer}/{turn}", *lines))
            if turn % 10 == 0:
                with open_bank.session() as session, writing(session):
                    log.seal(session)
        return got

    with ThreadPoolExecutor(WRITERS) as pool:
        got = [one for done in pool.map(work, range(WRITERS)) for one in done]

    written = [one for one in got if isinstance(one, Posted)]
    assert len(got) == WRITERS * rounds
    assert len({one.number for one in written}) == len(written)
    with open_bank.session() as session, writing(session):
        log.seal(session)
        found = verify(session)
        assert journal.balance(session, "world", "CNY") == -7 * len(written)
    assert found.faults == ()
    opened = 1 + 1 + len(ACCOUNTS)
    assert found.transfers == found.leaves == len(written) + opened


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_transfer_that_is_committed_late_is_sealed_late(
    open_bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seal(**how: bool) -> int:
        with open_bank.session() as session, writing(session):
            return log.seal(session, **how)

    numbers = prepared(open_bank)
    seal()
    with open_bank.session() as late, writing(late):
        journal.post(late, transfer("late", "world0 -> a0 1 CNY"), at=NOON)
        for number in numbers[1:]:
            posting(open_bank, f"k{number}", f"world{number} -> a{number} 1 CNY")
        assert seal() == len(numbers) - 1

    monkeypatch.setitem(log.LATE, "postgresql", 2)
    assert seal() == 0  # too many have passed it
    assert seal(thorough=True) == 1
    with open_bank.session() as session:
        assert verify(session).ok
    monkeypatch.undo()

    with open_bank.session() as late, writing(late):
        journal.post(late, transfer("late2", "world0 -> a0 1 CNY"), at=NOON)
        posting(open_bank, "k2/2", "world1 -> a1 1 CNY")
        assert seal() == 1
    assert seal() == 1
