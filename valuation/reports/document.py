"""The report as a PDF: cover, declaration, summary, the thirteen sections, page by page."""

from datetime import UTC
from typing import Any, BinaryIO, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from valuation.reports.facts import ReportFacts
from valuation.reports.parts import report_parts
from valuation.reports.typesetting import RULE, SOFT, Fonts, Text, Typeface

WIDTH, HEIGHT = A4
LEFT: Final = 26 * mm
TOP: Final = 26 * mm
BOTTOM: Final = 24 * mm
TEXT_WIDTH: Final = WIDTH - 2 * LEFT
COUNT: Final = "pages"
"""The form that says how many pages there are: drawn on every page, known after the last."""
FOOT: Final = 8.5
DRAFT_GREY: Final = 0.9


def write_report(facts: ReportFacts, typeface: Typeface, into: BinaryIO) -> None:
    """Write the report as a PDF (A4); the same facts and fonts give the same bytes.

    Fonts are embedded as subsets. A draft has 草稿 across each page. Texts of any length break over
    lines and pages, tables over pages with their heads again.
    """
    fonts = Fonts.of(typeface)
    frame = Frame(LEFT, BOTTOM, TEXT_WIDTH, HEIGHT - TOP - BOTTOM, 0, 0, 0, 0)
    furniture = _Furniture(facts, fonts)
    document = BaseDocTemplate(
        into,
        pagesize=A4,
        title=f"资产评估报告 {facts.number}",
        author=facts.agency,
        subject=facts.subject.name,
        creator="",
        lang="zh-CN",
        invariant=1,
        allowSplitting=1,
    )
    document.addPageTemplates(
        [
            PageTemplate("cover", [frame], onPage=furniture.draft, autoNextPageTemplate="text"),
            PageTemplate("text", [frame], onPage=furniture.page),
        ]
    )

    def canvas(*told: Any, **more: Any) -> Canvas:
        return _Counted(*told, **more, facts=facts, fonts=fonts)

    document.build(report_parts(facts, fonts, TEXT_WIDTH), canvasmaker=canvas)


class _Counted(Canvas):
    """A canvas that says on every page how many there are, the cover aside."""

    def __init__(self, *told: Any, facts: ReportFacts, fonts: Fonts, **more: Any) -> None:
        super().__init__(*told, **more)
        self._regular = fonts.regular
        # `invariant` keeps the library from reading the clock; the moment is the report's own.
        made = facts.made_at.astimezone(UTC)
        self.setDateFormatter(lambda *_now: f"D:{made:%Y%m%d%H%M%S}+00'00'")

    def save(self) -> None:
        """Tell the number of pages, and end the document."""
        count = self.getPageNumber() - 2
        self.beginForm(COUNT, 0, -4, 60, 14)
        self.setFont(self._regular, FOOT)
        self.setFillColor(SOFT)
        self.drawString(0, 0, f"共 {count} 页")
        self.endForm()
        super().save()


class _Furniture:
    """What stands on every page beside the text: running head, number of the page, 草稿."""

    def __init__(self, facts: ReportFacts, fonts: Fonts) -> None:
        self._facts, self._fonts = facts, fonts

    def draft(self, canvas: Canvas, _document: Any) -> None:
        """草稿 across the page, beneath all else, as long as it is a draft."""
        if not self._facts.draft:
            return
        canvas.saveState()
        canvas.setFillGray(DRAFT_GREY)
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(45)
        canvas.setFont(self._fonts.bold, 150)
        canvas.drawCentredString(0, -50, "草稿")
        canvas.restoreState()

    def page(self, canvas: Canvas, document: Any) -> None:
        """Head and foot of a page of text; the cover is not counted."""
        self.draft(canvas, document)
        canvas.saveState()
        head = Text(f"{self._facts.agency} · 资产评估报告", self._fonts, size=FOOT, colour=SOFT)
        number = Text(self._facts.number, self._fonts, size=FOOT, colour=SOFT, align="right")
        for text in (head, number):
            text.wrap(TEXT_WIDTH, HEIGHT)
            text.drawOn(canvas, LEFT, HEIGHT - 19 * mm)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.5)
        canvas.line(LEFT, HEIGHT - 20 * mm, WIDTH - LEFT, HEIGHT - 20 * mm)
        canvas.setFont(self._fonts.regular, FOOT)
        canvas.setFillColor(SOFT)
        text_of_page = f"第 {canvas.getPageNumber() - 1} 页 "
        wide = canvas.stringWidth(text_of_page, self._fonts.regular, FOOT)
        middle = WIDTH / 2
        canvas.drawString(middle - wide, 14 * mm, text_of_page)
        canvas.translate(middle, 14 * mm)
        canvas.doForm(COUNT)
        canvas.restoreState()
