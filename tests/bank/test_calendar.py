"""Local days, notices, grace, terms and rent days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from bank.calendar import (
    SHANGHAI,
    add_months,
    add_years,
    due_days,
    grace_ends,
    local_date,
    longer_than,
    midnight,
    notice_ends,
)


def shanghai(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def test_a_day_begins_at_midnight_in_china() -> None:
    assert local_date(datetime(2026, 3, 1, 15, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert local_date(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert midnight(date(2026, 3, 2)) == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


def test_a_naive_moment_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "posted", [shanghai(2026, 3, 1), shanghai(2026, 3, 1, 9), shanghai(2026, 3, 1, 23, 59)]
)
def test_a_notice_runs_its_full_days_after_the_day_of_posting(posted: datetime) -> None:
    assert notice_ends(posted, 15) == shanghai(2026, 3, 17)
    assert notice_ends(posted, 15).tzinfo is UTC


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)), st.integers(0, 60))  # noqa: DTZ001
def test_a_notice_is_never_shorter_than_its_days(naive: datetime, days: int) -> None:
    posted = naive.replace(tzinfo=UTC)

    shown = notice_ends(posted, days) - posted

    assert timedelta(days=days) < shown <= timedelta(days=days + 1)


def test_grace_is_ten_minutes() -> None:
    at = shanghai(2026, 3, 1, 23, 55)

    assert grace_ends(at) == shanghai(2026, 3, 2, 0, 5)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2026, 3, 1), 20, date(2046, 3, 1)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2080, 2, 29), 20, date(2100, 2, 28)),
    ],
)
def test_years_later(day: date, years: int, expected: date) -> None:
    assert add_years(day, years) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("first", "last", "beyond"),
    [
        (date(2026, 3, 1), date(2046, 2, 28), False),
        (date(2026, 3, 1), date(2046, 3, 1), False),
        (date(2026, 3, 1), date(2046, 3, 2), True),
    ],
)
def test_a_term_of_twenty_years(first: date, last: date, beyond: bool) -> None:
    assert longer_than(first, last, 20) is beyond


def test_rent_days_at_the_end_of_the_month_do_not_drift() -> None:
    assert due_days(date(2026, 1, 31), every_months=1, until=date(2026, 5, 31)) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_a_lease_of_twenty_years_has_twenty_yearly_rents() -> None:
    first = date(2024, 2, 29)

    days = due_days(first, every_months=12, until=add_years(first, 20))

    assert len(days) == 20
    assert (days[1], days[4]) == (date(2025, 2, 28), date(2028, 2, 29))


def test_rent_cannot_fall_due_without_end() -> None:
    with pytest.raises(ValueError, match="month apart"):
        due_days(date(2026, 1, 1), every_months=0, until=date(2027, 1, 1))
