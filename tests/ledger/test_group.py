"""Threads that commit together: each gets its own outcome, and nothing is lost or doubled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from database.directory import Bank
from database.engine import writing
from ledger import journal
from ledger.group import Group
from ledger.journal import Posted
from ledger.refusals import BadTransfer, KeyReused, Overdrawn, UnknownAccount
from ledger.verify import verify
from tests.ledger.entries import NOON, Book, transfer

THREADS = 8
EACH = 20


@pytest.fixture
def group(committed_bank: Bank) -> Group:
    """Accounts `world` and `a0` to `a7`."""
    with committed_bank.session() as session, writing(session):
        Book(session).open("world", *(f"a{n}" for n in range(THREADS)))
    return Group(committed_bank.engine)


def together(group: Group, *transfers: tuple[str, str]) -> list[Posted | Exception]:
    """Post each key and line in a thread of its own."""

    def one(what: tuple[str, str]) -> Posted | Exception:
        try:
            return group.post(transfer(*what), at=NOON)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(transfers)) as pool:
        return list(pool.map(one, transfers))


def holds(bank: Bank, account: str) -> int:
    with bank.session() as session:
        return journal.balance(session, account, "CNY")


def test_each_thread_gets_its_own_transfer(group: Group, committed_bank: Bank) -> None:
    def work(writer: int) -> list[Posted]:
        lines = (f"world -> a{(writer + turn) % THREADS} 1 CNY" for turn in range(EACH))
        return [
            group.post(transfer(f"{writer}/{turn}", line), at=NOON)
            for turn, line in enumerate(lines)
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        posted = [one for done in pool.map(work, range(THREADS)) for one in done]

    assert len({one.id for one in posted}) == THREADS * EACH
    assert holds(committed_bank, "world") == -THREADS * EACH
    with committed_bank.session() as session:
        assert verify(session).faults == ()
        keys = {journal.get_transfer(session, one.id).key for one in posted}
    assert len(keys) == THREADS * EACH


def test_who_is_refused_does_not_hold_the_others_up(group: Group, committed_bank: Bank) -> None:
    got = together(
        group,
        ("1", "world -> a0 5 CNY"),
        ("2", "a7 -> a1 1 CNY"),
        ("3", "nobody -> a1 1 CNY"),
        ("4", "world -> a2 5 CNY"),
    )

    assert [type(one) for one in got] == [Posted, Overdrawn, UnknownAccount, Posted]
    assert (holds(committed_bank, "a0"), holds(committed_bank, "a2")) == (5, 5)


def test_a_moment_that_is_none_is_refused_to_who_brings_it(group: Group) -> None:
    def one(at: datetime) -> Posted | Exception:
        try:
            return group.post(transfer(f"{at}", "world -> a0 1 CNY"), at=at)
        except Exception as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        moments = [NOON + timedelta(seconds=n) for n in range(THREADS)]
        moments[3] = NOON.replace(tzinfo=None)
        got = list(pool.map(one, moments))

    assert [type(one) for one in got] == [*[Posted] * 3, BadTransfer, *[Posted] * 4]


def test_a_key_moves_once_whoever_brings_it(group: Group, committed_bank: Bank) -> None:
    got = together(group, *[("k", "world -> a0 5 CNY")] * 6, ("k", "world -> a0 6 CNY"))

    moved = [one for one in got if isinstance(one, Posted)]
    assert len({one.id for one in moved}) == 1
    assert [one.replayed for one in moved].count(False) == 1
    assert len(moved) in (1, 6)  # whichever body came first has the key
    assert all(isinstance(one, KeyReused) for one in got if not isinstance(one, Posted))
    assert holds(committed_bank, "a0") in (5, 6)


def test_what_takes_the_long_way_commits_beside_what_does_not(
    group: Group, committed_bank: Bank
) -> None:
    """First balances, several postings, a replay and refusals, all brought at the same moment."""
    group.post(transfer("old", "world -> a0 5 CNY"), at=NOON)

    got = together(
        group,
        ("old", "world -> a0 5 CNY"),
        ("plain", "world -> a0 1 CNY"),
        ("first", "world -> a7 1 CNY"),
        ("too much", "a1 -> a0 1 CNY"),
        ("nobody", "world -> zoe 1 CNY"),
    )

    replayed, plain, first, too_much, nobody = got
    assert isinstance(replayed, Posted)
    assert replayed.replayed
    assert isinstance(plain, Posted)
    assert isinstance(first, Posted)
    assert isinstance(too_much, Overdrawn)
    assert isinstance(nobody, UnknownAccount)
    assert holds(committed_bank, "a0") == 6
    with committed_bank.session() as session:
        assert verify(session).faults == ()
