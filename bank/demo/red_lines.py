"""Red lines of the demonstration's projects: around all their land, through two of its parcels."""

from collections.abc import Sequence
from datetime import date
from typing import Final, cast

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from bank.land import polygons
from bank.land.polygons import Shape

INSIDE: Final = (0.6, 0.45)
"""Of the first parcels, so much lies inside the line; of all others everything."""
LESS: Final = 0.25
"""What is asked for of a parcel whose owner keeps the first part."""
CLOSING_M: Final = 40.0
"""Pieces that lie nearer than twice this come into one outline."""
MARGIN_M: Final = 6.0
CLEAR_M: Final = 1.0
LEAST_M2: Final = 200.0
STEPS: Final = 40


def red_line(members: Sequence[Polygon], others: Sequence[Polygon], *, on: date) -> Shape:
    """A line around the members, that cuts the first two and goes around everybody else's land."""
    insides: list[BaseGeometry] = [west(*each) for each in zip(members, INSIDE, strict=False)]
    rests = [
        shapely.difference(member, inside) for member, inside in zip(members, insides, strict=False)
    ]
    together = shapely.union_all([*insides, *members[len(insides) :]])
    reach = CLOSING_M + MARGIN_M
    closed = together.buffer(reach, join_style="mitre").buffer(-CLOSING_M, join_style="mitre")
    wide = shapely.union(closed, together)  # a sharp corner that was bevelled comes back
    near = [other for other in others if wide.intersects(other)]
    kept = [rest.buffer(CLEAR_M, join_style="mitre") for rest in rests]  # no hair along its border
    left = shapely.union(shapely.difference(wide, shapely.union_all([*near, *kept])), together)
    pieces = [part for part in shapely.get_parts(left).tolist() if part.area > LEAST_M2]
    return polygons.fit(shapely.union_all(pieces), on=on)


def west(parcel: Polygon, share: float) -> Shape:
    """The western part of a parcel, about that share of its area."""
    min_x, min_y, max_x, max_y = parcel.bounds
    low, high = min_x, max_x
    for _ in range(STEPS):
        middle = (low + high) / 2
        inside = shapely.clip_by_rect(parcel, min_x - 1, min_y - 1, middle, max_y + 1)
        low, high = (middle, high) if inside.area < share * parcel.area else (low, middle)
    strip = shapely.box(min_x - 1, min_y - 1, high, max_y + 1)
    return cast("Shape", shapely.intersection(parcel, strip))
