"""Whole arrays of shapes fare as single shapes do: same outlines, same areas, same overlaps."""

from itertools import combinations
from typing import Any

import numpy as np
import shapely

from bank.imports import neighbours, scaling, shaping
from bank.imports.shaping import County, ellipsoidal_dm2, shape_batch
from bank.land.files.reading import Batch
from bank.land.polygons import area_dm2, fit
from bank.land.projection import ellipsoidal_area_m2, to_lonlat, transformer
from bank.land.slivers import Tolerance
from tests.bank.ground import CORNER, SRID, TODAY, square


def stars(count: int, reach_m: float, *, within: float) -> Any:
    """Star-shaped polygons strewn over a square, with corners anywhere."""
    random = np.random.default_rng(7)
    middles = np.array(CORNER) + 500 + random.uniform(0, within, (count, 2))
    angles = (np.arange(12) + random.uniform(0.1, 0.9, (count, 12))) * (np.pi / 6)
    far = random.uniform(0.4, 1, (count, 12)) * reach_m
    rings = np.stack([np.cos(angles) * far, np.sin(angles) * far], axis=-1) + middles[:, None]
    return shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))


def test_a_batch_gives_what_single_shapes_give() -> None:
    given: Any = to_lonlat(stars(200, 80, within=15_000), SRID)
    county = County.of(square(0, 0, 20_000), srid=SRID, crs="EPSG:4490")

    shaped = shape_batch(Batch(np.arange(1, 201), given, {}), county, on=TODAY)

    assert shaped.refusals == {}
    single = [fit(shape, on=TODAY) for shape in shapely.transform(given, _to_county)]
    assert [shape.wkb for shape in shaped.shapes] == [shape.wkb for shape in single]
    exact = [round(ellipsoidal_area_m2(shape, SRID) * 100) for shape in single]
    assert np.abs(ellipsoidal_dm2(shaped.shapes, SRID) - exact).max() <= 1


def _to_county(coordinates: Any) -> Any:
    return np.column_stack(transformer(4490, SRID).transform(*coordinates.T))


def test_area_scales_are_those_of_the_projection() -> None:
    random = np.random.default_rng(5)
    for width in (2_000, 60_000, 300_000):
        places = random.uniform(-width / 2, width / 2, (500, 2)) + np.array(CORNER)

        one_by_one = np.concatenate(
            [scaling.area_scales(places[i : i + 50], SRID) for i in range(0, 500, 50)]
        )

        assert np.abs(scaling.area_scales(places, SRID) / one_by_one - 1).max() < 1e-9


def test_corners_come_on_the_grid_as_geos_puts_them() -> None:
    random = np.random.default_rng(3)
    given = np.array([*stars(300, 80, within=5_000), *stars(50, 0.002, within=5)], dtype=object)
    for i in range(0, 300, 7):
        corners = shapely.get_coordinates(given[i])
        twice = np.insert(corners, 3, corners[3] + random.uniform(-2e-4, 2e-4), axis=0)
        given[i] = shapely.Polygon(twice, [corners[:4] + 0.0005])

    found = shaping._rounded(given)

    on_grid = shapely.set_precision(given, 0.001, mode="pointwise")
    expected = shapely.remove_repeated_points(on_grid, 0)
    assert shapely.to_wkb(found).tolist() == shapely.to_wkb(expected).tolist()


def test_overlaps_within_a_batch_are_all_found() -> None:
    shapes: Any = stars(300, 120, within=1_500)
    tolerance = Tolerance.on(TODAY)

    found = {(m.other, m.position): m.overlap_dm2 for m in neighbours.among(shapes, tolerance)}

    one_by_one = {
        (i, j): area_dm2(shapes[i] & shapes[j])
        for i, j in combinations(range(len(shapes)), 2)
        if shapes[i].intersects(shapes[j])
        and not tolerance.passes(
            shapes[i] & shapes[j], min(area_dm2(shapes[i]), area_dm2(shapes[j]))
        )
    }
    assert found == one_by_one
    assert len(found) > neighbours.COVERED_FROM


def test_neighbours_that_share_their_edges_do_not_overlap() -> None:
    grid: Any = np.array([square(x * 50, y * 50, 50) for x in range(12) for y in range(12)])

    assert neighbours.among(grid, Tolerance.on(TODAY)) == []
