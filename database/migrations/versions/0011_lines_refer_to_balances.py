"""A line of the journal refers to the two balances that it moves, and they to accounts and unit.

Two keys to look up instead of three; the rows that they name are locked by the writer already. On
SQLite, keys that an entry lacks are not looked for either.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("ledger_posting", "ledger_held")
SIDES = ("source", "target")
GUARDS = (
    "CREATE TRIGGER ledger_posting_no_update BEFORE UPDATE ON ledger_posting"
    " BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END",
    "CREATE TRIGGER ledger_posting_no_delete BEFORE DELETE ON ledger_posting"
    " BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END",
    "CREATE TRIGGER ledger_posting_no_replace BEFORE INSERT ON ledger_posting"
    " WHEN EXISTS (SELECT 1 FROM ledger_posting WHERE transfer = NEW.transfer"
    " AND ordinal = NEW.ordinal)"
    " OR NEW.source_version <= (SELECT version FROM ledger_balance"
    " WHERE account = NEW.source AND unit = NEW.unit)"
    " OR NEW.target_version <= (SELECT version FROM ledger_balance"
    " WHERE account = NEW.target AND unit = NEW.unit)"
    " BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END",
    "CREATE TRIGGER ledger_held_no_update BEFORE UPDATE ON ledger_held"
    " BEGIN SELECT RAISE(ABORT, 'ledger_held is append-only'); END",
    "CREATE TRIGGER ledger_held_no_delete BEFORE DELETE ON ledger_held"
    " BEGIN SELECT RAISE(ABORT, 'ledger_held is append-only'); END",
    "CREATE TRIGGER ledger_held_no_replace BEFORE INSERT ON ledger_held"
    " WHEN EXISTS (SELECT 1 FROM ledger_held WHERE transfer = NEW.transfer"
    " AND ordinal = NEW.ordinal)"
    " BEGIN SELECT RAISE(ABORT, 'ledger_held is append-only'); END",
)
"""SQLite's triggers on the tables that it copies, which are gone with the originals."""

NO_REPLACE = (
    "CREATE TRIGGER ledger_transfer_no_replace BEFORE INSERT ON ledger_transfer"
    " WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE number = NEW.number)"
    " OR EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.id)"
    " OR EXISTS (SELECT 1 FROM ledger_transfer WHERE key = NEW.key)"
    " OR {reverses}EXISTS (SELECT 1 FROM ledger_transfer WHERE reverses = NEW.reverses)"
    " OR {ends}EXISTS (SELECT 1 FROM ledger_transfer WHERE ends = NEW.ends)"
    " OR {unit}EXISTS (SELECT 1 FROM ledger_transfer WHERE unit = NEW.unit)"
    " BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END"
)
"""Its trigger on entries, with or without a guard before each key that one may lack."""
KEYS = ("reverses", "ends", "unit")


def upgrade() -> None:
    """Fails where a line has no balance; `ledger verify` names it."""
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            for name in (*SIDES, "unit"):
                batch_op.drop_constraint(op.f(f"fk_{table}_{name}"), type_="foreignkey")
            for side in SIDES:
                batch_op.create_foreign_key(
                    op.f(f"fk_{table}_{side}_unit"),
                    "ledger_balance",
                    [side, "unit"],
                    ["account", "unit"],
                )
    guard_copies()
    replace_guard({key: f"NEW.{key} IS NOT NULL AND " for key in KEYS})


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            for side in SIDES:
                batch_op.drop_constraint(op.f(f"fk_{table}_{side}_unit"), type_="foreignkey")
                batch_op.create_foreign_key(
                    op.f(f"fk_{table}_{side}"), "ledger_account", [side], ["id"]
                )
            batch_op.create_foreign_key(op.f(f"fk_{table}_unit"), "ledger_unit", ["unit"], ["id"])
    guard_copies()
    replace_guard(dict.fromkeys(KEYS, ""))


def guard_copies() -> None:
    """Make SQLite's triggers again."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in GUARDS:
            op.execute(statement)


def replace_guard(before: dict[str, str]) -> None:
    """Make SQLite's trigger on entries anew, with this before each key that one may lack."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_transfer_no_replace")
        op.execute(NO_REPLACE.format_map(before))
