"""The history of shapes is append-only in the database itself: rows come, and stay as they are."""

from typing import Final

from sqlalchemy import Table

from database import ddl

_REFUSE: Final = "BEGIN SELECT RAISE(ABORT, 'parcel_shape is append-only'); END"

STATEMENTS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS parcel_shape_no_update"
        f" BEFORE UPDATE ON parcel_shape {_REFUSE}",
        "CREATE TRIGGER IF NOT EXISTS parcel_shape_no_delete"
        f" BEFORE DELETE ON parcel_shape {_REFUSE}",
        # INSERT OR REPLACE deletes without any DELETE trigger.
        "CREATE TRIGGER IF NOT EXISTS parcel_shape_no_replace BEFORE INSERT ON parcel_shape"
        " WHEN EXISTS (SELECT 1 FROM parcel_shape"
        " WHERE parcel_id = NEW.parcel_id AND number = NEW.number)"
        " BEGIN SELECT RAISE(ABORT, 'parcel_shape is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION parcel_shape_refuse_change() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$",
        "CREATE OR REPLACE TRIGGER parcel_shape_append_only"
        " BEFORE UPDATE OR DELETE OR TRUNCATE ON parcel_shape"
        " FOR EACH STATEMENT EXECUTE FUNCTION parcel_shape_refuse_change()",
    ),
}
REMOVALS: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": (),
    "postgresql": ("DROP FUNCTION IF EXISTS parcel_shape_refuse_change() CASCADE",),
}
"""What outlives the table itself: SQLite drops the triggers with it."""


def attach(table: Table) -> None:
    """Guard the table whenever it is made from its metadata."""
    ddl.attach(table, STATEMENTS)
    ddl.attach(table, REMOVALS, moment="before_drop")
