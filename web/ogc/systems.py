"""Coordinate systems in the OGC API (Part 2): their addresses, axes, and boxes given in them."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely
from pyproj import CRS
from werkzeug.exceptions import BadRequest

from bank.catalogue.features import view_area
from bank.land import projection
from bank.land.files.geojson_file import geometry_texts
from web.session import request_bank, request_session

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
DEGREE_DECIMALS, METRE_DECIMALS = 9, 3


@dataclass(frozen=True)
class System:
    """One system as answers use it; `swapped`: its own order of axes is north before east."""

    uri: str
    code: int
    swapped: bool

    def texts(self, shapes: Any, srid: int) -> list[str]:
        """Shapes of the county's system as GeoJSON geometries in this system."""
        if not self.swapped:
            return geometry_texts(shapes, srid)
        if not len(shapes):
            return []
        decimals = DEGREE_DECIMALS if self.code == projection.GEOGRAPHIC else METRE_DECIMALS
        moved: Any = projection.reproject(shapes, srid, self.code)
        turned: Any = shapely.transform(moved, lambda c: np.round(c[:, ::-1], decimals))
        texts: list[str] = shapely.to_geojson(turned).tolist()
        return texts


@lru_cache
def _north_first(code: int) -> bool:
    return bool(CRS.from_epsg(code).axis_info[0].direction == "north")


def systems() -> dict[str, System]:
    """The systems of this request's bank by address, the default first."""
    known = {CRS84: System(CRS84, projection.GEOGRAPHIC, swapped=False)}
    for code in (projection.GEOGRAPHIC, request_bank().settings.srid):
        uri = f"{EPSG}{code}"
        known[uri] = System(uri, code, swapped=_north_first(code))
    return known


def storage_system() -> str:
    """The address of the county's system, in which shapes are kept."""
    return f"{EPSG}{request_bank().settings.srid}"


def read_system(name: str, text: str | None) -> System:
    """The system that a parameter names. Refuses (400) one that the bank does not offer."""
    found = systems().get(text or CRS84)
    if found is None:
        raise BadRequest(f"{name} is none of the systems of the collection")
    return found


def read_area(text: str, system: System) -> Any:
    """The polygon, in the county's system, of a bbox of four or six numbers.

    Heights are left out, for the bank has none. None: no land of the county's system is in it.
    Refuses (400) what is no box.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise BadRequest("bbox must be numbers with commas between them") from None
    if len(numbers) not in (4, 6) or not all(math.isfinite(number) for number in numbers):
        raise BadRequest("bbox must be four or six numbers")
    if len(numbers) == 6:
        numbers = numbers[:2] + numbers[3:5]
    if system.swapped:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    min_x, min_y, max_x, max_y = numbers
    if min_y > max_y:
        raise BadRequest("bbox has its second corner below the first")
    if system.code == projection.GEOGRAPHIC:
        return view_area(request_session(), (min_x, min_y, max_x, max_y))
    if min_x > max_x:
        raise BadRequest("bbox has its second corner left of the first")
    return shapely.box(min_x, min_y, max_x, max_y)
