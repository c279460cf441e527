"""Typed corners as people have them: degrees in either order, or metres north and east."""

import re
from typing import Final

import numpy as np

from bank.land.projection import GEOGRAPHIC, transformer

NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
LONGITUDES: Final = (70.0, 140.0)
LATITUDES: Final = (3.0, 56.0)
METRES_NORTH: Final = (300_000.0, 6_300_000.0)
METRES_EAST: Final = (100_000.0, 900_000.0)
ZONES: Final = (25, 45)
SRID_OF_ZONE: Final = 4513 - 25
"""CGCS2000 three-degree zones with the zone before the easting: EPSG 4513 is zone 25."""


def as_degrees(text: str, *, srid: int) -> str:
    """The same lines with longitude before latitude; a line that is no corner stays as it is.

    `srid` is the county's own system, for eastings without a zone.
    """
    return "\n".join(_line(line, srid) for line in text.splitlines())


def _line(line: str, srid: int) -> str:
    numbers = [float(number) for number in NUMBER.findall(line)]
    if len(numbers) != 2:
        return line
    first, second = numbers
    if _within(first, LATITUDES) and _within(second, LONGITUDES):
        return f"{second!r}, {first!r}"
    for north, east in ((first, second), (second, first)):
        if found := _from_metres(north, east, srid):
            return found
    return line


def _from_metres(north: float, east: float, srid: int) -> str | None:
    zone = int(east // 1_000_000)
    if ZONES[0] <= zone <= ZONES[1]:
        srid, offset = SRID_OF_ZONE + zone, east % 1_000_000
    else:
        offset = east
    if not (_within(north, METRES_NORTH) and _within(offset, METRES_EAST)):
        return None
    lon, lat = transformer(srid, GEOGRAPHIC).transform(east, north)
    return f"{np.round(lon, 9)}, {np.round(lat, 9)}"


def _within(number: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= number <= bounds[1]
