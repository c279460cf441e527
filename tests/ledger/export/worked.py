"""A ledger with something of everything, and texts that are hard to write down."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger import journal
from ledger.model import MAX_QUANTITY, Posting, Transfer
from tests.ledger.entries import NOON, Book, transfer

HARD_TEXT = '第一行 "引号" \\n \\ ; # | , (x) [2026-01-01] date:2026-13-45 🎉\n\t第二行\r\n=1+1 𠮷'


def fill(book: Book) -> None:
    """Transfers, a reversal, holds of every end, accounts of every standing; 2⁶³−1 of a unit."""
    book.open("world:sun", "party:P-7:cash", "party:P-7:stored", "村集体:现金", units=("land:D-7",))
    book.post("receipt-1", "world -> ann 100 CNY", reference="order:B-1", memo=HARD_TEXT)
    book.post("all", f"world:sun -> party:P-7:stored {MAX_QUANTITY} land:D-7")
    mistake = book.post("mistake", "ann -> ben 40 CNY", "ben -> 村集体:现金 15 CNY")
    book.reverse(mistake, "mended", memo="打错了")
    kept = book.hold("hold-1", "ann -> ben 30 CNY", "ann -> party:P-7:cash 20 CNY")
    book.settle(kept, "settle-1", 10, 20, memo="部分")
    book.void(book.hold("hold-2", "ann -> ben 5 CNY"), "void-2")
    book.hold("hold-3", "ann -> ben 7 CNY", until=book.now + timedelta(days=1))
    book.freeze("ben", "freeze-1")
    book.post("last", "world -> ben 1 CNY")


def balances(session: Session) -> dict[tuple[str, str], int]:
    """What the ledger itself says that accounts hold."""
    return {(b.account, b.unit): b.quantity for b in journal.balances(session)}


@contextmanager
def forgotten(engine: Engine) -> Iterator[Book]:
    """A ledger of nothing but unit CNY and account `world`, gone after the block."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            book = Book(session)
            book.open("world")
            yield book
        outer.rollback()


codes = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters='";'),
    min_size=1,
    max_size=20,
) | st.from_regex(r"[A-Za-z0-9:()\[\]*!%|-]{1,12}", fullmatch=True)
"""Codes of accounts and units, the odd ones too."""

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=2000)
"""Memos."""

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50)
"""Keys and references."""


def posted(book: Book, account: str, unit: str, told: list[tuple[str, str, int]]) -> None:
    """Bring quantities of a unit to an account, each with a reference and a memo of its own."""
    book.open(account, units=(unit,))
    for place, (reference, memo, quantity) in enumerate(told):
        line = Posting(source="world", target=account, unit=unit, quantity=quantity)
        wanted = Transfer(
            key=f"{place} {reference}",
            kind="move",
            occurred_at=NOON + timedelta(days=place),
            reference=reference,
            memo=memo,
            postings=(line,),
        )
        journal.post(book.session, wanted, at=book.tick())


__all__ = ["HARD_TEXT", "NOON", "transfer"]
