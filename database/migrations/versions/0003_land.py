"""Land: histories of shapes, control zones, red lines, collections in part, imports and jobs.

What is there already is taken along: every parcel gets the first row of its history, and the deposits
are counted into the totals that maps show.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE IF NOT EXISTS control_zone_box USING rtree(number, min_x, "
            "max_x, min_y, max_y)"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS control_zone_box_insert AFTER INSERT ON control_zone "
            "BEGIN INSERT INTO control_zone_box VALUES (new.number, new.min_x, new.max_x, "
            "new.min_y, new.max_y); END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS control_zone_box_delete AFTER DELETE ON control_zone "
            "BEGIN DELETE FROM control_zone_box WHERE number = old.number; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS parcel_shape_no_update BEFORE UPDATE ON parcel_shape "
            "BEGIN SELECT RAISE(ABORT, 'parcel_shape is append-only'); END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS parcel_shape_no_delete BEFORE DELETE ON parcel_shape "
            "BEGIN SELECT RAISE(ABORT, 'parcel_shape is append-only'); END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS parcel_shape_no_replace BEFORE INSERT ON parcel_shape "
            "WHEN EXISTS (SELECT 1 FROM parcel_shape WHERE parcel_id = NEW.parcel_id AND number = "
            "NEW.number) BEGIN SELECT RAISE(ABORT, 'parcel_shape is append-only'); END"
        ),
        (
            "INSERT INTO land_change (id, times) SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM "
            "land_change)"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_division_insert AFTER INSERT ON division "
            "BEGIN UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_division_delete AFTER DELETE ON division "
            "BEGIN UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_division_update AFTER UPDATE OF code, name, "
            "kind, lon, lat, outline ON division BEGIN UPDATE land_change SET times = times + 1; "
            "END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_parcel_insert AFTER INSERT ON parcel BEGIN "
            "UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_parcel_delete AFTER DELETE ON parcel BEGIN "
            "UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_parcel_update AFTER UPDATE OF asset_id, "
            "division_code, wkb, area_dm2, land_class, location, origin, retired_at ON parcel "
            "BEGIN UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_asset_insert AFTER INSERT ON asset BEGIN "
            "UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_asset_delete AFTER DELETE ON asset BEGIN "
            "UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_asset_update AFTER UPDATE OF kind, name, "
            "division_code ON asset BEGIN UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_deposit_insert AFTER INSERT ON deposit "
            "BEGIN UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_deposit_delete AFTER DELETE ON deposit "
            "BEGIN UPDATE land_change SET times = times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS land_change_deposit_update AFTER UPDATE OF asset_id, "
            "stage, mode, area_dm2, value_fen ON deposit BEGIN UPDATE land_change SET times = "
            "times + 1; END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS deposit_total_insert AFTER INSERT ON deposit BEGIN "
            "INSERT INTO deposit_total (division_code, kind, stage, mode, deposits, area_dm2) "
            "SELECT a.division_code, a.kind, new.stage, coalesce(new.mode, ''), 0, 0 FROM asset a "
            "WHERE a.id = new.asset_id AND NOT EXISTS (SELECT 1 FROM deposit_total t WHERE "
            "t.division_code = a.division_code AND t.kind = a.kind AND t.stage = new.stage AND "
            "t.mode = coalesce(new.mode, '')); UPDATE deposit_total SET deposits = deposits + 1, "
            "area_dm2 = area_dm2 + new.area_dm2 WHERE id = (SELECT t.id FROM asset a JOIN "
            "deposit_total t ON t.division_code = a.division_code AND t.kind = a.kind AND t.stage "
            "= new.stage AND t.mode = coalesce(new.mode, '') WHERE a.id = new.asset_id LIMIT 1); "
            "END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS deposit_total_delete AFTER DELETE ON deposit BEGIN "
            "INSERT INTO deposit_total (division_code, kind, stage, mode, deposits, area_dm2) "
            "SELECT a.division_code, a.kind, old.stage, coalesce(old.mode, ''), 0, 0 FROM asset a "
            "WHERE a.id = old.asset_id AND NOT EXISTS (SELECT 1 FROM deposit_total t WHERE "
            "t.division_code = a.division_code AND t.kind = a.kind AND t.stage = old.stage AND "
            "t.mode = coalesce(old.mode, '')); UPDATE deposit_total SET deposits = deposits - 1, "
            "area_dm2 = area_dm2 - old.area_dm2 WHERE id = (SELECT t.id FROM asset a JOIN "
            "deposit_total t ON t.division_code = a.division_code AND t.kind = a.kind AND t.stage "
            "= old.stage AND t.mode = coalesce(old.mode, '') WHERE a.id = old.asset_id LIMIT 1); "
            "END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS deposit_total_update AFTER UPDATE OF asset_id, stage, "
            "mode, area_dm2 ON deposit BEGIN INSERT INTO deposit_total (division_code, kind, "
            "stage, mode, deposits, area_dm2) SELECT a.division_code, a.kind, old.stage, "
            "coalesce(old.mode, ''), 0, 0 FROM asset a WHERE a.id = old.asset_id AND NOT EXISTS "
            "(SELECT 1 FROM deposit_total t WHERE t.division_code = a.division_code AND t.kind = "
            "a.kind AND t.stage = old.stage AND t.mode = coalesce(old.mode, '')); UPDATE "
            "deposit_total SET deposits = deposits - 1, area_dm2 = area_dm2 - old.area_dm2 WHERE "
            "id = (SELECT t.id FROM asset a JOIN deposit_total t ON t.division_code = "
            "a.division_code AND t.kind = a.kind AND t.stage = old.stage AND t.mode = "
            "coalesce(old.mode, '') WHERE a.id = old.asset_id LIMIT 1); INSERT INTO deposit_total "
            "(division_code, kind, stage, mode, deposits, area_dm2) SELECT a.division_code, "
            "a.kind, new.stage, coalesce(new.mode, ''), 0, 0 FROM asset a WHERE a.id = "
            "new.asset_id AND NOT EXISTS (SELECT 1 FROM deposit_total t WHERE t.division_code = "
            "a.division_code AND t.kind = a.kind AND t.stage = new.stage AND t.mode = "
            "coalesce(new.mode, '')); UPDATE deposit_total SET deposits = deposits + 1, area_dm2 "
            "= area_dm2 + new.area_dm2 WHERE id = (SELECT t.id FROM asset a JOIN deposit_total t "
            "ON t.division_code = a.division_code AND t.kind = a.kind AND t.stage = new.stage AND "
            "t.mode = coalesce(new.mode, '') WHERE a.id = new.asset_id LIMIT 1); END"
        ),
        (
            "CREATE TRIGGER IF NOT EXISTS deposit_total_asset AFTER UPDATE OF kind, division_code "
            "ON asset BEGIN INSERT INTO deposit_total (division_code, kind, stage, mode, "
            "deposits, area_dm2) SELECT DISTINCT old.division_code, old.kind, d.stage, "
            "coalesce(d.mode, ''), 0, 0 FROM deposit d WHERE d.asset_id = old.id AND NOT EXISTS "
            "(SELECT 1 FROM deposit_total t WHERE t.division_code = old.division_code AND t.kind "
            "= old.kind AND t.stage = d.stage AND t.mode = coalesce(d.mode, '')); UPDATE "
            "deposit_total SET deposits = deposits - (SELECT count(*) FROM deposit d WHERE "
            "d.asset_id = old.id AND d.stage = deposit_total.stage AND coalesce(d.mode, '') = "
            "deposit_total.mode), area_dm2 = area_dm2 - (SELECT coalesce(sum(d.area_dm2), 0) FROM "
            "deposit d WHERE d.asset_id = old.id AND d.stage = deposit_total.stage AND "
            "coalesce(d.mode, '') = deposit_total.mode) WHERE division_code = old.division_code "
            "AND kind = old.kind; INSERT INTO deposit_total (division_code, kind, stage, mode, "
            "deposits, area_dm2) SELECT DISTINCT new.division_code, new.kind, d.stage, "
            "coalesce(d.mode, ''), 0, 0 FROM deposit d WHERE d.asset_id = new.id AND NOT EXISTS "
            "(SELECT 1 FROM deposit_total t WHERE t.division_code = new.division_code AND t.kind "
            "= new.kind AND t.stage = d.stage AND t.mode = coalesce(d.mode, '')); UPDATE "
            "deposit_total SET deposits = deposits + (SELECT count(*) FROM deposit d WHERE "
            "d.asset_id = new.id AND d.stage = deposit_total.stage AND coalesce(d.mode, '') = "
            "deposit_total.mode), area_dm2 = area_dm2 + (SELECT coalesce(sum(d.area_dm2), 0) FROM "
            "deposit d WHERE d.asset_id = new.id AND d.stage = deposit_total.stage AND "
            "coalesce(d.mode, '') = deposit_total.mode) WHERE division_code = new.division_code "
            "AND kind = new.kind; END"
        ),
    ),
    "postgresql": (
        (
            "CREATE INDEX IF NOT EXISTS ix_control_zone_box ON control_zone USING gist "
            "(box(point(min_x, min_y), point(max_x, max_y)))"
        ),
        (
            "CREATE OR REPLACE FUNCTION parcel_shape_refuse_change() RETURNS trigger LANGUAGE "
            "plpgsql AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is "
            "append-only'; END $$"
        ),
        (
            "CREATE OR REPLACE TRIGGER parcel_shape_append_only BEFORE UPDATE OR DELETE OR "
            "TRUNCATE ON parcel_shape FOR EACH STATEMENT EXECUTE FUNCTION "
            "parcel_shape_refuse_change()"
        ),
        """CREATE OR REPLACE FUNCTION land_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE latest bigint;
BEGIN
  INSERT INTO land_change (times) VALUES (1) RETURNING id INTO latest;
  IF mod(latest, 300) = 0 THEN
    WITH gone AS (DELETE FROM land_change WHERE id IN
      (SELECT id FROM land_change FOR UPDATE SKIP LOCKED) RETURNING times)
    INSERT INTO land_change (times) SELECT sum(times) FROM gone HAVING count(*) > 0;
  END IF;
  RETURN NULL;
END $$""",
        """CREATE OR REPLACE FUNCTION deposit_total_fold() RETURNS void LANGUAGE sql AS $$
  WITH gone AS (DELETE FROM deposit_total WHERE id IN
    (SELECT id FROM deposit_total FOR UPDATE SKIP LOCKED) RETURNING *)
  INSERT INTO deposit_total (division_code, kind, stage, mode, deposits, area_dm2)
  SELECT division_code, kind, stage, mode, sum(deposits), sum(area_dm2) FROM gone GROUP BY division_code, kind, stage, mode
  HAVING sum(deposits) <> 0 OR sum(area_dm2) <> 0;
$$""",
        (
            "CREATE OR REPLACE TRIGGER land_change_division AFTER INSERT OR DELETE OR TRUNCATE OR "
            "UPDATE OF code, name, kind, lon, lat, outline ON division FOR EACH STATEMENT EXECUTE "
            "FUNCTION land_changed()"
        ),
        (
            "CREATE OR REPLACE TRIGGER land_change_parcel AFTER INSERT OR DELETE OR TRUNCATE OR "
            "UPDATE OF asset_id, division_code, wkb, area_dm2, land_class, location, origin, "
            "retired_at ON parcel FOR EACH STATEMENT EXECUTE FUNCTION land_changed()"
        ),
        (
            "CREATE OR REPLACE TRIGGER land_change_asset AFTER INSERT OR DELETE OR TRUNCATE OR "
            "UPDATE OF kind, name, division_code ON asset FOR EACH STATEMENT EXECUTE FUNCTION "
            "land_changed()"
        ),
        (
            "CREATE OR REPLACE TRIGGER land_change_deposit AFTER INSERT OR DELETE OR TRUNCATE OR "
            "UPDATE OF asset_id, stage, mode, area_dm2, value_fen ON deposit FOR EACH STATEMENT "
            "EXECUTE FUNCTION land_changed()"
        ),
        """CREATE OR REPLACE FUNCTION deposit_total_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN

  INSERT INTO deposit_total (division_code, kind, stage, mode, deposits, area_dm2)
  SELECT division_code, kind, stage, mode, sum(n), sum(area) FROM (
    SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, '') AS mode,
           1 AS n, d.area_dm2 AS area FROM new_rows d JOIN asset a
           ON a.id = d.asset_id) AS delta
  GROUP BY division_code, kind, stage, mode HAVING sum(n) <> 0 OR sum(area) <> 0;

  IF random() < 1.0 / 300 THEN PERFORM deposit_total_fold(); END IF;
  RETURN NULL;
END $$""",
        (
            "CREATE OR REPLACE TRIGGER deposit_total_insert AFTER INSERT ON deposit REFERENCING "
            "NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION deposit_total_insert()"
        ),
        """CREATE OR REPLACE FUNCTION deposit_total_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN

  INSERT INTO deposit_total (division_code, kind, stage, mode, deposits, area_dm2)
  SELECT division_code, kind, stage, mode, sum(n), sum(area) FROM (
    SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, '') AS mode,
           -1 AS n, -d.area_dm2 AS area FROM old_rows d JOIN asset a
           ON a.id = d.asset_id) AS delta
  GROUP BY division_code, kind, stage, mode HAVING sum(n) <> 0 OR sum(area) <> 0;

  IF random() < 1.0 / 300 THEN PERFORM deposit_total_fold(); END IF;
  RETURN NULL;
END $$""",
        (
            "CREATE OR REPLACE TRIGGER deposit_total_delete AFTER DELETE ON deposit REFERENCING "
            "OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION deposit_total_delete()"
        ),
        """CREATE OR REPLACE FUNCTION deposit_total_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN

  INSERT INTO deposit_total (division_code, kind, stage, mode, deposits, area_dm2)
  SELECT division_code, kind, stage, mode, sum(n), sum(area) FROM (
    SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, '') AS mode,
           1 AS n, d.area_dm2 AS area FROM new_rows d JOIN asset a
           ON a.id = d.asset_id UNION ALL
    SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, '') AS mode,
           -1 AS n, -d.area_dm2 AS area FROM old_rows d JOIN asset a
           ON a.id = d.asset_id) AS delta
  GROUP BY division_code, kind, stage, mode HAVING sum(n) <> 0 OR sum(area) <> 0;

  IF random() < 1.0 / 300 THEN PERFORM deposit_total_fold(); END IF;
  RETURN NULL;
END $$""",
        (
            "CREATE OR REPLACE TRIGGER deposit_total_update AFTER UPDATE ON deposit REFERENCING "
            "OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "
            "deposit_total_update()"
        ),
        """CREATE OR REPLACE FUNCTION deposit_total_asset() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN

  INSERT INTO deposit_total (division_code, kind, stage, mode, deposits, area_dm2)
  SELECT division_code, kind, stage, mode, sum(n), sum(area) FROM (
    SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, '') AS mode,
           1 AS n, d.area_dm2 AS area FROM deposit d JOIN new_rows a
           ON a.id = d.asset_id UNION ALL
    SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, '') AS mode,
           -1 AS n, -d.area_dm2 AS area FROM deposit d JOIN old_rows a
           ON a.id = d.asset_id) AS delta
  GROUP BY division_code, kind, stage, mode HAVING sum(n) <> 0 OR sum(area) <> 0;

  IF random() < 1.0 / 300 THEN PERFORM deposit_total_fold(); END IF;
  RETURN NULL;
END $$""",
        (
            "CREATE OR REPLACE TRIGGER deposit_total_asset AFTER UPDATE ON asset REFERENCING OLD "
            "TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "
            "deposit_total_asset()"
        ),
    ),
}
"""What no table definition says: spatial indexes, append-only triggers, and those that count."""

REMOVALS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS deposit_total_insert",
        "DROP TRIGGER IF EXISTS deposit_total_delete",
        "DROP TRIGGER IF EXISTS deposit_total_update",
        "DROP TRIGGER IF EXISTS deposit_total_asset",
        "DROP TRIGGER IF EXISTS land_change_division_insert",
        "DROP TRIGGER IF EXISTS land_change_division_delete",
        "DROP TRIGGER IF EXISTS land_change_division_update",
        "DROP TRIGGER IF EXISTS land_change_parcel_insert",
        "DROP TRIGGER IF EXISTS land_change_parcel_delete",
        "DROP TRIGGER IF EXISTS land_change_parcel_update",
        "DROP TRIGGER IF EXISTS land_change_asset_insert",
        "DROP TRIGGER IF EXISTS land_change_asset_delete",
        "DROP TRIGGER IF EXISTS land_change_asset_update",
        "DROP TRIGGER IF EXISTS land_change_deposit_insert",
        "DROP TRIGGER IF EXISTS land_change_deposit_delete",
        "DROP TRIGGER IF EXISTS land_change_deposit_update",
        "DROP TRIGGER IF EXISTS control_zone_box_delete",
        "DROP TRIGGER IF EXISTS control_zone_box_insert",
        "DROP TABLE IF EXISTS control_zone_box",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS deposit_total_insert ON deposit",
        "DROP TRIGGER IF EXISTS deposit_total_delete ON deposit",
        "DROP TRIGGER IF EXISTS deposit_total_update ON deposit",
        "DROP TRIGGER IF EXISTS deposit_total_asset ON asset",
        "DROP TRIGGER IF EXISTS land_change_division ON division",
        "DROP TRIGGER IF EXISTS land_change_parcel ON parcel",
        "DROP TRIGGER IF EXISTS land_change_asset ON asset",
        "DROP TRIGGER IF EXISTS land_change_deposit ON deposit",
        "DROP FUNCTION IF EXISTS land_changed()",
        "DROP FUNCTION IF EXISTS deposit_total_fold()",
        "DROP FUNCTION IF EXISTS deposit_total_insert()",
        "DROP FUNCTION IF EXISTS deposit_total_delete()",
        "DROP FUNCTION IF EXISTS deposit_total_update()",
        "DROP FUNCTION IF EXISTS deposit_total_asset()",
        "DROP FUNCTION IF EXISTS parcel_shape_refuse_change() CASCADE",
        "DROP INDEX IF EXISTS ix_control_zone_box",
    ),
}

FIRST_SHAPES = """
INSERT INTO parcel_shape (parcel_id, number, wkb, area_dm2, since, reason, note)
SELECT id, 1, wkb, area_dm2, created_at, 'registered', '' FROM parcel"""
RECOUNT = """INSERT INTO deposit_total (division_code, kind, stage, mode, deposits, area_dm2)
SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, ''), count(*), sum(d.area_dm2)
FROM deposit d JOIN asset a ON a.id = d.asset_id
GROUP BY a.division_code, a.kind, d.stage, coalesce(d.mode, '')"""


def run(statements: dict[str, tuple[str, ...]]) -> None:
    """Run the statements of this database."""
    for statement in statements[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)


def upgrade() -> None:
    op.create_table(
        "land_change",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_land_change")),
    )
    op.create_table(
        "access_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "land:read", name="tokenscope", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_access_token_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_access_token_digest")),
    )
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "control_layer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source_note", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("zone_count", sa.BigInteger(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["user_account.id"], name=op.f("fk_control_layer_imported_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_layer")),
    )
    with op.batch_alter_table("control_layer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_control_layer_kind_valid_from", ["kind", "valid_from"], unique=False
        )

    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                "cancelled",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column(
            "facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("claims", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column(
            "failure_facts",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "done >= 0 AND total >= 0 AND claims >= 0", name=op.f("ck_job_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_job_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_stage", ["stage", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_subject"), ["subject"], unique=False)
        batch_op.create_index(
            "uq_job_open",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("stage IN ('waiting', 'running')"),
            postgresql_where=sa.text("stage IN ('waiting', 'running')"),
        )

    op.create_table(
        "parcel_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("suffix", sa.String(length=12), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("layer", sa.Text(), nullable=True),
        sa.Column("crs", sa.Text(), nullable=True),
        sa.Column(
            "matching", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("repaired", sa.BigInteger(), nullable=False),
        sa.Column("flattened", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "taken + known + refused <= position", name=op.f("ck_parcel_import_rows_looked_at")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_parcel_import_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_import")),
    )
    with op.batch_alter_table("parcel_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_parcel_import_created_by"), ["created_by"], unique=False
        )

    op.create_table(
        "control_zone",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("layer_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("min_x", sa.Float(precision=53), nullable=False),
        sa.Column("min_y", sa.Float(precision=53), nullable=False),
        sa.Column("max_x", sa.Float(precision=53), nullable=False),
        sa.Column("max_y", sa.Float(precision=53), nullable=False),
        sa.CheckConstraint(
            "min_x <= max_x AND min_y <= max_y", name=op.f("ck_control_zone_box_ordered")
        ),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["control_layer.id"], name=op.f("fk_control_zone_layer_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_control_zone")),
    )
    with op.batch_alter_table("control_zone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_control_zone_layer_id"), ["layer_id"], unique=False)

    op.create_table(
        "imported_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "refused",
                "repaired",
                name="rowoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column(
            "facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "attributes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["parcel_import.id"], name=op.f("fk_imported_row_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_imported_row")),
    )
    op.create_table(
        "deposit_cut",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("rest_dm2", sa.BigInteger(), nullable=False),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("area_dm2 > 0 AND rest_dm2 > 0", name=op.f("ck_deposit_cut_both_sides")),
        sa.ForeignKeyConstraint(["child_id"], ["deposit.id"], name=op.f("fk_deposit_cut_child_id")),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_cut_deposit_id")
        ),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_deposit_cut")),
    )
    with op.batch_alter_table("deposit_cut", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deposit_cut_deposit_id"), ["deposit_id"], unique=False)

    op.create_table(
        "deposit_total",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("deposits", sa.BigInteger(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_total")),
    )
    with op.batch_alter_table("deposit_total", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deposit_total_of", ["division_code", "kind", "stage", "mode"], unique=False
        )

    op.create_table(
        "parcel_bounds",
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column(
            "sides", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_bounds_parcel_id")
        ),
        sa.PrimaryKeyConstraint("parcel_id", name=op.f("pk_parcel_bounds")),
    )
    op.create_table(
        "parcel_shape",
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "registered",
                "corrected",
                "resurveyed",
                "clipped",
                name="shapereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("area_dm2 > 0", name=op.f("ck_parcel_shape_area_positive")),
        sa.CheckConstraint("number > 0", name=op.f("ck_parcel_shape_number_positive")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_parcel_shape_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_parcel_shape_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_parcel_shape_parcel_id")
        ),
        sa.PrimaryKeyConstraint("parcel_id", "number", name=op.f("pk_parcel_shape")),
    )
    op.create_table(
        "project_land_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "submit",
                "take_back",
                "cancel",
                "review",
                "approve",
                "refuse",
                "collect",
                "operate",
                "close",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("share_ppm", sa.BigInteger(), nullable=False),
        sa.Column("zone_name", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("layer_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["control_layer.id"], name=op.f("fk_project_land_check_layer_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_land_check_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_land_check")),
        sa.UniqueConstraint(
            "project_id", "act", "layer", name=op.f("uq_project_land_check_project_id_act_layer")
        ),
    )
    op.create_table(
        "red_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("min_x", sa.Float(precision=53), nullable=False),
        sa.Column("min_y", sa.Float(precision=53), nullable=False),
        sa.Column("max_x", sa.Float(precision=53), nullable=False),
        sa.Column("max_y", sa.Float(precision=53), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("drawn_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("area_dm2 > 0", name=op.f("ck_red_line_area_positive")),
        sa.ForeignKeyConstraint(
            ["drawn_by"], ["user_account.id"], name=op.f("fk_red_line_drawn_by")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_red_line_party_id")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_red_line_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_line")),
        sa.UniqueConstraint("number", name=op.f("uq_red_line_number")),
    )
    with op.batch_alter_table("red_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_red_line_drawn_by"), ["drawn_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_red_line_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_red_line_project_id"), ["project_id"], unique=False)

    op.create_table(
        "bundle_part",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("rest_wkb", sa.LargeBinary(), nullable=False),
        sa.Column("shape_digest", sa.Text(), nullable=False),
        sa.Column("whole_digest", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("rest_dm2", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("area_dm2 > 0 AND rest_dm2 > 0", name=op.f("ck_bundle_part_both_sides")),
        sa.ForeignKeyConstraint(
            ["bundle_id", "deposit_id"],
            ["bundle_item.bundle_id", "bundle_item.deposit_id"],
            name=op.f("fk_bundle_part_bundle_id_deposit_id"),
        ),
        sa.PrimaryKeyConstraint("bundle_id", "deposit_id", name=op.f("pk_bundle_part")),
    )
    op.create_table(
        "order_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "asked",
                "agreed",
                "declined",
                "dropped",
                "collected",
                name="partstage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("rest_wkb", sa.LargeBinary(), nullable=False),
        sa.Column("shape_digest", sa.Text(), nullable=False),
        sa.Column("whole_digest", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("rest_dm2", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("area_dm2 > 0 AND rest_dm2 > 0", name=op.f("ck_order_part_both_sides")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["user_account.id"], name=op.f("fk_order_part_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_order_part_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_order_part_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_part")),
    )
    with op.batch_alter_table("order_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_part_deposit_id"), ["deposit_id"], unique=False)
        batch_op.create_index(
            "one_part_at_a_time",
            ["order_id", "deposit_id"],
            unique=True,
            sqlite_where=sa.text("stage <> 'dropped'"),
            postgresql_where=sa.text("stage <> 'dropped'"),
        )

    with op.batch_alter_table("land_check", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("share_ppm", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("zone_name", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("effect", sa.Text(), nullable=False, server_default="none"))
        batch_op.add_column(sa.Column("layer_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_land_check_layer_id"), "control_layer", ["layer_id"], ["id"]
        )

    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index(
            "ix_parcel_unclaimed",
            ["division_code", "land_class", "origin", "area_dm2"],
            unique=False,
            sqlite_where=sa.text("asset_id IS NULL AND retired_at IS NULL"),
            postgresql_where=sa.text("asset_id IS NULL AND retired_at IS NULL"),
        )

    run(STATEMENTS)
    for statement in (FIRST_SHAPES, RECOUNT):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    run(REMOVALS)
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_parcel_unclaimed",
            sqlite_where=sa.text("asset_id IS NULL AND retired_at IS NULL"),
            postgresql_where=sa.text("asset_id IS NULL AND retired_at IS NULL"),
        )

    with op.batch_alter_table("land_check", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_land_check_layer_id"), type_="foreignkey")
        batch_op.drop_column("layer_id")
        batch_op.drop_column("effect")
        batch_op.drop_column("zone_name")
        batch_op.drop_column("share_ppm")

    with op.batch_alter_table("order_part", schema=None) as batch_op:
        batch_op.drop_index(
            "one_part_at_a_time",
            sqlite_where=sa.text("stage <> 'dropped'"),
            postgresql_where=sa.text("stage <> 'dropped'"),
        )
        batch_op.drop_index(batch_op.f("ix_order_part_deposit_id"))

    op.drop_table("order_part")
    op.drop_table("bundle_part")
    with op.batch_alter_table("red_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_red_line_project_id"))
        batch_op.drop_index(batch_op.f("ix_red_line_party_id"))
        batch_op.drop_index(batch_op.f("ix_red_line_drawn_by"))

    op.drop_table("red_line")
    op.drop_table("project_land_check")
    op.drop_table("parcel_shape")
    op.drop_table("parcel_bounds")
    with op.batch_alter_table("deposit_total", schema=None) as batch_op:
        batch_op.drop_index("ix_deposit_total_of")

    op.drop_table("deposit_total")
    with op.batch_alter_table("deposit_cut", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deposit_cut_deposit_id"))

    op.drop_table("deposit_cut")
    op.drop_table("imported_row")
    with op.batch_alter_table("control_zone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_control_zone_layer_id"))

    op.drop_table("control_zone")
    with op.batch_alter_table("parcel_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parcel_import_created_by"))

    op.drop_table("parcel_import")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_job_open",
            sqlite_where=sa.text("stage IN ('waiting', 'running')"),
            postgresql_where=sa.text("stage IN ('waiting', 'running')"),
        )
        batch_op.drop_index(batch_op.f("ix_job_subject"))
        batch_op.drop_index("ix_job_stage")

    op.drop_table("job")
    with op.batch_alter_table("control_layer", schema=None) as batch_op:
        batch_op.drop_index("ix_control_layer_kind_valid_from")

    op.drop_table("control_layer")
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_token_user_id"))

    op.drop_table("access_token")
    op.drop_table("land_change")
