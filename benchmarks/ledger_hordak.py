"""Beside django-hordak on the same PostgreSQL: one transfer per commit, and in bulk."""

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from itertools import islice
from typing import Final

from benchmarks import ledgers
from benchmarks.hordak import Way, hordak
from benchmarks.ledgers import ACCOUNTS, Move
from benchmarks.measurement import Measurement, in_turn
from benchmarks.ours import Ours

ONE: Final = 100
BATCH: Final = 1_000
ROUNDS: Final = 15
ONE_TARGET: Final = 4.0
BULK_TARGET: Final = 3.4

Post = Callable[[Sequence[Move]], None]


def run() -> Iterable[Measurement]:
    """Transfers a second, of ours and of hordak's as its documentation posts them."""
    with ledgers.cluster() as server:
        urls = [ledgers.new_database(server, name) for name in ("ours", "hordak")]
        first = Ours(ledgers.opened(urls[0]))
        ledgers.preload(first.post_batch)
        first.close()
        ours = Ours(first.engine)
        with hordak(urls[1]) as theirs:
            for _ in range(20):
                theirs("bulk", BATCH)
            for url in urls:
                ledgers.settle_down(url)
            for name, post, way in (
                ("one_alone", ours.post_alone, "each in a transaction that the library owns"),
                ("one_session", ours.post, "ours in the application's session"),
            ):
                their_way = "hordak: Account.transfer_to between accounts that were fetched before"
                yield _measure(name, post, theirs, "one", f"one a commit, {way}; {their_way}")
            their_way = "hordak: bulk_create of transactions and of legs, accounts fetched before"
            yield _measure(
                "bulk", ours.post_batch, theirs, "bulk", f"batches of {BATCH}; {their_way}"
            )


def _measure(
    name: str, post: Post, theirs: Callable[[Way, int], None], way: Way, conditions: str
) -> Measurement:
    number, target = (ONE, ONE_TARGET) if way == "one" else (BATCH, BULK_TARGET)
    given = ledgers.moves(sum(name.encode()))
    ours_s, theirs_s = in_turn(
        lambda: post(list(islice(given, number))), lambda: theirs(way, number), rounds=ROUNDS
    )
    return Measurement(
        bench=f"ledger_hordak/{name}",
        ours=number / ours_s,
        reference=number / theirs_s,
        target=target,
        better="higher",
        unit="transfers/s",
        conditions=(
            f"one cluster, fsync and synchronous_commit on, {ACCOUNTS} accounts; {conditions}, in"
            f" its own process (django-hordak {version('django-hordak')}, Django"
            f" {version('django')}), which keeps no balances, keys or hashes"
        ),
    )
