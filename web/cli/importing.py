"""`flask land import`: parcels from a file, in slices, and the refused rows given back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from bank.calendar import local_date
from bank.imports.giving_back import suffix, write_refused
from bank.imports.importing import SLICE, RefusedRow, import_parcels, import_rows, most_bytes
from bank.land.files.matching import FIELDS, Matching, propose, unit_of
from bank.land.files.reading import columns, open_source
from web.cli.output import banking, say
from web.clock import now
from web.session import transaction


def _given(_: click.Context, __: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """`--column land_class=DLBM` as a dictionary."""
    found = dict(pair.partition("=")[::2] for pair in pairs)
    if unknown := set(found) - set(FIELDS):
        raise click.BadParameter(f"{', '.join(sorted(unknown))}; known are {', '.join(FIELDS)}")
    return found


@click.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--land-class", default="0301", show_default=True, help="GB/T 21010 class.")
@click.option("--town", "town_code", help="Enter all parcels in this division.")
@click.option("--move-to", help="Move the shapes into this division, to try foreign ones.")
@click.option("--crs", help="The coordinate system of a file that names none, as EPSG:4528.")
@click.option("--layer", help="The layer or sheet of a file that has several.")
@click.option(
    "--column",
    "told",
    multiple=True,
    callback=_given,
    help="What a column says, as land_class=DLBM; the others are told by their usual names.",
)
@click.option(
    "--refused",
    "back",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows to this file, with their reasons.",
)
@with_appcontext
@banking
def import_(
    path: Path,
    land_class: str,
    town_code: str | None,
    move_to: str | None,
    crs: str | None,
    layer: str | None,
    told: dict[str, str],
    back: Path | None,
    as_json: bool,
) -> None:
    """Take the parcels of a file: GeoPackage, zipped Shapefile, GeoJSON, KML, DXF, XLSX or CSV.

    Each row is taken, known already or refused; every 50,000 rows are one transaction.
    """
    taken, known, refused, repaired = 0, 0, list[RefusedRow](), list[int]()
    if move_to is not None and (back is not None or told):
        raise click.UsageError("--move-to takes shapes alone: leave out --refused and --column")
    if move_to is not None:
        with transaction() as session:
            moved = import_parcels(
                session, path, at=now(), land_class=land_class, town_code=town_code,
                move_to=move_to, crs=crs, layer=layer,
            )  # fmt: skip
        taken, known, refused = moved.taken, moved.known, list(moved.refused)
    else:
        at = now()
        source = open_source(path, most_bytes=most_bytes(local_date(at)), crs=crs, layer=layer)
        if back is not None and back.suffix != suffix(source):
            raise click.UsageError(f"the refused rows of this file go to a {suffix(source)} file")
        matching = _matching(propose(columns(source)), told, land_class, town_code, path.name)
        start, done = 0, False
        while not done:
            with transaction() as session:
                report = import_rows(session, source, matching, at=at, start=start, most=SLICE)
            start, done = report.next_start, report.done
            taken, known = taken + report.taken, known + report.known
            refused += report.refused
            repaired += report.repaired
        if back is not None and refused:
            reasons = {row.number: row.refusal.message for row in refused}
            write_refused(back, source, reasons, heading="refusal", matching=matching)
    _say(taken, known, refused, repaired, as_json=as_json)


def _matching(
    proposed: Matching, told: dict[str, str], land_class: str, town: str | None, name: str
) -> Matching:
    columns_told: dict[str, Any] = dict(told)
    if "area" in told:
        columns_told["area_unit"] = unit_of(told["area"])
    return replace(
        proposed, **columns_told, usual_class=land_class, usual_division=town, usual_location=name
    )


def _say(
    taken: int, known: int, refused: list[RefusedRow], repaired: list[int], *, as_json: bool
) -> None:
    rows = [
        {"row": row.number, "code": row.refusal.code, "message": row.refusal.message}
        for row in refused
    ]
    text = [f"{taken} taken, {known} known already, {len(rows)} refused"]
    text += [f"row {number}: taken after a repair, area unchanged" for number in repaired]
    text += [f"row {row['row']}: {row['message']}" for row in rows]
    result = {"taken": taken, "known": known, "refused": rows, "repaired": repaired}
    say(result, "\n".join(text), as_json=as_json)
