"""Eight writers on PostgreSQL with tamper evidence, against eight bare ones without any."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import bare_postgresql, ledgers, writers
from benchmarks.bare_postgresql import BarePostgresql
from benchmarks.ledgers import ACCOUNTS
from benchmarks.measurement import Measurement, in_turn
from benchmarks.ours import Ours
from benchmarks.writers import WRITERS
from database.engine import engine_for, writing
from ledger import log, tables as t

EACH: Final = 75
ROUNDS: Final = 5
TARGET: Final = 0.75
Writers = Callable[[str, str], AbstractContextManager[Callable[[int], None]]]

WAYS: Final[dict[str, tuple[Writers, str]]] = {
    "group": (
        writers.threads,
        f"{WRITERS} threads of one process that share a `Group`: what they post at the same time"
        " commits together, and each `post` returns after its commit",
    ),
    "alone": (
        partial(writers.writers, writers.alone),
        f"{WRITERS} processes, each transfer in a transaction that the ledger owns",
    ),
    "session": (
        partial(writers.writers, writers.in_sessions),
        f"{WRITERS} processes, each transfer in a transaction of the application's session",
    ),
}
"""Ways in which ours are written; the reference is the same for all of them."""


def run() -> Iterable[Measurement]:
    """Transfers a second of all writers together."""
    with ledgers.cluster() as server:
        urls = [ledgers.new_database(server, name) for name in ("ours", "bare")]
        ours = Ours(ledgers.opened(urls[0]))
        bare_postgresql.prepare(urls[1])
        for side in (ours.post_batch, BarePostgresql(urls[1]).post_batch):
            ledgers.preload(side)
        with writing(ours.session):
            log.seal(ours.session)
        ours.close()
        for url in urls:
            ledgers.settle_down(url)
        for name in WAYS:
            yield _measure(name, *urls)


def _measure(name: str, ours_url: str, bare_url: str) -> Measurement:
    make, way = WAYS[name]
    with (
        make(ours_url, name) as ours,
        writers.writers(writers.bare, bare_url, name) as bare,
        writers.sequencer(ours_url) as (start, stop),
    ):
        unsealed: list[int] = []

        @contextmanager
        def sealed_meanwhile() -> Iterator[None]:
            start()
            yield
            unsealed.append(_unsealed(ours_url))
            stop()

        ours_s, bare_s = in_turn(
            lambda: ours(EACH), lambda: bare(EACH), rounds=ROUNDS, around=sealed_meanwhile
        )
    return Measurement(
        bench=f"ledger_writers/postgresql/{name}",
        ours=WRITERS * EACH / ours_s,
        reference=WRITERS * EACH / bare_s,
        target=TARGET,
        better="higher",
        unit="transfers/s",
        conditions=(
            f"{way}; one posting each, {ACCOUNTS} accounts, hashed and sealed meanwhile by a"
            f" sequencer (unsealed at the end of a round of {WRITERS * EACH}: at most"
            f" {max(unsealed)}), fsync and synchronous_commit on; reference: {WRITERS} bare"
            " processes, each transfer one call of a PL/pgSQL function by psycopg in autocommit,"
            " nothing hashed or sealed"
        ),
    )


def _unsealed(url: str) -> int:
    engine = engine_for(url)
    with Session(engine) as session:
        posted = session.scalar(select(func.count()).select_from(t.transfer)) or 0
        sealed = session.scalar(select(func.count()).select_from(t.leaf)) or 0
    engine.dispose()
    return posted - sealed
