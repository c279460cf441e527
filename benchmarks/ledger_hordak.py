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

WAYS: Final[dict[Way, str]] = {
    "one": "one a commit; hordak: Account.transfer_to, accounts named by their codes as in ours",
    "one_kept": "one a commit; hordak: Account.transfer_to between accounts kept in memory",
    "bulk": (
        f"batches of {BATCH}; hordak: bulk_create of transactions and of legs, accounts named by"
        " their codes as in ours, fetched in one query"
    ),
    "bulk_kept": f"batches of {BATCH}; hordak: bulk_create, accounts kept in memory",
}

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
            measured: list[tuple[str, Post, Way]] = [
                ("one_alone", ours.post_alone, "one"),
                ("one_session", ours.post, "one"),
                ("bulk", ours.post_batch, "bulk"),
                ("one_alone_kept", ours.post_alone, "one_kept"),
                ("bulk_kept", ours.post_batch, "bulk_kept"),
            ]
            for name, post, their_way in measured:
                yield _measure(name, post, theirs, their_way)


def _measure(name: str, post: Post, theirs: Callable[[Way, int], None], way: Way) -> Measurement:
    number, target = (BATCH, BULK_TARGET) if way.startswith("bulk") else (ONE, ONE_TARGET)
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
            f"one cluster, fsync and synchronous_commit on, {ACCOUNTS} accounts; {WAYS[way]}, in"
            f" its own process (django-hordak {version('django-hordak')}, Django"
            f" {version('django')}), which keeps no balances, keys or hashes"
        ),
    )
