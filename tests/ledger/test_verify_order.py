"""Entries whose own rows are all sound, but which cannot have come in this order."""

import pytest
from sqlalchemy import Engine, text

from database.directory import Bank
from database.engine import writing
from ledger import log
from ledger.verify import Report, verify
from tests.ledger.entries import Book
from tests.ledger.tampering import drop_guards, unguarded

REFERENCES = [
    ("ledger_transfer", "number"),
    ("ledger_about", "transfer"),
    ("ledger_about", "ends"),
    ("ledger_about", "reverses"),
    ("ledger_posting", "transfer"),
    ("ledger_leaf", "number"),
    ("ledger_held", "transfer"),
    ("ledger_open_hold", "transfer"),
]


def swap_numbers(engine: Engine, one: int, other: int) -> None:
    """Let two entries, with their lines and whatever refers to them, change places."""
    with engine.begin() as connection:
        drop_guards(connection)
        for old, new in ((one, -1), (other, one), (-1, other)):
            for table, column in REFERENCES:
                change = f"UPDATE {table} SET {column} = {new} WHERE {column} = {old}"
                connection.execute(text(change))


def report_of(bank: Bank) -> Report:
    with bank.session() as session:
        return verify(session)


def frozen(book: Book) -> tuple[int, int]:
    book.open("world", "ann")
    spent = book.post("p1", "world -> ann 5 CNY")
    return spent.number, book.freeze("world", "f1").number


def closed(book: Book) -> tuple[int, int]:
    book.open("world", "ann", "ben")
    book.post("p1", "world -> ann 5 CNY")
    emptied = book.post("p2", "ann -> ben 5 CNY")
    return emptied.number, book.close("ann", "c1").number


def thawed(book: Book) -> tuple[int, int]:
    book.open("world", "ann")
    return book.freeze("ann", "f1").number, book.thaw("ann", "t1").number


def opened(book: Book) -> tuple[int, int]:
    book.open("world", "ann")
    first = book.post("p1", "world -> ann 5 CNY")
    return first.number - 1, first.number


def settled(book: Book) -> tuple[int, int]:
    book.open("world", "ann")
    held = book.hold("h1", "world -> ann 5 CNY")
    return held.number, book.settle(held, "s1").number


def reversed_(book: Book) -> tuple[int, int]:
    book.open("world", "ann")
    mistake = book.post("p1", "world -> ann 5 CNY")
    return mistake.number, book.reverse(mistake, "r1").number


@pytest.mark.parametrize(
    ("story", "what"),
    [
        (frozen, "world was frozen before"),
        (closed, "ann was not empty"),
        (closed, "ann was closed before"),
        (thawed, "ann was open"),
        (opened, "it comes before the entry that opens 'ann'"),
        (settled, "it ends no open hold"),
        (reversed_, "what it reverses is a reversal, or came later"),
    ],
)
def test_an_order_in_which_the_later_entry_was_not_allowed_is_found(
    committed_bank: Bank, story, what: str
) -> None:
    with committed_bank.session() as session, writing(session):
        numbers = story(Book(session))
    assert report_of(committed_bank).ok
    engine = unguarded(committed_bank.settings.database_url)
    swap_numbers(engine, *numbers)
    engine.dispose()

    assert what in [fault.what for fault in report_of(committed_bank).faults]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("second", "sound"), [("world2 -> ben 1 CNY", True), ("world2 -> ann 1 CNY", False)]
)
def test_only_an_entry_that_shares_no_balance_with_a_later_one_may_be_sealed_after_it(
    committed_bank: Bank, second: str, sound: bool
) -> None:
    with committed_bank.session() as session, writing(session):
        book = Book(session)
        book.open("world", "world2", "ann", "ben")
        log.seal(session)
        one = book.post("p1", "world -> ann 5 CNY")
        log.seal(session)
        other = book.post("p2", second)
        log.seal(session)
    engine = unguarded(committed_bank.settings.database_url)
    swap_numbers(engine, one.number, other.number)
    engine.dispose()

    found = [fault.what for fault in report_of(committed_bank).faults]

    late = f"entry {other.number} is sealed before entry {one.number}"
    assert found == [] if sound else late in found


def test_within_one_turn_entries_are_sealed_by_number(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        book = Book(session)
        book.open("world", "world2", "ann", "ben")
        one = book.post("p1", "world -> ann 5 CNY")
        other = book.post("p2", "world2 -> ben 1 CNY")
        log.seal(session)
    engine = unguarded(committed_bank.settings.database_url)
    swap_numbers(engine, one.number, other.number)
    engine.dispose()

    assert [fault.table for fault in report_of(committed_bank).faults] == ["ledger_leaf"]
