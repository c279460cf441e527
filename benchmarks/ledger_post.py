"""One transfer per commit, against the bare driver, on both databases."""

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

PER_ROUND: Final = 100
ROUNDS: Final = 15
SQLITE: Final = {"FULL": 0.6, "NORMAL": 0.35}
IN_A_SESSION: Final = 0.5
ALONE: Final = 0.65

Post = Callable[[Sequence[Move]], None]


def run() -> Iterable[Measurement]:
    """Transfers a second: SQLite with FULL and NORMAL durability, PostgreSQL in two ways."""
    for synchronous, target in SQLITE.items():
        with TemporaryDirectory() as folder:
            yield _on_sqlite(Path(folder), synchronous, target)
    with ledgers.cluster() as server:
        yield from _on_postgresql(server)


def _on_sqlite(folder: Path, synchronous: str, target: float) -> Measurement:
    url = ledgers.sqlite_in(folder, "ours")
    ours = Ours(ledgers.opened(url, synchronous=synchronous))
    bare = BareSqlite(ledgers.sqlite_in(folder, "bare"), synchronous=synchronous)
    for side in (ours.post_batch, bare.post_batch):
        ledgers.preload(side)
    return _measure(
        f"sqlite/{synchronous.lower()}",
        ours.post,
        bare.post,
        target,
        f"in the application's session, WAL, synchronous={synchronous}; reference: sqlite3",
    )


def _on_postgresql(server: str) -> Iterable[Measurement]:
    urls = [ledgers.new_database(server, name) for name in ("ours", "bare")]
    first = Ours(ledgers.opened(urls[0]))
    bare_postgresql.prepare(urls[1])
    for side in (first.post_batch, BarePostgresql(urls[1]).post_batch):
        ledgers.preload(side)
    first.close()
    for url in urls:
        ledgers.settle_down(url)
    ours, bare = Ours(first.engine), BarePostgresql(urls[1])
    for name, post, target, way in (
        ("session", ours.post, IN_A_SESSION, "in the application's session"),
        ("alone", ours.post_alone, ALONE, "in a transaction that the ledger owns"),
    ):
        yield _measure(
            f"postgresql/{name}",
            post,
            bare.post,
            target,
            f"{way}, fsync and synchronous_commit on; reference: one prepared call of a PL/pgSQL"
            " function by psycopg in autocommit, rows locked in sorted order",
        )


def _measure(name: str, ours: Post, bare: Post, target: float, way: str) -> Measurement:
    sides = [_rounds(post, name) for post in (ours, bare)]
    ours_s, bare_s = in_turn(*sides, rounds=ROUNDS)
    return Measurement(
        bench=f"ledger_post/{name}",
        ours=PER_ROUND / ours_s,
        reference=PER_ROUND / bare_s,
        target=target,
        better="higher",
        unit="transfers/s",
        conditions=(
            f"one posting and one commit each, {ACCOUNTS} accounts, {way}; the same rows and"
            " indexes, no guards, no hashes, no triggers"
        ),
    )


def _rounds(post: Post, name: str) -> Callable[[], None]:
    given = ledgers.moves(sum(name.encode()))
    return lambda: post(list(islice(given, PER_ROUND)))
