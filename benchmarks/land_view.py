"""A view of 5,000 parcels as GeoJSON, against the bare query and `shapely.to_geojson`; and totals.

`LAND_PARCELS` names the sizes to run, such as `100000,1000000`; 10,000, if it is not set.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import psycopg
import shapely
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bank.catalogue.browsing import Filter
from bank.land import projection
from bank.land.polygons import Box
from bank.maps import mapping, totals
from benchmarks import land, land_banks, ledgers
from benchmarks.measurement import Measurement, in_turn
from database.engine import writing
from web.geojson import viewed

VIEW: Final = 4_650
"""Parcels whose middles lie in the view; with those that only reach into it nearly 5,000."""
TARGET: Final = 1.5
ROUNDS: Final = 7
SIZES: Final = "LAND_PARCELS"
MS: Final = 1000
COLUMNS: Final = "d.id, d.stage, a.kind, a.name, a.division_code, d.area_dm2, p.wkb"
JOINED: Final = "JOIN asset a ON a.id = p.asset_id JOIN deposit d ON d.asset_id = a.id"
SQLITE: Final = f"""
SELECT {COLUMNS} FROM parcel_box b CROSS JOIN parcel p ON p.number = b.number {JOINED}
WHERE b.min_x <= ? AND b.max_x >= ? AND b.min_y <= ? AND b.max_y >= ?
AND p.retired_at IS NULL AND d.stage = 'stored'"""
POSTGRESQL: Final = f"""
SELECT {COLUMNS} FROM parcel p {JOINED}
WHERE box(point(p.min_x, p.min_y), point(p.max_x, p.max_y)) && box(point(%s, %s), point(%s, %s))
AND p.retired_at IS NULL AND d.stage = 'stored'"""

Query = Callable[[], list[tuple[Any, ...]]]


def run() -> Iterable[Measurement]:
    """Milliseconds a view, nothing of it cached."""
    given = os.environ.get(SIZES, "")
    sizes = [int(size) for size in given.split(",")] if given else land.SIZES[:1]
    with ledgers.cluster() as server, TemporaryDirectory() as folder:
        for size in sizes:
            yield from _measure(
                f"sqlite/{size}", ledgers.sqlite_in(Path(folder), f"view{size}"), size
            )
            yield from _measure(
                f"postgresql/{size}", ledgers.new_database(server, f"view{size}"), size
            )


def _measure(name: str, url: str, size: int) -> Iterable[Measurement]:
    bank = land_banks.filled(url, size)
    box = _box((VIEW / size * land.COUNTY_M2) ** 0.5)
    with bank.session() as session:
        with writing(session):
            totals.recount(session)  # the rows came in while triggers were off
        county = mapping.view_box(session, box) or (0.0, 0.0, 0.0, 0.0)
        with _bare(url, county) as query:
            found = len(query())
            ours_s, reference_s = in_turn(
                lambda: _view(session, box), lambda: _reference(query), rounds=ROUNDS
            )
        yield Measurement(
            bench=f"land_view/{name}",
            ours=ours_s * MS,
            reference=reference_s * MS,
            target=TARGET,
            better="lower",
            unit="ms",
            conditions=(
                f"{found} of {size} parcels, degrees, properties, names of places, as one text;"
                " reference: the driver's own query for the same rows, shapely.from_wkb, projected"
                " to degrees, shapely.to_geojson; neither rounded nor put together"
            ),
        )
        yield from _totals(session, name, size, reference_s)
    bank.engine.dispose()


def _totals(session: Session, name: str, size: int, reference_s: float) -> Iterable[Measurement]:
    """The whole county at once: it costs less than one view of 5,000."""
    whole = _box(land.SIDE_M)
    ours_s, _ = in_turn(lambda: _view(session, whole), lambda: None, rounds=ROUNDS)
    yield Measurement(
        bench=f"land_totals/{name}",
        ours=ours_s * MS,
        reference=reference_s * MS,
        target=1.0,
        better="lower",
        unit="ms",
        conditions=f"the whole county of {size} deposits as totals; reference: as for land_view",
    )


def _box(side_m: float) -> Box:
    """A square in the middle of the county, in degrees."""
    x, y = land.WEST + land.SIDE_M / 2, land.SOUTH + land.SIDE_M / 2
    half = side_m / 2
    square = shapely.box(x - half, y - half, x + half, y + half)
    bounds: Box = projection.to_lonlat(square, land.SRID).bounds
    return bounds


def _view(session: Session, box: Box) -> int:
    text = viewed(mapping.listed_in_view(session, box, Filter()), {}, box)
    session.rollback()
    return len(text)


def _reference(query: Query) -> int:
    rows = query()
    shapes: Any = shapely.from_wkb(np.array([row[-1] for row in rows], dtype=object))
    return len(shapely.to_geojson(projection.to_lonlat(shapes, land.SRID)))


@contextmanager
def _bare(url: str, box: Box) -> Iterator[Query]:
    """The same rows through the driver alone, from a connection that stays open."""
    min_x, min_y, max_x, max_y = box
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(parsed.database))) as file:
            yield lambda: file.execute(SQLITE, (max_x, min_x, max_y, min_y)).fetchall()
        return
    text = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(text, autocommit=True) as server:
        yield lambda: server.execute(POSTGRESQL, (min_x, min_y, max_x, max_y)).fetchall()
