"""Writing GeoPackages and zipped Shapefiles with GDAL, chunk by chunk."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from bank.calendar import local_date
from bank.land import projection
from bank.land.files.fields import Chunk, Field, FieldKind, Target

TEXT_BYTES: Final = 254
"""The most bytes that a Shapefile keeps of a text."""
GDAL_UTC: Final = 100
GEOPACKAGE: Final = {"VERSION": "1.2"}
"""What QGIS of five years ago opens without a warning; GDAL's own default is the newest."""
DTYPES: Final[dict[FieldKind, Any]] = {
    FieldKind.TEXT: object,
    FieldKind.CHOICE: object,
    FieldKind.WHOLE: np.int64,
    FieldKind.DECIMAL: np.float64,
    FieldKind.FLAG: np.bool_,
    FieldKind.DAY: "datetime64[D]",
    FieldKind.MOMENT: "datetime64[s]",
}
Parts = Iterable[tuple[Chunk, Any]]
Column = Callable[[Field, Any], NDArray[Any]]


def write_geopackage(path: Path, chunks: Iterable[Chunk], target: Target) -> int:
    """A GeoPackage of one layer, with its spatial index; returns how many rows it has."""
    options = {
        "FID": "fid",
        "GEOMETRY_NAME": "geom",
        "IDENTIFIER": target.title,
        "DATETIME_PRECISION": "MILLISECOND",  # the only form that the standard has
    }
    return _write(
        path, chunks, target, _column,
        driver="GPKG", layer=target.name, dataset_options=GEOPACKAGE, layer_options=options,
    )  # fmt: skip


def write_shapefile(path: Path, chunks: Iterable[Chunk], target: Target) -> int:
    """A zip with one Shapefile: .shp, .shx, .dbf, .prj and .cpg (UTF-8); returns how many rows.

    It has no moments: they become days in China. Text is cut after 254 bytes.
    """
    with TemporaryDirectory(dir=path.parent) as folder:
        shapefile = Path(folder) / f"{target.name}.shp"
        count = _write(
            shapefile, chunks, target, _short_column,
            driver="ESRI Shapefile", encoding="UTF-8", short=True,
        )  # fmt: skip
        with ZipFile(path, "w", ZIP_DEFLATED) as packed:
            for part in sorted(Path(folder).iterdir()):
                packed.write(part, part.name)
    return count


def _write(
    path: Path,
    chunks: Iterable[Chunk],
    target: Target,
    column: Column,
    *,
    short: bool = False,
    **told: Any,
) -> int:
    """Write each chunk after the one before; an empty layer has its fields and system too."""
    count = 0
    names = [field.short if short else field.name for field in target.fields]
    for number, chunk in enumerate(_or_empty(chunks, target)):
        moments = {
            field.name: np.full(len(chunk.fids), GDAL_UTC)
            for field in target.fields
            if field.kind is FieldKind.MOMENT and not short
        }
        pyogrio.raw.write(
            path,
            shapely.to_wkb(_placed(chunk.shapes, target)),
            [column(f, v) for f, v in zip(target.fields, chunk.columns, strict=True)],
            names,
            field_mask=[_missing(f, v) for f, v in zip(target.fields, chunk.columns, strict=True)],
            geometry_type="MultiPolygon",
            promote_to_multi=True,
            crs=f"EPSG:{target.system}",
            append=number > 0,
            gdal_tz_offsets=moments,
            **told,
        )
        count += len(chunk.fids)
    return count


def _or_empty(chunks: Iterable[Chunk], target: Target) -> Iterable[Chunk]:
    some = False
    for chunk in chunks:
        some = True
        yield chunk
    if not some:
        yield Chunk([], np.array([], dtype=object), [[] for _ in target.fields])


def _placed(shapes: Any, target: Target) -> Any:
    placed = projection.reproject(shapes, target.srid, target.system)
    broken = ~shapely.is_valid(placed)
    if broken.any():
        placed[broken] = shapely.make_valid(placed[broken], method="structure")
    return placed


def _missing(field: Field, values: Any) -> NDArray[np.bool_] | None:
    """Where there is no value, for the kinds that have no way to say so themselves."""
    if field.kind not in (FieldKind.WHOLE, FieldKind.FLAG):
        return None
    return np.array([value is None for value in values], dtype=bool)


def _column(field: Field, values: Any) -> NDArray[Any]:
    """The values as GDAL takes them; days and numbers that are missing as NaT and NaN."""
    if field.kind in (FieldKind.WHOLE, FieldKind.FLAG):
        values = [value or 0 for value in values]
    elif field.kind is FieldKind.MOMENT:
        values = [value and value.replace(tzinfo=None) for value in values]
    elif field.kind is FieldKind.CHOICE:
        values = [value and str(value) for value in values]
    return np.array(values, dtype=DTYPES[field.kind])


def _short_column(field: Field, values: Any) -> NDArray[Any]:
    if field.kind is FieldKind.MOMENT:
        days = [_day(value) for value in values]
        return np.array(days, dtype="datetime64[D]")
    if field.kind in (FieldKind.TEXT, FieldKind.CHOICE):
        return np.array([_cut(value) for value in values], dtype=object)
    return _column(field, values)


def _day(moment: datetime | None) -> Any:
    return None if moment is None else local_date(moment)


def _cut(text: str | None) -> str | None:
    if text is None or len(raw := str(text).encode()) <= TEXT_BYTES:
        return text and str(text)
    return raw[:TEXT_BYTES].decode(errors="ignore")
