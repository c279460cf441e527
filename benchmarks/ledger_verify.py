"""Verifying a whole ledger against merely reading the same rows and hashing each."""

import sqlite3
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from benchmarks.ledgers import NOON, moves, new_database, opened, sqlite_in
from benchmarks.measurement import Measurement, in_turn
from benchmarks.ours import Ours
from database.engine import writing
from ledger import log
from ledger.verify import verify
from tools import postgres

FEW: Final = 10_000
MANY: Final = 100_000
BATCH: Final = 1_000
TARGET: Final = 2.0
TARGET_MEMORY: Final = 1.2
READ: Final = ("transfer", "posting", "held", "balance", "leaf")
SIGNER: Final = log.Signer("bank.example/bench", Ed25519PrivateKey.generate())


def run() -> Iterable[Measurement]:
    """Microseconds a transfer on both databases, and how memory grows with transfers."""
    with TemporaryDirectory() as folder:
        yield from _measure("sqlite", lambda name: sqlite_in(Path(folder), name), _read_sqlite)
    with postgres.running() as server:
        yield from _measure("postgresql", lambda name: new_database(server, name), _read_postgresql)


def _measure(
    database: str, url: Callable[[str], str], read: Callable[[Engine], None]
) -> Iterator[Measurement]:
    few, many = _filled(url("few"), FEW), _filled(url("many"), MANY)
    ours_s, read_s = in_turn(lambda: _verify(many), lambda: read(many), rounds=3)
    yield Measurement(
        bench=f"ledger_verify/{database}",
        ours=ours_s / MANY * 1e6,
        reference=read_s / MANY * 1e6,
        target=TARGET,
        better="lower",
        unit="µs/transfer",
        conditions=(
            f"{MANY} transfers of one posting, sealed in batches of {BATCH}, one checkpoint; "
            "reference: each row of transfer, posting, held, balance and leaf read by the driver "
            "in no order, and one SHA-256 over its values joined as text"
        ),
    )
    yield Measurement(
        bench=f"ledger_verify/{database}/memory",
        ours=_peak(many),
        reference=_peak(few),
        target=TARGET_MEMORY,
        better="lower",
        unit="bytes",
        conditions=f"peak of what Python allocates: {MANY} transfers against {FEW}, same accounts",
    )
    for engine in (few, many):
        engine.dispose()


def _filled(url: str, transfers: int) -> Engine:
    """The engine of a ledger with so many transfers, sealed and signed."""
    engine = opened(url, synchronous="OFF")
    writer, waiting = Ours(engine), moves()
    for _ in range(transfers // BATCH):
        writer.post_batch(list(islice(waiting, BATCH)))
        with writing(writer.session):
            log.seal(writer.session)
    with writing(writer.session):
        log.checkpoint(writer.session, SIGNER, NOON)
    writer.close()
    _settle(engine)
    return engine


def _settle(engine: Engine) -> None:
    """What the database would do by and by, so that it does not do it meanwhile."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(
            "PRAGMA wal_checkpoint(TRUNCATE)"
            if engine.dialect.name == "sqlite"
            else "VACUUM ANALYZE"
        )


def _verify(engine: Engine) -> None:
    with Session(engine) as session:
        found = verify(session, verifiers=[SIGNER.verifier])
    if not found.ok or found.signatures != 1:
        raise RuntimeError(f"the benchmark's ledger is wrong: {found}")


def _peak(engine: Engine) -> int:
    _verify(engine)  # what is loaded once is not counted
    tracemalloc.start()
    try:
        _verify(engine)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _hash(rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        sha256("|".join(map(str, row)).encode()).digest()


def _read_sqlite(engine: Engine) -> None:
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        for table in READ:
            _hash(connection.execute(f"SELECT * FROM ledger_{table}"))


def _read_postgresql(engine: Engine) -> None:
    url = make_url(engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        for table in READ:
            _hash(connection.execute(f"SELECT * FROM ledger_{table}".encode()))
