"""Moving shapes from elsewhere into a division, to try the bank on real ones."""

from dataclasses import dataclass
from typing import Final, TypeVar

import shapely
from pyproj import CRS
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from bank.land.files.reading import Source
from bank.land.polygons import Box
from bank.land.projection import GEOGRAPHIC, reproject
from bank.land.refusals import NoSuchDivision
from bank.land.tables import Division

INSET: Final = 0.6
"""How much of a division's narrower side is used: what lies there is most likely inside."""


Geometry = TypeVar("Geometry", bound=BaseGeometry)


@dataclass(frozen=True)
class Move:
    """A shift of shapes from one box into another.

    Each shape keeps its size and form, in the metres of `crs`, its own planar system; the distances
    between shapes shrink when the target box is the smaller one.
    """

    crs: str
    source: Box
    target: Box

    @classmethod
    def into(cls, division: Division, source: Source) -> "Move":
        """The move into the middle of a division. Refuses: NoSuchDivision, if it has no outline."""
        if division.outline is None:
            raise NoSuchDivision("the division has no outline", division=division.code)
        outline = shapely.from_wkb(division.outline)
        min_x, min_y, max_x, max_y = outline.bounds
        half = INSET * min(max_x - min_x, max_y - min_y) / 2
        target = outline.representative_point().buffer(half).bounds
        if CRS.from_user_input(source.system).is_projected:
            return cls(source.system, source.box, target)
        crs = _plane_around(reproject(shapely.box(*source.box), source.system, GEOGRAPHIC))
        return cls(crs, reproject(shapely.box(*source.box), source.system, crs).bounds, target)

    def apply(self, shape: Geometry) -> Geometry:
        """The shape at its new place."""
        (x, y), a, b = shape.centroid.coords[0], self.source, self.target
        widths = ((b[2] - b[0]) / ((a[2] - a[0]) or 1), (b[3] - b[1]) / ((a[3] - a[1]) or 1))
        scale = min(1.0, *widths)
        new_x = (b[0] + b[2]) / 2 + (x - (a[0] + a[2]) / 2) * scale
        new_y = (b[1] + b[3]) / 2 + (y - (a[1] + a[3]) / 2) * scale
        return affinity.translate(shape, new_x - x, new_y - y)


def _plane_around(lonlat: BaseGeometry) -> str:
    """An equal-area plane in metres, touching the ellipsoid where the shapes lie."""
    centre = lonlat.centroid
    return f"+proj=laea +lat_0={centre.y} +lon_0={centre.x} +ellps=GRS80 +units=m"
