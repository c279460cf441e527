"""The coordinate systems that files come in: named, told from a file, proposed from its numbers."""

from functools import lru_cache
from typing import Final

import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from bank.land import projection
from bank.land.polygons import Box, Shape
from bank.land.refusals import UnknownCoordinates

DEGREES: Final = ("EPSG:4490", "EPSG:4326")
FIRST_ZONE, LAST_ZONE = 25, 45
ZONED: Final = {zone: 4513 + zone - FIRST_ZONE for zone in range(FIRST_ZONE, LAST_ZONE + 1)}
"""CGCS2000 3-degree Gauss-Kruger with the zone's number before the easting."""
CENTRED: Final = {3 * zone: 4534 + zone - FIRST_ZONE for zone in range(FIRST_ZONE, LAST_ZONE + 1)}
"""The same without it, by central meridian."""
SYSTEMS: Final = (
    *DEGREES,
    *(f"EPSG:{code}" for code in (*ZONED.values(), *CENTRED.values())),
)
"""What a person may choose where a file names none."""
OLD_DATUMS: Final = (4214, 4610, 4555)
"""Beijing 1954, Xi'an 1980, New Beijing: a hundred metres off without the province's secret
parameters, so they are refused rather than moved roughly."""
LONGITUDE_FIRST: Final = ("OGC", "CRS84")
"""EPSG:4326 with its axes in the order in which the bank reads all files."""
ENOUGH: Final = 70
"""The likeness, in percent, from which a written-out system is taken for one of the registry's."""
MILLION: Final = 1_000_000
CIRCLE: Final = 360.0
"""The degrees of a whole turn."""


@lru_cache(maxsize=256)
def known(text: str) -> str:
    """The system as "EPSG:4549" if the registry has it, else as it was written.

    Refuses: UnknownCoordinates, also for systems of old datums that cannot be moved exactly.
    """
    try:
        crs = CRS.from_user_input(text)
        code = crs.to_epsg(min_confidence=ENOUGH)
        longitude_first = crs.to_authority() == LONGITUDE_FIRST
        base = crs.geodetic_crs
        datum = base.to_epsg(min_confidence=ENOUGH) if base is not None else None
    except CRSError as error:
        raise UnknownCoordinates(
            "the coordinate system is not known", field="crs", given=text[:60]
        ) from error
    if base is None or datum in OLD_DATUMS:
        raise UnknownCoordinates(
            "the coordinate system is not taken", field="crs", given=crs.name[:60]
        )
    if longitude_first:
        return DEGREES[1]
    return f"EPSG:{code}" if code else text


def told(text: str | None) -> str | None:
    """The system that a file names; None if it names none, or an unplaced plane."""
    if not text:
        return None
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return None
    return None if crs.is_engineering or crs.geodetic_crs is None else known(text)


def is_beyond_degrees(box: Box) -> bool:
    """Whether none of the coordinates can be a degree: they are metres, whatever is said of them.

    One row with a wrong number leaves the others what they are.
    """
    west, south, _, _ = box
    return min(west, south) > CIRCLE


def proposed(box: Box, *, srid: int, home: Shape | None = None) -> list[str]:
    """Systems in which such coordinates would lie in the county, the likeliest first.

    `home` is the county's outline in its own system `srid`; without it, any that fits is named.
    It is a guess, to be confirmed by a person.
    """
    west, south, east, north = box
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return list(DEGREES) if _lies(box, DEGREES[0], srid, home) else []
    zone = int(west // MILLION)
    codes = [ZONED[zone]] if zone in ZONED else sorted(CENTRED.values(), key=lambda c: c != srid)
    return [f"EPSG:{code}" for code in codes if _lies(box, f"EPSG:{code}", srid, home)]


def _lies(box: Box, crs: str, srid: int, home: Shape | None) -> bool:
    if home is None:
        return crs in DEGREES or crs == f"EPSG:{srid}" or crs[5:].startswith("45")
    moved = projection.reproject(shapely.box(*box), crs, f"EPSG:{srid}")
    return bool(moved.intersects(shapely.box(*home.bounds)))
