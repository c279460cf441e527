"""Geometries as a file's bytes give them: built where that can be, refused one by one where not."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from bank.land.files.sheets import broken
from database.refusals import Refusal


def built(given: NDArray[Any]) -> tuple[NDArray[Any], dict[int, Refusal]]:
    """The geometries of WKB, None where there is none; by place, why one cannot be built."""
    with np.errstate(invalid="ignore"):
        shapes: NDArray[Any] = shapely.from_wkb(given, on_invalid="ignore")
    missing = np.flatnonzero(shapely.is_missing(shapes))
    return shapes, {int(i): _why(given[i]) for i in missing if given[i] is not None}


def placed(shapes: NDArray[Any]) -> NDArray[Any]:
    """The geometries, without those of which a coordinate is no number: they lie nowhere."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    lost = np.unique(owner[~np.isfinite(coordinates).all(axis=1)])
    if not len(lost):
        return shapes
    kept = shapes.copy()
    kept[lost] = None
    return kept


def _why(wkb: bytes) -> Refusal:
    try:
        shapely.from_wkb(wkb)
    except GEOSException as error:
        return broken(error, "")
    return broken(ValueError(), "")
