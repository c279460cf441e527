"""The journal as hledger reads it."""

import csv
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from ledger.export import export_hledger
from ledger.export.hledger import hledger_account
from ledger.model import MAX_QUANTITY
from tests.ledger.entries import Book
from tests.ledger.export import worked
from tests.ledger.export.programs import hledger


def test_each_posting_becomes_two_lines_that_sum_to_zero(book: Book) -> None:
    book.open("party:1:cash", units=("land:7",))
    first = book.post(
        "k;1", "world -> party:1:cash 100 CNY", reference="order(1)", memo="first\n; not a tag"
    )
    book.reverse(first, "k2", memo="")
    book.post("k3", "world -> ann 5 land:7", "ann -> ben 2 land:7")

    head, one, reversal, three, closing = "".join(export_hledger(book.session)).split("\n\n")

    assert 'commodity 1. "CNY"\ncommodity 1. "land:7"' in head
    assert "account party:1:cash" in head
    assert one.splitlines()[0] == "2026-03-02 (order(1 ) move | first not a tag"
    assert "    ; key: k 1" in one.splitlines()
    assert "    ; nonce: " in one
    assert one.splitlines()[-2:] == [
        '    party:1:cash  100 "CNY"',
        '    world  -100 "CNY"',
    ]
    assert reversal.splitlines()[0].endswith("reversal")
    assert three.splitlines()[-4:] == [
        '    ann  5 "land:7"',
        '    world  -5 "land:7"',
        '    ben  2 "land:7"',
        '    ann  -2 "land:7"',
    ]
    assert '    ann  0 "land:7" = 3 "land:7"' in closing.splitlines()


def test_hledger_finds_the_same_balances(book: Book, tmp_path: Path) -> None:
    worked.fill(book)
    text = list(export_hledger(book.session))

    hledger(text, tmp_path, "check", "--strict")
    told = hledger(
        text, tmp_path, "balance", "--flat", "--no-total", "-O", "csv", "--layout", "bare"
    )

    rows = list(csv.DictReader(StringIO(told)))
    found = {(r["account"], r["commodity"]): int(r["balance"]) for r in rows if r["balance"] != "0"}
    assert found == worked.balances(book.session)
    assert found["party:P-7:stored", "land:D-7"] == MAX_QUANTITY


def test_hledger_notices_a_quantity_that_was_changed_in_the_text(
    book: Book, tmp_path: Path
) -> None:
    worked.fill(book)
    text = "".join(export_hledger(book.session))
    changed = text.replace('ann  100 "CNY"', 'ann  99 "CNY"').replace('-100 "CNY"', '-99 "CNY"')

    with pytest.raises(AssertionError, match="balance assertion"):
        hledger([changed], tmp_path, "check")


def test_a_day_is_that_of_the_zone(book: Book) -> None:
    book.post("k", "world -> ann 1 CNY")

    later = "".join(export_hledger(book.session, zone=ZoneInfo("Pacific/Auckland")))

    assert "\n2026-03-03 () move" in later


def test_an_empty_journal_is_only_its_declarations(book: Book, tmp_path: Path) -> None:
    text = list(export_hledger(book.session))

    assert text == ['commodity 1. "CNY"\n', "account ann\n", "account ben\n", "account world\n"]
    hledger(text, tmp_path, "check", "--strict")


@given(
    account=worked.codes.filter(lambda code: code != "world"),
    unit=worked.codes,
    told=st.lists(
        st.tuples(worked.words, worked.texts, st.integers(1, 2**40)), min_size=1, max_size=5
    ),
)
@settings(max_examples=15)
def test_whatever_is_written_down_hledger_takes(engine, tmp_path_factory, account, unit, told):
    with worked.forgotten(engine) as book:
        worked.posted(book, account, unit, told)
        text = list(export_hledger(book.session))
    folder = tmp_path_factory.mktemp("hledger")

    hledger(text, folder, "check", "--strict")
    assert hledger_account(account) in hledger(text, folder, "accounts").splitlines()
