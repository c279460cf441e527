"""What Alembic runs: one connection, one transaction, whichever steps it was asked for."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, TypeDecorator

import bank.tables  # noqa: F401 - so that Base knows every table
from database.base import Base
from database.engine import WRITE, engine_for
from database.migrations import is_compared

UPGRADE_LOCK = 7_305_230
"""The advisory lock that two upgrades of one PostgreSQL bank take in turn."""


def rendered(kind: str, item: Any, step: AutogenContext) -> str | Literal[False]:
    """Our column types as what they are in the database: a step must not change with our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if kind == "type" and isinstance(item, JSON):
        step.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    """Run the steps in the transaction that the connection is in."""
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # the same steps run on both; only SQLite needs the batches
        compare_type=True,
        include_object=is_compared,
        render_item=rendered,
    )
    context.run_migrations()
    if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"the upgrade would leave rows that point nowhere: {broken[:5]}")


def main() -> None:
    """Open the bank and run; SQLite looks at foreign keys after the last step, not in each.

    A step that alters a SQLite table copies it, drops the old one and renames the copy. With
    foreign keys on, the drop would delete the rows that point at the table. (The drop also takes
    the table's triggers with it: such a step must make them again.)
    """
    engine = engine_for(context.config.attributes["url"])
    try:
        with engine.connect().execution_options(**WRITE) as connection:
            if connection.dialect.name == "sqlite":
                connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                run(connection)
    finally:
        engine.dispose()


main()
