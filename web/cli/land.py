"""`flask land`: parcels from files, and what lies under them."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from bank.area import format_mu
from bank.calendar import local_date
from bank.catalogue import selecting
from bank.catalogue.layers import LAYERS
from bank.land.files.exporting import Format
from bank.land.polygons import to_geojson
from bank.land.shapes import shapes_of
from bank.land.tables import Parcel
from bank.redlines.drawing import read_file
from bank.redlines.findings import find_inside
from bank.refusals import NoSuchRecord
from database.directory import bank_of
from web.cli import collecting, importing, zones
from web.cli.output import banking, say
from web.clock import now
from web.file_export import write_selection
from web.session import request_session

group = click.Group("land", help="Parcels from files, and what lies under them.")
group.add_command(importing.import_)
group.add_command(zones.check)
group.add_command(zones.group)


@group.command()
@click.argument("code")
@with_appcontext
@banking
def shapes(code: str, as_json: bool) -> None:
    """List every shape that the parcel of this code has had, since when, and why."""
    session = request_session()
    parcel = session.scalar(select(Parcel).where(Parcel.code == code))
    if parcel is None:
        raise NoSuchRecord("no parcel has this code", code=code)
    srid = bank_of(session).settings.srid
    rows = [
        {
            "number": row.number,
            "since": row.since.isoformat(),
            "reason": row.reason.value,
            "note": row.note,
            "area_dm2": row.area_dm2,
            "geometry": json.loads(to_geojson(row.wkb, srid=srid, decimals=9)),
        }
        for row in shapes_of(session, parcel)
    ]
    text = "\n".join(
        f"{row['number']}: {row['reason']} since {row['since']}, {format_mu(row['area_dm2'], 4)} mu"
        for row in rows
    )
    say({"parcel": code, "shapes": rows}, text, as_json=as_json)


@group.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--crs", help="The coordinate system of a file that names none, as EPSG:4528.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day whose rules and control zones count; today if unsaid.",
)
@with_appcontext
@banking
def collect(path: Path, crs: str | None, on: datetime | None, as_json: bool) -> None:
    """Say what the red line in a file collects: deposits, sums, gaps, conflicts."""
    session = request_session()
    day = on.date() if on else local_date(now())
    shape = read_file(session, path, on=day, crs=crs)
    told = collecting.as_json(session, shape, find_inside(session, shape, on=day), on=day)
    say(told, collecting.in_words(told), as_json=as_json)


@group.command("export")
@click.argument("layer", type=click.Choice(sorted(LAYERS)))
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--town", default="", help="Only what lies in the division of this code.")
@click.option("--crs", "system", type=int, default=4490, show_default=True, help="EPSG code.")
@with_appcontext
@banking
def export_layer(layer: str, path: Path, town: str, system: int, as_json: bool) -> None:
    """Write a layer to a .gpkg, .geojson, .zip (Shapefile) or .xlsx file, however large it is.

    The layers `deposits` and `parcels` have all that officers see, with owners' names.
    """
    ending = path.suffix.lstrip(".").lower()
    if ending not in set(Format):
        raise click.UsageError(f"the file's name must end in one of {', '.join(Format)}")
    session = request_session()
    chosen = selecting.of_layer(LAYERS[layer], on=local_date(now()), town=town)
    rows = write_selection(session, chosen, path, form=Format(ending), system=system)
    said = {"layer": layer, "path": str(path), "rows": rows, "crs": f"EPSG:{system}"}
    say(said, f"{rows} rows written to {path}", as_json=as_json)
