"""Reading shapes: what is taken, and the exact refusal of what is not."""

import json
from typing import Any

import pytest
import shapely
from shapely import MultiPolygon, Polygon

from bank.land.polygons import (
    area_dm2,
    outline_svg_path,
    read_coordinates,
    read_geojson,
    to_geojson,
)
from database.refusals import Invalid
from tests.bank.ground import SRID, TODAY, square

RING = [[119.68, 30.63], [119.69, 30.63], [119.69, 30.64], [119.68, 30.64], [119.68, 30.63]]
HOLE = [[119.683, 30.633], [119.686, 30.633], [119.686, 30.636], [119.683, 30.633]]
BOW = [[119.68, 30.63], [119.69, 30.64], [119.69, 30.63], [119.68, 30.64], [119.68, 30.63]]
COUNTY = square(0, 0, 20_000)


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def read(given: Any) -> Polygon | MultiPolygon:
    return read_geojson(given, srid=SRID, on=TODAY, county=COUNTY)


def test_a_drawn_square_is_measured_in_metres() -> None:
    shape = read(json.dumps(polygon(RING)))

    assert isinstance(shape, Polygon)
    assert area_dm2(shape) == 106_282_603


@pytest.mark.parametrize(
    "wrapped",
    [
        {"type": "Feature", "geometry": polygon(RING), "properties": None},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(RING)}]},
        polygon([[*corner, 55.5] for corner in RING]),
        polygon(list(reversed(RING))),
        {"type": "MultiPolygon", "coordinates": [[RING]]},
    ],
    ids=["feature", "collection", "three dimensions", "other way round", "multipolygon of one"],
)
def test_the_same_shape_in_another_wrapping_is_the_same_shape(wrapped: dict[str, Any]) -> None:
    assert shapely.to_wkb(read(wrapped)) == shapely.to_wkb(read(polygon(RING)))


def test_a_hole_is_not_counted() -> None:
    assert area_dm2(read(polygon(RING, HOLE))) < area_dm2(read(polygon(RING)))


def test_typed_lines_make_the_same_shape_as_drawing() -> None:
    text = "119.68, 30.63\n119.69，30.63\n\n119.69\u3000 30.64\n119.68° 30.64°\n"

    assert read_coordinates(text, srid=SRID, on=TODAY, county=COUNTY) == read(polygon(RING))


def test_every_coordinate_lies_on_a_millimetre() -> None:
    coordinates = shapely.get_coordinates(read(polygon(RING)))

    assert (abs(coordinates * 1000 - (coordinates * 1000).round()) < 1e-5).all()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "not_a_polygon"),
        ("{", "not_a_polygon"),
        ("[" * 100_000, "not_a_polygon"),
        ("null", "not_a_polygon"),
        (polygon(), "not_a_polygon"),
        ({"type": "Polygon", "coordinates": None}, "not_a_polygon"),
        ({"type": "Polygon", "coordinates": [None]}, "not_a_polygon"),
        ({"type": "Point", "coordinates": [119.68, 30.63]}, "not_a_polygon"),
        ({"type": "FeatureCollection", "features": []}, "not_a_polygon"),
        ({"type": "Feature", "geometry": None}, "not_a_polygon"),
        (polygon([[119.68, None]] * 4), "bad_number"),
        (polygon([["119.68", "30.63"]] * 4), "bad_number"),
        (polygon([[True, False]] * 4), "bad_number"),
        (polygon([[float("nan"), 30.63], *RING[1:]]), "bad_number"),
        ('{"type":"Polygon","coordinates":[[[NaN,1],[2,2],[3,3],[NaN,1]]]}', "bad_number"),
        (polygon([[469321.2, 3389997.4], *RING[1:]]), "bad_number"),
        (polygon(RING[:2] + RING[:1]), "too_few_corners"),
        (polygon(RING[:-1]), "not_closed"),
        (polygon(RING * 2000), "too_many_corners"),
        ({**polygon(RING), "crs": {"properties": {"name": "EPSG:3857"}}}, "unknown_coordinates"),
        (polygon([[lat, lon] for lon, lat in RING]), "coordinates_swapped"),
        (polygon(BOW), "self_crossing"),
        (polygon(HOLE, RING), "broken_rings"),
        (polygon([[lon + 5, lat] for lon, lat in RING]), "outside_county"),
        (polygon([[lon - 0.101, lat] for lon, lat in RING]), "outside_county"),
        (polygon([[179.0, 30], [-179.0, 30], [-179.0, 31], [179.0, 30]]), "outside_county"),
        (polygon([[119.68, 30.63], [119.680001, 30.63], [119.68, 30.630001], [119.68, 30.63]]),
         "parcel_too_small"),
    ],
)  # fmt: skip
def test_a_bad_shape_is_refused_by_name(given: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(given)

    assert (refused.value.code, refused.value.field) == (code, "shape")


def test_a_crossing_is_refused_with_its_place() -> None:
    with pytest.raises(Invalid) as refused:
        read(polygon(BOW))

    assert refused.value.facts == {"lon": 119.685, "lat": 30.635}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("119.68, 30.63\nabc, 30.64\n", "bad_number", 2),
        ("119.68, 30.63\n\n119.69\n", "bad_number", 3),
        ("119.68, 30.63\n119.69, inf\n", "bad_number", 2),
        ("", "too_few_corners", None),
        ("30.63, 119.68\n30.64, 119.68\n30.64, 119.69", "coordinates_swapped", None),
    ],
)
def test_a_bad_line_is_refused_with_its_number(text: str, code: str, line: int | None) -> None:
    with pytest.raises(Invalid) as refused:
        read_coordinates(text, srid=SRID, on=TODAY, county=COUNTY)

    assert (refused.value.code, refused.value.facts.get("line")) == (code, line)


def test_swapped_coordinates_are_told_without_a_county_too() -> None:
    with pytest.raises(Invalid) as refused:
        read_coordinates("30, 119\n31, 119\n31, 120", srid=SRID, on=TODAY)

    assert refused.value.code == "coordinates_swapped"


def test_a_shape_comes_back_in_degrees_as_it_went_in() -> None:
    geojson = json.loads(to_geojson(shapely.to_wkb(read(polygon(RING))), srid=SRID))

    assert sorted(map(tuple, geojson["coordinates"][0])) == sorted(map(tuple, RING))


def test_an_outline_is_drawn_north_up_in_its_square() -> None:
    path = outline_svg_path(shapely.to_wkb(square(0, 0, 50)), size=100)

    assert path.count("M") == path.count("Z") == 1
    assert {"0.0 0.0", "100.0 0.0", "100.0 100.0", "0.0 100.0"} == set(path[1:-1].split("L"))


def test_every_polygon_of_several_is_drawn() -> None:
    several = shapely.MultiPolygon([square(0, 0, 50), square(100, 0, 50)])

    assert outline_svg_path(shapely.to_wkb(several)).count("M") == 2
