"""Looking into a workbook (XLSX) before it is opened: how much its sheets hold when unpacked.

A reader of workbooks holds a sheet as a rectangle around its cells, each with its own copy of its
text. Two cells in opposite corners, or one long text in many cells, fill any memory from a file of
a few kilobytes; so places and texts are counted first, in bounded memory.
"""

import re
from array import array
from collections.abc import Callable, Mapping
from typing import Any, Final
from xml.parsers import expat
from zipfile import ZipFile

from bank.land.refusals import TooManyCells, UnreadableFile, UnsafeFile

MOST_CELLS: Final = 4_000_000
"""Cells in the rectangles of all sheets: a hundred thousand rows of forty columns."""
MOST_TEXT: Final = 200_000_000
"""Characters in all cells, a text counted in each cell that shows it."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
PLACE: Final = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
XML: Final = (".xml", ".rels")
SHEET_MARKS: Final = tuple("sheetData".encode(each) for each in ("utf-8", "utf-16-le", "utf-16-be"))
STEP: Final = 64 << 10


class _Texts:
    """The lengths of the texts that cells share."""

    def __init__(self) -> None:
        self.lengths = array("q")
        self.longest = 0

    def started(self, name: str, _: Mapping[str, str]) -> None:
        if _local(name) == "si":
            self.lengths.append(0)

    def told(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)
            self.longest = max(self.longest, self.lengths[-1])


class _Cells:
    """The rectangle around a sheet's cells, and how many of them show a shared text."""

    def __init__(self) -> None:
        self.sharing = 0
        self._row = self._column = 0
        self._box = [LAST_ROW, LAST_COLUMN, 0, 0]
        self._shares = False

    @property
    def count(self) -> int:
        """Cells of the rectangle."""
        top, left, bottom, right = self._box
        return max(0, bottom - top + 1) * max(0, right - left + 1)

    def started(self, name: str, told: Mapping[str, str]) -> None:
        name = _local(name)
        if name == "c":
            self._shares = told.get("t") == "s"
            self._go(told.get("r"))
        elif name in ("v", "is"):
            self._hold()
        elif name == "row":
            self._row = _whole(told["r"]) if "r" in told else self._row + 1
            self._column = 0

    def _go(self, place: str | None) -> None:
        if place is None:
            self._column += 1
            return
        found = PLACE.fullmatch(place)
        if found is None:
            raise _damaged(place)
        self._column = 0
        for letter in found[1]:
            self._column = self._column * 26 + ord(letter) - 64
        if int(found[2]) != self._row:
            self._hold()  # readers differ in which of the two they believe
            self._row = int(found[2])

    def _hold(self) -> None:
        self.sharing += self._shares
        row, column = max(self._row, 1), max(self._column, 1)
        if row > LAST_ROW or column > LAST_COLUMN:
            raise _damaged(f"R{row}C{column}")
        top, left, bottom, right = self._box
        self._box = [min(top, row), min(left, column), max(bottom, row), max(right, column)]


class _Shown:
    """The characters in the cells that show shared texts, each counted where it shows."""

    def __init__(self, lengths: "array[int]") -> None:
        self.characters = 0
        self._lengths = lengths
        self._shares = self._value = False
        self._digits = ""

    def started(self, name: str, told: Mapping[str, str]) -> None:
        name = _local(name)
        if name == "c":
            self._shares = told.get("t") == "s"
        self._value, self._digits = name == "v" and self._shares, ""

    def told(self, text: str) -> None:
        if self._value:
            self._digits += text[:9]

    def ended(self, _: str) -> None:
        if self._value and self._digits.strip().isdecimal():
            place = int(self._digits)
            self.characters += self._lengths[place] if place < len(self._lengths) else 0
            if self.characters > MOST_TEXT:
                raise _too_many()
        self._value = False


def refuse_unsafe(packed: ZipFile) -> None:
    """Refuses: TooManyCells, UnsafeFile (entities), UnreadableFile."""
    texts, sheets, cells, sharing = _Texts(), [], 0, 0
    for name in (member.filename for member in packed.infolist() if not member.is_dir()):
        if not name.lower().endswith(XML):
            _refuse_hidden_sheet(packed, name)
            continue
        if name.lower().endswith("sharedstrings.xml"):
            _parse(packed, name, texts.started, told=texts.told)
            continue
        found = _Cells()
        _parse(packed, name, found.started)
        sheets.append(name)
        cells, sharing = cells + found.count, sharing + found.sharing
        if cells > MOST_CELLS:
            raise _too_many()
    if sharing * texts.longest > MOST_TEXT:
        shown = _Shown(texts.lengths)
        for name in sheets:
            _parse(packed, name, shown.started, told=shown.told, ended=shown.ended)


def _parse(
    packed: ZipFile,
    name: str,
    started: Callable[[str, Any], None],
    *,
    told: Callable[[str], None] | None = None,
    ended: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = started
    parser.CharacterDataHandler = told
    parser.EndElementHandler = ended
    try:
        with packed.open(name) as file:
            while part := file.read(STEP):
                parser.Parse(part, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _damaged(name) from error


def _refuse_doctype(*_: Any) -> None:
    raise UnsafeFile("the file declares XML entities", field="file", reason="entities")


def _refuse_hidden_sheet(packed: ZipFile, name: str) -> None:
    """A sheet can have any name; what is not read as XML here must be none."""
    before = b""
    with packed.open(name) as file:
        while part := file.read(STEP):
            if any(mark in before + part for mark in SHEET_MARKS):
                raise _damaged(name)
            before = part[-32:]


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 0 < int(text) <= LAST_ROW):
        raise _damaged(text)
    return int(text)


def _too_many() -> TooManyCells:
    return TooManyCells("the table is too large", field="file", most=MOST_CELLS)


def _damaged(given: str) -> UnreadableFile:
    return UnreadableFile("the workbook is damaged", field="file", given=given[:80])
