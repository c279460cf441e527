"""Statements in a driver's own words, for the few places where SQLAlchemy's would cost too much."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError


@contextmanager
def driver(connection: Connection) -> Iterator[Any]:
    """A cursor of the connection's driver, in its transaction; errors are those of SQLAlchemy."""
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        if connection.dialect.is_disconnect(error, None, cursor):
            connection.invalidate(error)
        raise _as_sqlalchemy(error, connection.dialect) from error
    finally:
        cursor.close()


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


def _as_sqlalchemy(error: Exception, dialect: Dialect) -> DBAPIError:
    """SQLAlchemy's name for it; what the statement carried stays out of logs, as everywhere."""
    base = dialect.loaded_dbapi.Error
    named = DBAPIError.instance(None, None, error, base, hide_parameters=True, dialect=dialect)
    assert isinstance(named, DBAPIError)  # noqa: S101 - it is one of the driver's own errors
    return named
