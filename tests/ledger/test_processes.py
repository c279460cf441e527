"""Eight processes at once on overlapping accounts: nothing lost, doubled, overdrawn or stuck."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from database.directory import Bank
from database.engine import writing
from ledger import journal, log, tables as t
from ledger.model import OWN_KEYS, Act
from ledger.verify import verify
from tests.ledger.entries import transfer
from tests.ledger.writers import ACCOUNTS, DEBTS, FREE, SIGNER, UNITS, Job, Starter, now

WRITERS: Final = 8
TURNS: Final = {"postgresql": 150, "sqlite": 120}
LAWFUL: Final = {
    "above_zero",
    "account_closed",
    "account_frozen",
    "account_not_empty",
    "account_stands",
    "already_reversed",
    "hold_ended",
    "hold_expired",
    "key_reused",
    "nothing_to_reverse",
    "overdrawn",
    "reversal_is_final",
}
"""What writers may be refused that get in each other's way."""


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with Starter() as starter:
        yield starter


class Count:
    """What the writers were told is done, and what it comes to, without asking the ledger."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.fresh: Counter[str] = Counter()
        self.did: dict[str, dict[str, Any]] = {}
        self.refused: Counter[str] = Counter()

    def add(self, told: dict[str, Any]) -> None:
        """Count what one line says."""
        assert "error" not in told, told["error"]
        if "refused" in told:
            assert told["refused"] in LAWFUL, told
            self.refused[told["refused"]] += 1
        for one in told.get("entries", ()):
            key = one["key"]
            assert self.ids.setdefault(key, one["id"]) == one["id"], one
            self.fresh[key] += not one["replayed"]
            self.did[one["id"]] = one

    def moves(self, one: dict[str, Any]) -> list[tuple[str, str, str, int]]:
        """What an entry moved: source, target, unit, quantity."""
        if "reverses" in one:
            mistake = self.moves(self.did[one["reverses"]])
            return [(target, source, unit, q) for source, target, unit, q in mistake]
        if "settles" in one:
            kept = self.did[one["settles"]]["keeps"]
            parts = one["quantities"] or [line[3] for line in kept]
            return [
                (source, target, unit, part)
                for (source, target, unit, _), part in zip(kept, parts, strict=True)
            ]
        return [tuple(line) for line in one.get("moves", ())]

    def balances(self) -> dict[tuple[str, str], int]:
        """What all accounts must hold."""
        held: Counter[tuple[str, str]] = Counter()
        for one in self.did.values():
            for source, target, unit, quantity in self.moves(one):
                held[source, unit] -= quantity
                held[target, unit] += quantity
        return {pair: quantity for pair, quantity in held.items() if quantity}


def open_ledger(bank: Bank, count: Count) -> None:
    """Accounts of every rule, and something in them; no debt's balance exists yet."""
    with bank.session() as session, writing(session):
        for unit in UNITS:
            journal.open_unit(session, unit, at=now())
        for account in ACCOUNTS:
            debt = account in DEBTS
            journal.open_account(
                session,
                account,
                at=now(),
                may_go_negative=debt or account in FREE,
                may_go_positive=not debt,
            )
        first = [
            transfer(f"start/{account}/{unit}", f"world -> {account} 100 {unit}")
            for account in ACCOUNTS
            if account.startswith("a")
            for unit in UNITS
        ]
        posted = journal.post_all(session, first, at=now())
    for wanted, done in zip(first, posted, strict=True):
        [line] = wanted.postings
        moves = [(line.source, line.target, line.unit, line.quantity)]
        count.add(
            {
                "entries": [
                    {"key": wanted.key, "id": str(done.id), "replayed": False, "moves": moves}
                ]
            }
        )


def test_eight_processes_lose_double_and_overdraw_nothing(
    committed_bank: Bank, starter: Starter
) -> None:
    count, engine = Count(), committed_bank.engine
    open_ledger(committed_bank, count)
    url = engine.url.render_as_string(hide_password=False)
    turns = TURNS[engine.dialect.name]
    engine.dispose()

    running = [starter.start(Job("mix", url, f"w{n}", n, turns)) for n in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        told = list(pool.map(lambda one: one.rest(), running))

    for lines in told:
        for line in lines:
            count.add(line)
    assert [lines[-1:] for lines in told] == [[{"done": turns}]] * WRITERS
    with committed_bank.session() as session, writing(session):
        log.checkpoint(session, SIGNER, now())
    with committed_bank.session() as session:
        every_entry_is_there_once(session, count)
        all_balances_are_as_counted(session, count)
        found = verify(session, verifiers=[SIGNER.verifier])
    assert found.faults == ()
    assert (found.leaves, found.unsealed) == (found.transfers, 0)
    the_writers_met(count)


def every_entry_is_there_once(session: Session, count: Count) -> None:
    """All that was told is in the journal, and nothing else is."""
    journal_has = session.execute(select(t.transfer.c.key, t.transfer.c.id, t.transfer.c.act)).all()
    told = {row.key: str(row.id) for row in journal_has if not row.key.startswith(OWN_KEYS)}
    assert told == count.ids
    assert set(count.fresh.values()) == {1}  # each was done once, all else were replays of it
    holds = {one["id"] for one in count.did.values() if "keeps" in one}
    ended = {one[act] for one in count.did.values() for act in ("settles", "voids") if act in one}
    own = {row.key for row in journal_has if row.key.startswith(OWN_KEYS)}
    expired = {key.removeprefix(f"{OWN_KEYS}expire:") for key in own if ":expire:" in key}
    assert expired <= holds - ended
    acts = Counter(row.act for row in journal_has if row.key.startswith(OWN_KEYS))
    assert acts[Act.EXPIRE] == len(expired)
    for act, table in ((Act.OPEN_UNIT, t.unit), (Act.OPEN_ACCOUNT, t.account)):
        assert acts[act] == len(session.execute(select(table)).all())
    open_holds = select(t.transfer.c.id).join(t.open_hold)
    still = {str(one) for one in session.execute(open_holds).scalars()}
    assert still == holds - ended - expired


def all_balances_are_as_counted(session: Session, count: Count) -> None:
    """To the last one, and each within its account's limits."""
    found = {(one.account, one.unit): one.quantity for one in journal.balances(session)}
    assert found == count.balances()
    for (account, _), quantity in found.items():
        assert account in FREE or (quantity < 0) == (account in DEBTS)


def the_writers_met(count: Count) -> None:
    """The test was one: keys were posted by several, and they got in each other's way."""
    assert count.refused["overdrawn"]
    assert count.refused["key_reused"]
    assert len(count.refused) > 3
    assert len(count.ids) > WRITERS * 10
