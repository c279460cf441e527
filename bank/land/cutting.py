"""Cutting a parcel along a line: the part inside, the rest, and areas that sum to the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from bank import rules
from bank.land.corners import refuse_too_many
from bank.land.polygons import DM2_PER_M2, Shape
from bank.land.refusals import AreaDisagrees, PartTooSmall


@dataclass(frozen=True)
class Cut:
    """A parcel in two: both shapes in the county's system, both areas in dm² of the whole."""

    inside: Shape
    rest: Shape
    inside_dm2: int
    rest_dm2: int


def cut(whole: Shape, line: Shape, *, whole_dm2: int, on: date) -> Cut | None:
    """What of a parcel lies inside the line, and what is left of it.

    None: all of it goes, for what would be left is nothing, or a sliver by the rulebook. The new
    corners lie where the lines cross, to the float: put on the mm grid, a long border would bend,
    and the two areas would not sum to the whole. Refuses: PartTooSmall (`inside_dm2`,
    `least_dm2`), TooManyCorners, AreaDisagrees.
    """
    inside = _polygons(shapely.intersection(whole, line))
    rest = _polygons(shapely.difference(whole, line))  # noded as the inside is: no hair between
    parts = (_measured(inside), _measured(rest))
    sliver_dm2 = round(rules.ratio("redline.sliver.area_m2", on) * DM2_PER_M2)
    if parts[0] <= sliver_dm2 and 2 * parts[0] < whole_dm2:
        raise PartTooSmall(
            "too little lies inside", inside_dm2=round(parts[0]), least_dm2=sliver_dm2
        )
    if parts[1] <= sliver_dm2:
        return None
    for part in (inside, rest):
        refuse_too_many(
            int(shapely.get_num_coordinates(part)), rules.whole("parcel.vertices.maximum", on)
        )
    inside_dm2, rest_dm2 = sum_to(whole_dm2, parts)
    return Cut(inside, rest, inside_dm2, rest_dm2)


def sum_to(whole_dm2: int, areas_dm2: Sequence[float]) -> list[int]:
    """The measured areas as whole dm² that sum to the whole, by the largest remainder.

    Each is its own area rounded down or up, so that it stays within a dm² of its polygon however
    often a parcel is cut. Refuses: AreaDisagrees, when the whole is not what its parts measure.
    """
    parts = [floor(area) for area in areas_dm2]
    left = whole_dm2 - sum(parts)
    if not 0 <= left <= len(parts):
        raise AreaDisagrees("the parts are not the whole", whole_dm2=whole_dm2)
    remainders = sorted(range(len(parts)), key=lambda n: areas_dm2[n] - parts[n], reverse=True)
    for n in remainders[:left]:
        parts[n] += 1
    return parts


def _measured(shape: Shape) -> float:
    return float(shape.area * DM2_PER_M2)


def _polygons(geometry: BaseGeometry) -> Shape:
    """The polygons of what an overlay gave; shared lines and corners have no area."""
    found = [part for part in shapely.get_parts(geometry).tolist() if isinstance(part, Polygon)]
    shape = found[0] if len(found) == 1 else MultiPolygon(found)
    normal: Shape = shapely.normalize(shape)
    return normal
