"""Engines for both databases, and sessions that say which bank they belong to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from database.driver import driver
from database.refusals import TryAgain

BUSY_TIMEOUT_MS = 30_000
IDLE_S: Final = 1.0
"""A connection that lay in the pool for longer is asked whether it still lives."""
TURNED_BACK: Final = ("40001", "40P01")
"""PostgreSQL's SQLSTATEs of a transaction that met another in a way which cannot be ordered."""
SERVER_OPTIONS: Final = "-c jit=off"
"""Compiling a statement pays for reports over millions of rows; here it costs a thousandfold."""
IDLE_SINCE: Final = "idle_since"
WRITE = {"sqlite_begin": "IMMEDIATE"}
"""Execution options of a connection that will write: SQLite takes its lock at BEGIN, so that a
writer waits its turn and never fails half-way; PostgreSQL ignores it."""
READ = {"sqlite_begin": ""}


class OneConnection(Session):
    """A session that keeps its connection from its first statement until it is closed.

    A request reads and writes in several transactions; each would cost a turn at the pool.
    """

    def __init__(self, engine: Engine, **options: Any) -> None:
        """Options are those of `Session`."""
        super().__init__(**options)
        self._engine = engine
        self._kept: Connection | None = None

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """The connection, taken now if the session has none."""
        if self._kept is None:
            self._kept = self._engine.connect()
        return self._kept

    def close(self) -> None:
        """Give the connection back; the session may be used again, as any other."""
        super().close()
        if self._kept is not None:
            kept, self._kept = self._kept, None
            kept.close()


def engine_for(url: str) -> Engine:
    """An engine with foreign keys, write-ahead log and honest transactions, on either database.

    What statements carry stays out of exceptions, and so out of logs: it may be personal.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        told = {} if "options" in parsed.query else {"options": SERVER_OPTIONS}
        engine = create_engine(url, hide_parameters=True, connect_args=told)
        event.listen(engine, "checkin", _note_idle)
        event.listen(engine, "checkout", _ping_if_idle(engine))
        return engine
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
        "temp_store = MEMORY",  # a statement with triggers keeps a journal of its own meanwhile
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "")
    with driver(connection) as cursor:
        cursor.execute(f"BEGIN {mode}")


def _note_idle(_: Any, record: ConnectionPoolEntry) -> None:
    record.info[IDLE_SINCE] = monotonic()


def _ping_if_idle(engine: Engine) -> Callable[..., None]:
    """What `pool_pre_ping` does, without its round trip before each transaction of a busy bank."""

    def ping(raw: Any, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        if monotonic() - record.info.get(IDLE_SINCE, monotonic()) < IDLE_S:
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            raise exc.DisconnectionError("the connection is gone; take another") from error

    return ping


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """One transaction that writes: all of it is committed, or none.

    What the session read before is read anew, for another writer may have come in between.
    Session objects stay usable afterwards. Refuses: TryAgain.
    """
    if session.in_transaction():
        session.rollback()
    try:
        session.connection(execution_options=WRITE)
        yield session
        session.commit()
    except BaseException as error:
        with suppress(exc.DBAPIError):  # a connection that is lost; the first error says so
            session.rollback()
        if was_turned_back(error):
            raise TryAgain("another writer was in the way: nothing was written") from error
        raise
    finally:
        if isinstance(bind := session.get_bind(), Connection):  # which keeps its options
            bind.execution_options(**READ)


def was_turned_back(error: BaseException) -> bool:
    """Whether the database ended the transaction for others' sake: a ring of locks, a busy file."""
    if not isinstance(error, exc.DBAPIError):
        return False
    if getattr(error.orig, "sqlstate", None) in TURNED_BACK:
        return True
    return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
