"""Setting Chinese text on a page: lines that break where Chinese breaks, justified, sub- and
superscripts for letters that the font has not, and tables whose heads come again on each page."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, LongTable

from valuation.reports.facts import Table

INK: Final = HexColor(0x1F2A2E)
SOFT: Final = HexColor(0x5B676B)
RULE: Final = HexColor(0xB9C1C3)
GROUND: Final = HexColor(0xF0F3F1)
BODY: Final = 10.5
SMALL: Final = 8.5
LEADING: Final = 1.7
TIGHT: Final = 1.4
LOOSEST: Final = 0.12
"""How much of an em may come between two characters to bring a line to the margin."""

MOST_TOGETHER: Final = 8
"""Rows of a table that does not go over pages unless it must."""

_CJK = "\u2e80-\uffef\U00020000-\U0003ffff"
_OPENING: Final = "（《“‘「『【〈〔"
_PIECES: Final = re.compile(
    f"[{_OPENING}]*[{_CJK}][，。、；：！？）》」』】〉”’〕…—%％]*"
    f"|[{_OPENING}]*[^\\s{_CJK}{_OPENING}]+[，。、；：！？）》」』】〉”’〕]* ?"
    f"|[{_OPENING}]+| "
)
_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Typeface:
    """The files of a regular and a bold font."""

    regular: Path
    bold: Path


@dataclass(frozen=True)
class Fonts:
    """The library's names of the regular and the bold font."""

    regular: str
    bold: str

    @classmethod
    def of(cls, typeface: Typeface) -> "Fonts":
        """The fonts, each file read once in a process."""
        return cls(_registered(typeface.regular), _registered(typeface.bold))


@dataclass(frozen=True)
class Run:
    """Characters in one font, so large and so high above the line (parts of the size)."""

    text: str
    font: str
    scale: float = 1.0
    rise: float = 0.0


class Text(Flowable):
    """A paragraph: `indent` characters in its first line, both margins even if `justified`."""

    def __init__(
        self,
        text: str,
        fonts: Fonts,
        *,
        size: float = BODY,
        bold: bool = False,
        leading: float = LEADING,
        indent: float = 0,
        align: str = "left",
        justified: bool = False,
        colour: Color = INK,
        before: float = 0,
        after: float = 0,
        bookmark: str = "",
    ) -> None:
        super().__init__()
        self.said, self.fonts, self.size, self.bold = one_line(text), fonts, size, bold
        self.leading, self.indent, self.align = leading * size, indent * size, align
        self.justified, self.colour, self.bookmark = justified, colour, bookmark
        self.spaceBefore, self.spaceAfter = before, after
        self._lines: list[str] = []

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """The room it takes at this width."""
        self.width = width
        self._lines = self._broken(width)
        self.height = len(self._lines) * self.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """The lines that fit, and the rest; never a line alone on either page."""
        self.wrap(width, height)
        fits = int(height / self.leading)
        if fits < len(self._lines) < fits + 2:
            fits = len(self._lines) - 2
        if fits < min(2, len(self._lines)):
            return []
        return [self._of(self._lines[:fits], first=True), self._of(self._lines[fits:], first=False)]

    def _of(self, lines: list[str], *, first: bool) -> "_Lines":
        return _Lines(self, lines, first=first)

    def draw(self) -> None:
        """Write the lines."""
        self.write(self.canv, self._lines, first=True, last=True)
        if self.bookmark:
            self.canv.bookmarkHorizontal(self.bookmark, 0, self.height)
            self.canv.addOutlineEntry(self.said, self.bookmark, 0)

    def write(self, canvas: Any, lines: Sequence[str], *, first: bool, last: bool) -> None:
        """Write lines of it, the topmost first; the paragraph's `last` one is not stretched."""
        canvas.setFillColor(self.colour)
        y = len(lines) * self.leading - self.leading / 2 - self.size * 0.36
        for place, line in enumerate(lines):
            ends = last and place == len(lines) - 1
            left = self.indent if first and place == 0 else 0.0
            self._line(canvas, line, left, y, stretched=self.justified and not ends)
            y -= self.leading

    def _line(self, canvas: Any, line: str, left: float, y: float, *, stretched: bool) -> None:
        runs = runs_of(line, self.fonts, bold=self.bold)
        slack = self.width - left - _width_of(runs) * self.size
        space = slack / max(1, len(line) - 1) if stretched else 0.0
        space = space if 0 < space < LOOSEST * self.size else 0.0
        x = left + {"left": 0.0, "centre": slack / 2, "right": slack}[self.align]
        text = canvas.beginText(x, y)
        text.setCharSpace(space)
        for run in runs:
            text.setFont(run.font, self.size * run.scale)
            text.setRise(self.size * run.rise)
            text.textOut(run.text)
        canvas.drawText(text)

    def _broken(self, width: float) -> list[str]:
        lines, line = [], ""
        taken, room = 0.0, (width - self.indent) / self.size
        for piece in _PIECES.findall(self.said):
            if line and taken + self._wide(piece.rstrip()) > room + 1e-6:
                lines.append(line.rstrip())
                line, taken, room = "", 0.0, width / self.size
            while self._wide(piece.rstrip()) > room + 1e-6:  # a word longer than a line
                fits = self._fitting(piece, room)
                lines.append(piece[:fits])
                piece, room = piece[fits:], width / self.size
            line, taken = line + piece, taken + self._wide(piece)
        return [*lines, line.rstrip()] if line or not lines else lines

    def _fitting(self, text: str, room: float) -> int:
        taken = 0.0
        for place, character in enumerate(text):
            taken += self._wide(character)
            if taken > room:
                return max(place, 1)
        return len(text)

    def _wide(self, text: str) -> float:
        font = self.fonts.bold if self.bold else self.fonts.regular
        return sum(_set(character, font, self.fonts.regular)[1] for character in text)


class _Lines(Flowable):
    """Some lines of a text that goes over pages."""

    def __init__(self, text: Text, lines: list[str], *, first: bool) -> None:
        super().__init__()
        self._text, self._set, self._first = text, lines, first
        self.spaceBefore = text.spaceBefore if first else 0
        self.spaceAfter = 0 if first else text.spaceAfter

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """The room it takes; the width is the text's."""
        self.height = len(self._set) * self._text.leading
        return width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        """The lines that fit, and the rest."""
        fits = int(height / self._text.leading)
        if not 0 < fits < len(self._set):
            return []
        rest = _Lines(self._text, self._set[fits:], first=False)
        return [_Lines(self._text, self._set[:fits], first=self._first), rest]

    def draw(self) -> None:
        """Write them."""
        self._text.write(self.canv, self._set, first=self._first, last=not self._first)


def one_line(text: str) -> str:
    """The text without line breaks, control characters and marks that turn its direction."""
    return _BLANKS.sub(" ", text).strip()


def table(
    told: Table, fonts: Fonts, width: float, *, size: float = SMALL, bold_last: bool = False
) -> Flowable:
    """The table over the width; its heads come again on every page."""
    widths = [width * part / sum(told.widths) for part in told.widths]

    def cell(text: str, column: int, *, bold: bool) -> Text:
        align = "right" if column in told.right else "left"
        return Text(text, fonts, size=size, bold=bold, leading=TIGHT, align=align)

    last = len(told.rows) - 1
    body = [
        [cell(text, column, bold=bold_last and place == last) for column, text in enumerate(row)]
        for place, row in enumerate(told.rows)
    ]
    heads = [cell(text, column, bold=True) for column, text in enumerate(told.heads)]
    whole = LongTable(
        [heads, *body] if any(told.heads) else body,
        colWidths=widths,
        repeatRows=1 if any(told.heads) else 0,
        splitInRow=1,
        spaceBefore=4,
        spaceAfter=8,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("LINEABOVE", (0, 0), (-1, 0), 0.8, INK),
            ("LINEBELOW", (0, -1), (-1, -1), 0.8, INK),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            *([("BACKGROUND", (0, 0), (-1, 0), GROUND)] if any(told.heads) else []),
        ],
    )
    return KeepTogether([whole]) if len(body) <= MOST_TOGETHER else whole


# -- characters -----------------------------------------------------------------------------------


def runs_of(text: str, fonts: Fonts, *, bold: bool) -> list[Run]:
    """The text as runs: what a font has not is taken from the other, lowered, raised or named."""
    font = fonts.bold if bold else fonts.regular
    runs: list[Run] = []
    for character in text:
        run, _wide = _set(character, font, fonts.regular)
        last = runs[-1] if runs else None
        if last and (last.font, last.scale, last.rise) == (run.font, run.scale, run.rise):
            runs[-1] = Run(last.text + run.text, run.font, run.scale, run.rise)
        else:
            runs.append(run)
    return runs


def _width_of(runs: Sequence[Run]) -> float:
    return sum(pdfmetrics.stringWidth(run.text, run.font, run.scale) for run in runs)


@lru_cache(maxsize=20_000)
def _set(character: str, font: str, regular: str) -> tuple[Run, float]:
    """A character as it is set, and its width: a part of the size."""
    run = _run(character, font, regular)
    return run, float(pdfmetrics.stringWidth(run.text, run.font, run.scale))


def _run(character: str, font: str, regular: str) -> Run:
    for name in (font, regular):
        if _has(name, character):
            return Run(character, name)
    kind, _blank, code = unicodedata.decomposition(character).partition(" ")
    plain = chr(int(code, 16)) if kind in ("<sub>", "<super>") and " " not in code else ""
    if plain and _has(font, plain):
        return Run(plain, font, 0.65, -0.16 if kind == "<sub>" else 0.34)
    return Run(f"〔U+{ord(character):X}〕", font)


def _has(font: str, character: str) -> bool:
    face: Any = pdfmetrics.getFont(font)
    return ord(character) in face.face.charToGlyph


def _registered(path: Path) -> str:
    name = str(path)
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, name))
    return name
