"""Engines for both databases, and sessions that say which bank they belong to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 30_000
WRITE = {"sqlite_begin": "IMMEDIATE"}
"""Execution options of a connection that will write: SQLite takes its lock at BEGIN, so that a
writer waits its turn and never fails half-way; PostgreSQL ignores it."""


def engine_for(url: str) -> Engine:
    """An engine with foreign keys, write-ahead log and honest transactions, on either database.

    What statements carry stays out of exceptions, and so out of logs: it may be personal.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy emits BEGIN itself, see _begin_sqlite
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "")
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """One transaction that writes: all of it is committed, or none.

    What the session read before is read anew, for another writer may have come in between.
    Session objects stay usable afterwards.
    """
    session.rollback()
    session.connection(execution_options=WRITE)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
