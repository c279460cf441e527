"""Short cuts and the general way agree: same outcome, same refusal, same facts."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest
from psycopg.errors import UniqueViolation
from sqlalchemy import func, select, text

from database.refusals import Refusal
from ledger import batch, functions, journal, tables as t, together
from ledger.entry import draft_of
from ledger.journal import Posted
from ledger.model import MAX_QUANTITY, Posting, Transfer
from ledger.recording import record
from ledger.verify import verify
from tests.ledger.entries import HOUR, NOON, Book

STANDINGS = ("open", "frozen", "closed")
EDGES = (1, 2, 5, 2**31, 2**62, MAX_QUANTITY - 6, MAX_QUANTITY - 1, MAX_QUANTITY)
SEEDS = range(3)
ATTEMPTS = 50


@dataclass
class Outcome:
    """What an attempt came to, but for its random id, nonce, number and hash."""

    replayed: bool | None = None
    refusal: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    rows: list[Any] = field(default_factory=list)


def attempt(book: Book, wanted: Transfer, *, short: bool) -> Outcome:
    """The outcome of one of the two ways, undone afterwards."""
    tried = book.session.begin_nested()
    outcome = Outcome()
    try:
        posted: Posted = (
            journal.post(book.session, wanted, at=book.now)
            if short
            else generally(book, [wanted])[0]
        )
        outcome.replayed = posted.replayed
        outcome.rows = [posted.id] if posted.replayed else written(book, posted)
    except Refusal as no:
        outcome.refusal, outcome.facts, outcome.message = no.code, no.facts, no.message
    finally:
        tried.rollback()
    return outcome


def written(book: Book, posted: Posted) -> list[Any]:
    """The rows of the transfer and of the two balances it moved, without what is random in them."""
    random_ones = ("number", "id", "nonce", "hash")
    told = [column for column in t.transfer.columns if column.name not in random_ones]
    line = t.posting.c
    return [
        book.session.execute(wanted).all()
        for wanted in (
            select(*told).where(t.transfer.c.number == posted.number),
            select(*list(line)[1:]).where(line.transfer == posted.number),
            select(t.balance)
            .join(t.posting, t.balance.c.account.in_([line.source, line.target]))
            .where(line.transfer == posted.number, t.balance.c.unit == line.unit)
            .order_by(t.balance.c.account),
        )
    ]


def generally(book: Book, wanted: list[Transfer]) -> list[Posted]:
    """Record the transfers the general way."""
    return record(book.session.connection(), [draft_of(one) for one in wanted], at=book.now)


class Scene:
    """Accounts with all rules, balances, holds and standings, made by chance."""

    def __init__(self, book: Book, seed: int) -> None:
        self.book, self.seed, self.chance = book, seed, random.Random(seed)
        book.open(units=("CNY", "land"))
        self.accounts = [
            f"{standing}{seed}:{negative:d}{positive:d}{side}"
            for standing in STANDINGS
            for negative in (False, True)
            for positive in (False, True)
            for side in "ab"
        ]
        for code in self.accounts:
            rules = code.split(":")[1]
            book.open(code, may_go_negative=rules[0] == "1", may_go_positive=rules[1] == "1")
        self.used: list[Transfer] = []
        for turn in range(80):
            self._happen(turn)
        for code in self.accounts:
            self._stand(code)

    def pair(self) -> tuple[str, str]:
        """Two accounts, now and then one that is not there."""
        source, target = self.chance.sample(self.accounts, 2)
        if self.chance.random() < 0.05:
            source, target = self.chance.choice(
                [("no-body", target), (source, "no-body"), ("no-body", "Nobody")]
            )
        return source, target

    def quantity(self) -> int:
        """A quantity at the edges, or just at the edge of what an account has."""
        if self.chance.random() < 0.4:
            return self.chance.randint(1, 12)
        return self.chance.choice(EDGES)

    def transfer(self, key: str) -> Transfer:
        """A transfer of one posting."""
        source, target = self.pair()
        unit = self.chance.choices(["CNY", "land", "dust"], [0.85, 0.1, 0.05])[0]
        posting = Posting(source=source, target=target, unit=unit, quantity=self.quantity())
        return Transfer(key=key, kind="k", occurred_at=NOON, reference="r", postings=(posting,))

    def attempts(self) -> Iterator[Transfer]:
        """New transfers, and now and then one under a key that is used."""
        for turn in range(ATTEMPTS):
            wanted = self.transfer(f"new {self.seed}/{turn}")
            if self.used and turn % 6 == 0:
                earlier = self.chance.choice(self.used)
                reused = wanted.model_copy(update={"key": earlier.key})
                wanted = self.chance.choice([earlier, reused])
            yield wanted

    def _happen(self, turn: int) -> None:
        """Post or hold something, if it can be."""
        wanted, at = self.transfer(f"past {self.seed}/{turn}"), self.book.tick()
        tried = self.book.session.begin_nested()
        try:
            if self.chance.random() < 0.5:
                journal.post(self.book.session, wanted, at=at)
                self.used.append(wanted)
            else:
                until = at + HOUR * self.chance.choice([1, 1, 24])
                journal.hold(self.book.session, wanted, expires_at=until, at=at)
        except Refusal:
            tried.rollback()
        else:
            tried.commit()

    def _stand(self, code: str) -> None:
        """Freeze or close what is called so, if it can be."""
        standing = code.split(":")[0]
        tried = self.book.session.begin_nested()
        try:
            if standing.startswith("frozen"):
                self.book.freeze(code, f"freeze {code}")
            if standing.startswith("closed"):
                self.book.close(code, f"close {code}")
        except Refusal:
            tried.rollback()
        else:
            tried.commit()


@pytest.mark.parametrize("late", [False, True], ids=["holds stand", "some holds have expired"])
def test_one_posting_fares_alike_on_both_ways(book: Book, late: bool) -> None:
    seen = set()
    for seed in SEEDS:
        scene = Scene(book, seed)
        book.now += HOUR * 2 if late else HOUR * 0
        for wanted in scene.attempts():
            # Now and then recorded in the past of its accounts.
            book.now += HOUR * scene.chance.choice([-1, 0, 0, 1]) / 60
            short = attempt(book, wanted, short=True)
            general = attempt(book, wanted, short=False)
            assert short == general, wanted
            seen.add(short.refusal)

    assert verify(book.session).ok
    assert seen == {
        None, "unknown_account", "unknown_unit", "key_reused", "account_frozen", "account_closed",
        "overdrawn", "above_zero", "balance_too_large",
    }  # fmt: skip


def by_one_statement(book: Book, wanted: list[Transfer]) -> list[Posted]:
    """What a group's statement records."""
    connection: Any = book.session.connection().connection.driver_connection
    outcomes = together.post_together(connection.cursor(), wanted, at=book.now)
    return [each for each in outcomes if isinstance(each, Posted)]


def by_one_loop(book: Book, wanted: list[Transfer]) -> list[Posted]:
    """What is recorded of a batch of plain transfers."""
    posted = batch.post_all(book.session.connection(), wanted, at=book.now)
    return posted or []


Way: TypeAlias = Callable[[Book, list[Transfer]], list[Posted]]


def all_or_nothing(way: Way, book: Book, wanted: list[Transfer]) -> list[Any] | None:
    """What it wrote of each, undone; None, if it left them all alone."""
    tried, before = book.session.begin_nested(), counted(book)
    try:
        posted = way(book, wanted)
        book.session.expire_all()
        if not posted:
            assert counted(book) == before
            return None
        assert len(posted) == len(wanted)
        return [written(book, each) for each in posted]
    except UniqueViolation:  # two of them have one key
        return None
    finally:
        tried.rollback()


def counted(book: Book) -> tuple[Any, ...]:
    """How many entries there are, and what all balances are."""
    return (
        book.session.scalar(select(func.count()).select_from(t.transfer)),
        *book.session.execute(select(t.balance).order_by(t.balance.c.account, t.balance.c.unit)),
    )


def one_after_the_other(book: Book, wanted: list[Transfer]) -> list[Any]:
    """What the general way writes of each, undone."""
    tried = book.session.begin_nested()
    try:
        return [written(book, each) for each in generally(book, wanted)]
    finally:
        tried.rollback()


def plain(key: str, source: str, target: str, quantity: int) -> Transfer:
    """A transfer of one posting of fen."""
    posting = Posting(source=source, target=target, unit="CNY", quantity=quantity)
    return Transfer(key=key, kind="k", occurred_at=NOON, reference="r", postings=(posting,))


@pytest.mark.parametrize(
    ("backend", "way"),
    [("postgresql", by_one_statement), ("postgresql", by_one_loop), ("sqlite", by_one_loop)],
    indirect=["backend"],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_group_and_a_batch_write_what_one_after_the_other_would_or_nothing(
    book: Book, way: Way, seed: int
) -> None:
    chance, accounts = random.Random(seed), ["ann", "ben", "cid", "dan"]
    book.open(units=("CNY",))
    book.open("world", may_go_negative=True)
    book.open("debts", may_go_negative=True, may_go_positive=False)
    book.open(*accounts)
    for code in accounts:
        journal.post(book.session, plain(f"first {code}", "world", code, 12), at=book.now)
    journal.post(book.session, plain("first debts", "debts", "ann", 12), at=book.now)
    everybody, outcomes = [*accounts, "world", "debts"], set()
    for turn in range(60):
        wanted = [
            plain(f"{turn}/{n}", source, target, chance.randint(1, 9))
            for n in range(chance.choice([1, 2, 3, 5, 8]))
            for source, target in [chance.sample(everybody, 2)]
        ]
        if turn % 9 == 0:
            wanted.append(plain("first ann", "world", "ann", 12))  # a replay
        if turn % 11 == 0:
            wanted.append(wanted[0].model_copy(update={"memo": "twin"}))
        if turn % 13 == 0:
            wanted.append(plain(f"{turn}/nobody", "world", "nobody", 1))
        found = all_or_nothing(way, book, wanted)
        if found is not None:
            assert found == one_after_the_other(book, wanted), wanted
        outcomes.add(found is None)
        if turn % 10 == 5:  # some of it stays
            book.tick()
            journal.post(book.session, plain(f"stays {turn}", "world", "ben", 1), at=book.now)

    assert outcomes == {True, False}
    book.freeze("ben", "freeze")
    one, other = plain("a", "world", "ann", 1), plain("b", "ben", "ann", 1)
    assert all_or_nothing(way, book, [one]) is not None
    assert all_or_nothing(way, book, [one, other]) is None
    assert verify(book.session).ok


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_function_in_the_database_is_that_of_the_source(book: Book) -> None:
    """A migration keeps a copy of it."""
    source = text("SELECT prosrc FROM pg_proc WHERE proname = 'ledger_post'")

    assert book.session.execute(source).scalar_one() == functions.FUNCTION.split("$$")[1]
