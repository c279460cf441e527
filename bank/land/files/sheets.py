"""Tables from spreadsheets (XLSX, CSV), and the shapes that their cells spell out."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import shapely
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook
from shapely import Polygon
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry.base import BaseGeometry

from bank.land.corners import FIELD
from bank.land.files.formats import Format
from bank.land.files.matching import Matching
from bank.land.files.workbooks import MOST_CELLS
from bank.land.refusals import (
    BadNumber,
    EmptyFile,
    NotAPolygon,
    NotClosed,
    SeveralLayers,
    TooFewCorners,
    TooManyCells,
    TooManyColumns,
    UnreadableFile,
)
from database.refusals import Refusal

MOST_COLUMNS: Final = 500
ROW_WEIGHT: Final = 10
"""So many cells' room a line takes for itself."""
MOST_SEPARATORS: Final = 1_000_000
"""Of one line: a quoted outline has many commas."""
LOOKED_AT: Final = 50
"""Rows in which a sheet must show something to count."""
ENCODINGS: Final = ("utf-8-sig", "gb18030")
FORMULA_STARTS: Final = "=+-@\t\r"
NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
CORNERS: Final = re.compile(r"[\s\d.,;，；、:：|/()（）\[\]eE+°-]+")
LEAST: Final = 3

Values = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A line below the header, counted from 1; cells by column name."""

    number: int
    values: Values


@dataclass(frozen=True)
class Given:
    """A parcel of a sheet: the number of its first line, its cells, its shape or what is wrong."""

    number: int
    values: Values
    shape: BaseGeometry | None
    refusal: Refusal | None = None


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook that hold anything. Refuses: UnreadableFile."""
    book = _opened(path)
    return [name for name in book.sheet_names if _shows_something(_sheet(book, name))]


def choose(names: Sequence[str], layer: str | None) -> str | None:
    """The layer or sheet that is meant. Refuses: SeveralLayers, UnreadableFile."""
    if layer is not None and layer not in names:
        raise UnreadableFile("the file has no such layer", field="layer", given=layer[:60])
    if layer is None and len(names) > 1:
        raise SeveralLayers("say which layer is meant", field="layer", layers=list(names))
    return layer if layer is not None else next(iter(names), None)


def table(path: Path, format_: Format, sheet: str | None) -> tuple[list[str], list[Line]]:
    """The column names and the lines; empty lines are left out but counted.

    Refuses: EmptyFile, TooManyColumns, TooManyCells, UnreadableFile.
    """
    rows = iter(_csv(path) if format_ is Format.CSV else _xlsx(path, sheet))
    header = next((row for row in rows if any(_filled(cell) for cell in row)), None)
    if header is None:
        raise EmptyFile("the table is empty", field="file")
    width = max((i + 1 for i, cell in enumerate(header) if _filled(cell)), default=0)
    if len(header) > MOST_COLUMNS and width > MOST_COLUMNS:
        raise TooManyColumns("too many columns", field="file", columns=width, most=MOST_COLUMNS)
    names = _named(header[:width])
    return names, list(_lines(rows, names))


def _lines(rows: Iterator[Sequence[Any]], names: Sequence[str]) -> Iterator[Line]:
    taken, room = 0, len(names) + ROW_WEIGHT
    for number, row in enumerate(rows, start=1):
        if any(_filled(cell) for cell in row):
            taken += room
            if taken > MOST_CELLS:
                raise TooManyCells(
                    "the table is too large", field="file",
                    most=MOST_CELLS, lines=MOST_CELLS // room,
                )  # fmt: skip
            yield Line(number, {name: _value(cell) for name, cell in zip(names, row, strict=False)})


def parcels(lines: Sequence[Line], matching: Matching) -> Iterator[Given]:
    """The parcels that the lines tell of, one a line or one a group of corner lines."""
    if matching.x and matching.y and not matching.shape:
        yield from _grouped(lines, matching)
        return
    for line in lines:
        text = line.values.get(matching.shape) if matching.shape else None
        if text is None:
            yield Given(line.number, line.values, None)
            continue
        try:
            yield Given(line.number, line.values, shape_of(str(text)))
        except Refusal as refusal:
            yield Given(line.number, line.values, None, refusal)


def shape_of(text: str) -> BaseGeometry:
    """The geometry of a cell: WKT, GeoJSON, or corners "lon lat, lon lat, …".

    Refuses: NotAPolygon, NotClosed, BadNumber, TooFewCorners.
    """
    text = text.strip()
    if CORNERS.fullmatch(text):
        return _polygon(_pairs(text))
    bare = re.sub(r"^SRID=\d+;", "", text, flags=re.IGNORECASE)
    try:
        found: BaseGeometry = (
            shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(bare)
        )
    except (GEOSException, ShapelyError) as error:
        raise broken(error, text) from error
    return found


def broken(error: Exception, given: str) -> Refusal:
    """What GEOS says of a geometry that it cannot build, as a refusal."""
    if "closed" in str(error):
        return NotClosed("the last corner is not the first", field=FIELD)
    if "number of points" in str(error).lower():
        return TooFewCorners("a shape needs three corners", field=FIELD)
    return NotAPolygon("this is no polygon", field=FIELD, given=given[:40])


def _pairs(text: str) -> list[tuple[float, float]]:
    numbers = [float(each) for each in NUMBER.findall(text)]
    if len(numbers) % 2 or not numbers:
        raise BadNumber("a corner needs two numbers", field=FIELD, given=text[:40], line=None)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _polygon(corners: Sequence[tuple[float, float]]) -> Polygon:
    if len(set(corners)) < LEAST:
        raise TooFewCorners("a shape needs three corners", field=FIELD, corners=len(set(corners)))
    return Polygon(corners)


def groups(lines: Iterable[Line], matching: Matching) -> dict[Any, list[Line]]:
    """The lines of each parcel that is told corner by corner, by what names it.

    A line without a name belongs to the one above it, as where cells were merged. Without a
    column that names parcels, or before the first name, it is None.
    """
    column, name = matching.group or matching.code, None
    found: dict[Any, list[Line]] = {}
    for line in lines:
        told = line.values.get(column) if column else None
        name = name if told is None else told
        found.setdefault(name, []).append(line)
    return found


def _grouped(lines: Sequence[Line], matching: Matching) -> Iterator[Given]:
    is_named = bool(matching.group or matching.code)
    for name, members in groups(lines, matching).items():
        first = members[0]
        try:
            if is_named and name is None:
                raise NotAPolygon("nothing names these corners", field=FIELD, reason="unnamed")
            corners = [_corner(line, matching) for line in members]
            yield Given(first.number, first.values, _polygon(corners))
        except Refusal as refusal:
            yield Given(first.number, first.values, None, refusal)


def _corner(line: Line, matching: Matching) -> tuple[float, float]:
    x, y = line.values.get(matching.x or ""), line.values.get(matching.y or "")
    try:
        return float(x), float(y)  # type: ignore[arg-type]  # what is no number is refused
    except (TypeError, ValueError) as error:
        raise BadNumber(
            "a coordinate is not a number", field=FIELD, given=f"{x}, {y}"[:40], line=line.number
        ) from error


def _csv(path: Path) -> Iterator[list[str]]:
    encoding, delimiter = _spelling(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield from csv.reader((line.replace("\0", "") for line in file), delimiter=delimiter)
    except csv.Error as error:
        raise UnreadableFile("the CSV is damaged", field="file", given=str(error)[:80]) from error


def _spelling(path: Path) -> tuple[str, str]:
    """The encoding and the separator. Refuses: UnreadableFile, TooManyColumns."""
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                head = next(file, "")
                delimiter = max(",;\t", key=head.count)
                most = max(line.count(delimiter) for line in chain([head], file))
        except UnicodeDecodeError:
            continue
        if most > MOST_SEPARATORS:
            raise TooManyColumns("too many columns", field="file", columns=most, most=MOST_COLUMNS)
        return encoding, delimiter
    raise UnreadableFile("the text is neither UTF-8 nor GB18030", field="file", given="")


def _xlsx(path: Path, sheet: str | None) -> Iterator[Sequence[Any]]:
    book = _opened(path)
    if sheet or book.sheet_names:
        yield from _sheet(book, sheet or book.sheet_names[0]).iter_rows()


def _opened(path: Path) -> CalamineWorkbook:
    with _refusing_damage():
        return CalamineWorkbook.from_path(path)


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    with _refusing_damage():
        return book.get_sheet_by_name(name)


@contextmanager
def _refusing_damage() -> Iterator[None]:
    """The reader of workbooks is in another language: its panic is no Exception."""
    try:
        yield
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(error) from error


def _shows_something(sheet: CalamineSheet) -> bool:
    rows = islice(sheet.iter_rows(), LOOKED_AT)
    return any(any(_filled(cell) for cell in row[:MOST_COLUMNS]) for row in rows)


def _unreadable(error: BaseException) -> UnreadableFile:
    return UnreadableFile("the workbook is damaged", field="file", given=str(error)[:80])


def _filled(cell: Any) -> bool:
    return cell is not None and _text(str(cell)) != ""


def _text(cell: str) -> str:
    """Without blanks around it, and without the NUL that a workbook can hide in it."""
    return cell.replace("\0", "").strip()


def _named(header: Sequence[Any]) -> list[str]:
    """Names, each only once."""
    names: list[str] = []
    for place, cell in enumerate(header, start=1):
        name = _text(str(cell)) if _filled(cell) else f"#{place}"
        names.append(name if name not in names else f"{name} #{place}")
    return names


def _value(cell: Any) -> Any:
    """A cell as plain value; the apostrophe that keeps a formula from running is taken off."""
    if isinstance(cell, str):
        text = _text(cell)
        escaped = text.startswith("'") and text[1:2] and text[1] in FORMULA_STARTS
        return (text[1:] if escaped else text) or None
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)  # a sheet has but one kind of number
    return cell if isinstance(cell, int | float | bool | None) else str(cell)
