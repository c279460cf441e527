"""Serials of parcel codes: none is given out twice, and one far ahead uses up nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bank.land.codes import LAST_SERIAL
from bank.land.refusals import SerialsUsedUp
from bank.land.serials import FEWEST, draw_serials, next_parcel_code
from bank.land.tables import Parcel
from bank.numbers import Serial
from tests.bank.ground import square

HEAD = "330523103201JE"
Enter = Callable[..., Parcel]


def has(enter: Enter, session: Session, *serials: int) -> None:
    """Parcels have these serials, which the bank did not give them."""
    for place, serial in enumerate(serials):
        enter(square(100 + 60 * place, 100, 50)).code = f"{HEAD}{serial:05d}"
    session.get_one(Serial, HEAD, populate_existing=True).last = 0
    session.flush()


def test_serials_that_parcels_have_are_passed_over(enter: Enter, session: Session) -> None:
    has(enter, session, 1, 3, LAST_SERIAL)

    assert draw_serials(session, {HEAD: 3}) == {HEAD: [2, 4, 5]}
    assert next_parcel_code(session, "330523103201", "0301") == f"{HEAD}00006"


def test_serials_that_are_about_to_be_given_are_passed_over(session: Session) -> None:
    brought = [f"{HEAD}00002", f"{HEAD}{LAST_SERIAL}"]

    assert draw_serials(session, {HEAD: 2}, brought=brought) == {HEAD: [1, 3]}


def test_more_serials_than_are_looked_at_at_once_are_drawn(session: Session) -> None:
    brought = [f"{HEAD}{serial:05d}" for serial in range(1, 2 * FEWEST)]

    drawn = draw_serials(session, {HEAD: FEWEST + 1}, brought=brought)

    assert drawn == {HEAD: list(range(2 * FEWEST, 3 * FEWEST + 1))}


def test_where_too_few_are_left_fewer_are_drawn(session: Session) -> None:
    session.add(Serial(prefix=HEAD, last=LAST_SERIAL - 2))
    session.flush()

    assert draw_serials(session, {HEAD: 3}) == {HEAD: [LAST_SERIAL - 1, LAST_SERIAL]}
    with pytest.raises(SerialsUsedUp):
        next_parcel_code(session, "330523103201", "0301")
