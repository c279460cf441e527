"""An account's statement: its numbers, and its papers."""

import csv
import re
from collections import defaultdict
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from ledger.export import (
    Statement,
    statement_csv,
    statement_rows,
    write_statement_pdf,
    write_statement_xlsx,
)
from ledger.model import MAX_QUANTITY
from ledger.refusals import UnknownAccount, UnknownUnit
from tests.ledger.entries import Book
from tests.ledger.export import worked
from tests.ledger.export.papers import LABELS, TYPEFACE, paper


def totals(statement: Statement) -> tuple[int, int, int, int]:
    """Opening, in, out, closing, once the lines are read."""
    for _ in statement.lines:
        pass
    return statement.opening, statement.incoming, statement.outgoing, statement.closing


@pytest.fixture
def full(book: Book) -> Book:
    """The worked ledger."""
    worked.fill(book)
    return book


def test_lines_lead_from_the_opening_to_the_closing_balance(full: Book) -> None:
    statement = statement_rows(full.session, "ann", "CNY")

    lines = list(statement.lines)

    assert [(line.quantity, line.balance) for line in lines] == [
        (100, 100),
        (-40, 60),
        (40, 100),
        (-10, 90),
        (-20, 70),
    ]
    assert statement.count == 5
    assert totals(statement) == (0, 140, 70, 70)


def test_periods_meet(full: Book) -> None:
    lines = list(statement_rows(full.session, "ann", "CNY").lines)
    middle = lines[2].recorded_at

    before = statement_rows(full.session, "ann", "CNY", until=middle)
    after = statement_rows(full.session, "ann", "CNY", since=middle)

    assert [line.version for line in before.lines] == [1, 2]
    assert [line.version for line in after.lines] == [3, 4, 5]
    assert totals(before) == (0, 100, 40, 60)
    assert totals(after) == (60, 40, 30, 70)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (worked.NOON + timedelta(days=1), None, (70, 0, 0, 70)),
        (None, worked.NOON, (0, 0, 0, 0)),
        (worked.NOON + timedelta(days=1), worked.NOON, (70, 0, 0, 70)),
    ],
)
def test_a_period_may_be_empty(
    full: Book,
    since: datetime | None,
    until: datetime | None,
    expected: tuple[int, int, int, int],
) -> None:
    assert totals(statement_rows(full.session, "ann", "CNY", since=since, until=until)) == expected


def test_an_account_that_never_held_the_unit_has_nothing(full: Book) -> None:
    assert totals(statement_rows(full.session, "ann", "land:D-7")) == (0, 0, 0, 0)


def test_what_is_posted_while_it_is_read_is_not_in_it(full: Book) -> None:
    statement = statement_rows(full.session, "ann", "CNY")

    full.post("meanwhile", "world -> ann 5 CNY")

    assert totals(statement) == (0, 140, 70, 70)


def test_what_is_not_open_is_refused(full: Book) -> None:
    with pytest.raises(UnknownAccount):
        statement_rows(full.session, "nobody", "CNY")
    with pytest.raises(UnknownUnit):
        statement_rows(full.session, "ann", "USD")


# XLSX and CSV

NS = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def cells_of(workbook: bytes) -> list[dict[str, Any]]:
    """The first sheet's rows: texts as they are, numbers as floats, by column."""
    with ZipFile(BytesIO(workbook)) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    rows: dict[int, dict[str, Any]] = defaultdict(dict)
    for cell in sheet.iterfind(".//s:c", NS):
        column, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.attrib["r"]).groups()  # type: ignore[union-attr]
        if cell.get("t") == "inlineStr":
            rows[int(row)][column] = "".join(cell.itertext())
        else:
            rows[int(row)][column] = float(cell.findtext("s:v", namespaces=NS) or "nan")
    return list(rows.values())


def workbook(statement: Statement) -> bytes:
    """The statement as XLSX."""
    into = BytesIO()
    write_statement_xlsx(statement, paper(sealed=True), into)
    return into.getvalue()


def test_a_workbook_has_numbers_and_dates(full: Book) -> None:
    rows = cells_of(workbook(statement_rows(full.session, "ann", "CNY")))

    assert rows[0] == {"A": "资金对账单"}
    assert rows[1]["B"] == "张三丰（天荒坪镇余村村民委员会）"
    head = next(n for n, row in enumerate(rows) if row.get("A") == LABELS.date)
    opening, first, *_, closing = rows[head + 1 :]
    assert opening == {"B": "期初余额", "F": 0}
    assert (first["A"], first["C"], first["D"], first["F"]) == (46083.5, "world", 1.0, 1.0)
    assert first["B"].startswith("move order:B-1 第一行")
    assert closing == {"B": "期末余额", "D": 1.4, "E": 0.7, "F": 0.7}


def test_the_head_of_a_workbook_stays_in_sight(full: Book) -> None:
    made = workbook(statement_rows(full.session, "ann", "CNY"))

    with ZipFile(BytesIO(made)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<f>" not in sheet


def test_a_quantity_with_more_digits_than_a_spreadsheet_keeps_is_text(full: Book) -> None:
    rows = cells_of(workbook(statement_rows(full.session, "party:P-7:stored", "land:D-7")))

    assert rows[-1]["F"] == "92,233,720,368,547,758.07"
    assert rows[-2]["D"] == "92,233,720,368,547,758.07"


def test_a_statement_as_csv(full: Book) -> None:
    text = "".join(statement_csv(statement_rows(full.session, "ann", "CNY"), paper()))

    head, opening, first, *_, closing = csv.reader(StringIO(text.removeprefix("\ufeff")))
    assert head == ["日期", "事由", "对方账户", "收入", "支出", "余额", "凭证号"]
    assert opening[5] == "0"
    assert (first[0], first[2:6]) == ("2026-03-02 12:00:00", ["world", "1", "", "1"])
    assert closing[3:6] == ["1.4", "0.7", "0.7"]


def test_a_large_number_in_a_csv_keeps_its_digits(full: Book) -> None:
    statement = statement_rows(full.session, "party:P-7:stored", "land:D-7")

    assert f"'{MAX_QUANTITY // 100}.07" in "".join(statement_csv(statement, paper()))


# PDF


def pdf(statement: Statement, *, sealed: bool = True) -> bytes:
    """The statement as PDF."""
    into = BytesIO()
    write_statement_pdf(statement, paper(sealed=sealed), TYPEFACE, into)
    return into.getvalue()


def test_a_pdf_says_it_all_in_chinese(full: Book) -> None:
    reader = PdfReader(BytesIO(pdf(statement_rows(full.session, "ann", "CNY"))))

    (page,) = reader.pages
    text = page.extract_text()
    for words in (
        "资金对账单",
        "张三丰（天荒坪镇余村村民委员会）",
        "期初余额",
        "第一行",
        "打错了",
        "1.40",
        "12,345",
        "ab" * 32,
        "第 1 页，共",
        "2026-03-31 08:00",
    ):
        assert words in text
    assert reader.metadata is not None
    assert reader.metadata.title == "资金对账单"
    assert reader.metadata.creation_date == paper().made_at


def test_a_pdf_holds_only_what_it_needs_of_its_fonts(full: Book) -> None:
    made = pdf(statement_rows(full.session, "ann", "CNY"))

    assert len(made) < 150_000
    (page,) = PdfReader(BytesIO(made)).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    embedded = [font for font in fonts if "/FontDescriptor" in font]
    assert embedded
    assert all("/FontFile2" in font["/FontDescriptor"] for font in embedded)


def test_the_same_statement_gives_the_same_bytes(full: Book) -> None:
    one, two = (pdf(statement_rows(full.session, "ann", "CNY")) for _ in range(2))

    assert one == two


def test_a_long_statement_counts_its_pages(book: Book) -> None:
    lines = [f"world -> ann {number} CNY" for number in range(1, 201)]
    book.post("many", *lines, memo="长" * 300)

    pages = PdfReader(BytesIO(pdf(statement_rows(book.session, "ann", "CNY")))).pages

    assert len(pages) > 10
    assert "第 2 页" in pages[1].extract_text()
    assert LABELS.date in pages[-1].extract_text()


@pytest.mark.parametrize("account", ["ann", "party:P-7:stored"])
def test_an_empty_statement_and_a_huge_quantity_find_their_place(full: Book, account: str) -> None:
    made = pdf(statement_rows(full.session, account, "land:D-7"), sealed=False)

    (page,) = PdfReader(BytesIO(made)).pages
    words = LABELS.nothing if account == "ann" else "92,233,720,368,547,758.07"
    assert words in page.extract_text()
