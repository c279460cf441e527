"""Files of parcels as surveyors hand them in, made for tests of imports."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from tests.world import SOUTH, WEST

BOW_TIE = shapely.Polygon(
    [(WEST + 5000, SOUTH + 5000), (WEST + 5100, SOUTH + 5100), (WEST + 5100, SOUTH + 5000),
     (WEST + 5000, SOUTH + 5100)]
)  # fmt: skip
"""An outline that crosses itself; mended, its area would be another."""


def sheet(shapes: Sequence[BaseGeometry], name: str = "parcels.csv") -> tuple[BytesIO, str]:
    """A table with one outline a row, in the county's system, which it does not name."""
    lines = ["坐落,地类,wkt"]
    lines += [f'地块{i},0301,"{shape.wkt}"' for i, shape in enumerate(shapes, 1)]
    return BytesIO("\n".join(lines).encode()), name


def geopackage(path: Path, shapes: Sequence[BaseGeometry], *, layer: str = "宗地") -> Path:
    """A GeoPackage in the county's system, or one more layer of it."""
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(list(shapes)),
        field_data=[
            _texts([f"地块{i}" for i in range(len(shapes))]),
            _texts(["0301"] * len(shapes)),
        ],
        fields=["坐落", "地类"],
        crs="EPSG:4549",
        geometry_type="Unknown",
        driver="GPKG",
        layer=layer,
    )
    return path


def _texts(values: Sequence[str]) -> object:

    return np.array(values, dtype=object)
