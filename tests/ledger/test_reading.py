"""Reading entries, holds, accounts and statements."""

from datetime import timedelta
from hashlib import sha256

import pytest

from database.base import new_id
from ledger import journal, reading
from ledger.model import Act, Standing
from ledger.reading import Balance, HoldView, TransferView
from ledger.refusals import UnknownAccount, UnknownHold
from tests.ledger.entries import HOUR, NOON, Book, transfer


def every_entry(book: Book) -> list[TransferView]:
    return reading.transfers(book.session, acts=None, limit=1000)


def test_the_hash_of_an_entry_of_every_act_is_that_of_its_contents(book: Book) -> None:
    book.post("1", "world -> ann 100 CNY", reference="r:1", memo='一"\\\n')
    book.settle(book.hold("2", "ann -> ben 10 CNY", "ann -> world 5 CNY"), "3", 4, 0, memo="part")
    book.void(book.hold("4", "ann -> ben 10 CNY"), "5")
    book.hold("6", "ann -> ben 10 CNY", until=book.now + timedelta(seconds=2))
    book.tick()
    book.expire()
    book.freeze("ben", "7")
    book.thaw("ben", "8")
    book.open("empty", units=("land",))
    book.close("empty", "9")
    book.reverse(book.post("10", "ann -> ben 1 CNY"), "11")

    views = every_entry(book)

    assert {view.act for view in views} == set(Act)
    for view in views:
        assert sha256(reading.contents(view).encode()).hexdigest() == view.hash, view.act
        assert view == reading.get_transfer(book.session, view.id)


def test_an_entry_tells_what_only_its_act_has(book: Book) -> None:
    book.open("debt", may_go_positive=False, may_go_negative=True)
    book.post("1", "world -> ann 100 CNY")
    held = book.hold("2", "ann -> ben 10 CNY", until=NOON + HOUR)
    settled = book.settle(held, "3")
    frozen = book.freeze("ann", "4")

    views = {view.key: view for view in every_entry(book)}
    hold, settle = views["2"], views["3"]
    account, unit = views["ledger:account:debt"], views["ledger:unit:CNY"]

    assert (hold.expires_at, hold.ended_by, hold.ends) == (NOON + HOUR, settled.id, None)
    assert (settle.ends, settle.ended_by, settle.expires_at) == (held.id, None, None)
    assert hold.postings == settle.postings == transfer("x", "ann -> ben 10 CNY").postings
    assert (account.account, account.rules) == ("debt", (True, False))
    assert (unit.unit, unit.name, unit.account) == ("CNY", "", None)
    assert (views["4"].id, views["4"].account, views["4"].rules) == (frozen.id, "ann", None)


def test_only_entries_that_moved_something_are_listed_unless_asked(book: Book) -> None:
    book.post("1", "world -> ann 100 CNY")
    book.settle(book.hold("2", "ann -> ben 10 CNY"), "3")
    book.void(book.hold("4", "ann -> ben 10 CNY"), "5")

    def keys(**wanted: object) -> list[str]:
        return [x.key for x in reading.transfers(book.session, **wanted)]  # type: ignore[arg-type]

    assert keys() == ["3", "1"]
    assert keys(acts=[Act.HOLD]) == ["4", "2"]
    assert keys(acts=None)[:5] == ["5", "4", "3", "2", "1"]
    assert keys(account="ann") == ["3", "1"]
    assert keys(account="ann", acts=[Act.POST]) == ["1"]
    assert keys(account="ann", acts=None) == ["3", "1", "ledger:account:ann"]
    assert keys(account="nobody") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_transfers_of_an_account_are_read_page_by_page_over_all_its_units(
    book: Book, limit: int
) -> None:
    book.open("cat", units=("land", "share"))
    keys = []
    for number in range(6):
        book.post(f"cny {number}", "world -> ann 3 CNY", "ann -> ben 1 CNY", "ann -> cat 1 CNY")
        book.post(f"other {number}", "world -> ben 1 CNY")
        book.post(f"land {number}", *["world -> ann 1 land"] * (number + 1))
        keys += [f"cny {number}", f"land {number}"]
    book.post("all", *(f"world -> ann 1 {unit}" for unit in ("CNY", "land", "share")))
    book.post("more", "world -> ann 1 land")
    keys += ["all", "more"]

    found: list[TransferView] = []
    before = None
    while page := reading.transfers(book.session, account="ann", before=before, limit=limit):
        assert len(page) == limit or page[-1].key == keys[0]
        found += page
        before = page[-1].number

    assert [view.key for view in found] == keys[::-1]


def test_transfers_by_reference_and_account_are_those_that_have_both(book: Book) -> None:
    book.post("1", "world -> ann 1 CNY", reference="order:1")
    book.post("2", "world -> ben 1 CNY", reference="order:1")
    book.post("3", "world -> ann 1 CNY", reference="order:2")

    both = journal.transfers(book.session, account="ann", reference="order:1")
    assert [view.key for view in both] == ["1"]
    orders = journal.transfers(book.session, account="ann", reference_prefix="order:")
    assert [view.key for view in orders] == ["3", "1"]


def test_what_is_held_shows_apart_from_the_balance(book: Book) -> None:
    book.post("1", "world -> ann 100 CNY")
    held = book.hold("2", "ann -> ben 30 CNY")
    book.hold("3", "ann -> ben 5 CNY")

    ann = reading.balance_of(book.session, "ann", "CNY")
    assert ann == Balance("ann", "CNY", 100, held_out=35)
    assert ann.available == 65
    assert reading.balance_of(book.session, "ben", "CNY") == Balance("ben", "CNY", 0, held_in=35)

    book.settle(held, "4")
    assert reading.balance_of(book.session, "ann", "CNY") == Balance("ann", "CNY", 70, held_out=5)
    assert reading.balance_of(book.session, "x", "y") == Balance("x", "y", 0)


def test_holds_are_listed_newest_first_open_ones_or_all(book: Book) -> None:
    book.open("cat")
    book.post("0", "world -> ann 100 CNY", "world -> cat 9 CNY")
    first = book.hold("1", "ann -> ben 1 CNY", "ann -> cat 1 CNY")
    second = book.hold("2", "ann -> cat 2 CNY")
    book.hold("3", "cat -> world 3 CNY")
    book.void(second, "4")

    def keys(**wanted: object) -> list[str]:
        return [x.key for x in reading.holds(book.session, **wanted)]  # type: ignore[arg-type]

    assert keys() == ["3", "1"]
    assert keys(open_only=False) == ["3", "2", "1"]
    assert keys(account="ann") == ["1"]
    assert keys(account="cat", open_only=False) == ["3", "2", "1"]
    assert keys(account="ann", open_only=False, limit=1) == ["2"]
    assert keys(account="ann", open_only=False, before=second.number) == ["1"]
    assert keys(account="world") == ["3"]
    assert keys(account="nobody") == []
    assert keys(before=second.number) == ["1"]
    assert reading.holds(book.session, account="ben")[0].id == first.id


def test_a_hold_tells_what_it_keeps_and_what_ended_it(book: Book) -> None:
    book.post("0", "world -> ann 100 CNY")
    held = book.hold("1", "ann -> ben 7 CNY", until=NOON + HOUR, reference="order:1")
    expected = HoldView(
        id=held.id,
        number=held.number,
        key="1",
        kind="move",
        reference="order:1",
        memo="",
        occurred_at=NOON,
        expires_at=NOON + HOUR,
        ended=None,
        ended_by=None,
        postings=transfer("x", "ann -> ben 7 CNY").postings,
    )
    assert reading.get_hold(book.session, held.id) == expected

    settled = book.settle(held, "2")
    ended = reading.get_hold(book.session, held.id)
    assert (ended.ended, ended.ended_by) == (Act.SETTLE, settled.id)
    for stranger in (new_id(), settled.id):
        with pytest.raises(UnknownHold):
            reading.get_hold(book.session, stranger)


def test_an_account_tells_its_rules_and_how_it_stands(book: Book) -> None:
    book.freeze("ann", "1")

    assert reading.get_account(book.session, "ann").standing is Standing.FROZEN
    world = reading.get_account(book.session, "world")
    assert (world.may_go_negative, world.may_go_positive, world.standing) == (
        True,
        True,
        Standing.OPEN,
    )
    with pytest.raises(UnknownAccount) as no:
        reading.get_account(book.session, "nobody")
    assert no.value.facts == {"account": "nobody"}


def test_a_statement_of_a_period_has_the_lines_that_began_to_count_in_it(book: Book) -> None:
    moments = []
    for number in range(1, 10):
        book.post(str(number), f"world -> ann {number} CNY", f"ann -> ben {number} CNY")
        moments.append(book.now)

    def moved(**wanted: object) -> list[int]:
        lines = journal.statement(book.session, "ann", "CNY", **wanted)  # type: ignore[arg-type]
        return [line.quantity for line in lines]

    assert moved(since=moments[7]) == [-9, 9, -8, 8]
    assert moved(until=moments[2]) == [-2, 2, -1, 1]
    assert moved(since=moments[3], until=moments[5]) == [-5, 5, -4, 4]
    assert moved(since=moments[3], until=moments[5], limit=2) == [-5, 5]
    assert moved(since=moments[3], until=moments[5], before=9) == [-4, 4]
    assert moved(since=moments[5], until=moments[3]) == []
    assert moved(since=NOON + HOUR) == []


def test_statements_of_periods_that_follow_each_other_meet(book: Book) -> None:
    for number in range(1, 8):
        book.post(str(number), f"world -> ann {number} CNY")
    middle = NOON + timedelta(seconds=4)

    earlier = journal.statement(book.session, "ann", "CNY", until=middle)
    later = journal.statement(book.session, "ann", "CNY", since=middle)

    assert later + earlier == journal.statement(book.session, "ann", "CNY")
    instant = timedelta(microseconds=1)
    closing = journal.balance(book.session, "ann", "CNY", as_of=middle - instant)
    assert earlier[0].balance == closing == later[-1].balance - later[-1].quantity
