"""Between the county's Gauss-Kruger system and longitude and latitude (EPSG:4490).

Coordinates are always x before y: easting before northing, longitude before latitude.
"""

from functools import lru_cache
from typing import Any, Final, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from shapely.geometry.base import BaseGeometry

GEOGRAPHIC: Final = 4490
"""CGCS2000 longitude and latitude."""

Geometries = TypeVar("Geometries", BaseGeometry, NDArray[Any])


@lru_cache(maxsize=64)
def transformer(source: int | str, target: int | str) -> Transformer:
    """A cached transformer between two systems, x before y (safe to share between threads)."""
    return Transformer.from_crs(source, target, always_xy=True)


@lru_cache(maxsize=16)
def _ellipsoid(srid: int) -> Geod:
    geod = CRS.from_epsg(srid).get_geod()
    if geod is None:
        raise ValueError(f"EPSG:{srid} has no ellipsoid")
    return geod


@lru_cache(maxsize=16)
def area_of_use(srid: int) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees: where the county's system may be used."""
    area = CRS.from_epsg(srid).area_of_use
    return area.bounds if area else (-180.0, -90.0, 180.0, 90.0)


def reproject(geometry: Geometries, source: int | str, target: int | str) -> Geometries:
    """The geometry, or the array of them, in another system; z is dropped."""
    if source == target:
        return geometry
    change = transformer(source, target).transform

    def moved(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(change(coordinates[:, 0], coordinates[:, 1]))

    return shapely.transform(geometry, moved)


def to_lonlat(geometry: Geometries, srid: int) -> Geometries:
    """From the county's system to degrees."""
    return reproject(geometry, srid, GEOGRAPHIC)


def to_county(geometry: Geometries, srid: int) -> Geometries:
    """From degrees to the county's system, in metres."""
    return reproject(geometry, GEOGRAPHIC, srid)


def ellipsoidal_area_m2(geometry: BaseGeometry, srid: int) -> float:
    """The area on the ellipsoid, in m², of a geometry in the county's system.

    The sides are taken as geodesics. Beside the planar area it shows a wrong zone: in the right
    one the two agree to about a ten-thousandth.
    """
    area, _ = _ellipsoid(srid).geometry_area_perimeter(
        shapely.orient_polygons(to_lonlat(geometry, srid))
    )
    return float(abs(area))
