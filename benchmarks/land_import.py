"""Importing parcels from a GeoPackage with all checks, against a bare read and a bare insert."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import numpy as np
import pyogrio
import shapely
from sqlalchemy.orm import Session

from bank.imports.entering import COLUMNS
from bank.imports.importing import SLICE, import_rows, most_bytes
from bank.land.divisions import add_division
from bank.land.files.matching import propose
from bank.land.files.reading import columns, open_source
from bank.land.tables import DivisionKind
from bank.tables import METADATA
from benchmarks import land
from benchmarks.measurement import Measurement, in_turn
from database.directory import Bank
from database.engine import writing
from database.settings import BankSettings

SIZES: Final = (10_000, 100_000)
TARGET: Final = 5.0
ROUNDS: Final = 3
AT: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
VILLAGES: Final = 14
"""Along a side of the county: 196, as many as the county has."""
CLASSES: Final = np.array(["0301", "0302", "0202", "0101"], dtype=object)
BARE: Final = (
    "CREATE TABLE parcel (number INTEGER PRIMARY KEY, code TEXT, wkb BLOB, land_class TEXT,"
    " location TEXT)"
)


KEYED: Final = f"INSERT INTO parcel ({COLUMNS}) VALUES ({', '.join('?' * len(COLUMNS.split(',')))})"


def run(sizes: Iterable[int] = SIZES) -> Iterable[Measurement]:
    """Seconds for a file, on SQLite; no parcel of it is in the bank before."""
    for size in sizes:
        with TemporaryDirectory() as folder:
            path = write_file(Path(folder) / "parcels.gpkg", size)
            for name, reference, insert in (
                ("bare", _bare(Path(folder), path), "a table without an index"),
                ("keyed", _keyed(Path(folder), path), "the bank's table with its keys, indexes,"
                 " triggers and spatial index"),
            ):  # fmt: skip
                ours_s, bare_s = in_turn(_ours(Path(folder), path, size), reference, rounds=ROUNDS)
                yield _measurement(name, size, ours_s, bare_s, insert)


def _measurement(name: str, size: int, ours_s: float, bare_s: float, insert: str) -> Measurement:
    return Measurement(
        bench=f"land_import/sqlite/{name}/{size}",
        ours=ours_s,
        reference=bare_s,
        target=TARGET,
        better="lower",
        unit="s",
        conditions=(
            f"{size} parcels of 8 to 40 vertices in the county's system, of a GeoPackage,"
            f" {VILLAGES**2} villages, slices of {SLICE} rows, one commit each,"
            " synchronous=FULL: geometry, county, village, class, known shapes, overlaps,"
            " codes, spatial index, history of shapes; reference: pyogrio.raw.read and"
            f" executemany by sqlite3 into {insert}, one commit"
        ),
    )


def write_file(path: Path, size: int) -> Path:
    """A GeoPackage of that many parcels, each with a class and a location."""
    for chunk in land.parcels(size):
        serials = np.arange(chunk.first, chunk.first + len(chunk.wkb))
        names = np.array([f"竹溪村{serial}号" for serial in serials], dtype=object)
        pyogrio.raw.write(
            path, np.asarray(chunk.wkb, dtype=object), [CLASSES[serials % 4], names],
            ["DLBM", "ZL"], layer="parcels", geometry_type="Polygon",
            crs=f"EPSG:{land.SRID}", append=path.exists(),
        )  # fmt: skip
    return path


def new_bank(folder: Path, name: str) -> Bank:
    """An empty bank on SQLite, whose county is a square of villages."""
    url = f"sqlite:///{folder / name}.sqlite"
    bank = Bank(BankSettings(
        county=land.COUNTY, name_zh="", name_en="", database_url=url, srid=land.SRID,
        files_dir=folder / name,
    ))  # fmt: skip
    METADATA.create_all(bank.engine)
    with bank.session() as session, writing(session):
        _add_divisions(session)
    return bank


def _add_divisions(session: Session) -> None:
    west, south = land.WEST, land.SOUTH
    county = shapely.box(west, south, west + land.SIDE_M, south + land.SIDE_M)
    add_division(session, land.COUNTY, "县", DivisionKind.COUNTY, outline=county, srid=land.SRID)
    session.flush()
    side = land.SIDE_M / VILLAGES
    for column in range(VILLAGES):
        town = f"{land.COUNTY}{column + 100}"
        x = west + column * side
        strip = shapely.box(x, south, x + side, south + land.SIDE_M)
        add_division(
            session, town, f"{column}镇", DivisionKind.TOWN,
            outline=strip, srid=land.SRID, parent_code=land.COUNTY,
        )  # fmt: skip
        session.flush()
        for row in range(VILLAGES):
            y = south + row * side
            add_division(
                session, f"{town}{row + 200}", f"{column}.{row}村", DivisionKind.VILLAGE,
                outline=shapely.box(x, y, x + side, y + side), srid=land.SRID, parent_code=town,
            )  # fmt: skip


def _ours(folder: Path, path: Path, size: int) -> Callable[[], None]:
    banks = [new_bank(folder, f"ours-{uuid4().hex}") for _ in range(ROUNDS + 1)]

    def take() -> None:
        bank = banks.pop()
        source = open_source(path, most_bytes=most_bytes(AT.date()))
        matching = propose(columns(source))
        taken, start, done = 0, 0, False
        while not done:
            with bank.session() as session, writing(session):
                report = import_rows(session, source, matching, at=AT, start=start, most=SLICE)
            taken, start, done = taken + report.taken, report.next_start, report.done
        if taken != size:
            raise RuntimeError(f"{taken} of {size} parcels were taken")
        bank.engine.dispose()

    return take


def _bare(folder: Path, path: Path) -> Callable[[], None]:
    names = count()

    def take() -> None:
        _, _, shapes, (classes, places) = pyogrio.raw.read(path)
        rows = zip(map(str, range(len(shapes))), shapes, classes, places, strict=True)
        with closing(sqlite3.connect(folder / f"bare-{next(names)}.sqlite")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(BARE)
            connection.executemany("INSERT INTO parcel VALUES (NULL, ?, ?, ?, ?)", rows)
            connection.commit()

    return take


def _keyed(folder: Path, path: Path) -> Callable[[], None]:
    files = [folder / f"keyed-{turn}.sqlite" for turn in range(ROUNDS + 1)]
    for file in files:
        new_bank(folder, file.stem).engine.dispose()

    def take() -> None:
        _, _, shapes, (classes, places) = pyogrio.raw.read(path)
        boxes = shapely.bounds(shapely.from_wkb(shapes)).tolist()
        rows = (
            (uuid4().hex, str(i), land.COUNTY, wkb, str(i), 1, 1, *box, class_, place, "imported",
             "", "2026-03-02 01:00:00.000000")
            for i, (wkb, box, class_, place) in enumerate(
                zip(shapes, boxes, classes, places, strict=True)
            )
        )  # fmt: skip
        with closing(sqlite3.connect(files.pop())) as connection:
            connection.executemany(KEYED, rows)
            connection.commit()

    return take
