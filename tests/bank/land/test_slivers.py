"""Overlap control: what is refused, and the slivers between two surveys that are let pass."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import shapely
from shapely import Polygon
from sqlalchemy.orm import Session

from bank.land.polygons import Shape, fit
from bank.land.slivers import Tolerance, encroachments, is_thin
from bank.land.tables import Parcel
from tests.bank.ground import CORNER, TODAY, square

Enter = Callable[..., Parcel]


def rectangle(x: float, y: float, width: float, height: float) -> Polygon:
    """A rectangle, its south-western corner so many metres from the county's."""
    west, south = CORNER[0] + x, CORNER[1] + y
    return shapely.box(west, south, west + width, south + height)


@pytest.mark.parametrize(
    ("shape", "counts"),
    [
        (square(200, 100, 100), False),  # an edge in common
        (square(200, 200, 100), False),  # a corner in common
        (rectangle(199.99, 100, 100, 100), False),  # 1 m² of a centimetre's width: the least area
        (rectangle(199.85, 100, 100, 100), False),  # 15 m², but nowhere wider than 15 cm
        (rectangle(199.75, 100, 100, 100), True),  # 25 cm wide
        (rectangle(199.9, 100, 5, 100), True),  # thin, but 2 % of the smaller parcel
        (square(197, 197, 10), True),  # 9 m² of a blunt corner
        (square(120, 120, 20), True),  # wholly inside
        (square(50, 50, 300), True),  # all around it
    ],
)
def test_an_overlap_counts_by_area_width_and_share(
    session: Session, enter: Enter, shape: Shape, counts: bool
) -> None:
    stored = enter(square(100, 100, 100))

    found = encroachments(session, fit(shape, on=TODAY), on=TODAY)

    assert [each.code for each in found] == ([stored.code] if counts else [])


def test_a_parcel_around_an_enclave_does_not_overlap_it(session: Session, enter: Enter) -> None:
    enclave = enter(square(140, 140, 20))
    ring = fit(Polygon(square(100, 100, 100).exterior, [square(140, 140, 20).exterior]), on=TODAY)

    assert encroachments(session, ring, on=TODAY) == []
    [found] = encroachments(session, square(100, 100, 100), on=TODAY)
    assert (found.code, found.area_dm2, found.whole) == (enclave.code, 40_000, True)


def test_a_shape_in_an_enclave_does_not_overlap_what_lies_around_it(
    session: Session, enter: Enter
) -> None:
    ring = Polygon(square(100, 100, 100).exterior, [square(140, 140, 20).exterior])
    around = enter(ring)

    assert encroachments(session, square(140, 140, 20), on=TODAY) == []
    [found] = encroachments(session, square(135, 140, 20), on=TODAY)
    assert (found.code, found.area_dm2) == (around.code, 10_000)


def test_parts_of_a_multipolygon_are_looked_at_together(session: Session, enter: Enter) -> None:
    stored = enter(square(100, 100, 100))
    parts = shapely.union_all([square(300, 100, 50), square(195, 120, 50)])

    [found] = encroachments(session, fit(parts, on=TODAY), on=TODAY)

    assert (found.code, found.area_dm2) == (stored.code, 25_000)


def test_thin_is_what_is_nowhere_wider() -> None:
    knob = shapely.union_all([rectangle(0, 0, 0.1, 100), rectangle(0, 50, 1, 1)])

    assert is_thin(rectangle(0, 0, 0.1, 100), Decimal("0.2"))
    assert not is_thin(knob, Decimal("0.2"))


def test_the_tolerance_is_the_rulebooks() -> None:
    assert Tolerance.on(TODAY) == Tolerance(100, Decimal("0.20"), Decimal("0.01"))
