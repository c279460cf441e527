"""Where the tests lay their parcels: a square of 20 km, the day and the moment."""

from datetime import UTC, date, datetime
from typing import Final

import shapely
from shapely import Polygon

SRID: Final = 4549
AT: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY: Final = date(2026, 3, 2)
CORNER: Final = (460_000.0, 3_380_000.0)
"""The county's south-western corner; 119.58 E, 30.54 N."""


def square(x: float, y: float, side: float) -> Polygon:
    """A square, its south-western corner so many metres from the county's."""
    west, south = CORNER[0] + x, CORNER[1] + y
    return shapely.box(west, south, west + side, south + side)
