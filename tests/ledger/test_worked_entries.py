"""docs/ledger.md holds what it says: its worked entries, posted from top to bottom."""

import re
from pathlib import Path

import pytest

from database.refusals import Refusal
from ledger import journal
from ledger.verify import verify
from tests.ledger.entries import Book, transfer

DOCUMENT = Path(__file__).parents[2] / "docs" / "ledger.md"
BLOCK = re.compile(r"^```(transfer|refused|reverse|balances)\b *(.*?)\n(.*?)^```$", re.M | re.S)


def test_the_worked_entries_work(book: Book) -> None:
    posted: dict[str, journal.Posted] = {}
    blocks = BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert [what for what, _, _ in blocks].count("balances") == 2

    for what, title, text in blocks:
        lines = text.splitlines()
        if what == "balances":
            found = journal.balances(book.session)
            assert lines == [f"{b.account} {b.quantity} {b.unit}" for b in found]
        elif what == "reverse":
            book.reverse(posted[title], f"{title} reversed")
        else:
            for posting in transfer(title, *lines).postings:
                book.open(posting.source, posting.target, units=(posting.unit,))
            if what == "refused":
                with pytest.raises(Refusal) as no:
                    book.post(title, *lines)
                assert no.value.code == title
            else:
                posted[title] = book.post(title, *lines)

    assert verify(book.session).ok
