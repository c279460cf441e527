"""A statement as a PDF that is printed, laid out line by line, its fonts embedded as subsets."""

from collections.abc import Sequence
from datetime import UTC
from typing import BinaryIO, Final

import segno
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from ledger.export.pdf_text import Ink, one_line
from ledger.export.statement import Paper, Statement, Typeface
from ledger.reading import Line

WIDTH, HEIGHT = A4
MARGIN: Final = 42.0
BOTTOM: Final = 58.0
LEADING: Final = 11.5
SIZE: Final = 8.5
GREY: Final = 0.75
MOST_LINES: Final = 8
"""How many lines of text one row may take; what is longer ends in an ellipsis."""

COLUMNS: Final = (
    (0.0, 52.0, False),
    (56.0, 150.0, False),
    (210.0, 92.0, False),
    (306.0, 64.0, True),
    (374.0, 64.0, True),
    (442.0, 69.0, True),
)
"""Where each column begins, how wide it is, and whether it is set to the right."""

QR_SIZE: Final = 76.0
PAGES: Final = "pages"
"""The form that says how many pages there are: drawn on every page, known after the last."""

Cells = Sequence[str]


def write_statement_pdf(
    statement: Statement, paper: Paper, typeface: Typeface, into: BinaryIO
) -> None:
    """Write the statement as a PDF (A4); the same statement and paper give the same bytes.

    Title and facts, what was held before and after, each posting on its day with the balance it
    left, and their sums. A quantity too long for its column is set smaller. Pages
    are kept compressed until the end: a hundred thousand lines take a few megabytes.
    """
    _Printing(statement, paper, typeface, into).write()


class _Printing:
    """One document, and the height at which the next row goes."""

    def __init__(
        self, statement: Statement, paper: Paper, typeface: Typeface, into: BinaryIO
    ) -> None:
        self._statement, self._paper = statement, paper
        # `invariant` keeps the library from reading the clock; the moment is the paper's own.
        self._canvas = Canvas(into, pagesize=A4, pageCompression=1, invariant=1)
        made = paper.made_at.astimezone(UTC)
        self._canvas.setDateFormatter(lambda *_now: f"D:{made:%Y%m%d%H%M%S}+00'00'")
        self._canvas.setTitle(paper.title)
        self._canvas.setSubject(f"{statement.account} {statement.unit}")
        self._ink = Ink(self._canvas, typeface)
        self._y = 0.0
        self._page = 0

    def write(self) -> None:
        """Write all of it."""
        labels, quantity = self._paper.labels, self._paper.style.quantity
        self._begin_page()
        self._row(("", labels.opening, "", "", "", quantity(self._statement.opening)), bold=True)
        for line in self._statement.lines:
            self._row(self._cells(line))
        if not self._statement.count:
            self._row(("", labels.nothing, "", "", "", ""))
        self._row(
            (
                "",
                labels.closing,
                "",
                quantity(self._statement.incoming),
                quantity(self._statement.outgoing),
                quantity(self._statement.closing),
            ),
            bold=True,
        )
        self._sealed()
        self._end_page()
        self._count_pages()
        self._canvas.save()

    def _cells(self, line: Line) -> Cells:
        style = self._paper.style
        amount = style.quantity(abs(line.quantity))
        return (
            line.occurred_at.astimezone(style.zone).date().isoformat(),
            style.what(line),
            style.other(line),
            amount if line.quantity > 0 else "",
            amount if line.quantity < 0 else "",
            style.quantity(line.balance),
        )

    def _row(self, cells: Cells, *, bold: bool = False) -> None:
        wrapped = [
            [cell] if right else self._ink.wrap(cell, width, SIZE, bold=bold)[:MOST_LINES]
            for cell, (_, width, right) in zip(cells, COLUMNS, strict=True)
        ]
        for (_, width, _right), lines, cell in zip(COLUMNS, wrapped, cells, strict=True):
            if len(lines) == MOST_LINES and len("".join(lines)) < len(cell):
                lines[-1] = self._ink.cut(lines[-1], width, SIZE, bold=bold)
        height = LEADING * max(map(len, wrapped)) + 6
        if self._y - height < BOTTOM:
            self._end_page()
            self._begin_page()
        for (left, width, right), lines in zip(COLUMNS, wrapped, strict=True):
            for place, text in enumerate(lines):
                y = self._y - LEADING * place
                self._ink.write(
                    text, MARGIN + left, y, SIZE, bold=bold, width=width if right else None
                )
        self._y -= height
        self._rule(GREY, 0.4)

    def _rule(self, grey: float, thickness: float) -> None:
        """A line under the row that was written last."""
        self._canvas.setStrokeGray(grey)
        self._canvas.setLineWidth(thickness)
        y = self._y + LEADING + 0.5
        self._canvas.line(MARGIN, y, WIDTH - MARGIN, y)

    def _begin_page(self) -> None:
        self._page += 1
        self._y = HEIGHT - MARGIN - 8
        if self._page == 1:
            self._head()
        else:
            running = " · ".join((self._paper.title, *(v for _, v in self._paper.facts[:1])))
            self._ink.write(running, MARGIN, self._y, SIZE, width=WIDTH - 2 * MARGIN, left=True)
            self._y -= 2 * LEADING
        labels = self._paper.labels
        heads = (
            labels.date,
            labels.what,
            labels.other,
            labels.incoming,
            labels.outgoing,
            labels.balance,
        )
        for (left, width, right), text in zip(COLUMNS, heads, strict=True):
            self._ink.write(
                text, MARGIN + left, self._y, SIZE, bold=True, width=width, left=not right
            )
        self._y -= LEADING + 6
        self._rule(0, 0.8)

    def _head(self) -> None:
        paper, top = self._paper, self._y
        room = WIDTH - 2 * MARGIN - (QR_SIZE + 12 if paper.address else 0)
        for text in self._ink.wrap(paper.title, room, 16, bold=True):
            self._ink.write(text, MARGIN, self._y - 6, 16, bold=True)
            self._y -= 22
        self._y -= 8
        facts = [
            *paper.facts,
            (paper.labels.opening, paper.style.quantity(self._statement.opening)),
            (paper.labels.closing, paper.style.quantity(self._statement.closing)),
            (paper.labels.made_at, paper.style.moment(paper.made_at)),
        ]
        for name, value in facts:
            self._ink.write(name, MARGIN, self._y, 9, width=92, left=True)
            for text in self._ink.wrap(value, room - 96, 9, bold=True):
                self._ink.write(text, MARGIN + 96, self._y, 9, bold=True)
                self._y -= 14
        if paper.address:
            self._square_code(paper.address, top)
            self._y = min(self._y, top - QR_SIZE)
        self._y -= 14

    def _square_code(self, address: str, top: float) -> None:
        rows = segno.make(address, error="m", micro=False).matrix
        side = QR_SIZE / len(rows)
        left, y = WIDTH - MARGIN - QR_SIZE, top + 8
        for number, row in enumerate(rows, start=1):
            for column, dark in enumerate(row):
                if dark:
                    # A little wider than its square, so that no hair of white stays between.
                    self._canvas.rect(
                        left + column * side, y - number * side, side * 1.02, side * 1.02,
                        stroke=0, fill=1,
                    )  # fmt: skip
        self._canvas.linkURL(address, (left, y - QR_SIZE, left + QR_SIZE, y))

    def _sealed(self) -> None:
        """The size and root of the log that the statement can be held against."""
        point, words = self._paper.checkpoint, self._paper.labels.sealed
        if point is None:
            return
        room = WIDTH - 2 * MARGIN
        text = [f"{words} {point.size:,}", point.root, *filter(None, [self._paper.address])]
        lines = [part for one in text for part in self._ink.wrap(one, room, 7.5)]
        if self._y - LEADING * (len(lines) + 1) < BOTTOM:
            self._end_page()
            self._begin_page()
        self._y -= LEADING
        for one in lines:
            self._ink.write(one, MARGIN, self._y, 7.5)
            self._y -= LEADING

    def _end_page(self) -> None:
        made = f"{self._paper.labels.made_at} {self._paper.style.moment(self._paper.made_at)}"
        self._ink.write(made, MARGIN, 34, 7.5)
        before, _, _ = self._paper.labels.page.partition("{pages}")
        text = one_line(before.replace("{page}", str(self._page)))
        x = WIDTH - MARGIN - 48
        self._ink.write(text, 0, 34, 7.5, width=x)
        self._ink.dry()
        self._canvas.saveState()
        self._canvas.translate(x, 34)
        self._canvas.doForm(PAGES)
        self._canvas.restoreState()
        self._canvas.showPage()

    def _count_pages(self) -> None:
        _, _, after = self._paper.labels.page.partition("{pages}")
        self._canvas.beginForm(PAGES, 0, -4, 48, 12)
        self._ink.write(f"{self._page}{after}", 2, 0, 7.5)
        self._ink.dry()
        self._canvas.endForm()
