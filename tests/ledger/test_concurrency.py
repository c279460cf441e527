"""Many writers at once, on overlapping accounts: nothing lost, doubled, overdrawn or stuck."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from database.directory import Bank
from database.engine import writing
from ledger import journal, log
from ledger.journal import Posted
from ledger.refusals import KeyReused, Overdrawn
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
    assert (found.transfers, found.leaves) == (len(written), len(written))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_transfer_that_is_committed_late_is_sealed_late(
    open_bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seal(**how: bool) -> int:
        with open_bank.session() as session, writing(session):
            return log.seal(session, **how)

    numbers = prepared(open_bank)
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
