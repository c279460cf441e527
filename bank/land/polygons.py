"""Shapes of parcels: read and checked, put on the mm grid, measured, and written out again."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from bank import rules
from bank.land import corners
from bank.land.corners import FIELD, Rings
from bank.land.projection import to_county, to_lonlat
from bank.land.refusals import (
    BadNumber,
    BrokenRings,
    CoordinatesSwapped,
    NotAPolygon,
    OutsideCounty,
    ParcelTooSmall,
    SelfCrossing,
)

GRID_M: Final = 0.001
"""Coordinates lie on whole millimetres."""
DM2_PER_M2: Final = 100

Shape = Polygon | MultiPolygon
Box = tuple[float, float, float, float]
"""min x, min y, max x, max y."""


def read_geojson(
    given: str | bytes | Mapping[str, Any], *, srid: int, on: date, county: Shape | None = None
) -> Shape:
    """A checked shape in the county's system from GeoJSON in longitude and latitude.

    Takes a Polygon, MultiPolygon, Feature or collection of one feature; a third coordinate is
    dropped. `county` is its outline in the county's system; None leaves that check out. The
    result is valid, on the mm grid and normalised. Refuses, with field "shape": NotAPolygon,
    NotClosed, BadNumber, UnknownCoordinates, TooFewCorners, TooManyCorners, CoordinatesSwapped,
    SelfCrossing, BrokenRings, OutsideCounty, ParcelTooSmall.
    """
    most = rules.whole("parcel.vertices.maximum", on)
    return _checked(corners.from_geojson(given, most=most), srid, on, county)


def read_coordinates(text: str, *, srid: int, on: date, county: Shape | None = None) -> Shape:
    """A checked shape from typed lines "119.68, 30.63" (longitude, latitude), one corner a line.

    Refuses what `read_geojson` refuses; BadNumber names the line.
    """
    most = rules.whole("parcel.vertices.maximum", on)
    return _checked(corners.from_lines(text, most=most), srid, on, county)


def fit(geometry: BaseGeometry, *, on: date, county: Shape | None = None) -> Shape:
    """A valid geometry in the county's system, as the bank keeps one.

    Refuses: NotAPolygon, TooManyCorners, BadNumber, OutsideCounty, ParcelTooSmall.
    """
    if not isinstance(geometry, Polygon | MultiPolygon) or geometry.is_empty:
        raise NotAPolygon("a polygon is needed", field=FIELD, given=geometry.geom_type)
    corners.refuse_too_many(
        int(shapely.get_num_coordinates(geometry)), rules.whole("parcel.vertices.maximum", on)
    )
    if not np.isfinite(geometry.bounds).all():
        raise BadNumber("a coordinate is not a number", field=FIELD, given="inf", line=None)
    if county is not None:
        refuse_outside(geometry, county, on=on)
    shape = snapped(geometry)
    least_dm2 = round(rules.ratio("parcel.area.minimum_m2", on) * DM2_PER_M2)
    if not isinstance(shape, Polygon | MultiPolygon) or area_dm2(shape) < least_dm2:
        raise ParcelTooSmall(
            "the shape is too small for a parcel",
            field=FIELD, area_dm2=area_dm2(shape), least_dm2=least_dm2,
        )  # fmt: skip
    return shape


def snapped(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry on the mm grid, valid and normalised; what falls between the grid is gone."""
    return shapely.normalize(shapely.set_precision(shapely.force_2d(geometry), GRID_M))


def refuse_outside(shape: Shape, county: Shape, *, on: date) -> None:
    """Refuses: OutsideCounty, when more than a sliver lies outside."""
    if county.covers(shape):
        return
    outside_dm2 = area_dm2(shapely.difference(shape, county))
    if outside_dm2 > sliver_dm2(on):
        raise OutsideCounty(
            "the shape lies outside the county",
            field=FIELD, outside_dm2=outside_dm2, area_dm2=area_dm2(shape),
        )  # fmt: skip


def refuse_swapped(lonlat: BaseGeometry, srid: int, county: Shape | None) -> None:
    """Refuses: CoordinatesSwapped, BadNumber. The county's own box tells; else the poles do."""
    swapped = shapely.transform(lonlat, lambda c: c[:, ::-1])
    if county is not None:
        home = shapely.box(*to_lonlat(county, srid).bounds)
        wrong = swapped.intersects(home) and not lonlat.intersects(home)
    else:
        wrong = lonlat.bounds[3] > 90 and swapped.bounds[3] <= 90
    if wrong:
        raise CoordinatesSwapped("latitude was given before longitude", field=FIELD)
    if lonlat.bounds[1] < -90 or lonlat.bounds[3] > 90:
        raise BadNumber(
            "a latitude is beyond the pole",
            field=FIELD, reason="pole", given=f"{lonlat.bounds[3]:g}", line=None,
        )  # fmt: skip


def refuse_broken(geometry: BaseGeometry, lonlat: BaseGeometry) -> None:
    """Refuses: SelfCrossing (where, in degrees), BrokenRings. `lonlat` is the same in degrees."""
    if geometry.is_valid:
        return
    # The projection is smooth, so what is broken on one side is broken on the other.
    reason = shapely.is_valid_reason(lonlat)
    found = re.fullmatch(r"(.*)\[(\S+) (\S+)\]", reason)
    place = {"lon": round(float(found[2]), 7), "lat": round(float(found[3]), 7)} if found else {}
    if "elf-intersection" in reason:
        raise SelfCrossing("the outline crosses itself", field=FIELD, **place)
    raise BrokenRings(
        "the rings do not make a polygon",
        field=FIELD, reason=found[1] if found else reason, **place,
    )  # fmt: skip


def area_dm2(geometry: BaseGeometry) -> int:
    """The planar area in whole dm², the ledger's unit (0.01 m²)."""
    return round(geometry.area * DM2_PER_M2)


def sliver_dm2(on: date) -> int:
    """The area up to which an overlap is let pass, in dm²."""
    return round(rules.ratio("parcel.overlap.tolerance_m2", on) * DM2_PER_M2)


def digest(wkb: bytes) -> str:
    """SHA-256 of a kept shape: equal shapes meet."""
    return sha256(wkb).hexdigest()


def to_geojson(wkb: bytes, *, srid: int, decimals: int = 7) -> str:
    """A kept shape as GeoJSON geometry text in longitude and latitude (7 decimals: about 1 cm)."""
    degrees = to_lonlat(shapely.from_wkb(wkb), srid)
    rounded = shapely.transform(degrees, lambda c: np.round(c, decimals))
    return str(shapely.to_geojson(rounded))


def outline_svg_path(wkb: bytes, *, size: int = 100, frame: Box | None = None) -> str:
    """The `d` of an SVG path that draws a kept shape inside a square of `size`, north up.

    The shape fills the square; with a `frame`, the frame does, so that shapes lie side by side.
    Holes come as rings of their own, the other way round, so that either fill rule leaves them
    open.
    """
    shape = shapely.from_wkb(wkb)
    min_x, min_y, max_x, max_y = frame or shape.bounds
    scale = size / max(max_x - min_x, max_y - min_y)
    left = (size - (max_x - min_x) * scale) / 2
    top = (size - (max_y - min_y) * scale) / 2
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(
        "M" + "L".join(f"{left + (x - min_x) * scale:.1f} {top + (max_y - y) * scale:.1f}"
                       for x, y in shapely.get_coordinates(ring)[:-1]) + "Z"
        for ring in rings
    )  # fmt: skip


def _checked(polygons: list[Rings], srid: int, on: date, county: Shape | None) -> Shape:
    lonlat = _built(polygons)
    refuse_swapped(lonlat, srid, county)
    refuse_broken(lonlat, lonlat)
    return fit(to_county(lonlat, srid), on=on, county=county)


def _built(polygons: list[Rings]) -> Shape:
    parts = [Polygon(rings[0], rings[1:]) for rings in polygons]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
