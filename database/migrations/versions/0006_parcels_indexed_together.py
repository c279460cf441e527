"""Parcels of an import come into the spatial index together, and the index by digest that nobody asks goes.

What is there already stays as it is: its boxes are in the index.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROW_BY_ROW = ("parcel_box_insert", "land_change_parcel_insert")
"""The triggers of one parcel that now let those pass which come in together."""
STATEMENTS = (
    "CREATE TABLE parcel_box_settled (id INTEGER PRIMARY KEY CHECK (id <> id))",
    (
        "CREATE TABLE parcel_box_due (after INTEGER PRIMARY KEY, settled INTEGER NOT NULL"
        " DEFAULT 1 REFERENCES parcel_box_settled (id) DEFERRABLE INITIALLY DEFERRED)"
    ),
    (
        "CREATE TRIGGER parcel_box_due_fixed BEFORE UPDATE ON parcel_box_due BEGIN SELECT"
        " RAISE(ABORT, 'what is due is settled by taking the row away'); END"
    ),
    (
        "CREATE TRIGGER parcel_box_together AFTER DELETE ON parcel_box_due BEGIN INSERT "
        "OR REPLACE INTO parcel_box SELECT number, min_x, max_x, min_y, max_y FROM parcel"
        " WHERE number > old.after AND retired_at IS NULL; END"
    ),
    (
        "CREATE TRIGGER parcel_box_insert AFTER INSERT ON parcel WHEN new.retired_at IS "
        "NULL AND NOT EXISTS (SELECT 1 FROM parcel_box_due WHERE new.number > after) "
        "BEGIN INSERT INTO parcel_box VALUES (new.number, new.min_x, new.max_x, "
        "new.min_y, new.max_y); END"
    ),
    (
        "CREATE TRIGGER land_change_parcel_insert AFTER INSERT ON parcel WHEN NOT EXISTS "
        "(SELECT 1 FROM parcel_box_due WHERE new.number > after) BEGIN UPDATE land_change"
        " SET times = times + 1; END"
    ),
    (
        "CREATE TRIGGER land_change_parcel_together AFTER DELETE ON parcel_box_due BEGIN "
        "UPDATE land_change SET times = times + 1; END"
    ),
)
BEFORE = (
    (
        "CREATE TRIGGER parcel_box_insert AFTER INSERT ON parcel WHEN new.retired_at IS "
        "NULL BEGIN INSERT INTO parcel_box VALUES (new.number, new.min_x, new.max_x, "
        "new.min_y, new.max_y); END"
    ),
    (
        "CREATE TRIGGER land_change_parcel_insert AFTER INSERT ON parcel BEGIN UPDATE "
        "land_change SET times = times + 1; END"
    ),
)


def upgrade() -> None:
    op.drop_index("ix_parcel_shape_digest", table_name="parcel")
    if op.get_bind().dialect.name == "sqlite":
        for name in ROW_BY_ROW:
            op.execute(f"DROP TRIGGER {name}")
        for statement in STATEMENTS:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in (*ROW_BY_ROW, "parcel_box_together", "land_change_parcel_together"):
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE parcel_box_due")
        op.execute("DROP TABLE parcel_box_settled")
        for statement in BEFORE:
            op.execute(statement)
    op.create_index("ix_parcel_shape_digest", "parcel", ["shape_digest"])
