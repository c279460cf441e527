"""The pieces of an appraised piece of land: cut along lines, or as polygons have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from bank.land import corners, polygons
from bank.land.polygons import DM2_PER_M2, Shape
from bank.land.projection import to_county
from bank.rules import whole
from valuation.appraisals.refusals import PiecesUnsound

REACH_M: Final = 0.5
"""So much further a line runs at its ends: snapped to an edge, it may end a hair before it."""
MOST_PIECES: Final = 60
MOST_LINE_CORNERS: Final = 1_000
"""Lines may cross each other at every side: what they part grows with the square of this."""
NAMES: Final = ("name", "名称", "分宗")
VALUES: Final = ("value", "value_yuan", "价值", "价值（元）")
"""The properties of a GeoJSON feature that name a piece, and say its value in yuan."""


@dataclass(frozen=True)
class Outlined:
    """A piece that came as a polygon, in the county's system; its name and value as typed there."""

    shape: Shape
    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Given:
    """What was drawn or sent, in the county's system: lines that cut, and pieces as polygons."""

    lines: tuple[LineString, ...] = ()
    outlined: tuple[Outlined, ...] = ()


@dataclass(frozen=True)
class Pieces:
    """The pieces of the land side by side, and the places (from 1) of lines that part nothing."""

    shapes: tuple[Shape, ...]
    short: tuple[int, ...] = ()


def read(text: str, *, srid: int, on: date) -> Given:
    """Lines and polygons of a GeoJSON in longitude and latitude.

    Refuses, with field "shape": what `polygons.read_geojson` refuses of an outline but its size
    and its place; PiecesUnsound for other geometries, or too many.
    """
    most = whole("parcel.vertices.maximum", on)
    lines: list[LineString] = []
    outlined: list[Outlined] = []
    features = corners.features(text, most=most)
    if len(features) > MOST_PIECES:
        raise _too_many("shape")
    for feature in features:
        match feature["geometry"].get("type"):
            case "LineString" | "MultiLineString":
                lines += [LineString(each) for each in corners.lines(feature["geometry"])]
            case "Polygon" | "MultiPolygon":
                outlined.append(_outlined(feature, srid, most))
            case _:
                raise PiecesUnsound("lines and polygons are needed", field="shape", reason="unread")
    corners.refuse_too_many(sum(_size(line) for line in lines), MOST_LINE_CORNERS)
    corners.refuse_too_many(sum(_size(each.shape) for each in outlined), most)
    planar = cast("list[LineString]", [to_county(line, srid) for line in lines])
    return Given(tuple(planar), tuple(outlined))


def _outlined(feature: Mapping[str, Any], srid: int, most: int) -> Outlined:
    parts = [Polygon(rings[0], rings[1:]) for rings in corners.from_geojson(feature, most=most)]
    lonlat = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    polygons.refuse_swapped(lonlat, srid, None)
    polygons.refuse_broken(lonlat, lonlat)
    told = feature.get("properties")
    told = told if isinstance(told, Mapping) else {}
    shape = cast("Shape", polygons.snapped(to_county(lonlat, srid)))
    return Outlined(shape, _told(told, NAMES), _told(told, VALUES))


def _told(properties: Mapping[str, Any], names: Sequence[str]) -> str:
    """The first of these properties that is filled, as text."""
    found = (properties.get(name) for name in names)
    return next((str(each).strip() for each in found if each not in (None, "")), "")


def _size(shape: BaseGeometry) -> int:
    return int(shapely.get_num_coordinates(shape))


def pieces_of(land: Shape, given: Given, *, on: date) -> Pieces:
    """The land cut along the lines; where pieces came as polygons, each of those is cut.

    The pieces of land that came whole tile it: each side is shared to the float. What is no larger
    than a sliver goes with the neighbour that it borders on most. Polygons keep their order;
    pieces of one run from west to east; land in several parts is in pieces from the start.
    Refuses: PiecesUnsound, for more than MOST_PIECES.
    """
    parts: list[Shape] = shapely.get_parts(land).tolist()
    bases = [each.shape for each in given.outlined] or _ordered(parts)
    shapes = _cut(bases, given.lines, on)
    if len(shapes) > MOST_PIECES:
        raise _too_many("geometry")
    return Pieces(tuple(shapes), _short(bases, given.lines, len(shapes), on))


def _short(
    bases: Sequence[Shape], lines: Sequence[LineString], many: int, on: date
) -> tuple[int, ...]:
    """The places of lines without which there are as many pieces; of two alike, the later."""
    needed = dict(enumerate(lines, start=1))
    for place in range(len(lines), 0, -1):
        others = {at: line for at, line in needed.items() if at != place}
        if len(_cut(bases, list(others.values()), on)) == many:
            needed = others
    return tuple(place for place in range(1, len(lines) + 1) if place not in needed)


def _too_many(field: str) -> PiecesUnsound:
    return PiecesUnsound("too many pieces", field=field, reason="many", most=MOST_PIECES)


def _cut(bases: Sequence[Shape], lines: Sequence[LineString], on: date) -> list[Shape]:
    least_m2 = polygons.sliver_dm2(on) / DM2_PER_M2
    longer = [_longer(line) for line in lines]
    found: list[Shape] = []
    for base in bases:
        across = [line for line in longer if line.intersects(base)]
        found += _ordered(_tiles(base, across, least_m2)) if across else [base]
    return found


def _tiles(base: Shape, lines: Sequence[LineString], least_m2: float) -> list[Shape]:
    """The parts of one polygon between the lines, slivers joined to a neighbour."""
    edges = shapely.union_all([base.boundary, *lines])
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    inside = [each for each in found if base.contains(each.representative_point())]
    tiles = [each for each in inside if each.area > least_m2]
    if not tiles:
        return [base]
    for sliver in (each for each in inside if each.area <= least_m2):
        borders = [shapely.intersection(each.boundary, sliver.boundary).length for each in tiles]
        place = int(np.argmax(borders))
        tiles[place] = shapely.union(tiles[place], sliver)
    return tiles


def _ordered(shapes: Sequence[Shape]) -> list[Shape]:
    """From west to east, and from north to south where they lie one above the other."""
    return sorted(shapes, key=lambda each: (round(each.centroid.x), -each.centroid.y))


def _longer(line: LineString) -> LineString:
    """The line with both ends drawn on; a closed one stays as it is."""
    if line.is_closed:
        return line
    at = shapely.get_coordinates(line)
    ends = []
    for end, before in ((at[0], at[1]), (at[-1], at[-2])):
        way = end - before
        ends.append(end + way / max(float(np.hypot(*way)), polygons.GRID_M) * REACH_M)
    return LineString([ends[0], *at, ends[1]])
