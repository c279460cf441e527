"""The spatial index of control zones: an R*Tree kept by triggers on SQLite, GiST on PostgreSQL.

Like that of parcels (see `indexes`); a zone never changes, so rows only come and go.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Table, column, func, select, table
from sqlalchemy.orm import Session

from bank.land.polygons import Box
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


_BOXES: Final = table(
    "control_zone_box", *(column(name) for name in ("number", "min_x", "max_x", "min_y", "max_y"))
)


def in_box(session: Session, zone: Any, box: Box) -> ColumnElement[bool]:
    """The condition that the box of a row of `zone` meets `box`, answered by the spatial index."""
    min_x, min_y, max_x, max_y = box
    if session.get_bind().dialect.name == "sqlite":
        met = (
            (_BOXES.c.min_x <= max_x) & (_BOXES.c.max_x >= min_x)
            & (_BOXES.c.min_y <= max_y) & (_BOXES.c.max_y >= min_y)
        )  # fmt: skip
        found: ColumnElement[bool] = zone.number.in_(select(_BOXES.c.number).where(met))
        return found
    kept = func.box(func.point(zone.min_x, zone.min_y), func.point(zone.max_x, zone.max_y))
    asked = func.box(func.point(min_x, min_y), func.point(max_x, max_y))
    return kept.bool_op("&&")(asked)


def attach(table: Table) -> None:
    """Make the index whenever the table is made from its metadata, and drop it likewise."""
    ddl.attach(table, STATEMENTS)
    ddl.attach(table, REMOVALS, moment="before_drop")
