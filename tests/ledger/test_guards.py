"""Guards: below zero, above zero, what holds keep, and what frozen and closed accounts let pass."""

import pytest

from database.refusals import Refusal
from ledger.refusals import (
    AboveZero,
    AccountClosed,
    AccountFrozen,
    AccountNotEmpty,
    AccountStands,
    Overdrawn,
)
from tests.ledger.entries import HOUR, Book, transfer


@pytest.fixture
def guarded(book: Book) -> Book:
    """`loan` may not go above zero; `both` may go anywhere; `neither` must stay at zero."""
    book.open("loan", may_go_negative=True, may_go_positive=False)
    book.open("both", may_go_negative=True, may_go_positive=True)
    book.open("neither", may_go_negative=False, may_go_positive=False)
    return book


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("ann -> world 1 CNY", Overdrawn),
        ("world -> ann 1 CNY", None),
        ("loan -> world 1 CNY", None),
        ("world -> loan 1 CNY", AboveZero),
        ("both -> world 1 CNY", None),
        ("world -> both 1 CNY", None),
        ("neither -> world 1 CNY", Overdrawn),
        ("world -> neither 1 CNY", AboveZero),
    ],
)
def test_each_rule_lets_pass_what_it_says(
    guarded: Book, line: str, refusal: type[Refusal] | None
) -> None:
    if refusal is None:
        assert not guarded.post("1", line).replayed
    else:
        with pytest.raises(refusal):
            guarded.post("1", line)


def test_a_debt_can_be_paid_back_to_the_last_fen_and_no_further(guarded: Book) -> None:
    guarded.post("1", "loan -> ann 100 CNY")
    guarded.post("2", "ann -> loan 60 CNY")

    with pytest.raises(AboveZero) as no:
        guarded.post("3", "world -> loan 41 CNY")
    guarded.post("3", "ann -> loan 40 CNY")

    facts = {"account": "loan", "unit": "CNY", "available": 40, "held": 0, "asked": 41}
    assert no.value.facts == facts
    assert guarded.holds("loan") == 0


def test_the_net_effect_counts_above_zero_too(guarded: Book) -> None:
    guarded.post("1", "world -> neither 5 CNY", "neither -> ann 5 CNY")
    with pytest.raises(AboveZero) as no:
        guarded.post("2", "world -> loan 7 CNY", "loan -> ann 5 CNY")

    assert (no.value.facts["available"], no.value.facts["asked"]) == (0, 2)
    assert (guarded.holds("neither"), guarded.holds("ann")) == (0, 5)


def test_what_is_on_hold_cannot_be_spent_and_shows_apart(guarded: Book) -> None:
    guarded.post("1", "world -> ann 100 CNY")
    guarded.hold("2", "ann -> ben 70 CNY")

    with pytest.raises(Overdrawn) as no:
        guarded.post("3", "ann -> ben 31 CNY")
    guarded.post("3", "ann -> ben 30 CNY")

    facts = {"account": "ann", "unit": "CNY", "available": 30, "held": 70, "asked": 31}
    assert no.value.facts == facts
    assert (guarded.holds("ann"), guarded.on_hold("ann")) == (70, (70, 0))
    assert (guarded.holds("ben"), guarded.on_hold("ben")) == (30, (0, 70))


def test_what_is_on_hold_cannot_be_held_again(guarded: Book) -> None:
    guarded.post("1", "world -> ann 100 CNY")
    guarded.hold("2", "ann -> ben 70 CNY")

    with pytest.raises(Overdrawn) as no:
        guarded.hold("3", "ann -> world 31 CNY")

    assert (no.value.facts["available"], no.value.facts["asked"]) == (30, 31)


def test_what_is_to_come_cannot_be_spent_before_it_came(guarded: Book) -> None:
    guarded.hold("1", "world -> ann 100 CNY")

    with pytest.raises(Overdrawn) as no:
        guarded.post("2", "ann -> ben 1 CNY")

    assert (no.value.facts["available"], no.value.facts["held"]) == (0, 0)


def test_what_is_to_come_takes_up_the_room_above(guarded: Book) -> None:
    guarded.post("1", "loan -> ann 100 CNY")
    guarded.hold("2", "ann -> loan 70 CNY")

    for attempt in (guarded.post, guarded.hold):
        with pytest.raises(AboveZero) as no:
            attempt("3", "world -> loan 31 CNY")
        facts = {"account": "loan", "unit": "CNY", "available": 30, "held": 70, "asked": 31}
        assert no.value.facts == facts
    guarded.post("3", "world -> loan 30 CNY")

    assert (guarded.holds("loan"), guarded.on_hold("loan")) == (-70, (0, 70))


def test_what_is_to_go_out_makes_no_room_above_yet(guarded: Book) -> None:
    guarded.hold("1", "loan -> ann 100 CNY")

    with pytest.raises(AboveZero):
        guarded.post("2", "world -> loan 1 CNY")


def test_holds_of_two_units_do_not_mix(guarded: Book) -> None:
    guarded.open(units=("land",))
    guarded.post("1", "world -> ann 5 CNY", "world -> ann 5 land")
    guarded.hold("2", "ann -> ben 5 CNY")

    guarded.post("3", "ann -> ben 5 land")

    assert (guarded.on_hold("ann"), guarded.on_hold("ann", "land")) == ((5, 0), (0, 0))


def test_what_is_on_hold_cannot_be_reversed_away(guarded: Book) -> None:
    posted = guarded.post("1", "world -> ann 100 CNY")
    guarded.hold("2", "ann -> ben 1 CNY")

    with pytest.raises(Overdrawn) as no:
        guarded.reverse(posted, "3")

    assert (no.value.facts["available"], no.value.facts["held"]) == (99, 1)


def test_a_frozen_account_takes_in_and_gives_nothing_out(guarded: Book) -> None:
    guarded.post("1", "world -> ann 100 CNY")
    guarded.freeze("ann", "freeze")

    guarded.post("2", "world -> ann 1 CNY")
    for attempt in (guarded.post, guarded.hold):
        with pytest.raises(AccountFrozen) as no:
            attempt("3", "ann -> ben 1 CNY")
        assert no.value.facts == {"account": "ann"}
    with pytest.raises(AccountFrozen):
        guarded.post("3", "world -> ann 5 CNY", "ann -> ben 1 CNY")
    guarded.thaw("ann", "thaw")
    guarded.post("3", "ann -> ben 1 CNY")

    assert guarded.holds("ann") == 100


def test_an_account_is_frozen_in_units_that_it_never_held_too(guarded: Book) -> None:
    guarded.freeze("both", "freeze")
    guarded.open(units=("land",))

    with pytest.raises(AccountFrozen):
        guarded.post("1", "both -> ann 1 land")


def test_a_hold_on_an_account_that_was_frozen_since_waits_or_is_let_go(guarded: Book) -> None:
    guarded.post("1", "world -> ann 100 CNY")
    held, other = guarded.hold("2", "ann -> ben 60 CNY"), guarded.hold("3", "ann -> ben 40 CNY")
    guarded.freeze("ann", "freeze")

    with pytest.raises(AccountFrozen):
        guarded.settle(held, "4")
    guarded.void(other, "5")
    guarded.thaw("ann", "thaw")
    guarded.settle(held, "4")

    assert (guarded.holds("ann"), guarded.on_hold("ann")) == (40, (0, 0))


def test_a_reversal_does_not_take_from_a_frozen_account(guarded: Book) -> None:
    posted = guarded.post("1", "world -> ann 100 CNY")
    guarded.freeze("ann", "freeze")

    with pytest.raises(AccountFrozen):
        guarded.reverse(posted, "2")


def test_an_account_that_something_was_refused_of_can_be_frozen(book: Book) -> None:
    with pytest.raises(Overdrawn):
        book.post("1", "ann -> ben 1 CNY", "world -> ben 1 CNY")

    assert not book.freeze("ann", "2").replayed
    assert not book.close("ben", "3").replayed


def test_a_closed_account_lets_nothing_pass(guarded: Book) -> None:
    posted = guarded.post("1", "world -> ann 100 CNY")
    guarded.post("2", "ann -> ben 100 CNY")
    guarded.close("ann", "close")

    for attempt in (guarded.post, guarded.hold):
        for line in ("ann -> ben 1 CNY", "ben -> ann 1 CNY"):
            with pytest.raises(AccountClosed) as no:
                attempt("3", line)
            assert no.value.facts == {"account": "ann"}
    with pytest.raises(AccountClosed):
        guarded.reverse(posted, "3")


@pytest.mark.parametrize("line", ["both -> world 1 CNY", "world -> both 1 CNY"])
def test_an_account_with_an_open_hold_cannot_be_closed(guarded: Book, line: str) -> None:
    held = guarded.hold("1", line)

    with pytest.raises(AccountNotEmpty) as no:
        guarded.close("both", "2")
    guarded.void(held, "3")
    guarded.close("both", "2")

    assert no.value.facts == {"account": "both", "unit": "CNY"}


def test_a_frozen_account_that_is_empty_can_be_closed(guarded: Book) -> None:
    guarded.freeze("ann", "1")
    guarded.close("ann", "2")

    with pytest.raises(AccountStands):
        guarded.thaw("ann", "3")


@pytest.mark.parametrize("act", ["freeze", "close"])
def test_a_change_of_standing_happens_once_per_key(guarded: Book, act: str) -> None:
    first = getattr(guarded, act)("ann", "1")
    again = getattr(guarded, act)("ann", "1")

    assert (again.id, again.number, again.hash) == (first.id, first.number, first.hash)
    assert (first.replayed, again.replayed) == (False, True)


def test_a_freeze_replayed_after_the_thaw_does_not_freeze_again(guarded: Book) -> None:
    guarded.post("0", "world -> ann 1 CNY")
    frozen, thawed = guarded.freeze("ann", "1"), guarded.thaw("ann", "2")

    assert guarded.freeze("ann", "1").id == frozen.id
    assert guarded.thaw("ann", "2").id == thawed.id
    assert not guarded.post("3", "ann -> ben 1 CNY").replayed


def test_an_expired_hold_stands_in_nobodys_way(guarded: Book) -> None:
    guarded.post("1", "world -> ann 100 CNY", "loan -> world 100 CNY")
    guarded.hold("2", "ann -> loan 100 CNY")
    guarded.now += HOUR

    guarded.post("3", "ann -> ben 20 CNY")
    guarded.hold("4", "ann -> loan 80 CNY")
    guarded.now += HOUR
    guarded.post_all(transfer("5", "ann -> ben 40 CNY"), transfer("6", "world -> loan 100 CNY"))

    assert (guarded.holds("ann"), guarded.on_hold("ann")) == (40, (0, 0))
    assert (guarded.holds("loan"), guarded.on_hold("loan")) == (0, (0, 0))


def test_an_expired_hold_keeps_nobody_from_reversing_settling_or_closing(guarded: Book) -> None:
    posted = guarded.post("1", "world -> ann 100 CNY")
    guarded.hold("2", "ann -> ben 100 CNY")
    guarded.now += HOUR
    guarded.reverse(posted, "3")

    guarded.post("4", "world -> ann 1 CNY")
    guarded.hold("5", "ann -> ben 1 CNY")
    guarded.now += HOUR
    guarded.close("ben", "6")

    assert (guarded.holds("ann"), guarded.on_hold("ann")) == (1, (0, 0))
