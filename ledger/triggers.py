"""Append-only in the database itself: journal and log rows can be inserted, never changed."""

from typing import Final

from sqlalchemy import Connection, Table, text

from database import ddl

GUARDED: Final = {
    "ledger_transfer": (("number",), ("id",), ("key",)),
    "ledger_about": (("transfer",), ("reverses",), ("ends",), ("unit",)),
    "ledger_posting": (("transfer", "ordinal"),),
    "ledger_held": (("transfer", "ordinal"),),
    "ledger_leaf": (("position",), ("transfer",)),
    "ledger_node": (("level", "position"),),
    "ledger_seal": (("turn",),),
    "ledger_checkpoint": (("size",),),
}
"""The tables whose rows stay as they are, each with its keys."""

MAY_LACK: Final = frozenset({"reverses", "ends", "unit"})
"""Keys that most rows lack; SQLite then opens no index to look for nothing."""

_PASSED: Final = (
    " OR NEW.{side}_version <= (SELECT version FROM ledger_balance"
    " WHERE account = NEW.{side} AND unit = NEW.unit)"
)
ALSO_TAKEN: Final = {
    "ledger_posting": _PASSED.format(side="source") + _PASSED.format(side="target")
}
"""Versions of an account are keys too; that one is passed is seen sooner in the small table."""

NUMBERS_ROWS: Final = frozenset({"ledger_transfer"})
"""Tables of which a key is SQLite's own number of the row."""

_REFUSE_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';
END $$"""


def _postgresql(table: str) -> list[str]:
    return [
        _REFUSE_FUNCTION,
        f"CREATE OR REPLACE TRIGGER {table}_append_only"
        f" BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()",
    ]


def _sqlite(table: str) -> list[str]:
    """UPDATE, DELETE, and the INSERT OR REPLACE that deletes without a DELETE trigger."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    taken = " OR ".join(_taken(table, key) for key in GUARDED[table])
    if table not in NUMBERS_ROWS:  # nor through the row's hidden number; unsaid, it is -1
        taken += f" OR NEW.rowid > 0 AND {_taken(table, ('rowid',))}"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}"
        f" WHEN {taken}{ALSO_TAKEN.get(table, '')} {refuse}",
    ]


def _taken(table: str, key: tuple[str, ...]) -> str:
    same = " AND ".join(f"{name} = NEW.{name}" for name in key)
    given = "".join(f"NEW.{name} IS NOT NULL AND " for name in key if name in MAY_LACK)
    return f"{given}EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - ours


_MAKE: Final = {"postgresql": _postgresql, "sqlite": _sqlite}


def statements(dialect: str) -> list[str]:
    """The statements that guard the tables on this database; running them twice does no harm."""
    return [statement for table in GUARDED for statement in _MAKE[dialect](table)]


def install(connection: Connection) -> None:
    """Guard the tables that a migration made: `install(op.get_bind())`."""
    for statement in statements(connection.dialect.name):
        connection.execute(text(statement))


def attach(table: Table) -> None:
    """Guard the table as soon as `create_all` has made it."""
    ddl.attach(table, {dialect: make(table.name) for dialect, make in _MAKE.items()})
