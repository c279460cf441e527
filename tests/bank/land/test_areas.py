"""The planar area beside the ellipsoidal one, and the warning that a wrong zone sets off."""

import pytest
import shapely

from bank.land.areas import compare
from bank.land.polygons import area_dm2
from bank.land.projection import ellipsoidal_area_m2, reproject
from tests.bank.ground import SRID, TODAY, square


@pytest.mark.parametrize(
    ("ellipsoid_dm2", "apart"),
    [
        (1_000_000, False),
        (1_000_100, False),
        (1_000_499, False),
        (1_000_600, True),
        (999_400, True),
    ],
)
def test_the_two_areas_may_differ_by_the_rule(ellipsoid_dm2: int, apart: bool) -> None:
    assert compare(1_000_000, ellipsoid_dm2, on=TODAY).apart == apart


def test_a_dm2_of_rounding_is_no_difference() -> None:
    assert not compare(1_000, 1_001, on=TODAY).apart


def test_a_shape_of_the_right_zone_passes_and_of_a_wrong_one_does_not() -> None:
    right = square(0, 0, 300)
    # Read in the next zone's system, the same land is stretched: its planar area grows.
    wrong = reproject(right, SRID, SRID + 1)

    told = [
        compare(area_dm2(shape), round(ellipsoidal_area_m2(shape, srid) * 100), on=TODAY)
        for shape, srid in ((right, SRID), (shapely.normalize(wrong), SRID + 1))
    ]

    assert [each.apart for each in told] == [False, True]
    assert abs(told[0].difference_ppm) < 150 < 500 < abs(told[1].difference_ppm)
