"""Batches of 1,000 transfers, against the bare drivers' bulk ways, on both databases."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks import bare_postgresql, ledgers
from benchmarks.bare_postgresql import BarePostgresql
from benchmarks.bare_sqlite import BareSqlite
from benchmarks.ledgers import ACCOUNTS, Move
from benchmarks.measurement import Measurement, in_turn
from benchmarks.ours import Ours

BATCH: Final = 1_000
PER_ROUND: Final = 1
ROUNDS: Final = 15
SQLITE: Final = 0.5
POSTGRESQL: Final = 0.75

PostBatch = Callable[[Sequence[Move]], None]


def run() -> Iterable[Measurement]:
    """Transfers a second, posted by `journal.post_all`."""
    with TemporaryDirectory() as folder:
        ours = Ours(ledgers.opened(ledgers.sqlite_in(Path(folder), "ours")))
        bare = BareSqlite(ledgers.sqlite_in(Path(folder), "bare"))
        for side in (ours.post_batch, bare.post_batch):
            ledgers.preload(side)
        way = "synchronous=FULL; reference: executemany by sqlite3, balances read and written once"
        yield _measure("sqlite", ours.post_batch, bare.post_batch, SQLITE, way)
    with ledgers.cluster() as server:
        yield _on_postgresql(server)


def _on_postgresql(server: str) -> Measurement:
    urls = [ledgers.new_database(server, name) for name in ("ours", "bare")]
    ours = Ours(ledgers.opened(urls[0]))
    bare_postgresql.prepare(urls[1])
    for side in (ours.post_batch, BarePostgresql(urls[1]).post_batch):
        ledgers.preload(side)
    ours.close()
    for url in urls:
        ledgers.settle_down(url)
    bare = BarePostgresql(urls[1])
    way = (
        "fsync and synchronous_commit on; reference: COPY by psycopg, balances locked and written"
        " once"
    )
    return _measure("postgresql", Ours(ours.engine).post_batch, bare.post_batch, POSTGRESQL, way)


def _measure(name: str, ours: PostBatch, bare: PostBatch, target: float, way: str) -> Measurement:
    sides = [_rounds(post) for post in (ours, bare)]
    ours_s, bare_s = in_turn(*sides, rounds=ROUNDS)
    return Measurement(
        bench=f"ledger_batches/{name}",
        ours=PER_ROUND * BATCH / ours_s,
        reference=PER_ROUND * BATCH / bare_s,
        target=target,
        better="higher",
        unit="transfers/s",
        conditions=(
            f"batches of {BATCH} transfers of one posting, one commit each, {ACCOUNTS} accounts, in"
            f" the application's session, {way}; the same tables, keys, indexes and foreign keys,"
            " no guards, no hashes, no triggers"
        ),
    )


def _rounds(post: PostBatch) -> Callable[[], None]:
    given = ledgers.moves()

    def post_some() -> None:
        for _ in range(PER_ROUND):
            post(list(islice(given, BATCH)))

    return post_some
