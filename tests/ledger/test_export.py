"""The journal as hledger reads it."""

import subprocess
from pathlib import Path

import pytest

from ledger.export import export_hledger
from tests.ledger.entries import Book


@pytest.fixture
def journal_text(book: Book) -> str:
    book.open("party:1:cash", units=("land:7",))
    first = book.post(
        "k;1", "world -> party:1:cash 100 CNY", reference="order(1)", memo="first\n; not a tag"
    )
    book.reverse(first, "k2", memo="")
    book.post("k3", "world -> ann 5 land:7", "ann -> ben 2 land:7")
    return "".join(export_hledger(book.session))


def test_each_posting_becomes_two_lines_that_sum_to_zero(journal_text: str) -> None:
    head, first, reversal, third = journal_text.split("\n\n")

    assert 'commodity 1. "CNY"\ncommodity 1. "land:7"' in head
    assert "account party:1:cash" in head
    assert first.splitlines()[0] == "2026-03-02 (order(1 ) move | first not a tag"
    assert "    ; key: k 1" in first.splitlines()
    assert "    ; nonce: " in first
    assert first.splitlines()[-2:] == [
        '    party:1:cash  100 "CNY"',
        '    world  -100 "CNY"',
    ]
    assert reversal.splitlines()[0].endswith("reversal")
    assert third.splitlines()[-4:] == [
        '    ann  5 "land:7"',
        '    world  -5 "land:7"',
        '    ben  2 "land:7"',
        '    ann  -2 "land:7"',
    ]


def test_hledger_takes_it(journal_text: str, tmp_path: Path) -> None:
    path = tmp_path / "bank.journal"
    path.write_text(journal_text)

    subprocess.run(["hledger", "-f", str(path), "check", "accounts", "commodities"], check=True)
