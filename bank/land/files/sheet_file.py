"""Writing a spreadsheet (XLSX) of a layer: Chinese titles, words for codes, a point for a shape."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import shapely
import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bank.calendar import SHANGHAI
from bank.land import projection
from bank.land.files.fields import Chunk, Field, FieldKind, Target

MOST_ROWS: Final = 1_048_575
"""Rows of a sheet below its head; what is more goes on another sheet."""
FORMULA_STARTS: Final = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
PLACE_TITLES: Final = ("中心经度", "中心纬度")
PLACE_DECIMALS: Final = 7
WIDTHS: Final = {FieldKind.TEXT: 24, FieldKind.CHOICE: 14}
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def write_sheet(path: Path, chunks: Iterable[Chunk], target: Target) -> int:
    """A workbook of as many sheets as the rows fill; returns how many rows there are.

    Text stays text: a cell that begins like a formula is marked as text with the quote prefix,
    so that it stays text when the file is saved again. Moments are wall time in China.
    """
    with xlsxwriter.Workbook(path, OPTIONS) as book:
        sheets = _Sheets(book, target)
        for chunk in chunks:
            places = _places(chunk.shapes, target.srid)
            rows = zip(*chunk.columns, strict=True)
            for values, place in zip(rows, places, strict=True):
                sheets.add(values, place)
        return sheets.count


class _Sheets:
    """The sheets of a workbook, filled one after the other."""

    def __init__(self, book: Workbook, target: Target) -> None:
        self.count = 0
        self._book = book
        self._target = target
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self._quoted = book.add_format({"quote_prefix": True})
        self._formats: dict[FieldKind, CellFormat] = {
            FieldKind.DECIMAL: book.add_format({"num_format": "0.00##"}),
            FieldKind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
            FieldKind.MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        self._sheet = self._begin()

    def add(self, values: Iterable[Any], place: tuple[float, float]) -> None:
        """Write one row."""
        if self.count and self.count % MOST_ROWS == 0:
            self._sheet = self._begin()
        row = self.count % MOST_ROWS + 1
        at = -1
        for at, (field, value) in enumerate(zip(self._target.fields, values, strict=True)):
            self._cell(row, at, field, value)
        for after, degrees in enumerate(place, start=at + 1):
            self._sheet.write_number(row, after, degrees)
        self.count += 1

    def _begin(self) -> Worksheet:
        sheet = self._book.add_worksheet()
        titles = [field.title for field in self._target.fields] + list(PLACE_TITLES)
        for at, title in enumerate(titles):
            sheet.write_string(0, at, title, self._head)
        for at, field in enumerate(self._target.fields):
            sheet.set_column(at, at, WIDTHS.get(field.kind, 16))
        sheet.freeze_panes(1, 0)
        return sheet

    def _cell(self, row: int, at: int, field: Field, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, StrEnum):
            value = self._target.words(value)
        if field.kind is FieldKind.MOMENT:
            value = value.astimezone(SHANGHAI).replace(tzinfo=None)
        if field.kind in (FieldKind.MOMENT, FieldKind.DAY):
            self._sheet.write_datetime(row, at, value, self._formats[field.kind])
        elif field.kind is FieldKind.FLAG:
            self._sheet.write_string(row, at, "是" if value else "否")
        elif isinstance(value, str):
            quoted = self._quoted if value[:1] and value[0] in FORMULA_STARTS else None
            self._sheet.write_string(row, at, value, quoted)
        else:
            self._sheet.write_number(row, at, value, self._formats.get(field.kind))


def _places(shapes: Any, srid: int) -> list[tuple[float, float]]:
    """A point inside each shape, in degrees."""
    if not len(shapes):
        return []
    degrees: Any = projection.to_lonlat(shapely.point_on_surface(shapes), srid)
    return [
        (round(lon, PLACE_DECIMALS), round(lat, PLACE_DECIMALS))
        for lon, lat in shapely.get_coordinates(degrees).tolist()
    ]
