"""Reading a file of shapes, row by row and in bounded memory, into a planar system."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from bank.land import projection
from bank.land.polygons import Box
from bank.land.refusals import FileTooLarge, UnknownCoordinates, UnreadableFile

CHUNK: Final = 5_000
"""Rows held in memory at once."""
DRIVERS: Final = {"GPKG", "ESRI Shapefile", "GeoJSON"}
ENCODINGS: Final = ("UTF-8", "GB18030")
"""Of a Shapefile that does not say (no .cpg): county offices write GBK, newer tools UTF-8."""


@dataclass(frozen=True)
class Row:
    """A row of the file: its place (from 1), its planar shape, its attributes.

    `lonlat` is the same shape in degrees; no shape: the file gave none, or one that is no geometry.
    """

    number: int
    shape: BaseGeometry | None
    lonlat: BaseGeometry | None
    attributes: dict[str, Any]


@dataclass(frozen=True)
class Source:
    """A file that was opened: where its rows lie, in what system, how many and how wide."""

    address: str
    crs: str
    encoding: str | None
    rows: int
    box: Box


def open_source(path: Path, *, most_bytes: int, crs: str | None = None) -> Source:
    """Look at a GeoPackage, a zipped Shapefile or GeoJSON, without reading its rows.

    `crs` answers for a file that does not name its system. Refuses: FileTooLarge (packed or
    unpacked), UnreadableFile, UnknownCoordinates.
    """
    address, names = _address(path, most_bytes)
    with _refusing():
        info = pyogrio.read_info(address, force_total_bounds=True, force_feature_count=True)
    if info["driver"] not in DRIVERS:
        raise UnreadableFile("this kind of file is not taken", field="file", given=info["driver"])
    says_encoding = info["driver"] != "ESRI Shapefile" or any(n.endswith(".cpg") for n in names)
    system = info["crs"] or crs
    if not system:
        raise UnknownCoordinates("the file does not name its coordinate system", field="file")
    box = info["total_bounds"]
    if info["features"] and (box is None or not np.isfinite(box).all()):
        raise UnreadableFile("the file holds no shapes", field="file", given="")
    return Source(
        address=address,
        crs=system,
        encoding=None if says_encoding else _encoding(address),
        rows=info["features"],
        box=tuple(box) if info["features"] else (0.0, 0.0, 0.0, 0.0),
    )


def rows(source: Source, *, crs: str) -> Iterator[Row]:
    """All rows in the file's order, with their shapes in the system `crs`.

    Refuses: UnknownCoordinates, UnreadableFile.
    """
    for start in range(0, source.rows, CHUNK):
        with _refusing():
            meta, _, shapes, columns = pyogrio.raw.read(
                source.address, skip_features=start, max_features=CHUNK, encoding=source.encoding,
                force_2d=True,
            )  # fmt: skip
        geometries = shapely.from_wkb(shapes, on_invalid="ignore")
        try:
            planar = projection.reproject(geometries, source.crs, crs)
            lonlat = projection.reproject(geometries, source.crs, f"EPSG:{projection.GEOGRAPHIC}")
        except CRSError as error:
            raise UnknownCoordinates(
                "the coordinate system is not known", field="file", given=source.crs[:60]
            ) from error
        names = meta["fields"].tolist()
        for i, (shape, degrees) in enumerate(zip(planar, lonlat, strict=True)):
            values = (_plain(column[i]) for column in columns)
            yield Row(start + i + 1, shape, degrees, dict(zip(names, values, strict=True)))


def _address(path: Path, most_bytes: int) -> tuple[str, list[str]]:
    """GDAL's name for the file, and the names inside it if it is a zip."""
    if path.stat().st_size > most_bytes:
        raise FileTooLarge("the file is too large", field="file", most_bytes=most_bytes)
    if path.suffix.lower() != ".zip":
        return str(path), []
    try:
        with ZipFile(path) as packed:
            members = packed.infolist()
    except (BadZipFile, OSError) as error:
        raise UnreadableFile("the zip file is damaged", field="file", given=path.name) from error
    if sum(member.file_size for member in members) > most_bytes:
        raise FileTooLarge("the file unpacks to too much", field="file", most_bytes=most_bytes)
    names = [member.filename for member in members]
    shapefiles = [name for name in names if name.lower().endswith(".shp")]
    if len(shapefiles) != 1:
        raise UnreadableFile(
            "the zip must hold one Shapefile", field="file", given=f"{len(shapefiles)}"
        )
    return f"/vsizip/{path}/{shapefiles[0]}", [name.lower() for name in names]


def _encoding(address: str) -> str:
    for encoding in ENCODINGS:
        try:
            pyogrio.raw.read(address, read_geometry=False, encoding=encoding, max_features=CHUNK)
        except UnicodeDecodeError:
            continue
        return encoding
    return "ISO-8859-1"


def _plain(value: Any) -> Any:
    """A value fit for JSON."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise UnreadableFile("the file cannot be read", field="file", given=str(error)[:200]) from (
            error
        )
