"""What red lines read of each parcel that a deposit holds, in one narrow table kept by triggers.

What is there already is taken along: the table is filled from the parcels, deposits and assets.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        (
            "CREATE TRIGGER IF NOT EXISTS held_parcel_of_deposit_insert AFTER INSERT ON "
            "deposit WHEN new.stage IN ('collected', 'pledged', 'reserved', 'stored') BEGIN"
            " INSERT OR IGNORE INTO held_parcel (number, area_dm2, min_x, min_y, max_x, "
            "max_y, party_id, stage, mode, kind, division_code) SELECT p.number, "
            "p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y, d.party_id, d.stage, d.mode, "
            "a.kind, p.division_code FROM parcel p JOIN deposit d ON d.asset_id = "
            "p.asset_id JOIN asset a ON a.id = p.asset_id WHERE p.retired_at IS NULL AND "
            "d.stage IN ('collected', 'pledged', 'reserved', 'stored') AND p.asset_id = "
            "new.asset_id; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS held_parcel_of_deposit_delete AFTER DELETE ON "
            "deposit WHEN old.stage IN ('collected', 'pledged', 'reserved', 'stored') BEGIN"
            " DELETE FROM held_parcel WHERE number IN (SELECT number FROM parcel WHERE "
            "asset_id = old.asset_id);INSERT OR IGNORE INTO held_parcel (number, area_dm2, "
            "min_x, min_y, max_x, max_y, party_id, stage, mode, kind, division_code) SELECT"
            " p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y, d.party_id, "
            "d.stage, d.mode, a.kind, p.division_code FROM parcel p JOIN deposit d ON "
            "d.asset_id = p.asset_id JOIN asset a ON a.id = p.asset_id WHERE p.retired_at "
            "IS NULL AND d.stage IN ('collected', 'pledged', 'reserved', 'stored') AND "
            "p.asset_id = old.asset_id; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS held_parcel_of_deposit_update AFTER UPDATE OF "
            "asset_id, party_id, stage, mode ON deposit WHEN old.stage IN ('collected', "
            "'pledged', 'reserved', 'stored') OR new.stage IN ('collected', 'pledged', "
            "'reserved', 'stored') BEGIN DELETE FROM held_parcel WHERE number IN (SELECT "
            "number FROM parcel WHERE asset_id = old.asset_id);DELETE FROM held_parcel "
            "WHERE number IN (SELECT number FROM parcel WHERE asset_id = "
            "new.asset_id);INSERT OR IGNORE INTO held_parcel (number, area_dm2, min_x, "
            "min_y, max_x, max_y, party_id, stage, mode, kind, division_code) SELECT "
            "p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y, d.party_id, d.stage,"
            " d.mode, a.kind, p.division_code FROM parcel p JOIN deposit d ON d.asset_id = "
            "p.asset_id JOIN asset a ON a.id = p.asset_id WHERE p.retired_at IS NULL AND "
            "d.stage IN ('collected', 'pledged', 'reserved', 'stored') AND p.asset_id = "
            "old.asset_id;INSERT OR IGNORE INTO held_parcel (number, area_dm2, min_x, "
            "min_y, max_x, max_y, party_id, stage, mode, kind, division_code) SELECT "
            "p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y, d.party_id, d.stage,"
            " d.mode, a.kind, p.division_code FROM parcel p JOIN deposit d ON d.asset_id = "
            "p.asset_id JOIN asset a ON a.id = p.asset_id WHERE p.retired_at IS NULL AND "
            "d.stage IN ('collected', 'pledged', 'reserved', 'stored') AND p.asset_id = "
            "new.asset_id; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS held_parcel_of_parcel_insert AFTER INSERT ON "
            "parcel WHEN new.asset_id IS NOT NULL BEGIN INSERT OR IGNORE INTO held_parcel "
            "(number, area_dm2, min_x, min_y, max_x, max_y, party_id, stage, mode, kind, "
            "division_code) SELECT p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, "
            "p.max_y, d.party_id, d.stage, d.mode, a.kind, p.division_code FROM parcel p "
            "JOIN deposit d ON d.asset_id = p.asset_id JOIN asset a ON a.id = p.asset_id "
            "WHERE p.retired_at IS NULL AND d.stage IN ('collected', 'pledged', 'reserved',"
            " 'stored') AND p.number = new.number; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS held_parcel_of_parcel_delete AFTER DELETE ON "
            "parcel WHEN old.asset_id IS NOT NULL BEGIN DELETE FROM held_parcel WHERE "
            "number = old.number; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS held_parcel_of_parcel_update AFTER UPDATE OF "
            "number, asset_id, division_code, area_dm2, min_x, min_y, max_x, max_y, "
            "retired_at ON parcel BEGIN DELETE FROM held_parcel WHERE number = "
            "old.number;INSERT OR IGNORE INTO held_parcel (number, area_dm2, min_x, min_y, "
            "max_x, max_y, party_id, stage, mode, kind, division_code) SELECT p.number, "
            "p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y, d.party_id, d.stage, d.mode, "
            "a.kind, p.division_code FROM parcel p JOIN deposit d ON d.asset_id = "
            "p.asset_id JOIN asset a ON a.id = p.asset_id WHERE p.retired_at IS NULL AND "
            "d.stage IN ('collected', 'pledged', 'reserved', 'stored') AND p.number = "
            "new.number; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS held_parcel_of_asset_update AFTER UPDATE OF kind "
            "ON asset BEGIN DELETE FROM held_parcel WHERE number IN (SELECT number FROM "
            "parcel WHERE asset_id = new.id);INSERT OR IGNORE INTO held_parcel (number, "
            "area_dm2, min_x, min_y, max_x, max_y, party_id, stage, mode, kind, "
            "division_code) SELECT p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, "
            "p.max_y, d.party_id, d.stage, d.mode, a.kind, p.division_code FROM parcel p "
            "JOIN deposit d ON d.asset_id = p.asset_id JOIN asset a ON a.id = p.asset_id "
            "WHERE p.retired_at IS NULL AND d.stage IN ('collected', 'pledged', 'reserved',"
            " 'stored') AND p.asset_id = new.id; END"
        ),
    ),
    "postgresql": (
        (
            "CREATE INDEX IF NOT EXISTS ix_held_parcel_box ON held_parcel USING gist "
            "(box(point(min_x, min_y), point(max_x, max_y)))"
        ),
        """CREATE OR REPLACE FUNCTION held_parcel_refresh(asset uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- of two writers of one asset, the later waits, and then sees what the earlier wrote
  PERFORM 1 FROM asset a WHERE a.id = asset FOR NO KEY UPDATE;
  DELETE FROM held_parcel WHERE number IN (SELECT p.number FROM parcel p WHERE p.asset_id = asset);
  INSERT INTO held_parcel (number, area_dm2, min_x, min_y, max_x, max_y, party_id, stage, mode, kind, division_code) SELECT p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y, d.party_id, d.stage, d.mode, a.kind, p.division_code FROM parcel p JOIN deposit d ON d.asset_id = p.asset_id JOIN asset a ON a.id = p.asset_id WHERE p.retired_at IS NULL AND d.stage IN ('collected', 'pledged', 'reserved', 'stored') AND p.asset_id = asset
  ON CONFLICT (number) DO NOTHING;
END $$""",
        """CREATE OR REPLACE FUNCTION held_parcel_of_parcel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM held_parcel WHERE number = OLD.number;
    PERFORM held_parcel_refresh(OLD.asset_id);
  END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.asset_id IS DISTINCT FROM OLD.asset_id THEN
    PERFORM held_parcel_refresh(NEW.asset_id);
  END IF;
  RETURN NULL;
END $$""",
        """CREATE OR REPLACE FUNCTION held_parcel_of_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM held_parcel_refresh(OLD.asset_id);
  END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.asset_id IS DISTINCT FROM OLD.asset_id THEN
    PERFORM held_parcel_refresh(NEW.asset_id);
  END IF;
  RETURN NULL;
END $$""",
        """CREATE OR REPLACE FUNCTION held_parcel_of_asset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM held_parcel_refresh(NEW.id);
  RETURN NULL;
END $$""",
        (
            "CREATE OR REPLACE TRIGGER held_parcel_of_parcel_insert AFTER INSERT ON parcel "
            "FOR EACH ROW WHEN (NEW.asset_id IS NOT NULL) EXECUTE FUNCTION "
            "held_parcel_of_parcel()"
        ),
        (
            "CREATE OR REPLACE TRIGGER held_parcel_of_parcel_delete AFTER DELETE ON parcel "
            "FOR EACH ROW WHEN (OLD.asset_id IS NOT NULL) EXECUTE FUNCTION "
            "held_parcel_of_parcel()"
        ),
        (
            "CREATE OR REPLACE TRIGGER held_parcel_of_parcel_update AFTER UPDATE OF number,"
            " asset_id, division_code, area_dm2, min_x, min_y, max_x, max_y, retired_at ON "
            "parcel FOR EACH ROW WHEN (OLD.asset_id IS NOT NULL OR NEW.asset_id IS NOT "
            "NULL) EXECUTE FUNCTION held_parcel_of_parcel()"
        ),
        (
            "CREATE OR REPLACE TRIGGER held_parcel_of_deposit_insert AFTER INSERT ON "
            "deposit FOR EACH ROW WHEN (NEW.stage IN ('collected', 'pledged', 'reserved', "
            "'stored')) EXECUTE FUNCTION held_parcel_of_deposit()"
        ),
        (
            "CREATE OR REPLACE TRIGGER held_parcel_of_deposit_delete AFTER DELETE ON "
            "deposit FOR EACH ROW WHEN (OLD.stage IN ('collected', 'pledged', 'reserved', "
            "'stored')) EXECUTE FUNCTION held_parcel_of_deposit()"
        ),
        (
            "CREATE OR REPLACE TRIGGER held_parcel_of_deposit_update AFTER UPDATE OF "
            "asset_id, party_id, stage, mode ON deposit FOR EACH ROW WHEN (OLD.stage IN "
            "('collected', 'pledged', 'reserved', 'stored') OR NEW.stage IN ('collected', "
            "'pledged', 'reserved', 'stored')) EXECUTE FUNCTION held_parcel_of_deposit()"
        ),
        (
            "CREATE OR REPLACE TRIGGER held_parcel_of_asset_update AFTER UPDATE OF kind ON "
            "asset FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION "
            "held_parcel_of_asset()"
        ),
    ),
}
"""The triggers that keep the table, and PostgreSQL's spatial index."""
REMOVALS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS held_parcel_of_parcel_insert",
        "DROP TRIGGER IF EXISTS held_parcel_of_parcel_delete",
        "DROP TRIGGER IF EXISTS held_parcel_of_parcel_update",
        "DROP TRIGGER IF EXISTS held_parcel_of_deposit_insert",
        "DROP TRIGGER IF EXISTS held_parcel_of_deposit_delete",
        "DROP TRIGGER IF EXISTS held_parcel_of_deposit_update",
        "DROP TRIGGER IF EXISTS held_parcel_of_asset_insert",
        "DROP TRIGGER IF EXISTS held_parcel_of_asset_delete",
        "DROP TRIGGER IF EXISTS held_parcel_of_asset_update",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS held_parcel_of_parcel_insert ON parcel",
        "DROP TRIGGER IF EXISTS held_parcel_of_parcel_delete ON parcel",
        "DROP TRIGGER IF EXISTS held_parcel_of_parcel_update ON parcel",
        "DROP TRIGGER IF EXISTS held_parcel_of_deposit_insert ON deposit",
        "DROP TRIGGER IF EXISTS held_parcel_of_deposit_delete ON deposit",
        "DROP TRIGGER IF EXISTS held_parcel_of_deposit_update ON deposit",
        "DROP TRIGGER IF EXISTS held_parcel_of_asset_insert ON asset",
        "DROP TRIGGER IF EXISTS held_parcel_of_asset_delete ON asset",
        "DROP TRIGGER IF EXISTS held_parcel_of_asset_update ON asset",
        "DROP FUNCTION IF EXISTS held_parcel_of_parcel()",
        "DROP FUNCTION IF EXISTS held_parcel_of_deposit()",
        "DROP FUNCTION IF EXISTS held_parcel_of_asset()",
        "DROP FUNCTION IF EXISTS held_parcel_refresh(uuid)",
    ),
}
REFILL = (
    "INSERT INTO held_parcel (number, area_dm2, min_x, min_y, max_x, max_y, party_id, "
    "stage, mode, kind, division_code) SELECT p.number, p.area_dm2, p.min_x, p.min_y, "
    "p.max_x, p.max_y, d.party_id, d.stage, d.mode, a.kind, p.division_code FROM parcel p"
    " JOIN deposit d ON d.asset_id = p.asset_id JOIN asset a ON a.id = p.asset_id WHERE "
    "p.retired_at IS NULL AND d.stage IN ('collected', 'pledged', 'reserved', 'stored') "
    "ORDER BY p.number"
)


def run(statements: dict[str, tuple[str, ...]]) -> None:
    """Run those of the database at hand."""
    for statement in statements[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)


def upgrade() -> None:
    op.create_table(
        "held_parcel",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("min_x", sa.Float(precision=53), nullable=False),
        sa.Column("min_y", sa.Float(precision=53), nullable=False),
        sa.Column("max_x", sa.Float(precision=53), nullable=False),
        sa.Column("max_y", sa.Float(precision=53), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_held_parcel")),
    )
    op.execute(REFILL)
    run(STATEMENTS)


def downgrade() -> None:
    run(REMOVALS)
    op.drop_table("held_parcel")
