"""The trial balance: what is held and what is owed, per unit."""

from ledger import journal, reading
from ledger.model import MAX_QUANTITY
from ledger.reading import TrialBalance
from tests.ledger.entries import Book


def test_debit_and_credit_are_equal_in_every_unit(book: Book) -> None:
    book.open("cat", units=("land", "empty"))
    book.post("1", "world -> ann 100 CNY", "world -> ben 7 land")
    book.post("2", "ann -> ben 40 CNY", "ben -> cat 7 land")

    assert reading.trial_balance(book.session) == [
        TrialBalance("CNY", debit=100, credit=100, accounts=3),
        TrialBalance("land", debit=7, credit=7, accounts=2),
    ]


def test_a_trial_balance_of_a_past_moment_leaves_out_what_came_later(book: Book) -> None:
    book.post("1", "world -> ann 100 CNY")
    moment = book.now
    book.post("2", "world -> ben 40 CNY", "ann -> world 100 CNY")

    assert reading.trial_balance(book.session, as_of=moment) == [
        TrialBalance("CNY", debit=100, credit=100, accounts=2)
    ]
    assert reading.trial_balance(book.session) == [
        TrialBalance("CNY", debit=40, credit=40, accounts=2)
    ]


def test_one_unit_can_be_asked_for(book: Book) -> None:
    book.open(units=("land",))
    book.post("1", "world -> ann 1 CNY", "world -> ann 2 land")

    for moment in (None, book.now):
        found = reading.trial_balance(book.session, unit="land", as_of=moment)
        assert [(one.unit, one.debit) for one in found] == [("land", 2)]
    assert reading.trial_balance(book.session, unit="nothing") == []


def test_totals_may_be_larger_than_any_balance(book: Book) -> None:
    book.open("world:2")
    book.post("1", f"world -> ann {MAX_QUANTITY} CNY")
    book.post("2", f"world:2 -> ben {MAX_QUANTITY} CNY")

    for moment in (None, book.now):
        (total,) = reading.trial_balance(book.session, as_of=moment)
        assert (total.debit, total.credit) == (2 * MAX_QUANTITY, 2 * MAX_QUANTITY)


def test_the_accounts_add_up_to_the_totals(book: Book) -> None:
    for number in range(1, 8):
        book.post(f"{number}", f"world -> ann {number} CNY", "ann -> ben 1 CNY")

    for moment in (None, book.now):
        (total,) = reading.trial_balance(book.session, as_of=moment)
        each = [b.quantity for b in reading.each_balance(book.session, unit="CNY", as_of=moment)]
        assert total.debit == sum(q for q in each if q > 0)
        assert total.credit == -sum(q for q in each if q < 0)
        assert total.accounts == len(each)


def test_what_is_held_is_not_part_of_it(book: Book) -> None:
    book.post("1", "world -> ann 10 CNY")
    book.hold("2", "ann -> ben 4 CNY")

    assert reading.trial_balance(book.session) == [
        TrialBalance("CNY", debit=10, credit=10, accounts=2)
    ]
    (ann,) = journal.balances(book.session, account_prefix="ann")
    assert (ann.quantity, ann.held_out, ann.available) == (10, 4, 6)
