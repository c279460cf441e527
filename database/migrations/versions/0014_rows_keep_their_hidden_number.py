"""On SQLite, no row of journal or log is replaced through the number that SQLite gives it.

INSERT OR REPLACE with a `rowid` that is taken deleted the row without asking a trigger.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TAKEN = {
    "ledger_posting": "EXISTS (SELECT 1 FROM ledger_posting WHERE transfer = NEW.transfer"
    " AND ordinal = NEW.ordinal)",
    "ledger_held": "EXISTS (SELECT 1 FROM ledger_held WHERE transfer = NEW.transfer"
    " AND ordinal = NEW.ordinal)",
    "ledger_leaf": "EXISTS (SELECT 1 FROM ledger_leaf WHERE position = NEW.position)"
    " OR EXISTS (SELECT 1 FROM ledger_leaf WHERE transfer = NEW.transfer)",
    "ledger_node": "EXISTS (SELECT 1 FROM ledger_node WHERE level = NEW.level"
    " AND position = NEW.position)",
    "ledger_seal": "EXISTS (SELECT 1 FROM ledger_seal WHERE turn = NEW.turn)",
    "ledger_checkpoint": "EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size = NEW.size)",
}
"""When a row is refused, by its keys."""
PASSED = {
    "ledger_posting": " OR NEW.source_version <= (SELECT version FROM ledger_balance"
    " WHERE account = NEW.source AND unit = NEW.unit)"
    " OR NEW.target_version <= (SELECT version FROM ledger_balance"
    " WHERE account = NEW.target AND unit = NEW.unit)",
}
"""And by what is seen in another table."""
BY_NUMBER = " OR NEW.rowid > 0 AND EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"
"""And from now on by the number of the row."""


def upgrade() -> None:
    replace_guards(BY_NUMBER)


def downgrade() -> None:
    replace_guards("")


def replace_guards(more: str) -> None:
    """Make SQLite's triggers on new rows anew, with this beside the keys."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, taken in TAKEN.items():
        op.execute(f"DROP TRIGGER {table}_no_replace")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN {taken}{more.format(table=table)}{PASSED.get(table, '')}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
