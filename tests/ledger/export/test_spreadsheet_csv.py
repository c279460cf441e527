"""The journal as spreadsheets open it."""

import csv
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from ledger.export import export_csv
from ledger.export.spreadsheet_csv import BOM, COLUMNS, cell_number, cell_text
from ledger.model import MAX_QUANTITY
from tests.ledger.entries import Book
from tests.ledger.export import worked

SHANGHAI = ZoneInfo("Asia/Shanghai")


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows, as a reader of RFC 4180 has them."""
    assert text.startswith(BOM)
    return list(csv.DictReader(StringIO(text.removeprefix(BOM), newline="")))


def test_a_posting_is_a_row(book: Book) -> None:
    worked.fill(book)

    rows = rows_of("".join(export_csv(book.session, zone=SHANGHAI)))

    assert list(rows[0]) == list(COLUMNS)
    assert [(r["key"], r["ordinal"], r["source"], r["target"], r["quantity"]) for r in rows] == [
        ("receipt-1", "0", "world", "ann", "100"),
        ("all", "0", "world:sun", "party:P-7:stored", f"'{MAX_QUANTITY}"),
        ("mistake", "0", "ann", "ben", "40"),
        ("mistake", "1", "ben", "村集体:现金", "15"),
        ("mended", "0", "村集体:现金", "ben", "15"),
        ("mended", "1", "ben", "ann", "40"),
        ("settle-1", "0", "ann", "ben", "10"),
        ("settle-1", "1", "ann", "party:P-7:cash", "20"),
        ("last", "0", "world", "ben", "1"),
    ]
    assert rows[4]["reverses"] == rows[2]["id"]
    assert rows[6]["settles"] != ""
    assert rows[0]["memo"] == worked.HARD_TEXT
    assert rows[0]["occurred_at"] == "2026-03-02 20:00:00"
    assert rows[0]["occurred_at_utc"] == "2026-03-02T12:00:00.000000+00:00"
    assert rows[-1]["target_balance"] == "11"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@sum", "'@sum"),
        ("\ttab", "'\ttab"),
        ("\rreturn", "'\rreturn"),
        ("＝1", "'＝1"),
        ("330523199001011234", "'330523199001011234"),
        ("007", "'007"),
        ("1E10", "'1E10"),
        ("123456789012345", "123456789012345"),
        ("order:1", "order:1"),
        ("分红", "分红"),
        ("", ""),
    ],
)
def test_text_stays_text(text: str, cell: str) -> None:
    assert cell_text(text) == cell


def test_numbers_keep_all_their_digits() -> None:
    assert cell_number(999_999_999_999_999) == "999999999999999"
    assert cell_number(-(10**15)) == "'-1000000000000000"


def test_an_empty_journal_is_only_its_head(book: Book) -> None:
    assert "".join(export_csv(book.session)) == BOM + ",".join(COLUMNS) + "\r\n"


@given(
    st.lists(st.tuples(worked.words, worked.texts, st.integers(1, 9)), min_size=1, max_size=5),
)
@settings(max_examples=20)
def test_every_text_comes_back_and_none_is_a_formula(engine, told):
    with worked.forgotten(engine) as book:
        worked.posted(book, "ann", "CNY", told)
        rows = rows_of("".join(export_csv(book.session)))

    assert [(row["reference"], row["memo"]) for row in rows] == [
        (cell_text(reference), cell_text(memo)) for reference, memo, _ in told
    ]
    for cell in [row[column] for row in rows for column in ("key", "reference", "memo")]:
        assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r")
