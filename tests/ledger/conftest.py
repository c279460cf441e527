"""A ledger with three accounts, in the session that forgets."""

import pytest
from sqlalchemy.orm import Session

from tests.ledger.entries import Book


@pytest.fixture
def book(session: Session) -> Book:
    """Accounts `world`, `ann` and `ben`, which hold nothing; unit `CNY`."""
    book = Book(session)
    book.open("world", "ann", "ben")
    return book
