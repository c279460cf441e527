"""Holds: promised, then settled in whole or in part, let go, or run out; once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ledger import journal, tables as t
from ledger.model import OWN_KEYS, Act
from ledger.refusals import AboveZero, BalanceTooLarge, HoldExpired, KeyReused, Overdrawn
from tests.ledger.entries import HOUR, Book, transfer


@pytest.fixture
def rich(book: Book) -> Book:
    """`ann` has 100 CNY and 50 dm² of land."""
    book.open(units=("land",))
    book.post("start", "world -> ann 100 CNY", "world -> ann 50 land")
    return book


def open_holds(book: Book) -> int:
    return book.session.execute(select(func.count()).select_from(t.open_hold)).scalar_one()


def held(book: Book) -> dict[str, tuple[int, int]]:
    """What is on hold, of those who have something on hold."""
    found = {name: book.on_hold(name) for name in ("world", "ann", "ben")}
    return {name: sides for name, sides in found.items() if any(sides)}


def test_a_hold_moves_nothing_and_keeps_what_it_promises(rich: Book) -> None:
    rich.hold("1", "ann -> ben 30 CNY", "ann -> ben 5 CNY")

    assert (rich.holds("ann"), rich.holds("ben")) == (100, 0)
    assert held(rich) == {"ann": (35, 0), "ben": (0, 35)}
    assert open_holds(rich) == 1


def test_a_hold_is_settled_whole(rich: Book) -> None:
    hold = rich.hold("1", "ann -> ben 30 CNY", "ann -> ben 50 land", reference="order:1")
    settled = rich.settle(hold, "2", memo="as agreed")

    assert (rich.holds("ann"), rich.holds("ben"), rich.holds("ben", "land")) == (70, 30, 50)
    assert held(rich) == {}
    assert open_holds(rich) == 0
    view = journal.get_transfer(rich.session, settled.id)
    assert (view.act, view.kind, view.reference, view.memo) == (
        Act.SETTLE, "move", "order:1", "as agreed",
    )  # fmt: skip
    assert view.postings == transfer("x", "ann -> ben 30 CNY", "ann -> ben 50 land").postings


def test_what_is_not_settled_is_free_again(rich: Book) -> None:
    hold = rich.hold("1", "ann -> ben 30 CNY")
    rich.settle(hold, "2", 20)
    rich.post("3", "ann -> world 80 CNY")

    assert (rich.holds("ann"), rich.holds("ben"), held(rich)) == (0, 20, {})


def test_a_hold_of_several_postings_is_settled_posting_by_posting(rich: Book) -> None:
    hold = rich.hold("1", "ann -> ben 30 CNY", "ann -> ben 50 land", "ann -> world 10 CNY")
    settled = rich.settle(hold, "2", 30, 0, 4)

    lines = journal.get_transfer(rich.session, settled.id).postings
    assert lines == transfer("x", "ann -> ben 30 CNY", "ann -> world 4 CNY").postings
    assert (rich.holds("ann"), rich.holds("ann", "land"), held(rich)) == (66, 50, {})


def test_a_hold_is_let_go(rich: Book) -> None:
    hold = rich.hold("1", "ann -> ben 100 CNY")
    voided = rich.void(hold, "2")
    rich.post("3", "ann -> world 100 CNY")

    assert (held(rich), open_holds(rich)) == ({}, 0)
    view = journal.get_transfer(rich.session, voided.id)
    assert (view.act, view.kind, view.postings) == (Act.VOID, "void", ())


def test_a_hold_can_be_settled_until_the_moment_it_expires(rich: Book) -> None:
    until = rich.now + timedelta(seconds=4)
    first, second = (rich.hold(key, "ann -> ben 1 CNY", until=until) for key in ("1", "2"))
    rich.settle(first, "3")

    with pytest.raises(HoldExpired) as no:
        rich.settle(second, "4")

    assert rich.now == until
    assert no.value.facts == {"hold": str(second.id), "expires_at": until.isoformat()}


def test_holds_that_have_expired_are_let_go_all_at_once(rich: Book) -> None:
    early = [rich.hold(str(n), "ann -> ben 1 CNY", until=rich.now + HOUR) for n in range(5)]
    late = rich.hold("late", "ann -> ben 1 CNY", until=rich.now + 2 * HOUR)
    rich.now += HOUR

    assert (rich.expire(), rich.expire()) == (5, 0)
    assert (held(rich), open_holds(rich)) == ({"ann": (1, 0), "ben": (0, 1)}, 1)
    ended = rich.session.execute(
        select(t.transfer.c.key, t.transfer.c.kind).where(t.transfer.c.act == Act.EXPIRE)
    ).all()
    assert sorted(ended) == sorted((f"{OWN_KEYS}expire:{one.id}", "expire") for one in early)
    rich.settle(late, "settle")


def test_expiry_goes_in_steps(rich: Book) -> None:
    rich.open("cat", "world2")
    rich.hold("1", "ann -> ben 1 CNY")
    rich.hold("2", "world2 -> cat 1 CNY")
    at = rich.now + HOUR

    steps = [journal.expire(rich.session, at=at, limit=1) for _ in range(3)]

    assert (steps, held(rich), open_holds(rich)) == ([1, 1, 0], {}, 0)


def test_a_hold_may_be_let_go_after_it_expired(rich: Book) -> None:
    hold = rich.hold("1", "ann -> ben 1 CNY")
    rich.now += HOUR

    assert not rich.void(hold, "2").replayed


def test_each_act_of_a_hold_happens_once_per_key(rich: Book) -> None:
    until = rich.now + HOUR
    holds = [rich.hold(name, "ann -> ben 10 CNY", until=until) for name in ("a", "b")]
    ended = rich.settle(holds[0], "settle", 4), rich.void(holds[1], "void")

    again = [
        rich.hold("a", "ann -> ben 10 CNY", until=until),
        rich.hold("b", "ann -> ben 10 CNY", until=until),
        rich.settle(holds[0], "settle", 4),
        rich.void(holds[1], "void"),
    ]

    firsts = [*holds, *ended]
    assert [(one.id, one.number, one.hash) for one in again] == [
        (one.id, one.number, one.hash) for one in firsts
    ]
    assert [one.replayed for one in [*firsts, *again]] == [False] * 4 + [True] * 4
    assert (rich.holds("ann"), held(rich)) == (96, {})


def test_replays_come_through_long_after_the_hold_expired(rich: Book) -> None:
    until = rich.now + HOUR
    hold = rich.hold("1", "ann -> ben 10 CNY", until=until)
    settled = rich.settle(hold, "2")
    rich.now += 2 * HOUR

    assert rich.settle(hold, "2").id == settled.id
    assert rich.hold("1", "ann -> ben 10 CNY", until=until).id == hold.id


def test_a_settlement_of_another_quantity_under_the_same_key_is_refused(rich: Book) -> None:
    hold = rich.hold("1", "ann -> ben 10 CNY")
    rich.settle(hold, "2", 4)

    with pytest.raises(KeyReused):
        rich.settle(hold, "2", 5)


def test_a_settlement_can_be_reversed_and_a_hold_made_anew(rich: Book) -> None:
    hold = rich.hold("1", "ann -> ben 10 CNY")
    settled = rich.settle(hold, "2", 4)
    mended = rich.reverse(settled, "3")
    rich.settle(rich.hold("4", "ann -> ben 10 CNY"), "5")

    assert (rich.holds("ann"), rich.holds("ben")) == (90, 10)
    assert journal.get_transfer(rich.session, settled.id).reversed_by == mended.id


def test_a_hold_may_lead_on_through_an_account_only_by_what_is_there(rich: Book) -> None:
    with pytest.raises(Overdrawn):
        rich.hold("1", "ann -> ben 10 CNY", "ben -> world 10 CNY")


def test_a_settlement_is_judged_by_its_net_effect(rich: Book) -> None:
    rich.open("loan", may_go_negative=True, may_go_positive=False)
    rich.post("1", "loan -> ann 10 CNY")
    hold = rich.hold("2", "ann -> loan 10 CNY")
    with pytest.raises(AboveZero):
        rich.post("3", "world -> loan 1 CNY")

    rich.settle(hold, "4")

    assert (rich.holds("loan"), rich.on_hold("loan")) == (0, (0, 0))


def test_holds_stay_within_64_bits(rich: Book) -> None:
    largest = 2**63 - 1
    rich.hold("1", f"world -> ben {largest} CNY")

    with pytest.raises(BalanceTooLarge) as no:
        rich.hold("2", "world -> ben 1 CNY")

    assert no.value.facts == {"account": "world", "unit": "CNY", "balance": largest + 1}


def test_a_hold_counts_no_version_and_shows_in_no_statement(rich: Book) -> None:
    hold = rich.hold("1", "ann -> ben 10 CNY")
    rich.void(hold, "2")
    rich.settle(rich.hold("3", "ann -> ben 10 CNY"), "4")

    lines = journal.statement(rich.session, "ann", "CNY")

    assert [(one.version, one.quantity, one.balance) for one in lines] == [
        (2, -10, 90),
        (1, 100, 100),
    ]
