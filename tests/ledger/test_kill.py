"""`kill -9` in the middle of posting, sealing and signing, a hundred times."""

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from database.directory import Bank
from database.engine import writing
from ledger import journal, log, tables as t
from ledger.verify import verify
from tests.ledger.entries import transfer
from tests.ledger.writers import ACCOUNTS, FREE, SIGNER, UNITS, Job, Running, Starter, now

ROUNDS, AT_ONCE = 50, 2
KILLS: Final = ROUNDS * AT_ONCE
SHORTEST_S, LONGEST_S = 0.002, 0.060
KEY: Final = re.compile(r"(w\d+\.\d)/(\d+)(?:/\d+of(\d+))?")
"""A writer's keys: its name, its turn, and of how many the batch is."""


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    with Starter() as starter:
        yield starter


def open_ledger(bank: Bank) -> None:
    """All accounts may go anywhere but below zero, and `world` there too."""
    with bank.session() as session, writing(session):
        for unit in UNITS:
            journal.open_unit(session, unit, at=now())
        for account in ACCOUNTS:
            journal.open_account(session, account, at=now(), may_go_negative=account in FREE)
        wanted = [transfer(f"start/{unit}", f"world -> a1 100000 {unit}") for unit in UNITS]
        journal.post_all(session, wanted, at=now())


class Acknowledged:
    """What writers had told before they were killed, read from their pipes to the end."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.turns: Counter[str] = Counter()

    def listen(self, name: str, running: Running) -> bool:
        """Hear one more line; False if there is none."""
        told = running.next()
        if told is None:
            return False
        assert "error" not in told, told["error"]
        self.turns[name] += 1
        self.ids |= {one["key"]: one["id"] for one in told.get("entries", ())}
        return True


def run_and_kill(
    starter: Starter, url: str, number: int, chance: random.Random, heard: Acknowledged
) -> None:
    """Two writers that get in each other's way; each is killed somewhere in its work."""
    names = [f"w{number}.{one}" for one in range(AT_ONCE)]
    running = {
        name: starter.start(Job("storm", url, name, number * AT_ONCE + names.index(name)))
        for name in names
    }
    for name, writer in running.items():
        assert heard.listen(name, writer)
    for name, writer in running.items():
        time.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
        writer.kill()
        with writer.told:
            while heard.listen(name, writer):
                pass


def nothing_is_lost_or_half_done(session: Session, heard: Acknowledged) -> None:
    """Each told entry is there, and of what was not told a whole last turn or nothing."""
    rows = session.execute(select(t.transfer.c.key, t.transfer.c.id)).all()
    there = {row.key: str(row.id) for row in rows if row.key.startswith("w")}
    assert heard.ids.items() <= there.items()
    parts = defaultdict(list)
    for key in there:
        found = KEY.fullmatch(key)
        assert found is not None, key
        name, turn, size = found.groups()
        assert int(turn) <= heard.turns[name] + 1, key
        parts[name, turn].append(int(size or 1))
    assert all(len(sizes) == size for sizes in parts.values() for size in sizes)


def test_who_is_killed_a_hundred_times_has_lost_nothing(
    committed_bank: Bank, starter: Starter
) -> None:
    open_ledger(committed_bank)
    engine, chance, heard = committed_bank.engine, random.Random(9), Acknowledged()
    url = engine.url.render_as_string(hide_password=False)

    for number in range(ROUNDS):
        engine.dispose()
        run_and_kill(starter, url, number, chance, heard)
        if number % 5 == 0 or number == ROUNDS - 1:
            with committed_bank.session() as session:
                assert verify(session, verifiers=[SIGNER.verifier]).faults == ()

    assert len(heard.turns) == KILLS
    with committed_bank.session() as session, writing(session):
        log.checkpoint(session, SIGNER, now())
    with committed_bank.session() as session:
        nothing_is_lost_or_half_done(session, heard)
        found = verify(session, verifiers=[SIGNER.verifier])
    assert found.faults == ()
    assert (found.leaves, found.unsealed) == (found.transfers, 0)
    assert found.signatures == found.checkpoints > 1
