"""`flask land check` and `flask land zones`: what lies under land, and the layers that tell it."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.area import format_mu
from bank.calendar import local_date
from bank.deposits import records
from bank.deposits.tables import Deposit
from bank.land.checks import LayerResult, check_parcel
from bank.land.parcels import shape_of
from bank.land.tables import Parcel
from bank.redlines.drawing import read_file
from bank.refusals import NoSuchRecord
from bank.zones.conflicts import PPM, Result, layers_in_force
from bank.zones.importing import Fields, import_layer
from web.cli.output import banking, say
from web.clock import now
from web.session import request_session, transaction

DAY = click.DateTime(["%Y-%m-%d"])
group = click.Group("zones", help="Control layers (三区三线): import a version, list what governs.")


@click.command()
@click.argument("what")
@click.option("--on", type=DAY, help="The day whose rules and layers count; today if unsaid.")
@click.option("--crs", help="The coordinate system of a file that names none, as EPSG:4528.")
@with_appcontext
@banking
def check(what: str, on: datetime | None, crs: str | None, as_json: bool) -> None:
    """Say per layer what lies under a parcel (code), a deposit (number) or a file's polygons.

    Clear, conflict or not checked, with the area, the zones' names and the layer's version.
    """
    day = on.date() if on else local_date(now())
    answers = _answers(request_session(), what, day, crs)
    rows = [_row(answer) for answer in answers]
    text = "\n".join(_words(answer) for answer in answers)
    say({"checked": what, "on": day.isoformat(), "layers": rows}, text, as_json=as_json)


def _answers(session: Session, what: str, on: date, crs: str | None) -> list[LayerResult]:
    """Refuses: NoSuchRecord, and what a file is refused for."""
    if Path(what).is_file():
        return check_parcel(session, read_file(session, Path(what), on=on, crs=crs), on=on)
    deposit = session.scalar(select(Deposit).where(Deposit.number == what))
    if deposit is not None:
        return check_parcel(
            session,
            shape_of(records.parcel_of(deposit)),
            on=on,
            among=records.taken_by_others(deposit),
            asset_kind=deposit.asset.kind.value,
        )
    parcel = session.scalar(select(Parcel).where(Parcel.code == what))
    if parcel is None:
        raise NoSuchRecord("no parcel or deposit of this number, and no such file", code=what)
    return check_parcel(session, shape_of(parcel), on=on, among=Parcel.id != parcel.id)


def _row(answer: LayerResult) -> dict[str, Any]:
    return {
        "layer": str(answer.layer),
        "result": answer.result.value,
        "area_dm2": answer.area_dm2,
        "share_ppm": answer.share_ppm,
        "zone_name": answer.zone_name,
        "effect": answer.effect.value,
        "layer_id": str(answer.layer_id) if answer.layer_id else None,
        "valid_from": answer.valid_from.isoformat() if answer.valid_from else None,
        "other_code": answer.other_code,
    }


def _words(answer: LayerResult) -> str:
    said = f"{answer.layer}: {answer.result.value}"
    if answer.result is Result.CONFLICT:
        share = f" ({answer.share_ppm / PPM:.1%})" if answer.share_ppm else ""
        said += f", {format_mu(answer.area_dm2, 4)} mu{share}, {answer.effect.value}"
    for detail in (answer.zone_name, answer.other_code):
        said += f", {detail}" if detail else ""
    return said + (f", as of {answer.valid_from}" if answer.valid_from else "")


@group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True, help="permanent_basic_farmland, ecological_red_line, "
              "urban_boundary, or what the county calls a layer of its own.")  # fmt: skip
@click.option("--valid-from", type=DAY, required=True, help="The day from which it governs.")
@click.option("--name", default="", help="What the layer is called; the file's name if unsaid.")
@click.option("--name-field", help="The attribute with a zone's name.")
@click.option("--code-field", help="The attribute with a zone's code.")
@click.option("--core-field", help="The attribute that says whether a zone is of the core.")
@click.option("--blank-core", type=click.Choice(["yes", "no"]),
              help="What it means where that attribute is empty.")  # fmt: skip
@click.option("--crs", help="The coordinate system of a file that names none, as EPSG:4528.")
@with_appcontext
@banking
def import_(
    path: Path,
    kind: str,
    valid_from: datetime,
    name: str,
    name_field: str | None,
    code_field: str | None,
    core_field: str | None,
    blank_core: str | None,
    crs: str | None,
    as_json: bool,
) -> None:
    """Take all zones of a file as a version of a layer; the same file again changes nothing."""
    with transaction() as session:
        taken = import_layer(
            session, path,
            kind=kind, valid_from=valid_from.date(), at=now(), name=name, crs=crs,
            fields=Fields(
                name_field, code_field, core_field, blank_core == "yes" if blank_core else None
            ),
        )  # fmt: skip
        layer = taken.layer
        told = {
            "layer_id": str(layer.id),
            "kind": layer.kind,
            "name": layer.name,
            "valid_from": layer.valid_from.isoformat(),
            "zones": layer.zone_count,
            "area_dm2": layer.area_dm2,
            "is_new": taken.is_new,
            "repaired": list(taken.repaired),
        }
    said = f"{told['zones']} zones, {format_mu(layer.area_dm2)} mu, from {layer.valid_from}"
    text = f"{said}: {'taken' if taken.is_new else 'known already, nothing was changed'}"
    say(told, text, as_json=as_json)


@group.command("list")
@click.option("--on", type=DAY, help="The day; today if unsaid.")
@with_appcontext
@banking
def list_(on: datetime | None, as_json: bool) -> None:
    """List the versions that govern on a day."""
    layers = layers_in_force(request_session(), on.date() if on else local_date(now()))
    rows = [
        {"kind": layer.kind, "name": layer.name, "valid_from": layer.valid_from.isoformat(),
         "zones": layer.zone_count, "area_dm2": layer.area_dm2, "layer_id": str(layer.id)}
        for layer in layers
    ]  # fmt: skip
    text = "\n".join(
        f"{layer.kind}: {layer.name}, from {layer.valid_from}, {layer.zone_count} zones,"
        f" {format_mu(layer.area_dm2)} mu"
        for layer in layers
    )
    say({"layers": rows}, text or "no layer is in force", as_json=as_json)
