"""The demonstration county's geometry: it tiles, nothing overlaps, and a seed repeats."""

from functools import cache

import numpy as np
import pytest
import shapely

from bank.demo.data import AREA_KM2, TOWNS
from bank.demo.terrain import County, terrain
from bank.land.hilbert import hilbert_order
from bank.land.polygons import snapped

COUNT = 600


@cache
def county() -> County:
    return terrain(seed=7, parcels=COUNT)


def pairs_share_m2(shapes: list[shapely.Polygon]) -> float:
    """The area that any two of the shapes share."""
    each = np.array(shapes)
    i, j = shapely.STRtree(each).query(each, predicate="intersects")
    later = i < j
    return float(shapely.area(shapely.intersection(each[i[later]], each[j[later]])).sum())


def test_the_county_has_its_area_and_its_towns() -> None:
    assert county().outline.area / 1e6 == pytest.approx(AREA_KM2, abs=0.01)
    assert [(town.code, town.name) for town in county().towns] == [(t.code, t.name) for t in TOWNS]
    assert len(county().villages) == sum(town.villages for town in TOWNS)


def test_towns_tile_the_county_and_villages_tile_towns() -> None:
    towns = {town.code: town.outline for town in county().towns}
    assert pairs_share_m2(list(towns.values())) == 0
    assert pairs_share_m2([village.outline for village in county().villages]) == 0
    assert shapely.union_all(list(towns.values())).equals(county().outline)
    for code, outline in towns.items():
        own = [v.outline for v in county().villages if v.parent_code == code]
        assert sum(village.area for village in own) == pytest.approx(outline.area, abs=0.01)


def test_village_names_and_codes_are_different() -> None:
    assert len({village.name for village in county().villages}) == len(county().villages)
    assert len({village.code for village in county().villages}) == len(county().villages)
    assert {len(village.code) for village in county().villages} == {12}


def test_parcels_lie_in_their_villages_without_overlap() -> None:
    village = {v.code: v.outline for v in county().villages}

    assert len(county().parcels) == COUNT
    assert pairs_share_m2([parcel.polygon for parcel in county().parcels]) == 0
    assert all(village[p.village_code].covers(p.polygon) for p in county().parcels)


def test_many_parcels_share_an_edge_with_a_neighbour() -> None:
    each = np.array([parcel.polygon for parcel in county().parcels])
    i, _ = shapely.STRtree(each).query(each, predicate="touches")

    assert len(set(i.tolist())) > COUNT / 2


def test_parcels_are_what_the_bank_would_keep() -> None:
    for parcel in county().parcels:
        shape = parcel.polygon
        assert shape.is_valid
        assert 8 <= shapely.get_num_coordinates(shape) - 1 <= 40
        assert shapely.to_wkb(snapped(shape)) == shapely.to_wkb(shape)


@pytest.mark.parametrize(
    ("kind", "least_m2", "most_m2"),
    [
        ("woodland", 3333, 133_334),
        ("farmland", 533, 10_000),
        ("house", 120, 300),
        ("construction_land", 1333, 26_667),
        ("water", 666, 40_000),
        ("old_village", 6666, 33_334),
    ],
)
def test_every_kind_is_there_in_its_size(kind: str, least_m2: float, most_m2: float) -> None:
    areas = [p.polygon.area for p in county().parcels if p.kind == kind]

    assert len(areas) >= COUNT * 0.02
    assert least_m2 <= min(areas) <= max(areas) <= most_m2


def test_the_same_seed_gives_the_same_county_and_another_seed_another() -> None:
    def trace(found: County) -> list[tuple[bytes, str, str]]:
        return [(shapely.to_wkb(p.polygon), p.kind, p.village_code) for p in found.parcels]

    assert trace(terrain(3, 60)) == trace(terrain(3, 60))
    assert trace(terrain(3, 60)) != trace(terrain(4, 60))


def test_parcels_come_in_the_order_of_the_curve() -> None:
    centres = shapely.get_coordinates(shapely.centroid([p.polygon for p in county().parcels]))

    assert (hilbert_order(centres) == np.arange(COUNT)).all()


def test_the_curve_steps_from_cell_to_cell() -> None:
    x, y = np.meshgrid(np.arange(8.0), np.arange(8.0))
    cells = np.column_stack((x.ravel(), y.ravel()))
    # Sixteen bits over eight columns: the steps of the coarse curve remain.
    path = cells[hilbert_order(cells)]

    assert np.abs(np.diff(path, axis=0)).sum(axis=1).max() <= 2
    assert np.abs(np.diff(path, axis=0)).sum(axis=1).mean() < 1.1
