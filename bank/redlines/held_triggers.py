"""The triggers by which the database itself keeps `held_parcel`, from what it is made of.

They are in the database so that no command, import or statement by hand can forget them. A parcel
that nobody has deposited costs them nothing.
"""

from typing import Final

from sqlalchemy import Table

from bank.deposits.lifecycle import IN_BANK
from database import ddl

STAGES: Final = ", ".join(repr(stage.value) for stage in sorted(IN_BANK))
COLUMNS: Final = (
    "number, area_dm2, min_x, min_y, max_x, max_y, party_id, stage, mode, kind, division_code"
)
_ROWS: Final = (
    "SELECT p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y, d.party_id, d.stage,"  # noqa: S608
    " d.mode, a.kind, p.division_code FROM parcel p JOIN deposit d ON d.asset_id = p.asset_id"
    f" JOIN asset a ON a.id = p.asset_id WHERE p.retired_at IS NULL AND d.stage IN ({STAGES})"
)
REFILL: Final = f"INSERT INTO held_parcel ({COLUMNS}) {_ROWS} ORDER BY p.number"
"""Fills an empty `held_parcel`; needed only where rows came in while triggers were off."""
_OF_PARCEL: Final = (
    "number, asset_id, division_code, area_dm2, min_x, min_y, max_x, max_y, retired_at"
)
_OF_DEPOSIT: Final = "asset_id, party_id, stage, mode"
WATCHED: Final = ("parcel", "deposit", "asset")


def _sqlite() -> tuple[str, ...]:
    insert = f"INSERT OR IGNORE INTO held_parcel ({COLUMNS}) {_ROWS} AND"
    put = {row: f"{insert} p.asset_id = {row}.asset_id;" for row in ("old", "new")}
    take = (
        "DELETE FROM held_parcel"
        " WHERE number IN (SELECT number FROM parcel WHERE asset_id = {asset});"
    )
    was, now = (f"{row}.stage IN ({STAGES})" for row in ("old", "new"))
    gone = "DELETE FROM held_parcel WHERE number = old.number;"
    added = f"{insert} p.number = new.number;"
    mine = "asset_id"
    return tuple(
        f"CREATE TRIGGER IF NOT EXISTS held_parcel_of_{name} AFTER {when} BEGIN {does} END"
        for name, when, does in (
            ("deposit_insert", f"INSERT ON deposit WHEN {now}", put["new"]),
            ("deposit_delete", f"DELETE ON deposit WHEN {was}",
             take.format(asset=f"old.{mine}") + put["old"]),
            ("deposit_update", f"UPDATE OF {_OF_DEPOSIT} ON deposit WHEN {was} OR {now}",
             take.format(asset=f"old.{mine}") + take.format(asset=f"new.{mine}")
             + put["old"] + put["new"]),
            ("parcel_insert", "INSERT ON parcel WHEN new.asset_id IS NOT NULL", added),
            ("parcel_delete", "DELETE ON parcel WHEN old.asset_id IS NOT NULL", gone),
            ("parcel_update", f"UPDATE OF {_OF_PARCEL} ON parcel", gone + added),
            ("asset_update", "UPDATE OF kind ON asset",
             take.format(asset="new.id") + f"{insert} p.asset_id = new.id;"),
        )
    )  # fmt: skip


_REFRESH: Final = f"""
CREATE OR REPLACE FUNCTION held_parcel_refresh(asset uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- of two writers of one asset, the later waits, and then sees what the earlier wrote
  PERFORM 1 FROM asset a WHERE a.id = asset FOR NO KEY UPDATE;
  DELETE FROM held_parcel WHERE number IN (SELECT p.number FROM parcel p WHERE p.asset_id = asset);
  INSERT INTO held_parcel ({COLUMNS}) {_ROWS} AND p.asset_id = asset
  ON CONFLICT (number) DO NOTHING;
END $$
"""  # noqa: S608
_OF_EACH: Final = """
CREATE OR REPLACE FUNCTION held_parcel_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {does}
  RETURN NULL;
END $$
"""
_BOTH: Final = """IF TG_OP <> 'INSERT' THEN
    {gone}PERFORM held_parcel_refresh(OLD.asset_id);
  END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.asset_id IS DISTINCT FROM OLD.asset_id THEN
    PERFORM held_parcel_refresh(NEW.asset_id);
  END IF;"""
_GONE: Final = """-- the asset is locked before its rows, as by every writer
    PERFORM 1 FROM asset a WHERE a.id = OLD.asset_id FOR NO KEY UPDATE;
    DELETE FROM held_parcel WHERE number = OLD.number;
    """
INDEX: Final = (
    "CREATE INDEX IF NOT EXISTS ix_held_parcel_box ON held_parcel"
    " USING gist (box(point(min_x, min_y), point(max_x, max_y)))"
)


def _postgresql() -> tuple[str, ...]:
    was, now = (f"{row}.stage IN ({STAGES})" for row in ("OLD", "NEW"))
    does = {
        "parcel": _BOTH.format(gone=_GONE),
        "deposit": _BOTH.format(gone=""),
        "asset": "PERFORM held_parcel_refresh(NEW.id);",
    }
    owned = {row: f"{row}.asset_id IS NOT NULL" for row in ("OLD", "NEW")}
    triggers = (
        ("parcel", "INSERT", "INSERT", owned["NEW"]),
        ("parcel", "DELETE", "DELETE", owned["OLD"]),
        ("parcel", "UPDATE", f"UPDATE OF {_OF_PARCEL}", f"{owned['OLD']} OR {owned['NEW']}"),
        ("deposit", "INSERT", "INSERT", now),
        ("deposit", "DELETE", "DELETE", was),
        ("deposit", "UPDATE", f"UPDATE OF {_OF_DEPOSIT}", f"{was} OR {now}"),
        ("asset", "UPDATE", "UPDATE OF kind", "OLD.kind <> NEW.kind"),
    )
    functions = (_OF_EACH.format(table=table, does=does[table]) for table in WATCHED)
    return (
        INDEX,
        _REFRESH,
        *functions,
        *(
            f"CREATE OR REPLACE TRIGGER held_parcel_of_{table}_{act.lower()} AFTER {when}"
            f" ON {table} FOR EACH ROW WHEN ({only}) EXECUTE FUNCTION held_parcel_of_{table}()"
            for table, act, when, only in triggers
        ),
    )


def _removals() -> dict[str, tuple[str, ...]]:
    names = [
        (table, f"held_parcel_of_{table}_{act}")
        for table in WATCHED
        for act in ("insert", "delete", "update")
    ]
    functions = [f"held_parcel_of_{table}()" for table in WATCHED] + ["held_parcel_refresh(uuid)"]
    return {
        "sqlite": tuple(f"DROP TRIGGER IF EXISTS {name}" for _, name in names),
        "postgresql": (
            *(f"DROP TRIGGER IF EXISTS {name} ON {table}" for table, name in names),
            *(f"DROP FUNCTION IF EXISTS {function}" for function in functions),
        ),
    }


STATEMENTS: Final = {"sqlite": _sqlite(), "postgresql": _postgresql()}
REMOVALS: Final = _removals()


def attach(table: Table) -> None:
    """Make the triggers whenever the table is made from its metadata, and drop them likewise."""
    for watched in WATCHED:
        table.add_is_dependent_on(table.metadata.tables[watched])
    ddl.attach(table, STATEMENTS)
    ddl.attach(table, REMOVALS, moment="before_drop")
