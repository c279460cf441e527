"""Agencies: stages, qualifications with their expiry, fees, past work, ratings.

Agencies of earlier banks were entered by the county: they and their appraisers are taken along as
admitted and checked. What an agency was for becomes a qualification that lasts as long as that of its
appraisers, or, where it has none, a year.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("appraisal", "planning", "finance")
STAGES = ("draft", "submitted", "admitted", "suspended", "refused", "removed")
BASES = ("fixed", "per_mu", "share")
KIND = "ck_agency_agencykind"
SINCE = datetime(2026, 11, 23, tzinfo=UTC)
"""When agencies came to have stages: what earlier banks do not tell is dated from here."""
CARRIED = "入库时登记"
"""What a qualification is called of which only the kind is known."""


def _choice(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    _lines("agency_fee", sa.Column("service", sa.Text(), nullable=False),
           sa.Column("basis", _choice("feebasis", BASES), nullable=False),
           sa.Column("amount", sa.BigInteger(), nullable=False),
           sa.CheckConstraint("amount > 0", name=op.f("ck_agency_fee_amount_positive")))  # fmt: skip
    _lines("agency_work", sa.Column("title", sa.Text(), nullable=False),
           sa.Column("client", sa.Text(), nullable=False),
           sa.Column("year", sa.BigInteger(), nullable=False))  # fmt: skip
    _lines(
        "qualification",
        sa.Column("kind", _choice("agencykind", KINDS), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_qualification_document_id")
        ),
        sa.UniqueConstraint(
            "agency_id", "kind", "number", name=op.f("uq_qualification_agency_id_kind_number")
        ),
    )
    _ratings()
    with op.batch_alter_table("appraiser") as batch_op:
        batch_op.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("agency") as batch_op:
        batch_op.add_column(sa.Column("stage", sa.String(32), nullable=True))
        for name in ("phone", "address", "introduction"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True))
    _take_along()
    with op.batch_alter_table("agency") as batch_op:
        batch_op.alter_column("stage", existing_type=sa.String(32), nullable=False)
        batch_op.alter_column(
            "applied_at", existing_type=sa.DateTime(timezone=True), nullable=False
        )
        batch_op.create_check_constraint(op.f("ck_agency_stage"), sa.column("stage").in_(STAGES))
        batch_op.create_index(op.f("ix_agency_stage"), ["stage"])
        batch_op.drop_constraint(op.f(KIND), type_="check")
        batch_op.drop_column("kind")


def _lines(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of what an agency says of itself, line by line."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_agency_id"), table, ["agency_id"])


def _ratings() -> None:
    op.create_table(
        "agency_rating",
        sa.Column("commission_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rated_by", sa.Uuid(), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_agency_rating_stars_1_to_5")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_agency_rating_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["commission_id"], ["commission.id"], name=op.f("fk_agency_rating_commission_id")
        ),
        sa.ForeignKeyConstraint(
            ["rated_by"], ["user_account.id"], name=op.f("fk_agency_rating_rated_by")
        ),
        sa.PrimaryKeyConstraint("commission_id", name=op.f("pk_agency_rating")),
    )
    op.create_index(op.f("ix_agency_rating_agency_id"), "agency_rating", ["agency_id"])


def _take_along() -> None:
    moment = sa.DateTime(timezone=True)
    agency = sa.table(
        "agency", sa.column("id", sa.Uuid()), sa.column("kind"), sa.column("stage"),
        sa.column("number"), sa.column("admitted_at", moment), sa.column("applied_at", moment),
    )  # fmt: skip
    appraiser = sa.table(
        "appraiser", sa.column("agency_id", sa.Uuid()), sa.column("qualified_until", sa.Date()),
        sa.column("checked_at", moment),
    )  # fmt: skip
    qualification = sa.table(
        "qualification", sa.column("id", sa.Uuid()), sa.column("agency_id", sa.Uuid()),
        sa.column("kind"), sa.column("name"), sa.column("number"),
        sa.column("valid_until", sa.Date()), sa.column("checked_at", moment),
    )  # fmt: skip
    bank = op.get_bind()
    last = sa.select(sa.func.max(appraiser.c.qualified_until)).where(
        appraiser.c.agency_id == agency.c.id
    )
    for row in bank.execute(sa.select(agency, last.scalar_subquery().label("until"))).all():
        known = row.admitted_at or SINCE
        bank.execute(
            qualification.insert().values(
                id=uuid4(),
                agency_id=row.id,
                kind=row.kind,
                name=CARRIED,
                number=row.number,
                valid_until=row.until or (SINCE + timedelta(days=365)).date(),
                checked_at=row.admitted_at,
            )
        )
        bank.execute(
            agency.update()
            .where(agency.c.id == row.id)
            .values(stage="admitted" if row.admitted_at else "draft", applied_at=known)
        )
    bank.execute(appraiser.update().values(checked_at=SINCE))


def downgrade() -> None:
    with op.batch_alter_table("agency") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(32), nullable=True))
    op.execute(
        "UPDATE agency SET kind = coalesce((SELECT min(kind) FROM qualification"
        " WHERE agency_id = agency.id), 'appraisal')"
    )
    op.execute("UPDATE agency SET admitted_at = NULL WHERE stage <> 'admitted'")
    with op.batch_alter_table("agency") as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(32), nullable=False)
        batch_op.create_check_constraint(op.f(KIND), sa.column("kind").in_(KINDS))
        batch_op.drop_constraint(op.f("ck_agency_stage"), type_="check")
        batch_op.drop_index(op.f("ix_agency_stage"))
        for name in ("stage", "phone", "address", "introduction", "applied_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("appraiser") as batch_op:
        batch_op.drop_column("checked_at")
    for table in ("agency_rating", "qualification", "agency_work", "agency_fee"):
        op.drop_table(table)
