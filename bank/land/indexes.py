"""The spatial index of parcels: an R*Tree kept by triggers on SQLite, GiST on PostgreSQL.

Both index the boxes of parcels that are not retired. SQLite's R*Tree holds 32-bit boxes rounded
outwards, so it may offer a parcel too many but never loses one.
"""

from typing import Final

from sqlalchemy import Table

from database import ddl

STATEMENTS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS parcel_box"
        " USING rtree(number, min_x, max_x, min_y, max_y)",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_insert AFTER INSERT ON parcel"
        " WHEN new.retired_at IS NULL"
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
        "DROP TABLE IF EXISTS parcel_box",
    ),
    "postgresql": ("DROP INDEX IF EXISTS ix_parcel_box",),
}


def attach(table: Table) -> None:
    """Make the index whenever the table is made from its metadata, and drop it likewise."""
    ddl.attach(table, STATEMENTS)
    ddl.attach(table, REMOVALS, moment="before_drop")
