"""Cutting a parcel: parts that sum to the whole, slivers that go along, lines that miss."""

from datetime import date

import pytest
import shapely
from hypothesis import given, settings, strategies as st
from shapely import affinity

from bank.land.cutting import Cut, cut, sum_to
from bank.land.polygons import DM2_PER_M2, Shape, area_dm2
from bank.land.refusals import AreaDisagrees, PartTooSmall
from tests.reading import refused

DAY = date(2026, 3, 2)
SQUARE = shapely.normalize(shapely.box(440_000, 3_380_000, 440_100, 3_380_100))
WHOLE = 1_000_000


def box(left, right, *, low=-50, high=150):
    """A line as a box, in metres from the square's south-west corner."""
    return shapely.box(440_000 + left, 3_380_000 + low, 440_000 + right, 3_380_000 + high)


def cut_in_two(line) -> Cut:
    """The square cut by the line, which leaves something of it on both sides."""
    found = cut(SQUARE, line, whole_dm2=WHOLE, on=DAY)
    assert found is not None
    return found


def test_both_parts_have_their_area_and_their_polygon():
    found = cut_in_two(box(-50, 30))

    assert (found.inside_dm2, found.rest_dm2) == (300_000, 700_000)
    assert found.inside.equals(box(0, 30, low=0, high=100))
    assert found.rest.equals(box(30, 100, low=0, high=100))


def test_a_road_through_the_middle_leaves_a_rest_of_two_pieces():
    found = cut_in_two(box(40, 50))

    assert [part.geom_type for part in (found.inside, found.rest)] == ["Polygon", "MultiPolygon"]
    assert (found.inside_dm2, found.rest_dm2) == (100_000, 900_000)


def test_a_line_around_the_parcel_or_up_to_a_sliver_takes_it_whole():
    assert cut(SQUARE, box(-50, 150), whole_dm2=WHOLE, on=DAY) is None
    assert cut(SQUARE, box(-50, 99.95), whole_dm2=WHOLE, on=DAY) is None  # 5 m² are left


@pytest.mark.parametrize("line", [box(200, 300), box(100, 300), box(99.95, 300)])
def test_a_line_that_misses_touches_or_scratches_it_takes_nothing(line):
    with refused(PartTooSmall, least_dm2=1_000):
        cut(SQUARE, line, whole_dm2=WHOLE, on=DAY)


def test_a_hole_in_the_line_stays_in_the_bank():
    line = shapely.difference(box(-50, 150), box(20, 40, low=20, high=40))

    found = cut_in_two(line)

    assert (found.inside_dm2, found.rest_dm2) == (960_000, 40_000)


def test_an_area_that_is_not_the_polygons_is_refused():
    with refused(AreaDisagrees, whole_dm2=WHOLE + 3):
        cut(SQUARE, box(-50, 30), whole_dm2=WHOLE + 3, on=DAY)


def test_the_larger_remainder_gets_the_dm2():
    assert sum_to(101, [50.3, 50.3]) == [51, 50]
    assert sum_to(101, [50.4, 50.45]) == [50, 51]
    assert sum_to(100, [49.9, 49.8]) == [50, 50]


@settings(deadline=None, max_examples=60)
@given(
    angle=st.floats(0, 360),
    lines=st.lists(
        st.tuples(st.floats(5, 95), st.floats(5, 95), st.floats(0, 360)), min_size=1, max_size=5
    ),
)
def test_however_often_it_is_cut_every_area_is_its_polygons_to_the_dm2(angle, lines):
    rest: Shape = affinity.rotate(SQUARE, angle)
    left = area_dm2(rest)
    parts = []
    for x, y, turn in lines:
        blade = shapely.box(440_000 + x, 3_380_000 + y, 440_400, 3_380_400)
        blade = affinity.rotate(blade, turn, origin=(440_000 + x, 3_380_000 + y))
        try:
            found = cut(rest, blade, whole_dm2=left, on=DAY)
        except PartTooSmall:
            continue
        if found is None:
            continue
        parts.append((found.inside, found.inside_dm2))
        rest, left = found.rest, found.rest_dm2

    assert sum(area for _, area in parts) + left == area_dm2(affinity.rotate(SQUARE, angle))
    for shape, area in [*parts, (rest, left)]:
        assert shape.is_valid
        assert abs(shape.area * DM2_PER_M2 - area) < 1
