"""The numbers that people read."""

from datetime import UTC, datetime

from bank.numbers import Serial, next_number

MARCH = datetime(2026, 3, 2, tzinfo=UTC)


def test_numbers_count_up_from_one(session):
    numbers = [next_number(session, "D", MARCH) for _ in range(3)]

    assert numbers == ["D-2026-000001", "D-2026-000002", "D-2026-000003"]


def test_every_letter_has_its_own_series(session):
    next_number(session, "D", MARCH)

    assert next_number(session, "W", MARCH) == "W-2026-000001"


def test_every_year_begins_anew(session):
    next_number(session, "D", MARCH)

    assert next_number(session, "D", MARCH.replace(year=2027)) == "D-2027-000001"


def test_a_year_begins_at_midnight_in_china(session):
    before = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)

    assert next_number(session, "D", before).startswith("D-2026-")
    assert next_number(session, "D", before.replace(hour=16)).startswith("D-2027-")


def test_a_serial_beyond_six_digits_is_written_whole(session):
    next_number(session, "D", MARCH)
    session.get_one(Serial, "D-2026").last = 999_999
    session.flush()

    assert next_number(session, "D", MARCH) == "D-2026-1000000"
