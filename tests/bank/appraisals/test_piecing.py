"""The pieces of land: cut along lines, or as polygons have them; side by side, and all of it."""

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Polygon

from bank.appraisals.piecing import MOST_PIECES, Given, Outlined, pieces_of, read
from bank.land.projection import to_lonlat
from bank.land.refusals import (
    BadNumber,
    CoordinatesSwapped,
    NotAPolygon,
    SelfCrossing,
    TooManyCorners,
    UnknownCoordinates,
)
from database.refusals import Refusal
from valuation.appraisals.refusals import PiecesUnsound

SRID = 4549
ON = date(2026, 3, 1)
WEST, SOUTH = 445_000.0, 3_385_000.0
LAND = shapely.box(WEST, SOUTH, WEST + 100, SOUTH + 60)
HOOK = Polygon([(0, 0), (100, 0), (100, 60), (70, 60), (70, 20), (30, 20), (30, 60), (0, 60)])


def line(*corners: tuple[float, float]) -> LineString:
    """A line through these metres from the land's corner."""
    return LineString([(WEST + x, SOUTH + y) for x, y in corners])


def cut(*lines: LineString, land: Any = LAND) -> list[float]:
    """The areas of the pieces, which tile the land."""
    found = pieces_of(land, Given(lines), on=ON)
    assert found.short == ()
    union = shapely.union_all(list(found.shapes))
    assert shapely.symmetric_difference(union, land).area < 1e-6
    assert sum(each.area for each in found.shapes) == pytest.approx(land.area, abs=1e-6)
    return [round(each.area, 1) for each in found.shapes]


def text(*shapes: Any, **properties: Any) -> str:
    """These shapes as a GeoJSON in degrees."""
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": json.loads(shapely.to_geojson(to_lonlat(shape, SRID))),
        }
        for shape in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.mark.parametrize(
    ("lines", "areas"),
    [
        ([], [6000.0]),
        ([line((25, -5), (25, 65))], [1500.0, 4500.0]),
        ([line((25, 0), (25, 60))], [1500.0, 4500.0]),
        ([line((25, 0.0004), (25, 59.9996))], [1500.0, 4500.0]),
        ([line((25, -5), (25, 65)), line((-5, 20), (25, 20))], [1000.0, 500.0, 4500.0]),
        ([line((-5, 20), (25, 20)), line((25, -5), (25, 65))], [1000.0, 500.0, 4500.0]),
        ([line((40, 20), (60, 20), (60, 40), (40, 40), (40, 20))], [5600.0, 400.0]),
    ],
)
def test_lines_part_the_land_into_pieces_that_tile_it(
    lines: list[LineString], areas: list[float]
) -> None:
    assert cut(*lines) == areas


def test_one_line_across_a_hook_makes_three_pieces() -> None:
    land = shapely.transform(HOOK, lambda c: c + np.array([WEST, SOUTH]))
    assert cut(line((-5, 40), (105, 40)), land=land) == [600.0, 3200.0, 600.0]


def test_a_sliver_goes_with_its_neighbour() -> None:
    lines = (line((25, -5), (25, 65)), line((25, -5), (25.004, 30), (25, 65)))
    found = pieces_of(LAND, Given(lines), on=ON)
    assert [round(each.area) for each in found.shapes] == [1500, 4500]
    assert found.short == (2,)


def test_land_in_two_parts_is_in_pieces_from_the_start() -> None:
    other = shapely.transform(LAND, lambda c: c + np.array([200, 0]))
    assert cut(land=MultiPolygon([other, LAND])) == [6000.0, 6000.0]


@pytest.mark.parametrize(
    "short",
    [
        line((25, -5), (25, 40)),
        line((10, 10), (20, 20)),
        line((-50, -50), (-40, -40)),
    ],
)
def test_a_line_that_parts_nothing_is_told(short: LineString) -> None:
    whole = line((50, -5), (50, 65))
    found = pieces_of(LAND, Given((whole, short)), on=ON)
    assert found.short == (2,)
    assert len(found.shapes) == 2


def test_pieces_from_a_file_keep_their_order_names_and_values() -> None:
    west = shapely.box(WEST, SOUTH, WEST + 40, SOUTH + 60)
    east = shapely.difference(LAND, west)
    sent = read(text(east, west, name="宅基地", value=1200.5), srid=SRID, on=ON)
    assert [each.name for each in sent.outlined] == ["宅基地", "宅基地"]
    assert [each.value for each in sent.outlined] == ["1200.5", "1200.5"]
    found = pieces_of(LAND, sent, on=ON)
    assert [round(each.area) for each in found.shapes] == [3600, 2400]


def test_a_line_cuts_a_piece_that_came_as_a_polygon() -> None:
    west = shapely.box(WEST, SOUTH, WEST + 40, SOUTH + 60)
    east = shapely.box(WEST + 40, SOUTH, WEST + 100, SOUTH + 60)
    given = Given((line((20, -5), (20, 65)),), (Outlined(west), Outlined(east)))
    found = pieces_of(LAND, given, on=ON)
    assert [round(each.area) for each in found.shapes] == [1200, 1200, 3600]


def test_too_many_pieces_are_refused() -> None:
    lines = [line((x, -5), (x, 65)) for x in range(1, MOST_PIECES + 2)]
    with pytest.raises(PiecesUnsound):
        pieces_of(LAND, Given(tuple(lines)), on=ON)


def geometry(kind: str, coordinates: Any, **more: Any) -> str:
    return json.dumps({"type": kind, "coordinates": coordinates, **more})


BOW = [[[119.4, 30.6], [119.5, 30.7], [119.5, 30.6], [119.4, 30.7], [119.4, 30.6]]]
OTHER = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ("", NotAPolygon),
        ("pieces", NotAPolygon),
        ("[1]", NotAPolygon),
        ('{"type": "FeatureCollection"}', NotAPolygon),
        ('{"type": "FeatureCollection", "features": [null]}', NotAPolygon),
        ('{"type": "Feature", "geometry": null}', NotAPolygon),
        (geometry("Point", [119.4, 30.6]), PiecesUnsound),
        (geometry("LineString", [[119.4, 30.6]]), NotAPolygon),
        (geometry("LineString", [[119.4, 30.6], [119.4, 30.6]]), NotAPolygon),
        (geometry("LineString", [[119.4, 30.6], [119.5, "x"]]), BadNumber),
        (geometry("LineString", [[119.4, 30.6], [445000, 3385000]]), BadNumber),
        (geometry("LineString", None), NotAPolygon),
        (geometry("LineString", [[119.4, 30.6]] * 5000), NotAPolygon),
        (geometry("LineString", [[119.4 + n / 1e5, 30.6] for n in range(1500)]), TooManyCorners),
        (geometry("LineString", [[119.4, 30.6], [119.5, 30.6]], crs=OTHER), UnknownCoordinates),
        (geometry("Polygon", BOW), SelfCrossing),
        (geometry("Polygon", [[[30.6, 119.4], [30.7, 119.5], [30.6, 119.5], [30.6, 119.4]]]),
         CoordinatesSwapped),
        (text(*[LAND] * (MOST_PIECES + 1)), PiecesUnsound),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(given: str, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        read(given, srid=SRID, on=ON)


def test_what_is_drawn_twice_comes_back_the_same() -> None:
    sent = read(text(line((25, -5), (25, 65))), srid=SRID, on=ON)
    again = read(text(*sent.lines), srid=SRID, on=ON)
    assert again.lines[0].equals_exact(sent.lines[0], 1e-3)
