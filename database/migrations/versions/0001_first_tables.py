"""The first tables, with the guards of the ledger and the spatial index of parcels."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_update BEFORE UPDATE ON "
        "ledger_transfer BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_delete BEFORE DELETE ON "
        "ledger_transfer BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_replace BEFORE INSERT ON "
        "ledger_transfer WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE number = NEW.number) "
        "OR EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM "
        "ledger_transfer WHERE key = NEW.key) OR EXISTS (SELECT 1 FROM ledger_transfer WHERE "
        "reverses = NEW.reverses) BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); "
        "END",
        "CREATE TRIGGER IF NOT EXISTS ledger_posting_no_update BEFORE UPDATE ON ledger_posting "
        "BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_posting_no_delete BEFORE DELETE ON ledger_posting "
        "BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_posting_no_replace BEFORE INSERT ON "
        "ledger_posting WHEN EXISTS (SELECT 1 FROM ledger_posting WHERE transfer = "
        "NEW.transfer AND ordinal = NEW.ordinal) BEGIN SELECT RAISE(ABORT, 'ledger_posting is "
        "append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_leaf_no_update BEFORE UPDATE ON ledger_leaf BEGIN "
        "SELECT RAISE(ABORT, 'ledger_leaf is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_leaf_no_delete BEFORE DELETE ON ledger_leaf BEGIN "
        "SELECT RAISE(ABORT, 'ledger_leaf is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_leaf_no_replace BEFORE INSERT ON ledger_leaf WHEN "
        "EXISTS (SELECT 1 FROM ledger_leaf WHERE position = NEW.position) OR EXISTS (SELECT 1 "
        "FROM ledger_leaf WHERE transfer = NEW.transfer) BEGIN SELECT RAISE(ABORT, "
        "'ledger_leaf is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_checkpoint_no_update BEFORE UPDATE ON "
        "ledger_checkpoint BEGIN SELECT RAISE(ABORT, 'ledger_checkpoint is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_checkpoint_no_delete BEFORE DELETE ON "
        "ledger_checkpoint BEGIN SELECT RAISE(ABORT, 'ledger_checkpoint is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_checkpoint_no_replace BEFORE INSERT ON "
        "ledger_checkpoint WHEN EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size = NEW.size) "
        "BEGIN SELECT RAISE(ABORT, 'ledger_checkpoint is append-only'); END",
        "CREATE VIRTUAL TABLE IF NOT EXISTS parcel_box USING rtree(number, min_x, max_x, "
        "min_y, max_y)",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_insert AFTER INSERT ON parcel WHEN "
        "new.retired_at IS NULL BEGIN INSERT INTO parcel_box VALUES (new.number, new.min_x, "
        "new.max_x, new.min_y, new.max_y); END",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_delete AFTER DELETE ON parcel BEGIN DELETE "
        "FROM parcel_box WHERE number = old.number; END",
        "CREATE TRIGGER IF NOT EXISTS parcel_box_update AFTER UPDATE OF number, min_x, max_x, "
        "min_y, max_y, retired_at ON parcel BEGIN DELETE FROM parcel_box WHERE number = "
        "old.number; INSERT INTO parcel_box SELECT new.number, new.min_x, new.max_x, "
        "new.min_y, new.max_y WHERE new.retired_at IS NULL; END",
    ),
    "postgresql": (
        "\n"
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE "
        "plpgsql AS $$\n"
        "BEGIN\n"
        "  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';\n"
        "END $$",
        "CREATE OR REPLACE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR "
        "TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "\n"
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE "
        "plpgsql AS $$\n"
        "BEGIN\n"
        "  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';\n"
        "END $$",
        "CREATE OR REPLACE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE OR "
        "TRUNCATE ON ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "\n"
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE "
        "plpgsql AS $$\n"
        "BEGIN\n"
        "  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';\n"
        "END $$",
        "CREATE OR REPLACE TRIGGER ledger_leaf_append_only BEFORE UPDATE OR DELETE OR "
        "TRUNCATE ON ledger_leaf FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "\n"
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE "
        "plpgsql AS $$\n"
        "BEGIN\n"
        "  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';\n"
        "END $$",
        "CREATE OR REPLACE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR DELETE "
        "OR TRUNCATE ON ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "CREATE INDEX IF NOT EXISTS ix_parcel_box ON parcel USING gist (box(point(min_x, "
        "min_y), point(max_x, max_y))) WHERE retired_at IS NULL",
    ),
}
"""What no table definition says: append-only triggers, and the index of parcels' boxes."""

REMOVALS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS parcel_box_update",
        "DROP TRIGGER IF EXISTS parcel_box_delete",
        "DROP TRIGGER IF EXISTS parcel_box_insert",
        "DROP TABLE IF EXISTS parcel_box",
    ),
    "postgresql": ("DROP INDEX IF EXISTS ix_parcel_box",),
}
LEFTOVERS: dict[str, tuple[str, ...]] = {
    "sqlite": (),
    "postgresql": ("DROP FUNCTION IF EXISTS ledger_refuse_change()",),
}


def run(statements: dict[str, tuple[str, ...]]) -> None:
    """Run the statements of this database."""
    for statement in statements[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "appraisal",
                "planning",
                "finance",
                name="agencykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("licence", name=op.f("uq_agency_licence")),
        sa.UniqueConstraint("number", name=op.f("uq_agency_number")),
    )
    op.create_table(
        "demo_clock",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("days_ahead", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_clock")),
    )
    op.create_table(
        "division",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "county",
                "town",
                "village",
                name="divisionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("lon", sa.Float(precision=53), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=False),
        sa.Column("outline", sa.LargeBinary(), nullable=True),
        sa.Column("min_x", sa.Float(precision=53), nullable=True),
        sa.Column("min_y", sa.Float(precision=53), nullable=True),
        sa.Column("max_x", sa.Float(precision=53), nullable=True),
        sa.Column("max_y", sa.Float(precision=53), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["division.code"], name=op.f("fk_division_parent_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_division")),
    )
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_division_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_division_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("may_go_negative", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_account_code")),
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_checkpoint")),
    )
    op.create_table(
        "ledger_transfer",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "reference",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reverses"], ["ledger_transfer.number"], name=op.f("fk_ledger_transfer_reverses")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_transfer")),
        sa.UniqueConstraint("id", name=op.f("uq_ledger_transfer_id")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transfer_key")),
        sa.UniqueConstraint("reverses", name=op.f("uq_ledger_transfer_reverses")),
    )
    with op.batch_alter_table("ledger_transfer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_transfer_reference_number"), ["reference", "number"], unique=False
        )

    op.create_table(
        "ledger_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_unit_code")),
    )
    op.create_table(
        "serial",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_serial")),
    )
    op.create_table(
        "used_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_used_key")),
    )
    op.create_table(
        "ledger_balance",
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("may_go_negative", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "may_go_negative OR quantity >= 0", name=op.f("ck_ledger_balance_not_overdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["ledger_account.id"], name=op.f("fk_ledger_balance_account")
        ),
        sa.ForeignKeyConstraint(["unit"], ["ledger_unit.id"], name=op.f("fk_ledger_balance_unit")),
        sa.PrimaryKeyConstraint("account", "unit", name=op.f("pk_ledger_balance")),
    )
    with op.batch_alter_table("ledger_balance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_balance_unit_account"), ["unit", "account"], unique=False
        )

    op.create_table(
        "ledger_leaf",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transfer", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer"], ["ledger_transfer.id"], name=op.f("fk_ledger_leaf_transfer")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_ledger_leaf")),
        sa.UniqueConstraint("transfer", name=op.f("uq_ledger_leaf_transfer")),
    )
    op.create_table(
        "ledger_posting",
        sa.Column("transfer", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("source_version", sa.BigInteger(), nullable=False),
        sa.Column("source_balance", sa.BigInteger(), nullable=False),
        sa.Column("target_version", sa.BigInteger(), nullable=False),
        sa.Column("target_balance", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_ledger_posting_quantity_positive")),
        sa.CheckConstraint("source <> target", name=op.f("ck_ledger_posting_goes_somewhere")),
        sa.ForeignKeyConstraint(
            ["source"], ["ledger_account.id"], name=op.f("fk_ledger_posting_source")
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["ledger_account.id"], name=op.f("fk_ledger_posting_target")
        ),
        sa.ForeignKeyConstraint(
            ["transfer"], ["ledger_transfer.number"], name=op.f("fk_ledger_posting_transfer")
        ),
        sa.ForeignKeyConstraint(["unit"], ["ledger_unit.id"], name=op.f("fk_ledger_posting_unit")),
        sa.PrimaryKeyConstraint("transfer", "ordinal", name=op.f("pk_ledger_posting")),
    )
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_posting_source_unit_source_version"),
            ["source", "unit", "source_version"],
            unique=True,
        )
        batch_op.create_index(
            batch_op.f("ix_ledger_posting_target_unit_target_version"),
            ["target", "unit", "target_version"],
            unique=True,
        )

    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_fingerprint", sa.Text(), nullable=False),
        sa.Column("id_fingerprint", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("township_code", sa.Text(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_user_account_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_code"], ["division.code"], name=op.f("fk_user_account_township_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login_fingerprint", name=op.f("uq_user_account_login_fingerprint")),
    )
    op.create_table(
        "act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_act_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.create_index("ix_act_subject", ["subject", "subject_id", "at"], unique=False)

    op.create_table(
        "appraiser",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("qualification_number", sa.Text(), nullable=False),
        sa.Column("qualified_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_appraiser_agency_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_appraiser_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_appraiser")),
        sa.UniqueConstraint("qualification_number", name=op.f("uq_appraiser_qualification_number")),
    )
    with op.batch_alter_table("appraiser", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appraiser_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "woodland",
                "house",
                "construction_land",
                "water",
                "farmland",
                "old_village",
                name="assetkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_asset_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["division.code"], name=op.f("fk_asset_division_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("number", name=op.f("uq_asset_number")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_division_code"), ["division_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_kind"), ["kind"], unique=False)

    op.create_table(
        "party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "household",
                "collective",
                "company",
                name="partykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("id_fingerprint", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_party_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["division_code"], ["division.code"], name=op.f("fk_party_division_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("id_fingerprint", name=op.f("uq_party_id_fingerprint")),
        sa.UniqueConstraint("number", name=op.f("uq_party_number")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_division_code"), ["division_code"], unique=False)

    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "collective",
                "investor",
                "appraiser",
                "township",
                "county",
                "auditor",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    op.create_table(
        "bundle",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_bundle_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bundle_party_id"), ["party_id"], unique=False)

    op.create_table(
        "commission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "engaged",
                "delivered",
                "withdrawn",
                name="commissionstage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("engaged_by", sa.Uuid(), nullable=False),
        sa.Column("engaged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_commission_agency_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_commission_asset_id")),
        sa.ForeignKeyConstraint(
            ["engaged_by"], ["user_account.id"], name=op.f("fk_commission_engaged_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission")),
        sa.UniqueConstraint("number", name=op.f("uq_commission_number")),
    )
    with op.batch_alter_table("commission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commission_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commission_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "deposit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "submitted",
                "checked",
                "consented",
                "on_notice",
                "cleared",
                "stored",
                "reserved",
                "pledged",
                "collected",
                "returned",
                "refused",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "share",
                "lease",
                "swap",
                name="storagemode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "use",
            sa.Enum(
                "industry",
                "commerce",
                "mixed",
                "housing",
                name="constructionuse",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("term_years", sa.BigInteger(), nullable=True),
        sa.Column("rent_fen", sa.BigInteger(), nullable=True),
        sa.Column("swap_wish", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("notice_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_deposit_asset_id")),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["user_account.id"], name=op.f("fk_deposit_checked_by")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_deposit_party_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user_account.id"], name=op.f("fk_deposit_submitted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
        sa.UniqueConstraint("number", name=op.f("uq_deposit_number")),
    )
    with op.batch_alter_table("deposit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deposit_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deposit_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deposit_stage"), ["stage"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum(
                "private",
                "office",
                "public",
                name="visibility",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_size_positive")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_document_party_id")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["user_account.id"], name=op.f("fk_document_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_uploaded_by"), ["uploaded_by"], unique=False)

    op.create_table(
        "holder",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_holder_weight_positive")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_holder_asset_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_holder_party_id")),
        sa.PrimaryKeyConstraint("asset_id", "party_id", name=op.f("pk_holder")),
    )
    with op.batch_alter_table("holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holder_party_id"), ["party_id"], unique=False)

    op.create_table(
        "land_right",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "forest_contract",
                "forest_operation",
                "land_contract",
                "land_operation",
                "homestead_use",
                "construction_use",
                "collective_ownership",
                "water_operation",
                name="righttype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("certificate_number", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_land_right_asset_id")),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_land_right")),
    )
    op.create_table(
        "membership",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_membership_party_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "party_id", name=op.f("pk_membership")),
    )
    op.create_table(
        "parcel",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.Column("division_code", sa.Text(), nullable=False),
        sa.Column("wkb", sa.LargeBinary(), nullable=False),
        sa.Column("shape_digest", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("area_ellipsoid_dm2", sa.BigInteger(), nullable=False),
        sa.Column("min_x", sa.Float(precision=53), nullable=False),
        sa.Column("min_y", sa.Float(precision=53), nullable=False),
        sa.Column("max_x", sa.Float(precision=53), nullable=False),
        sa.Column("max_y", sa.Float(precision=53), nullable=False),
        sa.Column("land_class", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "drawn",
                "typed",
                "imported",
                "generated",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("source_note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("area_dm2 > 0", name=op.f("ck_parcel_area_positive")),
        sa.CheckConstraint("min_x <= max_x AND min_y <= max_y", name=op.f("ck_parcel_box_ordered")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_parcel_asset_id")),
        sa.ForeignKeyConstraint(
            ["division_code"], ["division.code"], name=op.f("fk_parcel_division_code")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_parcel")),
        sa.UniqueConstraint("code", name=op.f("uq_parcel_code")),
        sa.UniqueConstraint("id", name=op.f("uq_parcel_id")),
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parcel_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_parcel_division_code"), ["division_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_parcel_shape_digest"), ["shape_digest"], unique=False)

    op.create_table(
        "project",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "submitted",
                "in_review",
                "approved",
                "collecting",
                "operating",
                "closed",
                "refused",
                "cancelled",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_project_party_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user_account.id"], name=op.f("fk_project_submitted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("number", name=op.f("uq_project_number")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_stage"), ["stage"], unique=False)

    op.create_table(
        "appraisal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "signed",
                "issued",
                "superseded",
                "withdrawn",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column(
            "inputs", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "working", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("valuation_date", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_appraisal_asset_id")),
        sa.ForeignKeyConstraint(
            ["commission_id"], ["commission.id"], name=op.f("fk_appraisal_commission_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["user_account.id"], name=op.f("fk_appraisal_drafted_by")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["document.id"], name=op.f("fk_appraisal_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
        sa.UniqueConstraint("number", name=op.f("uq_appraisal_number")),
    )
    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appraisal_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_appraisal_commission_id"), ["commission_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_appraisal_stage"), ["stage"], unique=False)

    op.create_table(
        "bundle_item",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("swap_offer", sa.Text(), nullable=False),
        sa.Column("swap_offer_fen", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_item_bundle_id")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_bundle_item_deposit_id")
        ),
        sa.PrimaryKeyConstraint("bundle_id", "deposit_id", name=op.f("pk_bundle_item")),
    )
    op.create_table(
        "consent",
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "household",
                "members",
                "representatives",
                name="consentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("notice_given_on", sa.Date(), nullable=True),
        sa.Column("members", sa.BigInteger(), nullable=True),
        sa.Column("present", sa.BigInteger(), nullable=True),
        sa.Column("in_favour", sa.BigInteger(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_consent_deposit_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_consent_document_id")
        ),
        sa.PrimaryKeyConstraint("deposit_id", name=op.f("pk_consent")),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "share",
                "lease",
                "swap",
                name="storagemode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.BigInteger(), nullable=False),
        sa.Column("rent_fen", sa.BigInteger(), nullable=False),
        sa.Column("swap_offer", sa.Text(), nullable=False),
        sa.Column("swap_offer_fen", sa.BigInteger(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_contract_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_contract_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("number", name=op.f("uq_contract_number")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_deposit_id"), ["deposit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_project_id"), ["project_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "certificate",
                "photo",
                "agreement",
                "minutes",
                "other",
                name="evidencekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_evidence_asset_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_evidence_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "land_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("other_code", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_land_check_deposit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_land_check")),
        sa.UniqueConstraint("deposit_id", "layer", name=op.f("uq_land_check_deposit_id_layer")),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "open",
                "upheld",
                "dismissed",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_objection_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_objection_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["user_account.id"], name=op.f("fk_objection_raised_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("number", name=op.f("uq_objection_number")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_deposit_id"), ["deposit_id"], unique=False)

    op.create_table(
        "purchase_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "open",
                "reserved",
                "escrowed",
                "confirmed",
                "fulfilled",
                "cancelled",
                "expired",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("capital_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("reserved_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["party.id"], name=op.f("fk_purchase_order_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["placed_by"], ["user_account.id"], name=op.f("fk_purchase_order_placed_by")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_purchase_order_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
        sa.UniqueConstraint("project_id", name=op.f("uq_purchase_order_project_id")),
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_order_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_purchase_order_stage"), ["stage"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bank_receipt_number", sa.Text(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "escrow",
                "revenue",
                "rent",
                name="receiptpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_receipt_project_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_receipt_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("bank_receipt_number", name=op.f("uq_receipt_bank_receipt_number")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_project_id"), ["project_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("in_favour", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["given_by"], ["user_account.id"], name=op.f("fk_review_given_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_review_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_project_id"), ["project_id"], unique=False)

    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "opened",
                "computed",
                "noticed",
                "confirmed",
                "paid",
                "cancelled",
                name="roundstage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("income_fen", sa.BigInteger(), nullable=False),
        sa.Column("reserve_fen", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.BigInteger(), nullable=False),
        sa.Column("record_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("notice_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_round_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["user_account.id"], name=op.f("fk_round_opened_by")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_round_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("number", name=op.f("uq_round_number")),
    )
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_project_id"), ["project_id"], unique=False)

    op.create_table(
        "instalment",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_instalment_contract_id")
        ),
        sa.PrimaryKeyConstraint("contract_id", "ordinal", name=op.f("pk_instalment")),
    )
    op.create_table(
        "order_line",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "share",
                "lease",
                "swap",
                name="storagemode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("rent_fen", sa.BigInteger(), nullable=False),
        sa.Column("swap_offer", sa.Text(), nullable=False),
        sa.Column("swap_offer_fen", sa.BigInteger(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["user_account.id"], name=op.f("fk_order_line_accepted_by")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_order_line_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_order_line_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "deposit_id", name=op.f("pk_order_line")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_line_deposit_id"), ["deposit_id"], unique=False)

    op.create_table(
        "revenue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "reported",
                "received",
                "withdrawn",
                name="revenuestage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_revenue_document_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_revenue_project_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_revenue_receipt_id")),
        sa.ForeignKeyConstraint(
            ["reported_by"], ["user_account.id"], name=op.f("fk_revenue_reported_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revenue")),
        sa.UniqueConstraint("number", name=op.f("uq_revenue_number")),
    )
    with op.batch_alter_table("revenue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revenue_project_id"), ["project_id"], unique=False)

    op.create_table(
        "round_line",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("shares", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_round_line_party_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_line_round_id")),
        sa.PrimaryKeyConstraint("round_id", "party_id", name=op.f("pk_round_line")),
    )
    with op.batch_alter_table("round_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_line_party_id"), ["party_id"], unique=False)

    op.create_table(
        "signature",
        sa.Column("appraisal_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("qualification_number", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_signature_appraisal_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_signature_user_id")
        ),
        sa.PrimaryKeyConstraint("appraisal_id", "user_id", name=op.f("pk_signature")),
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "collection",
                "return",
                "payout",
                "refund",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "requested",
                "checked",
                "confirmed",
                "executed",
                "refused",
                "taken_back",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("deposit_id", sa.Uuid(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('collection', 'refund')) = (order_id IS NOT NULL) AND (kind = 'return') = (deposit_id IS NOT NULL) AND (kind IN ('payout', 'refund')) = (amount_fen IS NOT NULL)",
            name=op.f("ck_withdrawal_names_what_leaves"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR (checked_by IS NOT NULL AND checked_by <> confirmed_by)",
            name=op.f("ck_withdrawal_two_officers"),
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["user_account.id"], name=op.f("fk_withdrawal_checked_by")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_withdrawal_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_withdrawal_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_order.id"], name=op.f("fk_withdrawal_order_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_withdrawal_party_id")),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["user_account.id"], name=op.f("fk_withdrawal_requested_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("number", name=op.f("uq_withdrawal_number")),
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withdrawal_deposit_id"), ["deposit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_withdrawal_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_withdrawal_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_withdrawal_party_id"), ["party_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_withdrawal_stage"), ["stage"], unique=False)
    run(GUARDS)


def downgrade() -> None:
    run(REMOVALS)
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawal_stage"))
        batch_op.drop_index(batch_op.f("ix_withdrawal_party_id"))
        batch_op.drop_index(batch_op.f("ix_withdrawal_order_id"))
        batch_op.drop_index(batch_op.f("ix_withdrawal_kind"))
        batch_op.drop_index(batch_op.f("ix_withdrawal_deposit_id"))

    op.drop_table("withdrawal")
    op.drop_table("signature")
    with op.batch_alter_table("round_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_line_party_id"))

    op.drop_table("round_line")
    with op.batch_alter_table("revenue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revenue_project_id"))

    op.drop_table("revenue")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_line_deposit_id"))

    op.drop_table("order_line")
    op.drop_table("instalment")
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_project_id"))

    op.drop_table("round")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_project_id"))

    op.drop_table("review")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_project_id"))

    op.drop_table("receipt")
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_order_stage"))
        batch_op.drop_index(batch_op.f("ix_purchase_order_party_id"))

    op.drop_table("purchase_order")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_deposit_id"))

    op.drop_table("objection")
    op.drop_table("land_check")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_asset_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_project_id"))
        batch_op.drop_index(batch_op.f("ix_contract_deposit_id"))

    op.drop_table("contract")
    op.drop_table("consent")
    op.drop_table("bundle_item")
    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appraisal_stage"))
        batch_op.drop_index(batch_op.f("ix_appraisal_commission_id"))
        batch_op.drop_index(batch_op.f("ix_appraisal_asset_id"))

    op.drop_table("appraisal")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_stage"))
        batch_op.drop_index(batch_op.f("ix_project_party_id"))

    op.drop_table("project")
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parcel_shape_digest"))
        batch_op.drop_index(batch_op.f("ix_parcel_division_code"))
        batch_op.drop_index(batch_op.f("ix_parcel_asset_id"))

    op.drop_table("parcel")
    op.drop_table("membership")
    op.drop_table("land_right")
    with op.batch_alter_table("holder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holder_party_id"))

    op.drop_table("holder")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_uploaded_by"))
        batch_op.drop_index(batch_op.f("ix_document_sha256"))
        batch_op.drop_index(batch_op.f("ix_document_party_id"))

    op.drop_table("document")
    with op.batch_alter_table("deposit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deposit_stage"))
        batch_op.drop_index(batch_op.f("ix_deposit_party_id"))
        batch_op.drop_index(batch_op.f("ix_deposit_asset_id"))

    op.drop_table("deposit")
    with op.batch_alter_table("commission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commission_asset_id"))
        batch_op.drop_index(batch_op.f("ix_commission_agency_id"))

    op.drop_table("commission")
    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bundle_party_id"))

    op.drop_table("bundle")
    op.drop_table("user_role")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_division_code"))

    op.drop_table("party")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_kind"))
        batch_op.drop_index(batch_op.f("ix_asset_division_code"))

    op.drop_table("asset")
    with op.batch_alter_table("appraiser", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appraiser_agency_id"))

    op.drop_table("appraiser")
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_index("ix_act_subject")

    op.drop_table("act")
    op.drop_table("user_account")
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_posting_target_unit_target_version"))
        batch_op.drop_index(batch_op.f("ix_ledger_posting_source_unit_source_version"))

    op.drop_table("ledger_posting")
    op.drop_table("ledger_leaf")
    with op.batch_alter_table("ledger_balance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_balance_unit_account"))

    op.drop_table("ledger_balance")
    op.drop_table("used_key")
    op.drop_table("serial")
    op.drop_table("ledger_unit")
    with op.batch_alter_table("ledger_transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_transfer_reference_number"))

    op.drop_table("ledger_transfer")
    op.drop_table("ledger_checkpoint")
    op.drop_table("ledger_account")
    with op.batch_alter_table("division", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_division_parent_code"))
        batch_op.drop_index(batch_op.f("ix_division_kind"))

    op.drop_table("division")
    op.drop_table("demo_clock")
    op.drop_table("agency")
    run(LEFTOVERS)
