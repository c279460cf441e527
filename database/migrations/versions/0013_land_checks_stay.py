"""Each land check of a deposit stays beside the later ones, with its time and layer versions."""

from collections.abc import Sequence

from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ONCE = "uq_land_check_deposit_id_layer"
EACH_TIME = "uq_land_check_deposit_id_checked_at_layer"
EARLIER = """
DELETE FROM land_check WHERE EXISTS (
  SELECT 1 FROM land_check later WHERE later.deposit_id = land_check.deposit_id
    AND later.layer = land_check.layer AND later.checked_at > land_check.checked_at)"""


def upgrade() -> None:
    with op.batch_alter_table("land_check") as batch_op:
        batch_op.drop_constraint(op.f(ONCE), type_="unique")
        batch_op.create_unique_constraint(op.f(EACH_TIME), ["deposit_id", "checked_at", "layer"])


def downgrade() -> None:
    """Keeps the latest answer of each layer, as it was before."""
    op.execute(EARLIER)
    with op.batch_alter_table("land_check") as batch_op:
        batch_op.drop_constraint(op.f(EACH_TIME), type_="unique")
        batch_op.create_unique_constraint(op.f(ONCE), ["deposit_id", "layer"])
