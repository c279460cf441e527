"""The spatial index of control zones: an R*Tree kept by triggers on SQLite, GiST on PostgreSQL.

Like that of parcels (see `indexes`); a zone never changes, so rows only come and go.
"""

from typing import Final

from sqlalchemy import Table

from database import ddl

STATEMENTS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS control_zone_box"
        " USING rtree(number, min_x, max_x, min_y, max_y)",
        "CREATE TRIGGER IF NOT EXISTS control_zone_box_insert AFTER INSERT ON control_zone"
        " BEGIN INSERT INTO control_zone_box"
        " VALUES (new.number, new.min_x, new.max_x, new.min_y, new.max_y); END",
        "CREATE TRIGGER IF NOT EXISTS control_zone_box_delete AFTER DELETE ON control_zone"
        " BEGIN DELETE FROM control_zone_box WHERE number = old.number; END",
    ),
    "postgresql": (
        "CREATE INDEX IF NOT EXISTS ix_control_zone_box ON control_zone"
        " USING gist (box(point(min_x, min_y), point(max_x, max_y)))",
    ),
}
REMOVALS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS control_zone_box_delete",
        "DROP TRIGGER IF EXISTS control_zone_box_insert",
        "DROP TABLE IF EXISTS control_zone_box",
    ),
    "postgresql": ("DROP INDEX IF EXISTS ix_control_zone_box",),
}


def attach(table: Table) -> None:
    """Make the index whenever the table is made from its metadata, and drop it likewise."""
    ddl.attach(table, STATEMENTS)
    ddl.attach(table, REMOVALS, moment="before_drop")
