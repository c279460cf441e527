"""Writing layers of land to files for other programs, some rows at a time, in bounded memory."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from bank.land.files import geojson_file, sheet_file, vector_file
from bank.land.files.fields import Chunk, Target
from bank.land.projection import GEOGRAPHIC
from bank.land.refusals import UnknownCoordinates


class Format(StrEnum):
    """The kinds of files; their values are the endings of the files' names."""

    GPKG = "gpkg"
    GEOJSON = "geojson"
    SHP = "zip"
    XLSX = "xlsx"


MEDIA_TYPES: Final = {
    Format.GPKG: "application/geopackage+sqlite3",
    Format.GEOJSON: "application/geo+json",
    Format.SHP: "application/zip",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Writer(Protocol):
    """Writes one kind of file, and says how many rows it wrote."""

    def __call__(self, path: Path, chunks: Iterable[Chunk], target: Target) -> int: ...


WRITERS: Final[dict[Format, Writer]] = {
    Format.GPKG: vector_file.write_geopackage,
    Format.GEOJSON: geojson_file.write_geojson,
    Format.SHP: vector_file.write_shapefile,
    Format.XLSX: sheet_file.write_sheet,
}


def export(path: Path, chunks: Iterable[Chunk], target: Target, *, form: Format) -> int:
    """Write all rows to a new file, holding one chunk in memory; returns how many there were.

    GeoJSON is always longitude and latitude, and a spreadsheet has a point of each shape in them.
    Refuses: UnknownCoordinates, for a system that is neither the county's nor EPSG:4490.
    """
    if target.system not in (GEOGRAPHIC, target.srid):
        raise UnknownCoordinates(
            "files are written in the county's system or in EPSG:4490",
            field="crs", given=f"EPSG:{target.system}",
        )  # fmt: skip
    path.unlink(missing_ok=True)
    return WRITERS[form](path, chunks, target)
