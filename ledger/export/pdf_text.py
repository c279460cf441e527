"""Text on a PDF page: measured, wrapped as Chinese and as words, in embedded fonts."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ledger.export.statement import Typeface

ELLIPSIS: Final = "…"
_BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_PIECES: Final = re.compile(
    # One Chinese character with the marks that may not begin a line,
    "[\u2e80-\uffef\U00020000-\U0003ffff][，。、；：！？）》」』】〉”’]*"
    "|[^\\s\u2e80-\uffef\U00020000-\U0003ffff]+ ?"  # or a word and its blank,
    "| "
)


class Ink:
    """Writes on a canvas with a regular and a bold font; sizes and places in points.

    What was written comes onto the page, or into the form, with `dry`: one text object for all of
    it is a third faster than one for each line.
    """

    def __init__(self, canvas: Canvas, typeface: Typeface) -> None:
        self._canvas = canvas
        self._fonts = {False: _font(typeface.regular), True: _font(typeface.bold)}
        self._wet = canvas.beginText()
        self._set: tuple[str, float] | None = None

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        *,
        bold: bool = False,
        width: float | None = None,
        left: bool = False,
    ) -> None:
        """One line at x; within `width` it is set to the right (or left), smaller if it must be."""
        text = one_line(text)
        if not text:
            return
        font = self._fonts[bold]
        taken = _width(text, font) * size
        if width is not None and taken > width:
            size, taken = size * width / taken, width
        if width is not None and not left:
            x += width - taken
        if self._set != (font, size):
            self._wet.setFont(font, size)
            self._set = font, size
        self._wet.setTextOrigin(x, y)
        self._wet.textOut(text)

    def dry(self) -> None:
        """Put what was written where it belongs."""
        self._canvas.drawText(self._wet)
        self._wet, self._set = self._canvas.beginText(), None

    def wrap(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """The text in lines of at most this width; at least one line."""
        font, room = self._fonts[bold], width / size
        lines, line, taken = [], "", 0.0
        for piece in _PIECES.findall(one_line(text)):
            wide = _width(piece, font)
            if taken + _width(piece.rstrip(), font) > room and line:
                lines.append(line.rstrip())
                line, taken = "", 0.0
            while wide > room:  # a word longer than a line
                fits = _fitting(piece, font, room)
                lines.append(piece[:fits])
                piece = piece[fits:]
                wide = _width(piece, font)
            line, taken = line + piece, taken + wide
        return [*lines, line.rstrip()] if line or not lines else lines

    def cut(self, text: str, width: float, size: float, *, bold: bool = False) -> str:
        """The text with an ellipsis at its end, within this width."""
        font, room = self._fonts[bold], width / size - _width(ELLIPSIS, self._fonts[bold])
        return text[: _fitting(text, font, room)] + ELLIPSIS


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    return _BLANKS.sub(" ", text).strip()


def _fitting(text: str, font: str, room: float) -> int:
    """How many characters fit; one, where not even one does."""
    taken = 0.0
    for place, character in enumerate(text):
        taken += _width(character, font)
        if taken > room:
            return max(place, 1)
    return len(text)


def _width(text: str, font: str) -> float:
    return sum(_character_width(character, font) for character in text)


@lru_cache(maxsize=20_000)
def _character_width(character: str, font: str) -> float:
    return pdfmetrics.stringWidth(character, font, 1)


def _font(path: Path) -> str:
    """The library's name of this font file, which it reads once."""
    name = str(path)
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, name))
    return name
