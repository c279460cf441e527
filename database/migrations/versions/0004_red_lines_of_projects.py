"""Red lines belong to projects: which bundle came from which, and what the zones said of each.

Nothing is taken along: no bundle of earlier banks remembers its red line, and what was not checked
stays unknown.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "bundle_red_line",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("red_line_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_red_line_bundle_id")
        ),
        sa.ForeignKeyConstraint(
            ["red_line_id"], ["red_line.id"], name=op.f("fk_bundle_red_line_red_line_id")
        ),
        sa.PrimaryKeyConstraint("bundle_id", "red_line_id", name=op.f("pk_bundle_red_line")),
    )
    with op.batch_alter_table("bundle_red_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bundle_red_line_red_line_id"), ["red_line_id"], unique=False
        )

    op.create_table(
        "red_line_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("red_line_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("share_ppm", sa.BigInteger(), nullable=False),
        sa.Column("zone_name", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("layer_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["control_layer.id"], name=op.f("fk_red_line_check_layer_id")
        ),
        sa.ForeignKeyConstraint(
            ["red_line_id"], ["red_line.id"], name=op.f("fk_red_line_check_red_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_line_check")),
        sa.UniqueConstraint(
            "red_line_id",
            "checked_at",
            "layer",
            name=op.f("uq_red_line_check_red_line_id_checked_at_layer"),
        ),
    )


def downgrade() -> None:
    op.drop_table("red_line_check")
    with op.batch_alter_table("bundle_red_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bundle_red_line_red_line_id"))

    op.drop_table("bundle_red_line")
