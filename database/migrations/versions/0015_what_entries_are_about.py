"""What few entries are about beside their postings has a table of its own.

A transfer that reverses, ends, opens and holds nothing, as most do, lacked four foreign keys, each
of which PostgreSQL looked at, and stood in front of four indexes.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAMES = ("reverses", "ends", "expires_at", "account", "unit")
REFERS = {
    "reverses": "ledger_transfer.number",
    "ends": "ledger_transfer.number",
    "account": "ledger_account.id",
    "unit": "ledger_unit.id",
}
UNIQUE = ("reverses", "ends", "unit")
SAYS = "coalesce(reverses, ends, account, unit) IS NOT NULL OR expires_at IS NOT NULL"
REFUSE = "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
NO_REPLACE = "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} " + REFUSE
TAKEN = "EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
GIVEN = "NEW.{key} IS NOT NULL AND " + TAKEN
KEYS = " OR ".join(
    TAKEN.format(table="ledger_transfer", key=key) for key in ("number", "id", "key")
)
MORE_KEYS = "".join(f" OR {GIVEN.format(table='ledger_transfer', key=key)}" for key in UNIQUE)
KEYS_OF_ABOUT = " OR ".join(
    [
        TAKEN.format(table="ledger_about", key="transfer"),
        *(GIVEN.format(table="ledger_about", key=key) for key in UNIQUE),
        "NEW.rowid > 0 AND EXISTS (SELECT 1 FROM ledger_about WHERE rowid = NEW.rowid)",
    ]
)


def upgrade() -> None:
    op.create_table(
        "ledger_about",
        sa.Column("transfer", sa.BigInteger(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.DateTime(True) if name == "expires_at" else sa.BigInteger())
            for name in NAMES
        ),
        sa.CheckConstraint(SAYS, name=op.f("ck_ledger_about_says_something")),
        sa.PrimaryKeyConstraint("transfer", name=op.f("pk_ledger_about")),
        *(
            sa.ForeignKeyConstraint([name], [to], name=op.f(f"fk_ledger_about_{name}"))
            for name, to in {"transfer": "ledger_transfer.number", **REFERS}.items()
        ),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_ledger_about_{name}")) for name in UNIQUE),
    )
    op.create_index(
        op.f("ix_ledger_about_account_transfer"), "ledger_about", ["account", "transfer"]
    )
    some = " OR ".join(f"{name} IS NOT NULL" for name in NAMES)
    op.execute(
        f"INSERT INTO ledger_about (transfer, {', '.join(NAMES)})"  # noqa: S608 - our own words
        f" SELECT number, {', '.join(NAMES)} FROM ledger_transfer WHERE {some} ORDER BY number"
    )
    with op.batch_alter_table("ledger_transfer") as batch_op:
        for name in REFERS:
            batch_op.drop_index(op.f(f"ix_ledger_transfer_{name}"))
            batch_op.drop_constraint(op.f(f"fk_ledger_transfer_{name}"), type_="foreignkey")
        for name in NAMES:
            batch_op.drop_column(name)
    guard("ledger_about", KEYS_OF_ABOUT)
    if op.get_bind().dialect.name == "sqlite":  # its copy has none
        guard("ledger_transfer", KEYS)


def downgrade() -> None:
    with op.batch_alter_table("ledger_transfer") as batch_op:
        for name in NAMES:
            kind = sa.DateTime(True) if name == "expires_at" else sa.BigInteger()
            batch_op.add_column(sa.Column(name, kind))
        for name, to in REFERS.items():
            table, column = to.split(".")
            batch_op.create_foreign_key(op.f(f"fk_ledger_transfer_{name}"), table, [name], [column])
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only")
    told = ", ".join(f"{name} = a.{name}" for name in NAMES)
    op.execute(
        f"UPDATE ledger_transfer SET {told} FROM ledger_about a"  # noqa: S608 - our own words
        " WHERE a.transfer = ledger_transfer.number"
    )
    if not sqlite:
        op.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER ledger_transfer_append_only")
    for name in REFERS:
        given = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            op.f(f"ix_ledger_transfer_{name}"),
            "ledger_transfer",
            [name],
            unique=name in UNIQUE,
            sqlite_where=given,
            postgresql_where=given,
        )
    op.drop_table("ledger_about")
    if sqlite:
        guard("ledger_transfer", KEYS + MORE_KEYS)


def guard(table: str, taken: str) -> None:
    """Let no row of the table be changed, deleted or replaced."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()"
        )
        return
    for act in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            + REFUSE.format(table=table)
        )
    op.execute(NO_REPLACE.format(table=table, taken=taken))
