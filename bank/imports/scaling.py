"""How much larger than on the ellipsoid areas are in the county's system, at very many places."""

from typing import Any, Final

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from pyproj import Proj

from bank.land import projection

DEGREE: Final = 4
"""Of the polynomial in each direction. Over 600 km it is right to 1 in a thousand million."""
MANY: Final = 100
"""Places from which on the polynomial is made; fewer ask the projection itself."""


def area_scales(places: NDArray[np.float64], srid: int) -> NDArray[np.float64]:
    """The projection's area scale at each place (n, 2) in the county's system.

    It changes so evenly that a polynomial through 25 places of their box gives it for all.
    """
    if len(places) < MANY:
        return _asked(places, srid)
    low, high = places.min(axis=0), places.max(axis=0)
    half = np.maximum((high - low) / 2, 1.0)
    nodes = chebyshev.chebpts1(DEGREE + 1)
    x, y = (each.ravel() for each in np.meshgrid(nodes, nodes))
    degrees = (DEGREE, DEGREE)
    known = _asked(np.column_stack([x, y]) * half + (low + high) / 2, srid)
    terms: Any = np.linalg.solve(chebyshev.chebvander2d(x, y, degrees), known)
    terms = terms.reshape(DEGREE + 1, DEGREE + 1)
    placed: Any = (places - (low + high) / 2) / half
    return np.asarray(chebyshev.chebval2d(placed[:, 0], placed[:, 1], terms))


def _asked(places: NDArray[np.float64], srid: int) -> NDArray[np.float64]:
    lon, lat = projection.transformer(srid, projection.GEOGRAPHIC).transform(*places.T)
    return np.asarray(Proj(f"EPSG:{srid}").get_factors(lon, lat).areal_scale)
