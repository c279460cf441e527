"""The Hilbert curve: an order of places in which neighbours on the map are neighbours on disk."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

ORDER: Final = 16
"""The curve runs through a raster of 2^16 by 2^16 cells."""


def hilbert_order(points: NDArray[np.float64]) -> NDArray[np.intp]:
    """The positions of points (n, 2), sorted along the curve through their common box."""
    if not len(points):
        return np.empty(0, dtype=np.intp)
    low = points.min(axis=0)
    width = max(float((points.max(axis=0) - low).max()), 1e-9)
    cells = ((points - low) / width * ((1 << ORDER) - 1)).astype(np.int64)
    return np.argsort(_distance(cells[:, 0], cells[:, 1]), kind="stable")


def _distance(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """How far along the curve each cell lies (the classic bit by bit rotation)."""
    distance = np.zeros_like(x)
    for bit in reversed(range(ORDER)):
        side = np.int64(1 << bit)
        right = (x & side) > 0
        upper = (y & side) > 0
        distance += side * side * ((3 * right) ^ upper)
        flip = ~upper & right
        x, y = (
            np.where(flip, side - 1 - (x & (side - 1)), x & (side - 1)),
            np.where(flip, side - 1 - (y & (side - 1)), y & (side - 1)),
        )
        x, y = np.where(upper, x, y), np.where(upper, y, x)
    return distance
