"""The spatial index of parcels: an R*Tree kept by triggers on SQLite, GiST on PostgreSQL.

Both index the boxes of parcels that are not retired. SQLite's R*Tree holds 32-bit boxes rounded
outwards, so it may offer a parcel too many but never loses one.

Whoever brings in thousands of parcels may index them `together`: a row of `parcel_box_due` says
that the boxes of parcels numbered above `after` are due, the triggers leave them alone, and taking
the row away indexes them. The row refers to one that cannot exist, so that no transaction can be
committed which leaves it there: parcels without their boxes are never seen by anybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Table

from database import ddl

NOT_DUE: Final = "NOT EXISTS (SELECT 1 FROM parcel_box_due WHERE new.number > after)"
"""The condition, in a trigger on SQLite, that a new parcel is not one of very many."""

STATEMENTS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS parcel_box"
        " USING rtree(number, min_x, max_x, min_y, max_y)",
        "CREATE TABLE IF NOT EXISTS parcel_box_settled (id INTEGER PRIMARY KEY CHECK (id <> id))",
        "CREATE TABLE IF NOT EXISTS parcel_box_due (after INTEGER PRIMARY KEY,"
        " settled INTEGER NOT NULL DEFAULT 1"
        " REFERENCES parcel_box_settled (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_due_fixed BEFORE UPDATE ON parcel_box_due"
        " BEGIN SELECT RAISE(ABORT, 'what is due is settled by taking the row away'); END",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_together AFTER DELETE ON parcel_box_due"
        " BEGIN INSERT OR REPLACE INTO parcel_box"
        " SELECT number, min_x, max_x, min_y, max_y FROM parcel"
        " WHERE number > old.after AND retired_at IS NULL; END",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_insert AFTER INSERT ON parcel"  # noqa: S608
        f" WHEN new.retired_at IS NULL AND {NOT_DUE}"
        " BEGIN INSERT INTO parcel_box"
        " VALUES (new.number, new.min_x, new.max_x, new.min_y, new.max_y); END",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_delete AFTER DELETE ON parcel"
        " BEGIN DELETE FROM parcel_box WHERE number = old.number; END",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_update"
        " AFTER UPDATE OF number, min_x, max_x, min_y, max_y, retired_at ON parcel"
        " BEGIN DELETE FROM parcel_box WHERE number = old.number;"
        " INSERT INTO parcel_box SELECT new.number, new.min_x, new.max_x, new.min_y, new.max_y"
        " WHERE new.retired_at IS NULL; END",
    ),
    "postgresql": (
        "CREATE INDEX IF NOT EXISTS ix_parcel_box ON parcel"
        " USING gist (box(point(min_x, min_y), point(max_x, max_y))) WHERE retired_at IS NULL",
    ),
}
REMOVALS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS parcel_box_update",
        "DROP TRIGGER IF EXISTS parcel_box_delete",
        "DROP TRIGGER IF EXISTS parcel_box_insert",
        "DROP TABLE IF EXISTS parcel_box_due",
        "DROP TABLE IF EXISTS parcel_box_settled",
        "DROP TABLE IF EXISTS parcel_box",
    ),
    "postgresql": ("DROP INDEX IF EXISTS ix_parcel_box",),
}


def attach(table: Table) -> None:
    """Make the index whenever the table is made from its metadata, and drop it likewise."""
    ddl.attach(table, STATEMENTS)
    ddl.attach(table, REMOVALS, moment="before_drop")


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Index the parcels that are inserted meanwhile in one statement, at the end.

    Until then no search by place finds them. For the writer's own transaction.
    """
    if connection.dialect.name != "sqlite":
        yield  # GiST is kept by the server itself
        return
    connection.exec_driver_sql(
        "INSERT INTO parcel_box_due (after) SELECT coalesce(max(number), 0) FROM parcel"
    )
    yield
    connection.exec_driver_sql("DELETE FROM parcel_box_due")
