"""What kind of file was given, told from its first bytes before any library opens it.

A file is what its contents are, not what its name says: GDAL has drivers that follow addresses
written in a file, so nothing reaches it but the kinds named here. Zips are judged by their table of
contents; XML that declares entities is never parsed; databases and workbooks are looked into.
"""

import lzma
import re
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any, Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from bank.land.files import drawings, geopackages, workbooks
from bank.land.files.geojson_system import named_system
from bank.land.refusals import (
    EmptyFile,
    FileTooLarge,
    ShapefilePartMissing,
    UnreadableFile,
    UnsafeFile,
)


class Format(StrEnum):
    """The kinds of file that are taken."""

    GEOPACKAGE = "gpkg"
    SHAPEFILE = "shp"
    GEOJSON = "geojson"
    KML = "kml"
    DXF = "dxf"
    XLSX = "xlsx"
    CSV = "csv"


SHEETS: Final = frozenset({Format.XLSX, Format.CSV})
DRIVERS: Final = {
    Format.GEOPACKAGE: {"GPKG"},
    Format.SHAPEFILE: {"ESRI Shapefile"},
    Format.GEOJSON: {"GeoJSON"},
    Format.KML: {"KML", "LIBKML"},
    Format.DXF: {"DXF"},
}
"""GDAL's drivers that may answer for a format."""

INSIDE_ZIP: Final = (".shp", ".gpkg", ".geojson", ".json", ".kml", ".dxf", ".csv")
MOST_MEMBERS: Final = 2_000
MOST_RATIO: Final = 200
"""How much smaller than its contents a zipped file can honestly be; zeros pack to a thousandth."""
RATIO_FROM: Final = 10 << 20
"""Contents below this size are let pass whatever their ratio."""
HEAD: Final = 4_096
STEP: Final = 64 << 10
REMEMBERED: Final = 64
"""Files that were looked at and found harmless."""
BOOK_ENDINGS: Final = (".xlsx", ".xlsm")
"""By the ending of its name a reader decides which kind of workbook it is."""
LONGEST_HINT: Final = 32
"""Bytes kept of the part before, in which something that matters may have begun."""
POINTS_ELSEWHERE: Final = re.compile(
    rb'"href"|gdal_streamed_alg|\\u00(?:4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])', re.IGNORECASE
)
"""An address, a recipe of GDAL's, or letters written as escapes, which hide either of them."""


@dataclass(frozen=True)
class Found:
    """A file's kind, the name under which GDAL opens it, and the names beside it in its zip.

    `named` is the system that a GeoJSON names (see `named_system`).
    """

    format: Format
    address: str
    members: tuple[str, ...] = ()
    named: str | None = None


def look(path: Path, *, most_bytes: int) -> Found:
    """The kind of a file of shapes or of a spreadsheet.

    Refuses: EmptyFile, FileTooLarge (packed or unpacked), UnsafeFile (XML entities, linked
    coordinate systems, packed files that cannot be what they say), ShapefilePartMissing,
    UnreadableFile.
    """
    told = path.stat()
    if told.st_size == 0:
        raise EmptyFile("the file is empty", field="file")
    if told.st_size > most_bytes:
        raise FileTooLarge("the file is too large", field="file", most_bytes=most_bytes)
    return _looked(path, most_bytes, (told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns))


@lru_cache(maxsize=REMEMBERED)
def _looked(path: Path, most_bytes: int, _identity: tuple[int, ...]) -> Found:
    """The kind of the file that was there then: an import opens its file many times."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if head.startswith(b"PK"):
            return _in_zip(path, most_bytes)
        format_ = _format(head, path.name)
        file.seek(0)
        if format_ is Format.GEOPACKAGE:
            geopackages.refuse_unsafe(path)
        else:
            _refuse_unsafe(format_, file)
        named = _named(format_, file)
    return Found(format_, str(path), named=named)


def _named(format_: Format, file: IO[bytes]) -> str | None:
    if format_ is not Format.GEOJSON:
        return None
    file.seek(0)
    return named_system(file)


def _format(head: bytes, name: str) -> Format:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"SQLite format 3\0"):
        return Format.GEOPACKAGE
    if head.startswith(b"\x00\x00\x27\x0a"):
        raise ShapefilePartMissing(
            "a Shapefile has to come as a zip", field="file", part=".shx .dbf .prj"
        )
    if text.startswith(b"{"):
        return Format.GEOJSON
    if text.startswith((b"<?xml", b"<kml")) or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Format.KML
    if head.startswith(b"AutoCAD Binary DXF") or re.match(rb"(999\s|0\s+SECTION)", text):
        return Format.DXF
    if PurePosixPath(name).suffix.lower() in (".csv", ".txt") and b"\0" not in head:
        return Format.CSV
    raise UnreadableFile("this kind of file is not taken", field="file", given=name[:80])


def _in_zip(path: Path, most_bytes: int) -> Found:
    with _unpacking(path), ZipFile(path) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
        _refuse_bomb(members, most_bytes)
        names = tuple(member.filename for member in members)
        if "xl/workbook.xml" in names:
            if path.suffix.lower() not in BOOK_ENDINGS:
                raise UnreadableFile("a workbook ends in .xlsx", field="file", given=path.suffix)
            workbooks.refuse_unsafe(packed)
            return Found(Format.XLSX, str(path), names)
        taken = [name for name in names if _wanted(name)]
        if len(taken) != 1:
            raise UnreadableFile(
                "the zip must hold one file of shapes", field="file", given=f"{len(taken)}"
            )
        with packed.open(taken[0]) as file:
            format_ = _format_inside(taken[0], file.read(HEAD))
        if format_ in SHEETS:
            raise UnreadableFile("a table is taken as it is", field="file", given=taken[0][:80])
        _refuse_missing(taken[0], names, format_)
        with packed.open(taken[0]) as file:
            _refuse_unsafe(format_, file)
            named = _named(format_, file)
    return Found(format_, f"/vsizip/{{{path}}}/{taken[0]}", names, named)


def _format_inside(name: str, head: bytes) -> Format:
    if name.lower().endswith(".shp"):
        if not head.startswith(b"\x00\x00\x27\x0a"):
            raise UnreadableFile("the Shapefile is damaged", field="file", given=name[:80])
        return Format.SHAPEFILE
    return _format(head, name)


def _wanted(name: str) -> bool:
    hidden = name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")
    return name.lower().endswith(INSIDE_ZIP) and not hidden


def _refuse_missing(name: str, names: tuple[str, ...], format_: Format) -> None:
    stem = name[:-4].casefold()
    beside = {other.casefold() for other in names}
    if format_ is Format.SHAPEFILE and f"{stem}.shx" not in beside:
        raise ShapefilePartMissing("the Shapefile lacks a part", field="file", part=".shx")


def _refuse_bomb(members: list[ZipInfo], most_bytes: int) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > most_bytes:
        raise FileTooLarge("the file unpacks to too much", field="file", most_bytes=most_bytes)
    if unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(packed, 1):
        raise UnsafeFile("the file unpacks to suspiciously much", field="file", reason="packing")
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile("the zip is locked with a password", field="file", given="")


def _refuse_unsafe(format_: Format, file: IO[bytes]) -> None:
    if format_ is Format.KML:
        _refuse_entities(file)
    elif format_ is Format.GEOJSON:
        _refuse_linked_system(file)
    elif format_ is Format.GEOPACKAGE:
        _refuse_queries(file)
    elif format_ is Format.DXF:
        drawings.refuse_unsafe(file)


def _refuse_queries(file: IO[bytes]) -> None:
    """SQLite reads files by their names; one that is packed is unpacked for it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "unpacked.gpkg"
        with path.open("wb") as unpacked:
            shutil.copyfileobj(file, unpacked)
        geopackages.refuse_unsafe(path)


def _refuse_linked_system(file: IO[bytes]) -> None:
    """GDAL fetches a coordinate system that GeoJSON names by an address, and runs recipes."""
    before = b""
    while part := file.read(STEP):
        if POINTS_ELSEWHERE.search(before + part):
            raise UnsafeFile("the file points to another address", field="file", reason="link")
        before = part[-LONGEST_HINT:]


class _RootFound(Exception):
    """The prolog is over."""


def _refuse_entities(file: IO[bytes]) -> None:
    """Refuses XML that declares a document type, before anything in it is expanded, and no KML."""
    parser = expat.ParserCreate()

    def declared(*_: Any) -> None:
        raise UnsafeFile("the file declares XML entities", field="file", reason="entities")

    def started(name: str, _: Any) -> None:
        if name.rpartition(":")[2].lower() != "kml":
            raise UnreadableFile("this kind of XML is not taken", field="file", given=name[:40])
        raise _RootFound

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = started
    try:
        while part := file.read(STEP):
            parser.Parse(part, False)
        parser.Parse(b"", True)
    except _RootFound:
        return
    except expat.ExpatError as error:
        raise UnreadableFile("the XML is damaged", field="file", given=str(error)[:80]) from error


@contextmanager
def _unpacking(path: Path) -> Iterator[None]:
    try:
        yield
    except (
        BadZipFile, OSError, NotImplementedError, EOFError, RuntimeError, ValueError,
        zlib.error, lzma.LZMAError,
    ) as error:  # fmt: skip
        raise UnreadableFile("the zip file is damaged", field="file", given=path.name) from error
