"""The triggers by which the database itself keeps the land's version and the deposits' totals.

They are in the database so that no command, import or statement by hand can forget them.
"""

from typing import Final

from sqlalchemy import MetaData

from bank.land.indexes import NOT_DUE
from database import ddl

WATCHED: Final = {
    "division": "code, name, kind, lon, lat, outline",
    "parcel": "asset_id, division_code, wkb, area_dm2, land_class, location, origin, retired_at",
    "asset": "kind, name, division_code",
    "deposit": "asset_id, stage, mode, area_dm2, value_fen",
}
"""What a map may show of each table."""
FOLD_ONE_IN: Final = 300
"""PostgreSQL folds what it appended about every so many statements."""

KEY: Final = "division_code, kind, stage, mode"

RECOUNT: Final = f"""
INSERT INTO deposit_total ({KEY}, deposits, area_dm2)
SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, ''), count(*), sum(d.area_dm2)
FROM deposit d JOIN asset a ON a.id = d.asset_id
GROUP BY a.division_code, a.kind, d.stage, coalesce(d.mode, '')
"""  # noqa: S608 - made of our own names
"""Fills an empty `deposit_total` from the deposits."""


def attach(metadata: MetaData, *tables: str) -> None:
    """Make the triggers whenever the last of `tables` is made from the metadata."""
    last = metadata.tables[tables[-1]]
    for other in (*WATCHED, *tables[:-1]):
        last.add_is_dependent_on(metadata.tables[other])
    ddl.attach(last, STATEMENTS)
    ddl.attach(last, REMOVALS, moment="before_drop")


# -- SQLite: one row changed in place --------------------------------------------------------


def _sqlite() -> tuple[str, ...]:
    seed = (
        "INSERT INTO land_change (id, times)"
        " SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM land_change)"
    )
    changed = "BEGIN UPDATE land_change SET times = times + 1; END"
    found = [seed]
    for table, columns in WATCHED.items():
        for name, when in (
            ("insert", "INSERT"),
            ("delete", "DELETE"),
            ("update", f"UPDATE OF {columns}"),
        ):
            one_of_many = f" WHEN {NOT_DUE}" if (table, name) == ("parcel", "insert") else ""
            found.append(
                f"CREATE TRIGGER IF NOT EXISTS land_change_{table}_{name}"
                f" AFTER {when} ON {table}{one_of_many} {changed}"
            )
    found.append(
        "CREATE TRIGGER IF NOT EXISTS land_change_parcel_together"
        f" AFTER DELETE ON parcel_box_due {changed}"
    )
    add, take = _one_deposit("new", "+"), _one_deposit("old", "-")
    found += [
        "CREATE TRIGGER IF NOT EXISTS deposit_total_insert AFTER INSERT ON deposit"
        f" BEGIN {add} END",
        "CREATE TRIGGER IF NOT EXISTS deposit_total_delete AFTER DELETE ON deposit"
        f" BEGIN {take} END",
        "CREATE TRIGGER IF NOT EXISTS deposit_total_update"
        f" AFTER UPDATE OF asset_id, stage, mode, area_dm2 ON deposit BEGIN {take} {add} END",
        "CREATE TRIGGER IF NOT EXISTS deposit_total_asset"
        " AFTER UPDATE OF kind, division_code ON asset"
        f" BEGIN {_deposits_of('old', '-')} {_deposits_of('new', '+')} END",
    ]
    return tuple(found)


def _one_deposit(row: str, sign: str) -> str:
    """Two statements: a row of its key, if there is none yet; and one deposit more or less."""
    same = (
        "t.division_code = a.division_code AND t.kind = a.kind"
        f" AND t.stage = {row}.stage AND t.mode = coalesce({row}.mode, '')"
    )
    return (
        f"INSERT INTO deposit_total ({KEY}, deposits, area_dm2)"  # noqa: S608
        f" SELECT a.division_code, a.kind, {row}.stage, coalesce({row}.mode, ''), 0, 0"
        f" FROM asset a WHERE a.id = {row}.asset_id"
        f" AND NOT EXISTS (SELECT 1 FROM deposit_total t WHERE {same});"
        f" UPDATE deposit_total SET deposits = deposits {sign} 1,"
        f" area_dm2 = area_dm2 {sign} {row}.area_dm2 WHERE id = (SELECT t.id FROM asset a"
        f" JOIN deposit_total t ON {same} WHERE a.id = {row}.asset_id LIMIT 1);"
    )


def _deposits_of(row: str, sign: str) -> str:
    """The same for all deposits of an asset whose kind or place changed."""
    mine = f"FROM deposit d WHERE d.asset_id = {row}.id"
    same = "d.stage = deposit_total.stage AND coalesce(d.mode, '') = deposit_total.mode"
    return (
        f"INSERT INTO deposit_total ({KEY}, deposits, area_dm2)"  # noqa: S608
        f" SELECT DISTINCT {row}.division_code, {row}.kind, d.stage, coalesce(d.mode, ''), 0, 0"
        f" {mine} AND NOT EXISTS (SELECT 1 FROM deposit_total t"
        f" WHERE t.division_code = {row}.division_code AND t.kind = {row}.kind"
        " AND t.stage = d.stage AND t.mode = coalesce(d.mode, ''));"
        " UPDATE deposit_total SET"
        f" deposits = deposits {sign} (SELECT count(*) {mine} AND {same}),"
        f" area_dm2 = area_dm2 {sign} (SELECT coalesce(sum(d.area_dm2), 0) {mine} AND {same})"
        f" WHERE division_code = {row}.division_code AND kind = {row}.kind;"
    )


# -- PostgreSQL: rows appended, one statement at a time, and folded ---------------------------

_CHANGED: Final = f"""
CREATE OR REPLACE FUNCTION land_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE latest bigint;
BEGIN
  INSERT INTO land_change (times) VALUES (1) RETURNING id INTO latest;
  IF mod(latest, {FOLD_ONE_IN}) = 0 THEN
    WITH gone AS (DELETE FROM land_change WHERE id IN
      (SELECT id FROM land_change FOR UPDATE SKIP LOCKED) RETURNING times)
    INSERT INTO land_change (times) SELECT sum(times) FROM gone HAVING count(*) > 0;
  END IF;
  RETURN NULL;
END $$
"""  # noqa: S608
_FOLD: Final = f"""
CREATE OR REPLACE FUNCTION deposit_total_fold() RETURNS void LANGUAGE sql AS $$
  WITH gone AS (DELETE FROM deposit_total WHERE id IN
    (SELECT id FROM deposit_total FOR UPDATE SKIP LOCKED) RETURNING *)
  INSERT INTO deposit_total ({KEY}, deposits, area_dm2)
  SELECT {KEY}, sum(deposits), sum(area_dm2) FROM gone GROUP BY {KEY}
  HAVING sum(deposits) <> 0 OR sum(area_dm2) <> 0;
$$
"""  # noqa: S608
_ROWS: Final = """
    SELECT a.division_code, a.kind, d.stage, coalesce(d.mode, '') AS mode,
           {sign}1 AS n, {sign}d.area_dm2 AS area FROM {deposits} d JOIN {assets} a
           ON a.id = d.asset_id"""
_DELTA: Final = f"""
  INSERT INTO deposit_total ({KEY}, deposits, area_dm2)
  SELECT {KEY}, sum(n), sum(area) FROM ({{rows}}) AS delta
  GROUP BY {KEY} HAVING sum(n) <> 0 OR sum(area) <> 0;
"""  # noqa: S608
_COUNTED: Final = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {body}
  IF random() < 1.0 / {fold} THEN PERFORM deposit_total_fold(); END IF;
  RETURN NULL;
END $$
"""


def _function(name: str, *rows: str) -> str:
    body = _DELTA.format(rows=" UNION ALL ".join(rows))
    return _COUNTED.format(name=name, body=body, fold=FOLD_ONE_IN)


def _postgresql() -> tuple[str, ...]:
    more = _ROWS.format(sign="", deposits="new_rows", assets="asset")
    less = _ROWS.format(sign="-", deposits="old_rows", assets="asset")
    asset_more = _ROWS.format(sign="", deposits="deposit", assets="new_rows")
    asset_less = _ROWS.format(sign="-", deposits="deposit", assets="old_rows")
    old, new = "OLD TABLE AS old_rows", "NEW TABLE AS new_rows"
    counted = (
        ("deposit_total_insert", "INSERT ON deposit", new, (more,)),
        ("deposit_total_delete", "DELETE ON deposit", old, (less,)),
        ("deposit_total_update", "UPDATE ON deposit", f"{old} {new}", (more, less)),
        ("deposit_total_asset", "UPDATE ON asset", f"{old} {new}", (asset_more, asset_less)),
    )
    found = [_CHANGED, _FOLD]
    for table, columns in WATCHED.items():
        found.append(
            f"CREATE OR REPLACE TRIGGER land_change_{table}"
            f" AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF {columns} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION land_changed()"
        )
    for name, when, tables, rows in counted:
        found.append(_function(name, *rows))
        found.append(
            f"CREATE OR REPLACE TRIGGER {name} AFTER {when} REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    return tuple(found)


def _removals() -> dict[str, tuple[str, ...]]:
    counted = {
        "deposit_total_insert": "deposit",
        "deposit_total_delete": "deposit",
        "deposit_total_update": "deposit",
        "deposit_total_asset": "asset",
    }
    sqlite = [f"DROP TRIGGER IF EXISTS {name}" for name in counted] + [
        f"DROP TRIGGER IF EXISTS land_change_{table}_{when}"
        for table in WATCHED
        for when in ("insert", "delete", "update")
    ]
    sqlite.append("DROP TRIGGER IF EXISTS land_change_parcel_together")
    postgresql = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table in counted.items()]
    postgresql += [f"DROP TRIGGER IF EXISTS land_change_{table} ON {table}" for table in WATCHED]
    functions = ("land_changed", "deposit_total_fold", *counted)
    postgresql += [f"DROP FUNCTION IF EXISTS {name}()" for name in functions]
    return {"sqlite": tuple(sqlite), "postgresql": tuple(postgresql)}


STATEMENTS: Final = {"sqlite": _sqlite(), "postgresql": _postgresql()}
REMOVALS: Final = _removals()
