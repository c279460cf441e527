"""`flask valuation parameters` and `mass`: the county's tables, and many parcels by prices."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from bank.parameters.keeping import add_version
from bank.parties.tables import User
from database.secrecy import fingerprint
from valuation import mass_files
from valuation.parameters import finding
from valuation.parameters.beginning import understood_heads
from valuation.parameters.checking import rows_from_csv
from valuation.parameters.tables import ParameterTable
from web.cli.output import banking, say
from web.clock import now, today
from web.forms import new_key
from web.session import request_session, transaction

group = click.Group("parameters", help="The county's tables of rates, coefficients and prices.")

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LAND_PRICES = "benchmark_land_price"


@group.command("list")
@with_appcontext
@banking
def list_tables(as_json: bool) -> None:
    """List the tables with the version that holds today."""
    tables = [_table(each) for each in finding.all_tables(request_session())]
    lines = [
        f"{each['code']}  {each['name_zh']}  [{each['kind']}, {each['unit'] or 'a number'}]  "
        + (f"version {each['version']}: {each['source']}" if each["version"] else "no figures yet")
        for each in tables
    ]
    say({"tables": tables}, "\n".join(lines), as_json=as_json)


def _table(table: ParameterTable) -> dict[str, Any]:
    version = finding.find_version_in_force(table, today())
    return {
        "code": table.code,
        "name_zh": table.name_zh,
        "name_en": table.name_en,
        "kind": table.kind.value,
        "unit": table.unit,
        "columns": table.columns,
        "version": version.number if version else None,
        "valid_from": version.valid_from if version else None,
        "base_date": version.base_date if version else None,
        "source": version.source if version else None,
        "rows": len(version.rows) if version else 0,
    }


@group.command("import")
@click.argument("code")
@click.argument("path", type=FILE)
@click.option("--valid-from", type=DAY, required=True, help="From when the figures hold.")
@click.option("--base-date", type=DAY, required=True, help="The date whose prices they are in.")
@click.option("--source", required=True, help="The document that sets them.")
@click.option("--note", default="", help="A remark.")
@click.option("--by", "login", required=True, help="The county officer's login.")
@with_appcontext
@banking
def import_version(
    code: str,
    path: Path,
    valid_from: datetime,
    base_date: datetime,
    source: str,
    note: str,
    login: str,
    as_json: bool,
) -> None:
    """Add a version to the table CODE from a CSV file: its columns and `value`."""
    text = _text(path)
    with transaction() as session:
        user = session.scalars(
            select(User).where(User.login_fingerprint == fingerprint(login))
        ).first()
        if user is None:
            raise click.UsageError(f"there is no login {login}")
        table = finding.get_table(session, code)
        version = add_version(
            session,
            code,
            rows=rows_from_csv(text, columns=understood_heads(table.keys)),
            valid_from=valid_from.date(),
            base_date=base_date.date(),
            source=source,
            note=note,
            actor=user.actor(),
            at=now(),
            key=new_key(),
        )
        told = {
            "table": code, "version": version.number,
            "rows": len(version.rows), "digest": version.digest,
        }  # fmt: skip
    say(told, f"{code}: version {told['version']}, {told['rows']} rows", as_json=as_json)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return path.read_text("gb18030", errors="replace")


@click.command()
@click.argument("path", type=FILE)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--table", default=LAND_PRICES, show_default=True, help="The table of prices.")
@click.option("--on", type=DAY, help="The valuation date; today if unsaid.")
@with_appcontext
@banking
def mass(path: Path, out: Path, table: str, on: datetime | None, as_json: bool) -> None:
    """Value all parcels of a CSV file by benchmark prices; the values are for reference.

    Columns: the keys of the table (`town`, `class`) and `area_dm2`; where given also `correction`,
    `date_factor`, `plot_ratio_factor` and `term_factor`. Each value is what the benchmark method
    gives for the parcel alone.
    """
    session = request_session()
    version = finding.version_in_force(session, table, on.date() if on else today())
    with path.open(encoding="utf-8-sig", newline="") as source:
        prices, keys = finding.figures(version), version.table.columns
        basis = mass_files.basis_of(version.table.unit)
        sheet = mass_files.read(source, prices, keys, basis=basis)
    with click.progressbar(length=len(sheet.lines), label="Valuing", file=sys.stderr) as bar:
        reached = 0

        def progress(done: int, total: int) -> None:
            nonlocal reached
            bar.update(done - reached)
            reached = done

        valued = mass_files.value(sheet, progress=progress)
    with out.open("w", encoding="utf-8-sig", newline="") as target:
        mass_files.write(target, sheet, valued)
    told = {
        "parcels": len(sheet.lines), "valued": len(sheet.lines) - len(valued.refused),
        "refused": len(valued.refused), "value_fen": int(valued.value_fen.sum()),
        "table": table, "version": version.number,
    }  # fmt: skip
    text = f"{told['valued']} of {told['parcels']} parcels valued by {table}, version"
    say(told, f"{text} {told['version']}; {told['refused']} refused", as_json=as_json)
