"""The four bounds of a parcel: what is seen from its edges, nearest first, and what is not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import shapely
from shapely import MultiPolygon, Polygon, affinity
from sqlalchemy.orm import Session

from bank.land.bounds import (
    Beyond,
    Bound,
    Neighbour,
    Side,
    keep_bounds,
    kept_bounds,
    leaving,
    look_around,
    seen_from,
)
from bank.land.tables import Parcel
from tests.bank.ground import AT, square

Enter = Callable[..., Parcel]
MIDDLE = shapely.box(0, 0, 100, 100)
BESIDE = {
    Side.EAST: shapely.box(105, 0, 200, 100),
    Side.SOUTH: shapely.box(0, -80, 100, -5),
    Side.WEST: shapely.box(-90, 0, 0, 100),
    Side.NORTH: shapely.box(0, 100, 100, 150),
}


def names(seen: list[Neighbour]) -> list[str]:
    return [each.name for each in seen]


@pytest.mark.parametrize("side", Side)
def test_each_neighbour_is_seen_on_its_own_side_only(side: Side) -> None:
    around = [Neighbour(shape, each.value, each.value) for each, shape in BESIDE.items()]

    assert names(seen_from(MIDDLE, side, around, distance_m=20)) == [side.value]


def test_who_takes_most_of_the_side_comes_first() -> None:
    around = [
        Neighbour(shapely.box(110, 0, 150, 30), "1", "short"),
        Neighbour(shapely.box(115, 30, 150, 100), "2", "long"),
    ]

    assert names(seen_from(MIDDLE, Side.EAST, around, distance_m=20)) == ["long", "short"]


def test_a_neighbour_hides_what_lies_behind_it() -> None:
    around = [
        Neighbour(shapely.box(112, 0, 118, 100), "2", "behind"),
        Neighbour(shapely.box(102, 0, 110, 100), "1", "before"),
    ]

    assert names(seen_from(MIDDLE, Side.EAST, around, distance_m=20)) == ["before"]


def test_what_is_too_far_or_touches_a_corner_only_is_no_neighbour() -> None:
    around = [
        Neighbour(shapely.box(121, 0, 150, 100), "1", "far"),
        Neighbour(shapely.box(100, 100, 150, 150), "2", "corner"),
    ]

    assert seen_from(MIDDLE, Side.EAST, around, distance_m=20) == []


def test_an_enclave_is_nobodys_bound() -> None:
    ring = Polygon(MIDDLE.exterior, [shapely.box(40, 40, 60, 60).exterior])
    enclave = Neighbour(shapely.box(40, 40, 60, 60), "1", "enclave")

    assert all(not seen_from(ring, side, [enclave], distance_m=50) for side in Side)


def test_parts_are_looked_at_from_the_outermost_edge() -> None:
    parts = MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(50, 40, 60, 50)])
    around = [
        Neighbour(shapely.box(12, 0, 20, 10), "1", "beside the first part"),
        Neighbour(shapely.box(61, 40, 70, 50), "2", "beside the second part"),
        Neighbour(shapely.box(61, 20, 70, 30), "3", "between the parts"),
    ]

    seen = names(seen_from(parts, Side.EAST, around, distance_m=5))

    assert sorted(seen) == ["beside the first part", "beside the second part"]


def test_a_turned_parcel_sees_the_same() -> None:
    turned = affinity.rotate(MIDDLE, 45)
    around = [Neighbour(shapely.box(110, 40, 150, 60), "1", "beyond the corner")]

    assert names(seen_from(turned, Side.EAST, around, distance_m=30)) == ["beyond the corner"]


@pytest.mark.parametrize(("edge", "crossed"), [(110, True), (100, True), (130, False)])
def test_the_edge_of_an_area_is_crossed_within_the_distance(edge: float, crossed: bool) -> None:
    point = leaving(MIDDLE, Side.EAST, shapely.box(-50, -50, edge, 150), distance_m=20)

    assert (point is not None) == crossed
    if point is not None:
        assert point.x == pytest.approx(edge + 0.5)


def test_the_bounds_of_a_parcel_at_a_village_boundary(session: Session, enter: Enter) -> None:
    parcel = enter(square(9_890, 19_895, 100))
    south = enter(square(9_890, 19_790, 100))

    bounds = look_around(session, parcel, at=AT)

    assert bounds.sides == {
        Side.EAST: (Bound(Beyond.DIVISION, "石岭村", "330523103202"),),
        Side.SOUTH: (Bound(Beyond.PARCEL, "竹溪村后山", south.code),),
        Side.WEST: (Bound(Beyond.UNKNOWN),),
        Side.NORTH: (Bound(Beyond.COUNTY_EDGE),),
    }


def test_a_retired_parcel_is_no_neighbour(session: Session, enter: Enter) -> None:
    parcel, east = enter(square(100, 100, 100)), enter(square(200, 100, 100))
    east.retired_at = AT
    session.flush()

    assert look_around(session, parcel, at=AT).sides[Side.EAST] == (Bound(Beyond.UNKNOWN),)


def test_what_was_seen_is_kept_with_its_time_and_seen_anew(session: Session, enter: Enter) -> None:
    parcel = enter(square(100, 100, 100))
    assert kept_bounds(session, parcel) is None

    first = keep_bounds(session, parcel, at=AT)
    assert kept_bounds(session, parcel) == first
    north = enter(square(100, 205, 100))
    assert kept_bounds(session, parcel) == first

    later = keep_bounds(session, parcel, at=AT + timedelta(days=1))
    assert later.sides[Side.NORTH] == (Bound(Beyond.PARCEL, "竹溪村后山", north.code),)
    assert kept_bounds(session, parcel) == later
