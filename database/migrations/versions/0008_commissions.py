"""Commissions with quotes, visits and plans; appraisals of several methods; parameter tables.

What earlier banks commissioned was the county's own choice of an agency, and what was delivered is
accepted. An appraisal's one method becomes its one result, concluded by who drafted it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("appraisal", "planning", "finance")
STAGES = (
    "requested", "quoted", "engaged", "delivered", "accepted", "disputed", "overturned",
    "withdrawn", "lapsed",
)  # fmt: skip
EARLIER_STAGES = ("engaged", "delivered", "withdrawn")
APPRAISAL_STAGES = (
    "draft", "concluded", "reviewed", "signed", "issued", "superseded", "set_aside", "withdrawn",
)  # fmt: skip
EARLIER_APPRAISAL_STAGES = ("draft", "signed", "issued", "superseded", "withdrawn")
RECONCILIATIONS = ("single", "mean", "weighted", "median", "mode")
GROUNDS = ("law", "only_applicable", "conditions")
CARRIED = "系统升级前按一种方法评估。"
"""The reason of appraisals that were made before several methods could be kept."""

JSONS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def _choice(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _id(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=null)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _day(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=null)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONS, nullable=False)


def _table(
    table: str,
    *columns: sa.schema.SchemaItem,
    key: Sequence[str] = ("id",),
    refers: dict[str, str] | None = None,
    unique: Sequence[Sequence[str]] = (),
    indexed: Sequence[str] = (),
) -> None:
    """A table with the names that all our keys and indexes have."""
    op.create_table(
        table,
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
            for column, target in (refers or {}).items()
        ),
        *(
            sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{'_'.join(names)}"))
            for names in unique
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
    for column in indexed:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    _parameters()
    _alter_commission()
    _around_commissions()
    _alter_appraisal()
    _around_appraisals()
    _take_along()
    _finish()


def _parameters() -> None:
    _table(
        "parameter_table",
        _id("id"), _text("code"),
        sa.Column("kind", _choice("parameterkind", ("rate", "coefficient", "price", "cost")),
                  nullable=False),
        _text("name_zh"), _text("name_en"), _text("unit"), _json("keys"),
        unique=[("code",)],
    )  # fmt: skip
    _table(
        "parameter_version",
        _id("id"), _id("table_id"), _whole("number"), _day("valid_from"), _day("base_date"),
        _text("source"), _text("note"), _json("rows"), _text("digest"), _id("entered_by"),
        _moment("entered_at"),
        refers={"table_id": "parameter_table.id", "entered_by": "user_account.id"},
        unique=[("table_id", "number")],
        indexed=["table_id"],
    )  # fmt: skip


def _alter_commission() -> None:
    with op.batch_alter_table("commission") as batch_op:
        batch_op.drop_constraint(op.f("ck_commission_commissionstage"), type_="check")
        batch_op.add_column(sa.Column("kind", sa.String(32), nullable=True))
        for name in ("client_id", "project_id", "second_of", "requested_by"):
            batch_op.add_column(_id(name, null=True))
        for name in ("scope", "contract", "dispute"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        for name in ("quote_by", "deliver_by"):
            batch_op.add_column(_day(name, null=True))
        batch_op.add_column(
            sa.Column("fee_fen", sa.BigInteger(), nullable=False, server_default="0")
        )
        for name in ("requested_at", "delivered_at", "answer_by"):
            batch_op.add_column(_moment(name, null=True))
        for name, kind in (("agency_id", sa.Uuid()), ("engaged_by", sa.Uuid()),
                           ("engaged_at", MOMENT)):  # fmt: skip
            batch_op.alter_column(name, existing_type=kind, nullable=True)


def _around_commissions() -> None:
    _table(
        "commission_asset", _id("commission_id"), _id("asset_id"),
        key=("commission_id", "asset_id"),
        refers={"commission_id": "commission.id", "asset_id": "asset.id"},
        indexed=["asset_id"],
    )  # fmt: skip
    _table(
        "quote",
        _id("id"), _id("commission_id"), _id("agency_id"),
        sa.Column("stage", _choice("quotestage", ("asked", "offered", "declined", "chosen", "left")),
                  nullable=False),
        _whole("fee_fen", null=True), _day("deliver_by", null=True), _text("words"),
        _moment("no_ties_at", null=True), _moment("asked_at"), _moment("answered_at", null=True),
        _id("answered_by", null=True),
        refers={"commission_id": "commission.id", "agency_id": "agency.id",
                "answered_by": "user_account.id"},
        indexed=["commission_id", "agency_id"],
    )  # fmt: skip
    _table(
        "agency_tie",
        _id("id"), _id("agency_id"), _id("party_id"),
        sa.Column("kind", _choice("tiekind", ("owns", "owned", "employs", "kin", "owes", "other")),
                  nullable=False),
        _text("note"), _id("declared_by"), _moment("declared_at"), _moment("ended_at", null=True),
        refers={"agency_id": "agency.id", "party_id": "party.id", "declared_by": "user_account.id"},
        indexed=["agency_id", "party_id"],
    )  # fmt: skip
    _table(
        "recusal",
        _id("commission_id"), _id("user_id"), _text("reason"), _id("asked_by"), _moment("asked_at"),
        key=("commission_id", "user_id"),
        refers={"commission_id": "commission.id", "user_id": "appraiser.user_id",
                "asked_by": "user_account.id"},
    )  # fmt: skip
    _table(
        "site_visit",
        _id("id"), _id("commission_id"), _id("asset_id"), _day("visited_on"), _text("present"),
        _text("findings"), _id("recorded_by"), _moment("recorded_at"),
        refers={"commission_id": "commission.id", "asset_id": "asset.id",
                "recorded_by": "user_account.id"},
        indexed=["commission_id", "asset_id"],
    )  # fmt: skip
    _table(
        "site_photo",
        _id("visit_id"), _whole("number"), _id("document_id"),
        key=("visit_id", "number"),
        refers={"visit_id": "site_visit.id", "document_id": "document.id"},
        unique=[("document_id",)],
    )  # fmt: skip
    _table(
        "choice_vote",
        _id("commission_id"), _id("quote_id"), _text("body"), _whole("members"), _whole("present"),
        _whole("in_favour"), _day("notice_given_on"), _day("held_on"), _id("document_id"),
        _id("recorded_by"), _moment("recorded_at"),
        key=("commission_id",),
        refers={"commission_id": "commission.id", "quote_id": "quote.id",
                "document_id": "document.id", "recorded_by": "user_account.id"},
    )  # fmt: skip
    _table(
        "reminder",
        _id("id"), _id("commission_id"), _id("agency_id", null=True),
        sa.Column("due", _choice("due", ("quote", "choice", "delivery", "answer", "overdue")),
                  nullable=False),
        _day("day"), _moment("reminded_at"), _moment("seen_at", null=True),
        refers={"commission_id": "commission.id", "agency_id": "agency.id"},
        indexed=["commission_id", "agency_id"],
    )  # fmt: skip
    _table(
        "panel_finding",
        _id("commission_id"), sa.Column("upheld", sa.Boolean(), nullable=False), _text("reason"),
        _text("members"), _id("second_id", null=True), _id("found_by"), _moment("found_at"),
        key=("commission_id",),
        refers={"commission_id": "commission.id", "second_id": "commission.id",
                "found_by": "user_account.id"},
    )  # fmt: skip
    _table(
        "plan",
        _id("commission_id"), _id("project_id"), _text("use"), _json("phases"),
        _whole("investment_fen"), _id("red_line_document_id"), _whole("area_dm2"),
        _id("delivered_by"), _moment("delivered_at"), _moment("attached_at", null=True),
        key=("commission_id",),
        refers={"commission_id": "commission.id", "project_id": "project.id",
                "red_line_document_id": "document.id", "delivered_by": "user_account.id"},
        indexed=["project_id"],
    )  # fmt: skip
    _table(
        "delivered_document",
        _id("commission_id"), _whole("number"), _id("document_id"),
        key=("commission_id", "number"),
        refers={"commission_id": "commission.id", "document_id": "document.id"},
        unique=[("document_id",)],
    )  # fmt: skip


def _alter_appraisal() -> None:
    with op.batch_alter_table("appraisal") as batch_op:
        batch_op.drop_constraint(op.f("ck_appraisal_stage"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_appraisal_stage"), sa.column("stage").in_(APPRAISAL_STAGES)
        )
        batch_op.add_column(_whole("area_dm2", null=True))
        batch_op.add_column(
            sa.Column("reconciliation", _choice("reconciliation", RECONCILIATIONS), nullable=True)
        )
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sole_ground", _choice("soleground", GROUNDS), nullable=True))
        batch_op.add_column(sa.Column("report_sha256", sa.Text(), nullable=True))
        for name in ("concluded_by", "reviewed_by"):
            batch_op.add_column(_id(name, null=True))
            batch_op.create_foreign_key(
                op.f(f"fk_appraisal_{name}"), "user_account", [name], ["id"]
            )
        batch_op.add_column(_moment("reviewed_at", null=True))
        batch_op.alter_column("value_fen", existing_type=sa.BigInteger(), nullable=True)
        batch_op.alter_column("report_id", existing_type=sa.Uuid(), nullable=True)


def _around_appraisals() -> None:
    _table(
        "method_result",
        _id("appraisal_id"), _whole("number"), _text("method"), _json("inputs"), _json("working"),
        _json("parameters"), _whole("value_fen"), _whole("weight_ppm", null=True),
        key=("appraisal_id", "number"),
        refers={"appraisal_id": "appraisal.id"},
    )  # fmt: skip
    _table(
        "value_split",
        _id("appraisal_id"), _whole("number"), _text("name"),
        sa.Column("wkb", sa.LargeBinary(), nullable=False), _whole("area_dm2"), _whole("value_fen"),
        key=("appraisal_id", "number"),
        refers={"appraisal_id": "appraisal.id"},
    )  # fmt: skip
    _table(
        "divergence",
        _id("id"), _id("asset_id"), _id("lower_id"), _id("higher_id"),
        sa.Column("stage", _choice("divergencestage", ("open", "settled")), nullable=False),
        _whole("difference_ppm"), _moment("opened_at"), _id("kept_id", null=True), _text("reason"),
        _id("settled_by", null=True), _moment("settled_at", null=True),
        refers={"asset_id": "asset.id", "lower_id": "appraisal.id", "higher_id": "appraisal.id",
                "kept_id": "appraisal.id", "settled_by": "user_account.id"},
        unique=[("lower_id", "higher_id")],
        indexed=["asset_id", "lower_id", "higher_id", "stage"],
    )  # fmt: skip


def _take_along() -> None:
    commission = sa.table(
        "commission", sa.column("id", sa.Uuid()), sa.column("asset_id", sa.Uuid()),
        sa.column("stage"), sa.column("kind"), sa.column("requested_by", sa.Uuid()),
        sa.column("requested_at", MOMENT), sa.column("engaged_by", sa.Uuid()),
        sa.column("engaged_at", MOMENT), sa.column("delivered_at", MOMENT),
    )  # fmt: skip
    assets = sa.table(
        "commission_asset", sa.column("commission_id", sa.Uuid()), sa.column("asset_id", sa.Uuid())
    )
    appraisal = sa.table(
        "appraisal", sa.column("id", sa.Uuid()), sa.column("commission_id", sa.Uuid()),
        sa.column("method"), sa.column("inputs", JSONS), sa.column("working", JSONS),
        sa.column("value_fen"), sa.column("reconciliation"), sa.column("reason"),
        sa.column("drafted_by", sa.Uuid()), sa.column("concluded_by", sa.Uuid()),
        sa.column("issued_at", MOMENT), sa.column("stage"),
    )  # fmt: skip
    result = sa.table(
        "method_result", sa.column("appraisal_id", sa.Uuid()), sa.column("number"),
        sa.column("method"), sa.column("inputs", JSONS), sa.column("working", JSONS),
        sa.column("parameters", JSONS), sa.column("value_fen"),
    )  # fmt: skip
    bank = op.get_bind()
    bank.execute(
        assets.insert().from_select(
            ["commission_id", "asset_id"], sa.select(commission.c.id, commission.c.asset_id)
        )
    )
    issued = sa.select(sa.func.max(appraisal.c.issued_at)).where(
        appraisal.c.commission_id == commission.c.id
    )
    bank.execute(
        commission.update().values(
            kind="appraisal",
            requested_by=commission.c.engaged_by,
            requested_at=commission.c.engaged_at,
            delivered_at=sa.case(
                (commission.c.stage == "delivered", issued.scalar_subquery()), else_=None
            ),
            stage=sa.case(
                (commission.c.stage == "delivered", "accepted"), else_=commission.c.stage
            ),
        )
    )
    for row in bank.execute(sa.select(appraisal)).all():
        bank.execute(
            result.insert().values(
                appraisal_id=row.id,
                number=1,
                method=row.method,
                inputs=row.inputs,
                working=row.working,
                parameters=[],
                value_fen=row.value_fen,
            )
        )
    bank.execute(
        appraisal.update().values(
            reconciliation="single", reason=CARRIED, concluded_by=appraisal.c.drafted_by
        )
    )
    bank.execute(appraisal.update().where(appraisal.c.stage == "draft").values(stage="concluded"))


def _finish() -> None:
    with op.batch_alter_table("commission") as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(32), nullable=False)
        batch_op.alter_column("requested_by", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("requested_at", existing_type=MOMENT, nullable=False)
        batch_op.create_check_constraint(
            op.f("ck_commission_agencykind"), sa.column("kind").in_(KINDS)
        )
        batch_op.create_check_constraint(
            op.f("ck_commission_stage"), sa.column("stage").in_(STAGES)
        )
        batch_op.create_check_constraint(op.f("ck_commission_fee_not_negative"), "fee_fen >= 0")
        for column, target in (("client_id", "party"), ("project_id", "project"),
                               ("second_of", "commission"), ("requested_by", "user_account")):  # fmt: skip
            batch_op.create_foreign_key(op.f(f"fk_commission_{column}"), target, [column], ["id"])
        batch_op.drop_index(op.f("ix_commission_asset_id"))
        for column in ("client_id", "project_id", "second_of", "stage"):
            batch_op.create_index(op.f(f"ix_commission_{column}"), [column])
        batch_op.drop_constraint(op.f("fk_commission_asset_id"), type_="foreignkey")
        batch_op.drop_column("asset_id")
    with op.batch_alter_table("appraisal") as batch_op:
        for name in ("method", "inputs", "working"):
            batch_op.drop_column(name)


def downgrade() -> None:
    """What earlier banks have no place for is lost: quotes, visits, plans, second methods."""
    _earlier_appraisals()
    _earlier_commissions()
    for table in (
        "divergence", "value_split", "method_result", "delivered_document", "plan", "panel_finding",
        "reminder", "choice_vote", "site_photo", "site_visit", "recusal", "agency_tie", "quote",
        "commission_asset", "parameter_version", "parameter_table",
    ):  # fmt: skip
        op.drop_table(table)


def _earlier_appraisals() -> None:
    op.execute("DELETE FROM divergence")
    op.execute(
        "UPDATE appraisal SET stage = CASE WHEN stage = 'set_aside' THEN 'superseded'"
        " WHEN stage IN ('concluded', 'reviewed') THEN 'draft' ELSE stage END"
    )
    op.execute(
        "UPDATE appraisal SET stage = 'withdrawn', value_fen = coalesce(value_fen, 0),"
        " report_id = coalesce(report_id, (SELECT id FROM document LIMIT 1))"
        " WHERE value_fen IS NULL OR report_id IS NULL"
    )
    with op.batch_alter_table("appraisal") as batch_op:
        batch_op.add_column(sa.Column("method", sa.Text(), nullable=False, server_default=""))
        for name, empty in (("inputs", "{}"), ("working", "[]")):
            batch_op.add_column(sa.Column(name, JSONS, nullable=False, server_default=empty))
    for name in ("method", "inputs", "working"):
        op.execute(
            f"UPDATE appraisal SET {name} = (SELECT {name} FROM method_result AS r"  # noqa: S608 - names of our own
            " WHERE r.appraisal_id = appraisal.id ORDER BY number LIMIT 1)"
            " WHERE EXISTS (SELECT 1 FROM method_result AS r WHERE r.appraisal_id = appraisal.id)"
        )
    with op.batch_alter_table("appraisal") as batch_op:
        batch_op.drop_constraint(op.f("ck_appraisal_stage"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_appraisal_stage"), sa.column("stage").in_(EARLIER_APPRAISAL_STAGES)
        )
        batch_op.drop_constraint(op.f("ck_appraisal_reconciliation"), type_="check")
        batch_op.drop_constraint(op.f("ck_appraisal_soleground"), type_="check")
        for name in ("concluded_by", "reviewed_by"):
            batch_op.drop_constraint(op.f(f"fk_appraisal_{name}"), type_="foreignkey")
            batch_op.drop_column(name)
        for name in ("area_dm2", "reconciliation", "reason", "sole_ground", "report_sha256",
                     "reviewed_at"):  # fmt: skip
            batch_op.drop_column(name)
        batch_op.alter_column("value_fen", existing_type=sa.BigInteger(), nullable=False)
        batch_op.alter_column("report_id", existing_type=sa.Uuid(), nullable=False)


def _earlier_commissions() -> None:
    op.execute(
        "UPDATE commission SET stage = CASE WHEN stage IN ('accepted', 'disputed', 'overturned')"
        " THEN 'delivered' WHEN stage IN ('requested', 'quoted', 'lapsed') THEN 'withdrawn'"
        " ELSE stage END,"
        " engaged_by = coalesce(engaged_by, requested_by),"
        " engaged_at = coalesce(engaged_at, requested_at),"
        " agency_id = coalesce(agency_id, (SELECT id FROM agency LIMIT 1))"
    )
    with op.batch_alter_table("commission") as batch_op:
        batch_op.add_column(_id("asset_id", null=True))
    op.execute(
        "UPDATE commission SET asset_id = coalesce((SELECT asset_id FROM commission_asset AS a"
        " WHERE a.commission_id = commission.id LIMIT 1), (SELECT id FROM asset LIMIT 1))"
    )
    with op.batch_alter_table("commission") as batch_op:
        for name in ("ck_commission_stage", "ck_commission_agencykind",
                     "ck_commission_fee_not_negative"):  # fmt: skip
            batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_commission_commissionstage"), sa.column("stage").in_(EARLIER_STAGES)
        )
        for name in ("client_id", "project_id", "second_of", "stage"):
            batch_op.drop_index(op.f(f"ix_commission_{name}"))
        for name in ("client_id", "project_id", "second_of", "requested_by"):
            batch_op.drop_constraint(op.f(f"fk_commission_{name}"), type_="foreignkey")
        for name in ("kind", "client_id", "project_id", "second_of", "scope", "quote_by",
                     "deliver_by", "fee_fen", "contract", "requested_by", "requested_at",
                     "delivered_at", "answer_by", "dispute"):  # fmt: skip
            batch_op.drop_column(name)
        for name, kind in (("asset_id", sa.Uuid()), ("agency_id", sa.Uuid()),
                           ("engaged_by", sa.Uuid()), ("engaged_at", MOMENT)):  # fmt: skip
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.create_foreign_key(op.f("fk_commission_asset_id"), "asset", ["asset_id"], ["id"])
        batch_op.create_index(op.f("ix_commission_asset_id"), ["asset_id"])
