"""Importing parcels from a GeoPackage with all checks, against a bare read and a bare insert.

The reference writes the same rows under the same keys; beside it stands one that keeps no order.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import uuid4

import numpy as np
import psycopg
import pyogrio
import shapely
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bank.imports.importing import SLICE, import_rows, most_bytes
from bank.land.divisions import add_division
from bank.land.files.matching import propose
from bank.land.files.reading import columns, open_source
from bank.land.tables import DivisionKind
from bank.tables import METADATA
from benchmarks import land, ledgers
from benchmarks.measurement import Measurement, in_turn
from database.directory import Bank
from database.engine import writing
from database.settings import BankSettings

SIZES: Final = (10_000, 100_000)
TARGET: Final = 5.0
ROUNDS: Final = 3
AT: Final = datetime(2026, 3, 2, 1, tzinfo=UTC)
NOON: Final = "2026-03-02 01:00:00.000000"
"""The same as SQLite keeps it."""
VILLAGES: Final = 14
"""Along a side of the county: 196, as many as the county has."""
CLASSES: Final = np.array(["0301", "0302", "0202", "0101"], dtype=object)
BARE: Final = {
    "sqlite": "CREATE TABLE parcel (number INTEGER PRIMARY KEY, code TEXT, wkb BLOB,"
    " land_class TEXT, location TEXT)",
    "postgresql": "CREATE TABLE parcel (code text, wkb bytea, land_class text, location text)",
}
BARE_TYPES: Final = {"code": "text", "wkb": "bytea", "land_class": "text", "location": "text"}
PARCEL_TYPES: Final = {
    "id": "uuid", "code": "text", "division_code": "text", "wkb": "bytea", "shape_digest": "text",
    "area_dm2": "int8", "area_ellipsoid_dm2": "int8", "min_x": "float8", "min_y": "float8",
    "max_x": "float8", "max_y": "float8", "land_class": "text", "location": "text",
    "origin": "text", "source_note": "text", "created_at": "timestamptz",
}  # fmt: skip
SHAPE_TYPES: Final = {
    "parcel_id": "uuid", "number": "int8", "wkb": "bytea", "area_dm2": "int8",
    "since": "timestamptz", "reason": "text", "note": "text",
}  # fmt: skip
BOXES: Final = (
    "INSERT INTO parcel_box SELECT number, min_x, max_x, min_y, max_y FROM parcel ORDER BY number"
)
"""SQLite's spatial index, filled at once; PostgreSQL fills its own."""
Rows = Iterable[tuple[Any, ...]]
Table = tuple[str, Mapping[str, str], Rows]
"""Its name, the types of the columns that are given, and rows for it."""


def run(sizes: Iterable[int] = SIZES) -> Iterable[Measurement]:
    """Seconds for a file; no parcel of it is in the bank before."""
    with ledgers.cluster() as server, TemporaryDirectory() as folder:
        for size in sizes:
            path = write_file(Path(folder) / f"parcels-{size}.gpkg", size)
            names = count()

            def new_sqlite(size: int = size, names: Iterator[int] = names) -> str:
                return ledgers.sqlite_in(Path(folder), f"import{size}-{next(names)}")

            def new_postgresql(size: int = size, names: Iterator[int] = names) -> str:
                return ledgers.new_database(server, f"import{size}_{next(names)}")

            yield from measured(f"sqlite/{{}}/{size}", path, size, new_sqlite)
            yield from measured(f"postgresql/{{}}/{size}", path, size, new_postgresql)


def measured(name: str, path: Path, size: int, new_url: Callable[[], str]) -> Iterator[Measurement]:
    """Against the same rows in the bank's own tables, and against a table without a key."""
    for kind, reference, table in (
        ("same", _same, "the bank's parcels and their history, with keys, indexes and foreign keys"
                        " but without triggers"),
        ("unkeyed", _unkeyed, "a table of code, shape, class and location, without key or index"),
    ):  # fmt: skip
        ours_s, bare_s = in_turn(
            _ours(path, size, new_url), reference(path, new_url), rounds=ROUNDS
        )
        how = "executemany by sqlite3" if name.startswith("sqlite") else "binary COPY by psycopg"
        yield Measurement(
            bench=f"land_import/{name.format(kind)}",
            ours=ours_s,
            reference=bare_s,
            target=TARGET,
            better="lower",
            unit="s",
            conditions=(
                f"{size} parcels of 8 to 40 vertices in the county's system, of a GeoPackage,"
                f" {VILLAGES**2} villages, slices of {SLICE} rows, one commit each, durable,"
                " rows read and checked in a second thread: geometry, county, village, class,"
                " known shapes, overlaps, codes, spatial index, history of shapes; reference, in"
                f" one thread: pyogrio.raw.read and {how} into {table}, one commit"
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


def new_bank(url: str) -> Bank:
    """An empty bank, whose county is a square of villages."""
    bank = Bank(BankSettings(
        county=land.COUNTY, name_zh="", name_en="", database_url=url, srid=land.SRID,
        files_dir=Path(),
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


def take_all(bank: Bank, path: Path) -> int:
    """Import the file slice by slice, as the bank's command does; how many rows were taken."""
    source = open_source(path, most_bytes=most_bytes(AT.date()))
    matching = propose(columns(source))
    taken, start, done = 0, 0, False
    while not done:
        with bank.session() as session, writing(session):
            report = import_rows(session, source, matching, at=AT, start=start, most=SLICE)
        taken, start, done = taken + report.taken, report.next_start, report.done
    bank.engine.dispose()
    return taken


def _ours(path: Path, size: int, new_url: Callable[[], str]) -> Callable[[], None]:
    banks = [new_bank(new_url()) for _ in range(ROUNDS + 1)]

    def take() -> None:
        if (taken := take_all(banks.pop(), path)) != size:
            raise RuntimeError(f"{taken} of {size} parcels were taken")

    return take


def _same(path: Path, new_url: Callable[[], str]) -> Callable[[], None]:
    urls = [new_url() for _ in range(ROUNDS + 1)]
    for url in urls:
        bank = new_bank(url)
        _drop_triggers(bank.engine)
        bank.engine.dispose()

    def take() -> None:
        _, _, shapes, (classes, places) = pyogrio.raw.read(path)
        boxes = shapely.bounds(shapely.from_wkb(shapes)).tolist()
        url = urls.pop()
        sqlite = url.startswith("sqlite")
        ids = [uuid4().hex if sqlite else uuid4() for _ in shapes]
        at = NOON if sqlite else AT
        parcels = (
            (id_, str(i), land.COUNTY, wkb, str(i), 1, 1, *box, class_, place, "imported", "", at)
            for i, (id_, wkb, box, class_, place) in enumerate(
                zip(ids, shapes, boxes, classes, places, strict=True)
            )
        )
        firsts = (
            (id_, 1, wkb, 1, at, "registered", "") for id_, wkb in zip(ids, shapes, strict=True)
        )
        tables = [("parcel", PARCEL_TYPES, parcels), ("parcel_shape", SHAPE_TYPES, firsts)]
        _write(url, tables, last=BOXES if sqlite else "")

    return take


def _drop_triggers(engine: Engine) -> None:
    """Leave the tables their keys alone."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for table in ("parcel", "parcel_shape"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        of_ours = (
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name LIKE 'parcel%'"
        )
        for (name,) in connection.exec_driver_sql(of_ours).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _unkeyed(path: Path, new_url: Callable[[], str]) -> Callable[[], None]:
    urls = [new_url() for _ in range(ROUNDS + 1)]

    def take() -> None:
        _, _, shapes, (classes, places) = pyogrio.raw.read(path)
        rows = zip(map(str, range(len(shapes))), shapes, classes, places, strict=True)
        url = urls.pop()
        _write(url, [("parcel", BARE_TYPES, rows)], first=BARE[make_url(url).get_backend_name()])

    return take


def _write(url: str, tables: Sequence[Table], *, first: str = "", last: str = "") -> None:
    """All rows into the tables, in one transaction of the bare driver, between two statements."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(parsed.database))) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(first)
            for name, types, rows in tables:
                marks = ", ".join("?" * len(types))
                into = f"{name} ({', '.join(types)})"
                connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)
            connection.execute(last)
            connection.commit()
        return
    text = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(text) as server, server.cursor() as cursor:
        if first:
            cursor.execute(first)
        for name, types, rows in tables:
            into = f"{name} ({', '.join(types)})"
            with cursor.copy(f"COPY {into} FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(list(types.values()))
                for row in rows:
                    copy.write_row(row)
