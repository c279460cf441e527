"""A statement as an XLSX workbook, written row by row."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ledger.export.spreadsheet_csv import EXACT_DIGITS
from ledger.export.statement import Paper, Statement
from ledger.reading import Line

LINES_A_SHEET: Final = 1_000_000
WIDTHS: Final = (18, 40, 34, 16, 16, 18, 12)

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}


def write_statement_xlsx(statement: Statement, paper: Paper, into: BinaryIO) -> None:
    """Write the statement as a workbook: typed dates and numbers, its head frozen.

    Memory stays flat: rows go to a file of their own as they come. A quantity of more digits than
    a spreadsheet keeps is written as text. After a million lines another sheet follows.
    """
    with TemporaryDirectory() as rows:
        made = paper.made_at.astimezone(paper.style.zone).replace(tzinfo=None)
        book = Workbook(into, {**_OPTIONS, "tmpdir": str(Path(rows))})
        book.set_properties({"title": paper.title, "created": made})
        _Pages(book, statement, paper).write()
        book.close()


class _Pages:
    """The workbook's sheets, and the place of the next row."""

    def __init__(self, book: Workbook, statement: Statement, paper: Paper) -> None:
        self._book, self._statement, self._paper = book, statement, paper
        number = {"num_format": paper.style.number_format}
        self._moment = _format(book, {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        self._number = _format(book, number)
        self._long = _format(book, {"align": "right"})
        self._sum = _format(book, {**number, "bold": True, "top": 1})
        self._bold = _format(book, {"bold": True})
        self._title = _format(book, {"bold": True, "font_size": 14})
        self._head = _format(book, {"bold": True, "bottom": 1, "text_wrap": True})
        self._row = 0

    def write(self) -> None:
        """Write all of it."""
        sheet = self._sheet(first=True)
        written = 0
        for line in self._statement.lines:
            if written == LINES_A_SHEET:
                sheet, written = self._sheet(first=False), 0
            self._line(sheet, line)
            written += 1
        self._closing(sheet)

    def _sheet(self, *, first: bool) -> Worksheet:
        labels = self._paper.labels
        sheet: Worksheet = self._book.add_worksheet()
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        self._row = 0
        if first:
            self._facts(sheet)
        for column, words in enumerate(
            (
                labels.date,
                labels.what,
                labels.other,
                labels.incoming,
                labels.outgoing,
                labels.balance,
                labels.number,
            )
        ):
            sheet.write_string(self._row, column, words, self._head)
        sheet.repeat_rows(self._row)
        self._row += 1
        sheet.freeze_panes(self._row, 0)
        if first:
            self._opening(sheet)
        return sheet

    def _facts(self, sheet: Worksheet) -> None:
        paper = self._paper
        sheet.write_string(0, 0, paper.title, self._title)
        facts = [*paper.facts, (paper.labels.made_at, paper.style.moment(paper.made_at))]
        if paper.checkpoint is not None:
            facts.append(
                (paper.labels.sealed, f"{paper.checkpoint.size} · {paper.checkpoint.root}")
            )
        if paper.address is not None:
            facts.append(("", paper.address))
        for self._row, (name, value) in enumerate(facts, start=1):
            sheet.write_string(self._row, 0, name)
            sheet.write_string(self._row, 1, value, self._bold)
        self._row += 2

    def _opening(self, sheet: Worksheet) -> None:
        sheet.write_string(self._row, 1, self._paper.labels.opening, self._bold)
        self._quantity(sheet, 5, self._statement.opening, self._number)
        self._row += 1

    def _line(self, sheet: Worksheet, line: Line) -> None:
        style = self._paper.style
        local = line.occurred_at.astimezone(style.zone).replace(tzinfo=None)
        if local.year < 1900:  # what a spreadsheet has no date for
            sheet.write_string(self._row, 0, local.isoformat(sep=" ", timespec="seconds"))
        else:
            sheet.write_datetime(self._row, 0, local, self._moment)
        sheet.write_string(self._row, 1, style.what(line))
        sheet.write_string(self._row, 2, style.other(line))
        self._quantity(sheet, 3 if line.quantity > 0 else 4, abs(line.quantity), self._number)
        self._quantity(sheet, 5, line.balance, self._number)
        sheet.write_number(self._row, 6, line.number)
        self._row += 1

    def _closing(self, sheet: Worksheet) -> None:
        sheet.write_string(self._row, 1, self._paper.labels.closing, self._sum)
        self._quantity(sheet, 3, self._statement.incoming, self._sum)
        self._quantity(sheet, 4, self._statement.outgoing, self._sum)
        self._quantity(sheet, 5, self._statement.closing, self._sum)

    def _quantity(self, sheet: Worksheet, column: int, quantity: int, form: Format) -> None:
        """A number, or text where a spreadsheet would round it."""
        number = self._paper.style.number(quantity)
        if _digits(number) > EXACT_DIGITS:
            text = self._paper.style.quantity(quantity)
            sheet.write_string(self._row, column, text, self._long)
        else:
            sheet.write_number(self._row, column, float(number), form)


def _digits(number: Decimal) -> int:
    return len(number.normalize().as_tuple().digits)


def _format(book: Workbook, properties: dict[str, Any]) -> Format:
    made: Format = book.add_format(properties)
    return made
