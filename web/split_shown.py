"""How an appraiser's split is shown: the pieces in a picture, with their areas and values."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, cast

import shapely

from bank.land.polygons import Shape, outline_svg_path
from valuation.appraisals.tables import Appraisal

DM2_PER_MU: Final = Fraction(200_000, 3)
PICTURE: Final = 100
"""The side of the square that a picture fills."""


def split_shown(appraisal: Appraisal) -> dict[str, Any] | None:
    """The pieces with their values, and their picture; None where the value was not split."""
    if not appraisal.splits:
        return None
    return {
        "picture": picture([cast("Shape", shapely.from_wkb(one.wkb)) for one in appraisal.splits]),
        "rows": [
            {
                "name": f"{each.number}. {each.name}",
                "area": each.area_dm2,
                "value": each.value_fen,
                "per_mu": per_mu(each.value_fen, each.area_dm2),
            }
            for each in appraisal.splits
        ],
    }


def per_mu(value_fen: int, area_dm2: int) -> int | None:
    """Fen a mu; None without an area."""
    return round(value_fen * DM2_PER_MU / area_dm2) if area_dm2 else None


def picture(shapes: Sequence[Shape]) -> list[dict[str, Any]]:
    """Each piece as an SVG path in one square of 100, and where its number stands."""
    min_x, min_y, max_x, max_y = shapely.total_bounds(shapes).tolist()
    side = max(max_x - min_x, max_y - min_y)
    left, top = (side - (max_x - min_x)) / 2, (side - (max_y - min_y)) / 2
    told = []
    for number, shape in enumerate(shapes, start=1):
        place = shape.representative_point()
        told.append(
            {
                "number": number,
                "path": outline_svg_path(
                    shapely.to_wkb(shape), size=PICTURE, frame=(min_x, min_y, max_x, max_y)
                ),
                "x": round((left + place.x - min_x) / side * PICTURE, 1),
                "y": round((top + max_y - place.y) / side * PICTURE, 1),
            }
        )
    return told
