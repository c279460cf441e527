"""On PostgreSQL, who changes a parcel locks its asset before what is held of it, as others do.

Two writers of one asset could wait for each other in a ring.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FUNCTION = """CREATE OR REPLACE FUNCTION held_parcel_of_parcel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    -- the asset is locked before its rows, as by every writer
    PERFORM 1 FROM asset a WHERE a.id = OLD.asset_id FOR NO KEY UPDATE;
    DELETE FROM held_parcel WHERE number = OLD.number;
    PERFORM held_parcel_refresh(OLD.asset_id);
  END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.asset_id IS DISTINCT FROM OLD.asset_id THEN
    PERFORM held_parcel_refresh(NEW.asset_id);
  END IF;
  RETURN NULL;
END $$"""
BEFORE = """CREATE OR REPLACE FUNCTION held_parcel_of_parcel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM held_parcel WHERE number = OLD.number;
    PERFORM held_parcel_refresh(OLD.asset_id);
  END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.asset_id IS DISTINCT FROM OLD.asset_id THEN
    PERFORM held_parcel_refresh(NEW.asset_id);
  END IF;
  RETURN NULL;
END $$"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(BEFORE)
