"""A hand in the database, past the ledger: rows changed without triggers and foreign keys."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session

from database.directory import Bank
from ledger.triggers import GUARDED


def tamper(bank: Bank, *statements: str) -> None:
    """Run the statements as someone who owns the database could."""
    engine = unguarded(bank.settings.database_url)
    with engine.begin() as connection:
        drop_guards(connection)
        for statement in statements:
            assert connection.execute(text(statement)).rowcount, statement
    engine.dispose()


def unguarded(url: str) -> Engine:
    """An engine that keeps no foreign keys and, on SQLite, no checks."""
    engine = create_engine(url)  # ours would keep foreign keys
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _let_go)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _let_go(connection, _) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA ignore_check_constraints = ON")


def drop_guards(connection: Connection) -> None:
    """Take the triggers away, until the transaction is rolled back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for table in GUARDED:
        for trigger in ("no_update", "no_delete", "no_replace"):
            connection.execute(text(f"DROP TRIGGER {table}_{trigger}"))


@contextmanager
def tampering(engine: Engine) -> Iterator[Session]:
    """A session in which rows can be changed at will, and of which nothing remains."""
    with engine.connect() as connection:
        outer = connection.begin()
        drop_guards(connection)
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()
