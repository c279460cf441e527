"""The short cut of PostgreSQL and the general way agree: same outcome, same refusal, same facts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select, text

from database.refusals import Refusal
from ledger import functions, journal, tables as t
from ledger.journal import Posted
from ledger.model import MAX_QUANTITY, Posting, Transfer
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
            else journal.post_all(book.session, [wanted], at=book.now)[0]
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


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
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


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_function_in_the_database_is_that_of_the_source(book: Book) -> None:
    """A migration keeps a copy of it."""
    source = text("SELECT prosrc FROM pg_proc WHERE proname = 'ledger_post'")

    assert book.session.execute(source).scalar_one() == functions.FUNCTION.split("$$")[1]
