"""The catalogue as a map: what is in view, in degrees, and totals where it is too much."""

import json
from uuid import UUID

import pytest
import shapely

from bank.assets.tables import AssetKind
from bank.catalogue.browsing import Filter
from bank.land.parcels import register_parcel
from bank.land.tables import Origin, Parcel
from bank.maps import mapping, outlines

EVERYWHERE = (118.5, 30.0, 121.0, 31.5)


def shapes(view):
    return [shapely.from_geojson(text) for text in view.outlines]


def ids(view):
    return [UUID(str(row.id)) for row in view.rows]


def free_parcel(world, origin=Origin.IMPORTED, town="330523106", retired=False) -> Parcel:
    parcel = register_parcel(
        world.session,
        world.square(town=town),
        land_class="0301",
        location="景溪村北坡",
        origin=origin,
        at=world.at,
    )
    if retired:
        parcel.retired_at = world.at
    world.session.flush()
    return parcel


def test_what_is_in_view_comes_with_its_outline_in_degrees(session, world, stored):
    view = mapping.listed_in_view(session, EVERYWHERE, Filter())

    assert ids(view) == [stored.id]
    west, south, east, north = shapes(view)[0].bounds
    assert 119 < west < east < 120
    assert 30 < south < north < 31
    assert max(len(repr(x).split(".")[1]) for x, _y in shapes(view)[0].exterior.coords) <= 6


def test_a_view_shows_what_meets_it_and_nothing_else(session, world, stored):
    world.deposit(
        owner=world.villager(village="330523107201"), shape=world.square(town="330523107")
    )
    first = mapping.listed_in_view(session, EVERYWHERE, Filter())
    box = next(
        shape
        for row, shape in zip(first.rows, shapes(first), strict=True)
        if UUID(str(row.id)) == stored.id
    ).bounds

    view = mapping.listed_in_view(session, box, Filter())

    assert ids(view) == [stored.id]


def test_the_map_and_the_list_have_one_filter(session, world, stored):
    house = world.deposit(kind=AssetKind.HOUSE)

    view = mapping.listed_in_view(session, EVERYWHERE, Filter(kind=AssetKind.HOUSE))

    assert ids(view) == [house.id]


def test_too_many_are_counted_by_village(session, world, stored):
    here = [stored, world.deposit()]
    there = world.deposit(
        owner=world.villager(village="330523107201"), shape=world.square(town="330523107")
    )

    view = mapping.listed_in_view(session, EVERYWHERE, Filter(), most=2)

    assert view.rows == ()
    assert view.totals is not None
    assert [(total.name, total.count, total.area_dm2) for total in view.totals] == [
        ("景溪村", 2, sum(one.area_dm2 for one in here)),
        ("河垓村", 1, there.area_dm2),
    ]
    assert mapping.listed_in_view(session, EVERYWHERE, Filter(), most=3).totals is None


@pytest.mark.parametrize(
    "lonlat",
    [(-10.0, -10.0, 10.0, 10.0), (119.9, 30.9, 119.91, 30.91), (-400.0, 80.0, -300.0, 99.0)],
)
def test_a_view_elsewhere_is_empty(session, world, stored, lonlat):
    view = mapping.listed_in_view(session, lonlat, Filter())

    assert (list(view.rows), view.totals) == ([], None)


def test_only_parcels_that_are_nobodys_can_be_picked(session, world):
    free = free_parcel(world)
    generated = free_parcel(world, Origin.GENERATED)
    free_parcel(world, Origin.DRAWN)
    free_parcel(world, retired=True)
    world.deposit()

    view = mapping.free_in_view(session, EVERYWHERE)

    assert {row.code for row in view.rows} == {free.code, generated.code}
    assert {row.town_name for row in view.rows} == {"报福镇"}
    assert len(view.outlines) == 2
    counted = mapping.free_in_view(session, EVERYWHERE, most=1)
    assert counted.totals is not None
    assert [(total.name, total.count) for total in counted.totals] == [("景溪村", 2)]


def test_towns_keep_their_common_border(session, world):
    found = outlines.town_outlines(session)

    first, second = (shapely.from_geojson(text) for _code, _name, text in found)
    assert [name for _code, name, _text in found] == ["报福镇", "章村镇"]
    assert first.intersection(second).area < 1e-9
    assert first.distance(second) == 0
    json.loads(found[0][2])


def test_bounds_are_the_countys_or_a_towns(session, world):
    county, town = mapping.bounds_of(session), mapping.bounds_of(session, "330523106")

    assert county is not None
    assert town is not None
    assert county[0] == pytest.approx(town[0], abs=1e-3)
    assert county[2] > town[2] + 0.05
    assert mapping.bounds_of(session, "999999") is None
