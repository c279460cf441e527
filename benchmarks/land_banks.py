"""Banks full of made-up land: every parcel of it deposited, straight into the tables."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import psycopg
import shapely
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bank.assets.tables import AssetKind
from bank.deposits.tables import StorageMode
from bank.land.divisions import add_division
from bank.land.tables import DivisionKind
from bank.parties.tables import PartyKind
from bank.redlines import held_triggers
from bank.tables import METADATA
from benchmarks import land
from benchmarks.land import Chunk, uuid_hex
from database.directory import Bank
from database.engine import engine_for, writing
from database.settings import BankSettings

PARTY, USER, ASSET, PARCEL, DEPOSIT, LAYER = range(1, 7)
"""Which table an id is of."""
COLUMNS: Final = {
    "user_account": ("id", "login", "login_fingerprint", "password_hash", "name", "locale",
                     "created_at"),
    "party": ("id", "number", "kind", "name", "id_number", "id_fingerprint", "division_code",
              "created_at"),
    "asset": ("id", "number", "kind", "name", "division_code", "created_at", "created_by"),
    "parcel": ("id", "code", "asset_id", "division_code", "wkb", "shape_digest", "area_dm2",
               "area_ellipsoid_dm2", "min_x", "min_y", "max_x", "max_y", "land_class", "location",
               "origin", "created_at"),
    "deposit": ("id", "number", "asset_id", "party_id", "stage", "mode", "swap_wish", "area_dm2",
                "value_fen", "stored_at", "created_at"),
    "control_layer": ("id", "kind", "name", "valid_from", "source_note", "digest", "zone_count",
                      "area_dm2", "imported_at"),
    "control_zone": ("layer_id", "code", "name", "is_core", "wkb", "min_x", "min_y", "max_x",
                     "max_y"),
}  # fmt: skip
_NOON: Final = "2026-03-02 12:00:00.000000"
REFERENCE: Final = f"""
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE TABLE land_reference AS
  SELECT p.number, p.area_dm2, ST_GeomFromWKB(p.wkb, {land.SRID}) AS geom,
    d.stage, d.mode, d.party_id, a.kind, p.division_code
  FROM parcel p JOIN asset a ON a.id = p.asset_id JOIN deposit d ON d.asset_id = a.id
  ORDER BY p.number;
ALTER TABLE land_reference ADD PRIMARY KEY (number);
CREATE INDEX ON land_reference USING gist (geom);
CREATE TABLE zone_reference AS
  SELECT l.kind, ST_GeomFromWKB(z.wkb, {land.SRID}) AS geom
  FROM control_zone z JOIN control_layer l ON l.id = z.layer_id;
CREATE INDEX ON zone_reference USING gist (geom);
"""


def filled(url: str, count: int, *, order: land.Order = "hilbert") -> Bank:
    """A new bank with `count` stored deposits; on PostgreSQL with the reference's table too."""
    engine = engine_for(url)
    METADATA.create_all(engine)
    fill(engine, url, land.parcels(count, order=order))
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql(REFERENCE)
    engine.dispose()
    return opened(url)


def fill(engine: Engine, url: str, chunks: Iterable[Chunk]) -> None:
    """Put a county, its control zones and these parcels, all deposited, into empty tables."""
    _found_county(engine)
    write = _copy if engine.dialect.name == "postgresql" else _insert
    write(url, _tables(chunks))


def opened(url: str) -> Bank:
    """The bank of a database that `filled` made."""
    return Bank(
        BankSettings(
            county=land.COUNTY,
            name_zh="安吉县",
            name_en="Anji County",
            database_url=url,
            files_dir=Path(),
            hosts=(),
            srid=land.SRID,
        )
    )


def town_code(index: int) -> str:
    """The n-th town."""
    return f"{land.COUNTY}{100 + index}"


def _found_county(engine: Engine) -> None:
    west, south, side = land.WEST, land.SOUTH, land.SIDE_M
    with Session(engine) as session, writing(session):
        whole = shapely.box(west, south, west + side, south + side)
        add_division(
            session, land.COUNTY, "安吉县", DivisionKind.COUNTY, outline=whole, srid=land.SRID
        )
        session.flush()
        for index in range(land.TOWNS):
            left, right = (west + side * n / land.TOWNS for n in (index, index + 1))
            add_division(
                session, town_code(index), f"{index}镇", DivisionKind.TOWN,
                outline=shapely.box(left, south, right, south + side),
                srid=land.SRID, parent_code=land.COUNTY,
            )  # fmt: skip


def _tables(chunks: Iterable[Chunk]) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    """Rows for each table, table after table within a chunk, so that keys find their rows."""
    yield "user_account", iter([(uuid_hex(USER, 0), "x", "x", "x", "x", "x", _NOON)])
    yield "control_layer", _layers()
    yield "control_zone", _zones()
    for chunk in chunks:
        yield "party", _parties(chunk)
        yield "asset", _assets(chunk)
        yield "parcel", _parcels(chunk)
        yield "deposit", _deposits(chunk)


def _layers() -> Iterator[Sequence[Any]]:
    for serial, (kind, (count, km2)) in enumerate(land.ZONES.items()):
        area_dm2 = round(km2 * 1e8)
        yield (
            uuid_hex(LAYER, serial), kind, kind, "2020-01-01", "", kind, count, area_dm2, _NOON,
        )  # fmt: skip


def _zones() -> Iterator[Sequence[Any]]:
    for serial, (kind, (count, km2)) in enumerate(land.ZONES.items()):
        for number, shape in enumerate(land.zones(count, km2=km2, seed=serial)):
            name = f"{kind} {number}"
            yield (
                uuid_hex(LAYER, serial), name, name, False, shapely.to_wkb(shape), *shape.bounds,
            )  # fmt: skip


def _parties(chunk: Chunk) -> Iterator[Sequence[Any]]:
    for serial, _, _, box in chunk.rows():
        if serial % land.OWNED_TOGETHER == 0:
            key = f"P-2026-{serial:07d}"
            yield (
                uuid_hex(PARTY, serial), key, PartyKind.PERSON.value, f"村民{serial}", "x", key,
                _town(box), _NOON,
            )  # fmt: skip


def _assets(chunk: Chunk) -> Iterator[Sequence[Any]]:
    kinds = [kind.value for kind in AssetKind]
    for serial, _, _, box in chunk.rows():
        yield (
            uuid_hex(ASSET, serial), f"A-2026-{serial:07d}", kinds[serial * 7 % len(kinds)],
            "竹林", _town(box), _NOON, uuid_hex(USER, 0),
        )  # fmt: skip


def _parcels(chunk: Chunk) -> Iterator[Sequence[Any]]:
    for serial, wkb, area_dm2, box in chunk.rows():
        yield (
            uuid_hex(PARCEL, serial), f"{_town(box)}000JE{serial:07d}", uuid_hex(ASSET, serial),
            _town(box), wkb, f"{serial:064x}", area_dm2, area_dm2, *box, "0301", "景溪村",
            "generated", _NOON,
        )  # fmt: skip


def _deposits(chunk: Chunk) -> Iterator[Sequence[Any]]:
    modes = [mode.value for mode in StorageMode]
    for serial, _, area_dm2, _box in chunk.rows():
        owner = serial - serial % land.OWNED_TOGETHER
        yield (
            uuid_hex(DEPOSIT, serial), f"D-2026-{serial:07d}", uuid_hex(ASSET, serial),
            uuid_hex(PARTY, owner), "stored", modes[serial * 5 % len(modes)], "", area_dm2,
            area_dm2 * 30, _NOON, _NOON,
        )  # fmt: skip


def _insert(url: str, tables: Iterator[tuple[str, Iterator[Sequence[Any]]]]) -> None:
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    connection.execute("BEGIN")
    for name, rows in tables:
        columns = COLUMNS[name]
        marks = ", ".join("?" * len(columns))
        connection.executemany(
            f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})",
            rows,
        )
    connection.execute("COMMIT")
    connection.execute("PRAGMA optimize = 0x10002")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _copy(url: str, tables: Iterator[tuple[str, Iterator[Sequence[Any]]]]) -> None:
    parsed = make_url(url).set(drivername="postgresql")
    with psycopg.connect(parsed.render_as_string(hide_password=False)) as connection:
        connection.execute("SET session_replication_role = replica")
        for name, rows in tables:
            statement = f"COPY {name} ({', '.join(COLUMNS[name])}) FROM STDIN"
            with connection.cursor().copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
        connection.execute(held_triggers.REFILL)  # no trigger saw them come in


def _town(box: Sequence[float]) -> str:
    return town_code(int((box[0] - land.WEST) / land.SIDE_M * land.TOWNS))
