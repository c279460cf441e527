"""Whether sealing keeps up: entries sealed a second against entries written a second."""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import ledgers, writers
from benchmarks.measurement import Measurement, in_turn
from benchmarks.ours import Ours
from benchmarks.writers import WRITERS
from database.engine import writing
from ledger import log

PER_ROUND: Final = 2_000
ROUNDS: Final = 5
TARGET: Final = 1.0


def run() -> Iterable[Measurement]:
    """Entries a second: the one writer of SQLite, eight of PostgreSQL."""
    with TemporaryDirectory() as folder:
        url = ledgers.sqlite_in(Path(folder), "ours")
        ours = _prepared(url, synchronous="NORMAL")
        given = ledgers.moves()
        yield _measure(
            "sqlite",
            ours,
            lambda: ours.post(list(islice(given, PER_ROUND))),
            "one writer in the application's session, synchronous=NORMAL",
        )
    with ledgers.cluster() as server:
        url = ledgers.new_database(server, "ours")
        ours = _prepared(url)
        with writers.writers(writers.alone, url) as write:
            yield _measure(
                "postgresql",
                ours,
                lambda: write(PER_ROUND // WRITERS),
                f"{WRITERS} writers in transactions that the ledger owns, fsync and"
                " synchronous_commit on",
            )


def _prepared(url: str, *, synchronous: str = "FULL") -> Ours:
    first = Ours(ledgers.opened(url, synchronous=synchronous))
    ledgers.preload(first.post_batch)
    _seal(first)
    first.close()
    ledgers.settle_down(url)
    return Ours(first.engine)


def _seal(ours: Ours) -> int:
    with writing(ours.session):
        return log.seal(ours.session)


def _measure(name: str, ours: Ours, write: Callable[[], None], way: str) -> Measurement:
    write()  # so that each turn of sealing finds what the turn of writing before it has left
    seal_s, write_s = in_turn(lambda: _seal(ours), write, rounds=ROUNDS)
    return Measurement(
        bench=f"ledger_sealing/{name}",
        ours=PER_ROUND / seal_s,
        reference=PER_ROUND / write_s,
        target=TARGET,
        better="higher",
        unit="transfers/s",
        conditions=(
            f"`log.seal` of {PER_ROUND} at a time and its commit; reference: the rate at which they"
            f" are written: {way}"
        ),
    )
