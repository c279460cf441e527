"""What memory a batch takes: 250,000 postings against 1,000, for each posting, on both databases.

Not part of a run without names: watching each allocation is slow.
"""

import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import ledgers
from benchmarks.measurement import Measurement
from benchmarks.ours import Ours
from database.engine import writing
from ledger import journal
from ledger.model import MAX_POSTINGS, Transfer

FEW: Final = 1_000
MANY: Final = MAX_POSTINGS
TARGET: Final = 1.2
_keys = count()


def run() -> Iterable[Measurement]:
    """Bytes a posting at the peak."""
    with TemporaryDirectory() as folder:
        yield from _measure("sqlite", ledgers.sqlite_in(Path(folder), "ours"))
    with ledgers.cluster() as server:
        yield from _measure("postgresql", ledgers.new_database(server, "ours"))


def _measure(database: str, url: str) -> Iterator[Measurement]:
    ours = Ours(ledgers.opened(url))
    for name, (batch, what) in BATCHES.items():
        given = ledgers.moves(sum(name.encode()))
        few, many = (_peak(ours, batch, list(islice(given, size))) for size in (FEW, MANY))
        yield Measurement(
            bench=f"ledger_memory/{database}/{name}",
            ours=many / MANY,
            reference=few / FEW,
            target=TARGET,
            better="lower",
            unit="bytes/posting",
            conditions=(
                f"peak of what Python allocates from the making of {what} to its commit:"
                f" {MANY} postings against {FEW}"
            ),
        )
    ours.close()


Moves = list[ledgers.Move]
Batch = Callable[[Moves], list[Transfer]]


def _transfers(moves: Moves) -> list[Transfer]:
    at = ledgers.now()
    return [ledgers.transfer(move, at) for move in moves]


def _one_transfer(moves: Moves) -> list[Transfer]:
    first, *others = _transfers(moves)
    postings = tuple(each.postings[0] for each in (first, *others))
    key = f"batch:{next(_keys)}"
    return [
        Transfer(
            key=key,
            kind=first.kind,
            occurred_at=first.occurred_at,
            reference=key,
            postings=postings,
        )
    ]


BATCHES: Final[dict[str, tuple[Batch, str]]] = {
    "batch": (_transfers, "a batch of transfers of one posting"),
    "transfer": (_one_transfer, "one transfer of many postings"),
}


def _peak(ours: Ours, batch: Batch, moves: Moves) -> int:
    tracemalloc.start()
    try:
        with writing(ours.session) as session:
            journal.post_all(session, batch(moves), at=ledgers.now())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
