"""Statements in a driver's own words, for the few places where SQLAlchemy's would cost too much."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, NamedTuple

from psycopg import errors, pq
from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError


class driver:  # noqa: N801 - used like a function, and entered in half the time of a generator
    """A cursor of the connection's driver, in its transaction; errors are those of SQLAlchemy."""

    __slots__ = ("_connection", "_cursor")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor: Any = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        self._cursor.close()
        dialect = self._connection.dialect
        if error is None or not isinstance(error, dialect.loaded_dbapi.Error):
            return
        if dialect.is_disconnect(error, None, self._cursor):
            self._connection.invalidate(error)
        raise _as_sqlalchemy(error, dialect) from error


@contextmanager
def alone(engine: Engine) -> Iterator[Any]:
    """A cursor outside of any transaction: each of its statements is committed by itself.

    For PostgreSQL, where that saves two round trips.
    """
    borrowed = engine.raw_connection()
    raw: Any = borrowed.driver_connection
    try:
        raw.autocommit = True
        yield raw.cursor()
    except engine.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(error, engine.dialect) from error
    finally:
        if not raw.closed:
            raw.autocommit = False
        borrowed.close()


class Prepared(NamedTuple):
    """A statement of PostgreSQL that a connection prepares once, under a name of its own."""

    name: bytes
    text: bytes


UNPREPARED: Final = b"26000"
"""PostgreSQL's SQLSTATE of a statement that the connection has not prepared."""


def run_alone(engine: Engine, statement: Prepared, values: Iterable[str]) -> str | None:
    """The one value that the statement gives, as a transaction of its own, by libpq itself.

    For what is done thousands of times: between two waits for the disk the driver's own way takes
    twice as long as all else that is done here. Values are text without NUL, which would end it.
    """
    borrowed = engine.raw_connection()
    try:
        libpq: pq.abc.PGconn = borrowed.driver_connection.pgconn  # type: ignore[union-attr]
        given = [value.encode() for value in values]
        result = libpq.exec_prepared(statement.name, given)
        if result.error_field(pq.DiagnosticField.SQLSTATE) == UNPREPARED:
            # A new connection, or one whose statements the driver let go after a rollback.
            _checked(libpq.prepare(statement.name, statement.text), pq.ExecStatus.COMMAND_OK)
            result = libpq.exec_prepared(statement.name, given)
        value = _checked(result, pq.ExecStatus.TUPLES_OK).get_value(0, 0)
        return None if value is None else bytes(value).decode()
    except engine.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(error, engine.dialect) from error
    finally:
        borrowed.close()


def _checked(result: pq.abc.PGresult, wanted: pq.ExecStatus) -> pq.abc.PGresult:
    if result.status != wanted:
        raise errors.error_from_result(result)
    return result


@contextmanager
def pipelined(engine: Engine) -> Iterator[Any]:
    """A connection of psycopg in one transaction, whose statements are sent without waiting.

    Their cursors have answers only when this ends, after the commit.
    """
    borrowed = engine.raw_connection()
    try:
        raw: Any = borrowed.driver_connection
        with raw.pipeline(), raw.transaction():
            yield raw
    except engine.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(error, engine.dialect) from error
    finally:
        borrowed.close()


def _as_sqlalchemy(error: Exception, dialect: Dialect) -> DBAPIError:
    """SQLAlchemy's name for it; what the statement carried stays out of logs, as everywhere."""
    base = dialect.loaded_dbapi.Error
    named = DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=dialect)
    assert isinstance(named, DBAPIError)  # noqa: S101 - it is one of the driver's own errors
    return named
