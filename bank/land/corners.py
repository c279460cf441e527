"""Reading corners: GeoJSON or typed lines become rings of checked longitudes and latitudes."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Never

from bank.land.refusals import (
    BadNumber,
    NotAPolygon,
    NotClosed,
    TooFewCorners,
    TooManyCorners,
    UnknownCoordinates,
)

FIELD: Final = "shape"
LEAST: Final = 3
"""Corners of a triangle."""
CHARACTERS_A_CORNER: Final = 100
"""Room for one corner in JSON with its spaces, generously."""
DEGREES: Final = ("CRS84", "4326", "4490")
"""Ends of the names of systems in degrees that GeoJSON may carry."""

SEPARATORS: Final = re.compile("[,;\\s\uff0c\u3001\uff1b°]+")
"""Commas and semicolons of both scripts, spaces, degree signs."""

Corner = tuple[float, float]
Ring = list[Corner]
Rings = list[Ring]
"""A polygon: its shell, then its holes."""


def from_geojson(given: str | bytes | Mapping[str, Any], *, most: int) -> list[Rings]:
    """The polygons of a GeoJSON geometry, feature, or collection of one feature.

    A third coordinate is dropped. Refuses: NotAPolygon, NotClosed, BadNumber, TooFewCorners,
    TooManyCorners (over `most`), UnknownCoordinates.
    """
    geometry = _geometry(_parsed(given, most) if isinstance(given, str | bytes) else given)
    coordinates = geometry.get("coordinates")
    polygons: Sequence[Any]
    match geometry.get("type"):
        case "Polygon":
            polygons = [coordinates]
        case "MultiPolygon":
            polygons = _list(coordinates)
        case other:
            raise NotAPolygon("a polygon is needed", field=FIELD, given=str(other)[:40])
    if not polygons or not all(polygons):
        raise NotAPolygon("the polygon is empty", field=FIELD, given="empty")
    rings = [[_list(ring) for ring in _list(polygon)] for polygon in polygons]
    refuse_too_many(sum(len(ring) for polygon in rings for ring in polygon), most)
    return [[_closed([_corner(c) for c in ring]) for ring in polygon] for polygon in rings]


def features(text: str, *, most: int) -> list[Mapping[str, Any]]:
    """The features of a GeoJSON collection; of a feature or a geometry alone, that one feature.

    Refuses: NotAPolygon, TooManyCorners (text too long for `most`), UnknownCoordinates, BadNumber.
    """
    given = _parsed(text, most)
    if isinstance(given, Mapping) and given.get("type") == "FeatureCollection":
        _check_system(given.get("crs"))
        return [_feature(each) for each in _list(given.get("features"))]
    return [_feature(given)]


def lines(geometry: Mapping[str, Any]) -> list[list[Corner]]:
    """The lines of a LineString or a MultiLineString. Refuses: NotAPolygon, BadNumber."""
    coordinates = _list(geometry.get("coordinates"))
    found = [coordinates] if geometry.get("type") == "LineString" else coordinates
    read = [[_corner(each) for each in _list(line)] for line in found]
    if not all(len(set(line)) > 1 for line in read):
        raise NotAPolygon("a line has two ends", field=FIELD, given="LineString")
    return read


def from_lines(text: str, *, most: int) -> list[Rings]:
    """One ring from typed lines "119.68, 30.63": longitude, then latitude, one corner a line.

    Empty lines are skipped; the ring is closed if its last line is not its first; Chinese commas
    and degree signs are understood. Refuses: BadNumber (with its line), TooFewCorners,
    TooManyCorners.
    """
    if len(text) > most * CHARACTERS_A_CORNER:
        refuse_too_many(text.count("\n") + 1, most)
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    refuse_too_many(len(lines), most)
    ring = [_typed_corner(n, line) for n, line in lines]
    if ring and ring[0] != ring[-1]:
        ring.append(ring[0])
    return [[_closed(ring)]]


def refuse_too_many(corners: int, most: int) -> None:
    """Refuses: TooManyCorners."""
    if corners > most:
        raise TooManyCorners("too many corners", field=FIELD, corners=corners, most=most)


def _parsed(text: str | bytes, most: int) -> Any:
    if len(text) > most * CHARACTERS_A_CORNER:
        raise TooManyCorners(
            "too much text for a shape", field=FIELD, corners=len(text) // 40, most=most
        )
    try:
        return json.loads(text, parse_constant=_not_finite)
    except (ValueError, RecursionError) as error:
        raise NotAPolygon("this is not GeoJSON", field=FIELD, given=str(text[:40])) from error


def _not_finite(constant: str) -> Never:
    raise BadNumber("a coordinate is not a number", field=FIELD, given=constant, line=None)


def _feature(given: Any) -> Mapping[str, Any]:
    """A feature that has a geometry; a geometry alone becomes one."""
    if isinstance(given, Mapping):
        _check_system(given.get("crs"))
        if given.get("type") != "Feature":
            return {"type": "Feature", "geometry": given}
        if isinstance(given.get("geometry"), Mapping):
            return given
    raise NotAPolygon("this is not GeoJSON", field=FIELD, given=type(given).__name__)


def _geometry(given: Any) -> Mapping[str, Any]:
    """The geometry inside a feature or a collection of one, its system checked on the way."""
    for _ in range(3):
        if not isinstance(given, Mapping):
            break
        _check_system(given.get("crs"))
        if given.get("type") == "FeatureCollection":
            features = _list(given.get("features"))
            if len(features) != 1:
                raise NotAPolygon("one shape is needed", field=FIELD, given=f"{len(features)}")
            given = features[0]
        elif given.get("type") == "Feature":
            given = given.get("geometry")
        else:
            return given
    raise NotAPolygon("this is not GeoJSON", field=FIELD, given=type(given).__name__)


def _check_system(crs: Any) -> None:
    """GeoJSON is in degrees; older files may name another system."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    if not (isinstance(name, str) and name.endswith(DEGREES)):
        raise UnknownCoordinates(
            "longitude and latitude are needed", field=FIELD, given=str(name)[:60]
        )


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise NotAPolygon("the polygon has no corners", field=FIELD, given=type(value).__name__)
    return value


def _corner(value: Any) -> Corner:
    if not isinstance(value, list | tuple) or len(value) < 2:
        raise BadNumber("a corner needs two numbers", field=FIELD, given=str(value)[:40], line=None)
    for number in value[:2]:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise BadNumber(
                "a coordinate is not a number", field=FIELD, given=str(number)[:40], line=None
            )
    return _degrees(value[0], value[1], None)


def _typed_corner(number: int, line: str) -> Corner:
    parts = [part for part in SEPARATORS.split(line.strip()) if part]
    if len(parts) not in (2, 3):
        raise BadNumber(
            "a line needs longitude and latitude", field=FIELD, given=line[:40], line=number
        )
    try:
        lon, lat = float(parts[0]), float(parts[1])
    except ValueError as error:
        raise BadNumber(
            "a coordinate is not a number", field=FIELD, given=line[:40], line=number
        ) from error
    return _degrees(lon, lat, number)


def _degrees(lon: float, lat: float, line: int | None) -> Corner:
    """Numbers that can be degrees, in either order (which order is judged later)."""
    if not (abs(lon) <= 180 and abs(lat) <= 180 and math.isfinite(lon) and math.isfinite(lat)):
        raise BadNumber(
            "a coordinate is not in degrees", field=FIELD, given=f"{lon:g}, {lat:g}", line=line
        )
    return float(lon), float(lat)


def _closed(ring: Ring) -> Ring:
    different = len(set(ring))
    if different < LEAST:
        raise TooFewCorners("a shape needs three corners", field=FIELD, corners=different)
    if ring[0] != ring[-1]:
        raise NotClosed("the last corner is not the first", field=FIELD, corners=len(ring))
    return ring
