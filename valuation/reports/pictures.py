"""The pictures of a report: the land's outline with its scale, the square code, photographs."""

from collections.abc import Sequence
from io import BytesIO
from math import floor, log10
from typing import Any, Final

import segno
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image, Table

from valuation.reports.typesetting import GROUND, INK, RULE, Fonts

OUTLINE: Final = (78 * mm, 60 * mm)
PHOTO: Final = (52 * mm, 39 * mm)
PHOTOS_A_ROW: Final = 3
BAR_PART: Final = 0.35
"""The scale's bar is at most this part of the drawing's width."""

Rings = Sequence[Sequence[tuple[float, float]]]


class Outline(Flowable):
    """The land north up, with a bar that tells the scale."""

    def __init__(self, rings: Rings, fonts: Fonts) -> None:
        super().__init__()
        self.rings, self.fonts = rings, fonts
        self.width, self.height = OUTLINE
        self.hAlign = "CENTER"
        self.spaceBefore = self.spaceAfter = 6

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Its room, which is always the same."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw frame, land, north and scale."""
        canvas, margin, foot = self.canv, 5 * mm, 9 * mm
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.5)
        canvas.rect(0, 0, self.width, self.height)
        xs = [x for ring in self.rings for x, _ in ring]
        ys = [y for ring in self.rings for _, y in ring]
        wide, high = self.width - 2 * margin, self.height - margin - foot
        span = max(max(xs) - min(xs), 1e-3), max(max(ys) - min(ys), 1e-3)
        scale = min(wide / span[0], high / span[1])
        left = margin + (wide - span[0] * scale) / 2 - min(xs) * scale
        bottom = foot + (high - span[1] * scale) / 2 - min(ys) * scale
        path = canvas.beginPath()
        for ring in self.rings:
            path.moveTo(*_placed(ring[0], scale, left, bottom))
            for point in ring[1:]:
                path.lineTo(*_placed(point, scale, left, bottom))
            path.close()
        canvas.setFillColor(GROUND)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.9)
        canvas.drawPath(path, stroke=1, fill=1, fillMode=0)
        self._bar(canvas, scale)
        self._north(canvas)

    def _bar(self, canvas: Any, scale: float) -> None:
        metres = _round_length(self.width * BAR_PART / scale)
        canvas.setFillColor(INK)
        canvas.rect(5 * mm, 4 * mm, metres * scale, 1, stroke=0, fill=1)
        canvas.setFont(self.fonts.regular, 7)
        canvas.drawString(5 * mm + metres * scale + 4, 3.4 * mm, f"{metres:g} 米")

    def _north(self, canvas: Any) -> None:
        x, y = self.width - 6 * mm, self.height - 12 * mm
        arrow = canvas.beginPath()
        arrow.moveTo(x, y + 6 * mm)
        arrow.lineTo(x - 1.5 * mm, y + 1 * mm)
        arrow.lineTo(x, y + 2 * mm)
        arrow.lineTo(x + 1.5 * mm, y + 1 * mm)
        arrow.close()
        canvas.drawPath(arrow, stroke=0, fill=1)
        canvas.setFont(self.fonts.regular, 7)
        canvas.drawCentredString(x, y - 1.5 * mm, "北")


def _placed(
    point: tuple[float, float], scale: float, left: float, bottom: float
) -> tuple[float, float]:
    return left + point[0] * scale, bottom + point[1] * scale


def _round_length(longest: float) -> float:
    """The longest of 1, 2 or 5 times a power of ten metres that fits."""
    power = 10.0 ** floor(log10(longest))
    return max(step * power for step in (1, 2, 5) if step * power <= longest)


class SquareCode(Flowable):
    """A square code (QR) that leads to an address."""

    def __init__(self, address: str, side: float) -> None:
        super().__init__()
        self.address, self.width, self.height = address, side, side
        self.hAlign = "CENTER"

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Its room."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw it square by square."""
        draw_code(self.canv, self.address, 0, 0, self.width)


def draw_code(canvas: Any, address: str, x: float, y: float, side: float) -> None:
    """The square code with its lower left corner at x, y."""
    rows = segno.make(address, error="m", micro=False).matrix
    size = side / len(rows)
    canvas.setFillColor(INK)
    for number, row in enumerate(rows, start=1):
        for column, dark in enumerate(row):
            if dark:
                # A little wider than its square, so that no hair of white stays between.
                left, bottom = x + column * size, y + side - number * size
                canvas.rect(left, bottom, size * 1.02, size * 1.02, stroke=0, fill=1)
    canvas.linkURL(address, (x, y, x + side, y + side), relative=1)


def photographs(photos: Sequence[bytes]) -> list[Flowable]:
    """Photographs three in a row, each as large as its place allows."""
    if not photos:
        return []
    shown = [_photograph(each) for each in photos]
    rows = [shown[at : at + PHOTOS_A_ROW] for at in range(0, len(shown), PHOTOS_A_ROW)]
    rows[-1] += [""] * (PHOTOS_A_ROW - len(rows[-1]))
    return [
        Table(
            rows,
            colWidths=PHOTO[0] + 2 * mm,
            hAlign="LEFT",
            spaceBefore=4,
            spaceAfter=6,
            style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
        )
    ]


def _photograph(jpeg: bytes) -> Any:
    width, height = ImageReader(BytesIO(jpeg)).getSize()
    scale = min(PHOTO[0] / width, PHOTO[1] / height)
    return Image(BytesIO(jpeg), width * scale, height * scale)
