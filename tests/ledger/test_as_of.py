"""Balances of past moments: the search through versions against adding up the journal anew."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from ledger import journal, reading, tables as t
from ledger.refusals import Overdrawn
from tests.ledger.entries import HOUR, NOON, Book, transfer

ACCOUNTS = ("world", "world:b", "ann", "ben")
UNITS = ("CNY", "land")
MINUTES = range(6)

moments = st.sampled_from([NOON + timedelta(minutes=n) for n in MINUTES])
lines = st.lists(
    st.builds(
        lambda ends, quantity, unit: f"{ends[0]} -> {ends[1]} {quantity} {unit}",
        st.permutations(ACCOUNTS),
        st.integers(1, 5),
        st.sampled_from(UNITS),
    ),
    min_size=1,
    max_size=4,
)
histories = st.lists(
    st.tuples(moments, lines, st.sampled_from(["post", "post", "hold", "settle"])),
    min_size=5,
    max_size=25,
)
"""What is recorded, in this order; but the moments at which it is recorded go back and forth."""


def record(session: Session, history: list[tuple[datetime, list[str], str]]) -> None:
    """Record what the ledger takes of a history, in a ledger of its own."""
    for unit in UNITS:
        journal.open_unit(session, unit, at=NOON)
    for code in ACCOUNTS:
        journal.open_account(session, code, at=NOON, may_go_negative=code.startswith("world"))
    for number, (at, wanted, act) in enumerate(history):
        made = transfer(f"{number}", *wanted)
        try:
            if act == "post":
                journal.post(session, made, at=at)
                continue
            held = journal.hold(session, made, expires_at=at + HOUR, at=at)
            if act == "settle":
                journal.settle(session, held.id, key=f"{number}.settled", at=at)
        except Overdrawn:
            continue


def added_up(session: Session, moment: datetime) -> dict[tuple[str, str], int]:
    """The balances other than zero, by reading all postings that count by the moment."""
    sums: Counter[tuple[str, str]] = Counter()
    source, target = t.account.alias(), t.account.alias()
    rows = session.execute(
        select(source.c.code, target.c.code, t.unit.c.code, t.posting.c.quantity)
        .select_from(t.posting)
        .join(t.transfer, t.transfer.c.number == t.posting.c.transfer)
        .join(source, source.c.id == t.posting.c.source)
        .join(target, target.c.id == t.posting.c.target)
        .join(t.unit, t.unit.c.id == t.posting.c.unit)
        .where(t.transfer.c.as_of <= moment)
    )
    for out, into, unit, quantity in rows:
        sums[out, unit] -= quantity
        sums[into, unit] += quantity
    return {pair: quantity for pair, quantity in sums.items() if quantity}


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories)
def test_the_past_is_what_the_journal_adds_up_to(
    session: Session, history: list[tuple[datetime, list[str], str]]
) -> None:
    with session.begin_nested() as ledger:
        record(session, history)
        for minute in (-1, *MINUTES):
            moment = NOON + timedelta(minutes=minute, seconds=1)
            expected = added_up(session, moment)

            found = reading.balances(session, as_of=moment)
            streamed = reading.each_balance(session, as_of=moment)
            assert {(b.account, b.unit): b.quantity for b in found} == expected
            assert {(b.account, b.unit): b.quantity for b in streamed} == expected
            for account in ACCOUNTS:
                for unit in UNITS:
                    one = reading.balance(session, account, unit, as_of=moment)
                    assert one == expected.get((account, unit), 0)
            for unit in UNITS:
                holders = reading.holders(session, unit, account_prefix="", as_of=moment)
                assert [(b.account, unit) for b in holders] == sorted(
                    pair for pair, quantity in expected.items() if pair[1] == unit and quantity > 0
                )
            assert all(unit.even for unit in reading.trial_balance(session, as_of=moment))
        ledger.rollback()


def test_a_posting_counts_from_the_moment_it_was_recorded(book: Book) -> None:
    moments = []
    for number in range(1, 10):
        book.post(str(number), f"world -> ann {number} CNY")
        moments.append(book.now)
    instant = timedelta(microseconds=1)

    for number, moment in enumerate(moments, start=1):
        before, after = sum(range(number)), sum(range(number + 1))
        assert journal.balance(book.session, "ann", "CNY", as_of=moment - instant) == before
        assert journal.balance(book.session, "ann", "CNY", as_of=moment) == after
    assert journal.balance(book.session, "ann", "CNY") == 45


def test_nothing_was_held_before_there_was_anything(book: Book) -> None:
    book.post("1", "world -> ann 1 CNY")

    assert journal.balance(book.session, "ann", "CNY", as_of=NOON - HOUR) == 0
    assert journal.balance(book.session, "ben", "CNY", as_of=book.now) == 0
    assert journal.balance(book.session, "nobody", "CNY", as_of=book.now) == 0
    assert journal.balances(book.session, as_of=NOON - HOUR) == []
    assert reading.trial_balance(book.session, as_of=NOON - HOUR) == []


def test_what_is_recorded_with_an_earlier_moment_counts_when_its_accounts_do(book: Book) -> None:
    book.now = NOON + HOUR
    book.post("late", "world -> ann 10 CNY")
    book.now = NOON
    book.post("early", "ann -> ben 4 CNY")

    assert journal.balances(book.session, as_of=NOON + HOUR / 2) == []
    assert journal.balance(book.session, "ben", "CNY", as_of=NOON + 2 * HOUR) == 4


def test_holders_at_a_record_date_are_those_of_that_day(book: Book) -> None:
    book.open("party:1", "party:2", "order:1")
    book.post("1", "world -> party:1 5 CNY", "world -> order:1 7 CNY")
    record_date = book.now
    book.post("2", "party:1 -> party:2 5 CNY")

    then = journal.holders(book.session, "CNY", account_prefix="party:", as_of=record_date)
    now = journal.holders(book.session, "CNY", account_prefix="party:")

    assert [(b.account, b.quantity) for b in then] == [("party:1", 5)]
    assert [(b.account, b.quantity) for b in now] == [("party:2", 5)]


def test_a_page_of_past_balances_goes_on_where_the_last_one_ended(book: Book) -> None:
    book.open("a", "b", "c", units=("land",))
    book.post("1", "world -> a 1 CNY", "world -> a 2 land", "world -> b 3 CNY", "world -> c 4 CNY")
    moment = book.now
    book.post("2", "a -> b 1 CNY", "world -> ann 9 CNY")

    found, after = [], ("", "")
    while page := reading.balances_page(book.session, after=after, limit=2, as_of=moment):
        found += page
        after = page[-1].account, page[-1].unit

    held = [(b.account, b.unit, b.quantity) for b in found if b.account != "world"]
    assert held == [
        ("a", "CNY", 1),
        ("a", "land", 2),
        ("ann", "CNY", 0),
        ("b", "CNY", 3),
        ("c", "CNY", 4),
    ]


QUESTIONS: list[Callable[[Session], object]] = [
    lambda session: reading.balance(session, "ann", "CNY", as_of=NOON + HOUR),
    lambda session: reading.holders(session, "CNY", as_of=NOON + HOUR),
    lambda session: reading.balances(session, account_prefix="a", as_of=NOON + HOUR),
    lambda session: reading.trial_balance(session, as_of=NOON + HOUR),
    lambda session: reading.statement(session, "ann", "CNY", since=NOON, until=NOON + HOUR),
    lambda session: reading.statement(session, "ann", "CNY", before=9),
    lambda session: reading.transfers(session, account="ann", before=9),
    lambda session: reading.transfers(session, reference="a"),
    lambda session: reading.transfers(session, before=9),
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_reads_the_journal_from_end_to_end(
    book: Book, question: Callable[[Session], object]
) -> None:
    for number in range(5):
        book.post(str(number), "world -> ann 1 CNY", "ann -> ben 1 CNY", reference="a")
    connection = book.session.connection()
    asked: list[tuple[str, object]] = []

    def note(*told: object) -> None:
        asked.append((str(told[2]), told[3]))

    event.listen(connection, "before_cursor_execute", note)
    question(book.session)
    event.remove(connection, "before_cursor_execute", note)

    how = "EXPLAIN QUERY PLAN "
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        how = "EXPLAIN "
    assert asked
    for statement, given_values in asked:
        plan = [
            str(row[-1])
            for row in connection.exec_driver_sql(how + statement, given_values)  # type: ignore[arg-type]
        ]
        for line in plan:
            assert not line.strip("-> ").startswith("Seq Scan on ledger_posting"), plan
            assert not line.strip("-> ").startswith("Seq Scan on ledger_transfer"), plan
            if line.startswith(("SCAN ledger_posting", "SCAN ledger_transfer")):
                assert "USING" in line or "ORDER BY" in statement, plan
