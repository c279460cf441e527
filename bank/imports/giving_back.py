"""Giving refused rows back as a file, with the reason beside each, to be mended and given again."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely
import xlsxwriter
from numpy.typing import NDArray

from bank.land.files import sheets
from bank.land.files.formats import Format
from bank.land.files.matching import Matching
from bank.land.files.reading import Batch, Source, batches, plain
from bank.land.files.sheet_file import FORMULA_STARTS, OPTIONS

LAYER: Final = "refused"
BOM: Final = "\ufeff"


def suffix(source: Source) -> str:
    """The ending of the file that `write_refused` makes of it."""
    return f".{source.format.value}" if source.is_sheet else ".gpkg"


def write_refused(
    target: Path, source: Source, refused: Mapping[int, str], *, heading: str,
    matching: Matching | None = None,
) -> int:  # fmt: skip
    """Write the source's rows of these numbers, each with its text under `heading`; how many.

    A spreadsheet stays one of its kind, with all lines of a parcel that is told corner by corner
    (`matching` says so); shapes become a GeoPackage in the system they came in. What lay at
    `target` is replaced. Cells that a spreadsheet program would run as formulas are marked as text.
    """
    matching = matching or Matching()
    if source.is_sheet:
        return _write_sheet(target, source, refused, heading, matching)
    written = 0
    target.unlink(missing_ok=True)  # a GeoPackage of before would be added to
    for batch in batches(source):
        chosen = np.flatnonzero(np.isin(batch.numbers, list(refused)))
        if len(chosen):
            _append(target, batch, chosen, [refused[int(n)] for n in batch.numbers[chosen]],
                    heading, source)  # fmt: skip
            written += len(chosen)
    return written


def _append(
    target: Path, batch: Batch, chosen: NDArray[np.intp], texts: Sequence[str], heading: str,
    source: Source,
) -> None:  # fmt: skip
    taken = {"fid", "geom", heading.lower()}
    columns = {
        _unlike(name, taken): [_as_text(values[i]) for i in chosen]
        for name, values in batch.columns.items()
        if name.lower() != heading.lower()
    } | {heading: list(texts)}
    pyogrio.raw.write(
        target,
        np.asarray(shapely.to_wkb(batch.shapes[chosen]), dtype=object),
        [np.array(list(each), dtype=object) for each in columns.values()],
        list(columns),
        layer=LAYER, driver="GPKG", geometry_type="Unknown", crs=source.crs,
        append=target.exists(),
    )  # fmt: skip


def _unlike(name: str, taken: set[str]) -> str:
    """The column's name, with a number behind it if a GeoPackage takes it for another's."""
    found, number = name, 2
    while found.lower() in taken:
        found, number = f"{name} #{number}", number + 1
    taken.add(found.lower())
    return found


def _as_text(value: Any) -> str | None:
    found = plain(value)
    return None if found is None else str(found)


def _write_sheet(
    target: Path, source: Source, refused: Mapping[int, str], heading: str, matching: Matching
) -> int:
    names, lines = sheets.table(source.path, source.format, source.layer)
    kept = [name for name in names if name != heading]
    numbers = _lines_of(lines, refused, matching)
    rows = (
        [*(line.values.get(name) for name in kept), refused.get(numbers[line.number], "")]
        for line in lines
        if line.number in numbers
    )
    write = _write_csv if source.format is Format.CSV else _write_xlsx
    write(target, [*kept, heading], rows)
    return len(set(numbers.values()))


def _lines_of(
    lines: Sequence[sheets.Line], refused: Mapping[int, str], matching: Matching
) -> dict[int, int]:
    """The numbers of the lines to give back, each with that of its parcel."""
    if not (matching.x and matching.y) or matching.shape:
        return {line.number: line.number for line in lines if line.number in refused}
    parcels = sheets.groups(lines, matching).values()
    return {
        line.number: corners[0].number
        for corners in parcels
        if corners[0].number in refused
        for line in corners
    }


def _write_csv(target: Path, names: Sequence[str], rows: Iterator[list[Any]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)  # by which Excel knows that it is UTF-8
        writer = csv.writer(file)
        writer.writerow([_harmless(name) for name in names])
        writer.writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell: Any) -> Any:
    """Text that no spreadsheet program runs; numbers as they are."""
    if not isinstance(cell, str) or cell[:1] not in FORMULA_STARTS or not cell:
        return cell
    return cell if sheets.NUMBER.fullmatch(cell) else f"'{cell}"


def _write_xlsx(target: Path, names: Sequence[str], rows: Iterator[list[Any]]) -> None:
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        sheet = book.add_worksheet()
        quoted = book.add_format({"quote_prefix": True})
        for at, row in enumerate([list(names), *rows]):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    risky = cell[:1] and cell[0] in FORMULA_STARTS
                    sheet.write_string(at, place, cell, quoted if risky else None)
                elif cell is not None:
                    sheet.write(at, place, cell)
