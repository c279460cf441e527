"""`flask land`: parcels from files, and what lies under them."""

from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from bank.calendar import local_date
from bank.land.checks import check_parcel
from bank.land.importing import import_parcels
from bank.land.parcels import shape_of
from bank.land.tables import Parcel
from bank.refusals import NoSuchRecord
from web.cli.output import banking, say
from web.clock import now
from web.session import request_session, transaction

group = click.Group("land", help="Parcels from files, and what lies under them.")


@group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--land-class", default="0301", show_default=True, help="GB/T 21010 class.")
@click.option("--town", "town_code", help="Enter all parcels in this division.")
@click.option("--move-to", help="Move the shapes into this division, to try foreign ones.")
@click.option("--crs", help="The coordinate system of a file that names none, as EPSG:4528.")
@with_appcontext
@banking
def import_(
    path: Path,
    land_class: str,
    town_code: str | None,
    move_to: str | None,
    crs: str | None,
    as_json: bool,
) -> None:
    """Take the polygons of a GeoPackage, zipped Shapefile or GeoJSON file as free parcels."""
    with transaction() as session:
        report = import_parcels(
            session,
            path,
            at=now(),
            land_class=land_class,
            town_code=town_code,
            move_to=move_to,
            crs=crs,
        )
    refused = [
        {"row": row.number, "code": row.refusal.code, "message": row.refusal.message}
        for row in report.refused
    ]
    text = [f"{report.taken} taken, {report.known} known already, {len(refused)} refused"]
    text += [f"row {row['row']}: {row['message']}" for row in refused]
    result = {"taken": report.taken, "known": report.known, "refused": refused}
    say(result, "\n".join(text), as_json=as_json)


@group.command()
@click.argument("code")
@with_appcontext
@banking
def check(code: str, as_json: bool) -> None:
    """Say per layer what lies under the parcel of this code: clear, conflict or not checked."""
    session = request_session()
    parcel = session.scalar(select(Parcel).where(Parcel.code == code))
    if parcel is None:
        raise NoSuchRecord("no parcel has this code", code=code)
    own: UUID = parcel.id
    answers = check_parcel(session, shape_of(parcel), on=local_date(now()), among=Parcel.id != own)
    rows = [
        {
            "layer": answer.layer.value,
            "result": answer.result.value,
            "area_dm2": answer.area_dm2,
            "other_code": answer.other_code,
        }
        for answer in answers
    ]
    text = "\n".join(f"{row['layer']}: {row['result']}" for row in rows)
    say({"parcel": code, "layers": rows}, text, as_json=as_json)
