"""Receipts of money that a party pays into its own account."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PURPOSE = "ck_receipt_receiptpurpose"
EARLIER = ("escrow", "revenue", "rent")


def upgrade() -> None:
    with op.batch_alter_table("receipt") as batch_op:
        _purposes(batch_op, (*EARLIER, "account"))
        batch_op.alter_column("project_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.add_column(sa.Column("party_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_receipt_party_id"), "party", ["party_id"], ["id"])
        batch_op.create_index(op.f("ix_receipt_party_id"), ["party_id"])
        batch_op.create_check_constraint(
            op.f("ck_receipt_for_one"), "(project_id IS NULL) <> (party_id IS NULL)"
        )


def downgrade() -> None:
    """Money in parties' accounts stays in the ledger; its receipts have no place before."""
    op.execute("DELETE FROM receipt WHERE party_id IS NOT NULL")
    with op.batch_alter_table("receipt") as batch_op:
        batch_op.drop_constraint(op.f("ck_receipt_for_one"), type_="check")
        batch_op.drop_constraint(op.f("fk_receipt_party_id"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_receipt_party_id"))
        batch_op.drop_column("party_id")
        batch_op.alter_column("project_id", existing_type=sa.Uuid(), nullable=False)
        _purposes(batch_op, EARLIER)


def _purposes(batch_op: BatchOperations, purposes: Sequence[str]) -> None:
    batch_op.drop_constraint(op.f(PURPOSE), type_="check")
    batch_op.create_check_constraint(op.f(PURPOSE), sa.column("purpose").in_(purposes))
