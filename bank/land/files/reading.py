"""Reading a file of shapes, in bounded memory, as rows with their shapes and their attributes."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from shapely.geometry.base import BaseGeometry

from bank.land import projection
from bank.land.files import geometries, sheets, systems
from bank.land.files.formats import DRIVERS, SHEETS, Format, Found, look
from bank.land.files.gdal import allow_only
from bank.land.files.matching import Column, Matching
from bank.land.files.paging import query
from bank.land.polygons import Box
from bank.land.refusals import TooManyColumns, UnknownCoordinates, UnreadableFile
from database.refusals import Refusal

CHUNK: Final = 5_000
"""Rows held in memory at once, where a format lets its rows be read by their place."""
FIRST: Final = 1_000
"""Rows of the first batch, for which the reader waits; the next are read meanwhile."""
BY_PLACE: Final = frozenset({Format.GEOPACKAGE, Format.SHAPEFILE})
"""Formats whose rows are found by their place; the others are read whole, as any reader must."""
ENCODINGS: Final = ("UTF-8", "GB18030")
"""Of a Shapefile that does not say (no .cpg): county offices write GBK, newer tools UTF-8."""
SAMPLES: Final = 5
LOOKED_AT: Final = 200
NOWHERE: Final = (0.0, 0.0, 0.0, 0.0)
PLAIN: Final = Matching()

allow_only(set().union(*DRIVERS.values()))


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
    """A file that was opened: its kind and layer, its system, how many rows and how wide.

    `crs` is None where the file names none and none was told; `names_unknown` where it names one
    that nobody knows. `rows` is the number of its last
    row; the box of a spreadsheet is not known before its columns are matched (all zeros). `key` is
    the column by which a GeoPackage keeps its rows in order, if it has one.
    """

    address: str
    crs: str | None
    encoding: str | None
    rows: int
    box: Box
    path: Path
    format: Format
    layer: str | None = None
    names: tuple[str, ...] = ()
    key: str | None = None
    names_unknown: bool = False

    @property
    def system(self) -> str:
        """The system of its coordinates. Refuses: UnknownCoordinates, if it is still to be said."""
        if self.crs is None:
            raise UnknownCoordinates("the file does not name its coordinate system", field="crs")
        return self.crs

    @property
    def is_sheet(self) -> bool:
        """Whether it is a spreadsheet, whose columns have to be matched to give shapes."""
        return self.format in SHEETS


@dataclass(frozen=True)
class Batch:
    """Rows as arrays: numbers, shapes in the source's system (None: no geometry), columns.

    `refusals` say, by position, why a row has no shape where that is known.
    """

    numbers: NDArray[np.int64]
    shapes: NDArray[Any]
    columns: Mapping[str, Sequence[Any]]
    refusals: dict[int, Refusal] = field(default_factory=dict)

    def attributes(self, position: int) -> dict[str, Any]:
        """The row's attributes as plain values."""
        return {name: plain(values[position]) for name, values in self.columns.items()}


def open_source(
    path: Path, *, most_bytes: int, crs: str | None = None, layer: str | None = None
) -> Source:
    """Look at a GeoPackage, zipped Shapefile, GeoJSON, KML, DXF or spreadsheet.

    `crs` answers for a file that does not name its system, or by an unknown name (a KML is in
    degrees, and so is a GeoJSON that says nothing, unless its numbers cannot be); without it the
    source's `crs` is None and its shapes refuse to be read. `layer` is needed where a file has
    several. Refuses: EmptyFile, FileTooLarge (packed or unpacked), UnsafeFile,
    ShapefilePartMissing, SeveralLayers, TooManyColumns, UnknownCoordinates, UnreadableFile.
    """
    found = look(path, most_bytes=most_bytes)
    said = systems.known(crs) if crs else None
    if found.format in SHEETS:
        names = sheets.sheet_names(path) if found.format is Format.XLSX else []
        layer = sheets.choose(names, layer)
        columns, lines = sheets.table(path, found.format, layer)
        last = lines[-1].number if lines else 0
        return Source(str(path), said, None, last, NOWHERE, path, found.format, layer,
                      tuple(columns))  # fmt: skip
    with _refusing():
        layer = _layer(found.address, layer)
        info = pyogrio.read_info(
            found.address, layer=layer, force_total_bounds=True, force_feature_count=True
        )
    if info["driver"] not in DRIVERS[found.format]:
        raise UnreadableFile("this kind of file is not taken", field="file", given=info["driver"])
    if len(info["fields"]) > sheets.MOST_COLUMNS:
        raise TooManyColumns(
            "too many columns", field="file",
            columns=len(info["fields"]), most=sheets.MOST_COLUMNS,
        )  # fmt: skip
    says_encoding = found.format is not Format.SHAPEFILE or any(
        name.lower().endswith(".cpg") for name in found.members
    )
    box = _box(info)
    told, names_one = _told(found, info["crs"], box)
    return Source(
        address=found.address,
        crs=told or said,
        encoding=None if says_encoding else _encoding(found.address),
        rows=info["features"],
        box=box,
        path=path,
        format=found.format,
        layer=layer,
        names=tuple(info["fields"].tolist()),
        key=(info["fid_column"] or None) if found.format is Format.GEOPACKAGE else None,
        names_unknown=names_one and told is None,
    )


def layers(path: Path, *, most_bytes: int) -> list[str]:
    """The layers with shapes, or the sheets with cells. Refuses what `open_source` does."""
    found = look(path, most_bytes=most_bytes)
    if found.format in SHEETS:
        return sheets.sheet_names(path) if found.format is Format.XLSX else []
    with _refusing():
        return [str(name) for name, kind in pyogrio.list_layers(found.address) if kind is not None]


def columns(source: Source) -> list[Column]:
    """The columns with some of their values. Refuses: UnreadableFile."""
    most = LOOKED_AT
    if source.is_sheet:
        lines = sheets.table(source.path, source.format, source.layer)[1][:most]
        values: Mapping[str, Sequence[Any]] = {
            name: [line.values.get(name) for line in lines] for name in source.names
        }
    else:
        first = next(batches(source, most=most), None)
        values = first.columns if first is not None else {}
    return [Column(name, _samples(values.get(name, ()))) for name in source.names]


def rows(source: Source, *, crs: str, matching: Matching = PLAIN) -> Iterator[Row]:
    """All rows in the file's order, with their shapes in the system `crs`.

    Refuses: UnknownCoordinates, UnreadableFile, and in a spreadsheet what its cells are refused
    for.
    """
    for batch in batches(source, matching=matching):
        shapes = geometries.placed(batch.shapes)
        planar = projection.reproject(shapes, source.system, crs)
        lonlat = projection.reproject(shapes, source.system, f"EPSG:{projection.GEOGRAPHIC}")
        for i, (shape, degrees) in enumerate(zip(planar, lonlat, strict=True)):
            yield Row(int(batch.numbers[i]), shape, degrees, batch.attributes(i))


def batches(
    source: Source, *, matching: Matching = PLAIN, start: int = 0, most: int | None = None
) -> Iterator[Batch]:
    """The rows numbered `start` + 1 to `start` + `most`, a few thousand at a time.

    Refuses: UnreadableFile, UnknownCoordinates (a sheet's GeoJSON in no system).
    """
    end = source.rows if most is None else min(source.rows, start + most)
    if source.is_sheet:
        yield from _sheet_batches(source, matching, start, end)
    elif source.format in BY_PLACE:
        first, count, after = start, min(FIRST, end - start), None
        while count > 0:
            batch, after = _batch(source, first, count, after)
            yield batch
            first, count = first + count, min(CHUNK, end - first - count)
    elif start < end:
        yield _batch(source, start, end - start, None)[0]


def _batch(source: Source, first: int, count: int, after: int | None) -> tuple[Batch, int | None]:
    """Rows from a place on, which is that after the key `after` if that is known; the last key."""
    asked: dict[str, Any] = {"layer": source.layer, "skip_features": first, "max_features": count}
    if source.format is Format.GEOPACKAGE:
        sql = query(source.layer or "", source.key, first=first, count=count, after=after)
        asked = {"sql": sql, "return_fids": source.key is not None}
    with _refusing():
        meta, keys, given, values = pyogrio.raw.read(
            source.address, encoding=source.encoding, **asked
        )
    if given is None:
        given = np.full(len(values[0]) if values else 0, None, dtype=object)
    shapes, refusals = geometries.built(given)
    numbers = np.arange(first + 1, first + 1 + len(shapes))
    columns = dict(zip(meta["fields"].tolist(), values, strict=True))
    last = int(keys[-1]) if keys is not None and len(keys) else None
    return Batch(numbers, shapes, columns, refusals), last


def _sheet_batches(source: Source, matching: Matching, start: int, end: int) -> Iterator[Batch]:
    names, lines = sheets.table(source.path, source.format, source.layer)
    asked = [each for each in sheets.parcels(lines, matching) if start < each.number <= end]
    for first in range(0, len(asked), CHUNK):
        part = asked[first : first + CHUNK]
        shapes = np.array([None] * len(part), dtype=object)
        shapes[:] = [each.shape for each in part]
        yield Batch(
            np.array([each.number for each in part], dtype=np.int64),
            shapes,
            {name: [each.values.get(name) for each in part] for name in names},
            {i: each.refusal for i, each in enumerate(part) if each.refusal is not None},
        )


def _layer(address: str, layer: str | None) -> str:
    found = [(str(name), kind) for name, kind in pyogrio.list_layers(address)]
    chosen = sheets.choose([name for name, kind in found if kind is not None], layer)
    if chosen is None:
        raise UnreadableFile("the file holds no shapes", field="file", given="")
    return chosen


def _told(found: Found, read: str | None, box: Box) -> tuple[str | None, bool]:
    """The system that the file names, None if we know none; and whether it names any."""
    if found.format is not Format.GEOJSON:
        names_one = bool(read) or any(name.lower().endswith(".prj") for name in found.members)
        return systems.told(read), names_one
    # GDAL takes all numbers for degrees where it does not know the name, or there is none.
    if found.named is not None:
        return systems.told(found.named), True
    return None if systems.is_beyond_degrees(box) else systems.told(read), False


def _box(info: Mapping[str, Any]) -> Box:
    box = info["total_bounds"]
    if not info["features"]:
        return NOWHERE
    if box is None or not np.isfinite(box).all():
        raise UnreadableFile("the file holds no shapes", field="file", given="")
    west, south, east, north = (float(each) for each in box)
    return west, south, east, north


def _encoding(address: str) -> str:
    for encoding in ENCODINGS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                pyogrio.raw.read(
                    address, read_geometry=False, encoding=encoding, max_features=CHUNK
                )
        except (UnicodeDecodeError, DataSourceError, DataLayerError):
            continue
        return encoding
    return "ISO-8859-1"


def _samples(values: Sequence[Any]) -> tuple[str, ...]:
    found = dict.fromkeys(str(each)[:80] for each in map(plain, values) if each is not None)
    return tuple(found)[:SAMPLES]


def plain(value: Any) -> Any:
    """A value fit for JSON."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's remarks on files that it can read all the same
            yield
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError,
            UnicodeDecodeError, ValueError, MemoryError) as error:  # fmt: skip
        # GDAL's own words name the place where the file lies: they stay in the fault's chain.
        raise UnreadableFile("the file cannot be read", field="file", given="") from error
