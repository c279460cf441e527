"""What a red line collects, against PostGIS, on both databases.

`LAND_PARCELS` names the sizes to run, such as `100000,1000000`; 10,000, if it is not set.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg
from shapely import Polygon
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bank.redlines import findings as redline
from benchmarks import land, land_banks, ledgers
from benchmarks.measurement import Measurement, in_turn
from database.directory import Bank

ROUNDS: Final = 3
LINES_KM2: Final = 5.0
"""Smaller lines are asked about again, so that a turn of theirs is not over before it is warm."""
ON: Final = date(2026, 3, 2)
SIZES: Final = "LAND_PARCELS"
WAYS: Final = {
    "everything": "intersects every parcel, and tells the same of each, which its table holds",
    "tuned": "does that, but takes the stored area of parcels that lie inside",
    "conflicts": (
        "takes the stored area of parcels that lie inside, and intersects with the clipped union"
        " of each control layer; numbers and areas alone"
    ),
}
MS: Final = 1000
TOLD: Final = "number, stage, mode, party_id, kind, division_code"
EVERYTHING: Final = f"""
SELECT {TOLD}, round(ST_Area(ST_Intersection(p.geom, r.g)) * 100)::bigint AS area_dm2
FROM land_reference p, (SELECT ST_GeomFromWKB(%b, {land.SRID}) AS g) r
WHERE ST_Intersects(p.geom, r.g)"""
TUNED: Final = f"""
SELECT {TOLD}, CASE WHEN ST_ContainsProperly(r.g, p.geom) THEN p.area_dm2
  ELSE round(ST_Area(ST_Intersection(p.geom, r.g)) * 100)::bigint END AS area_dm2
FROM land_reference p, (SELECT ST_GeomFromWKB(%b, {land.SRID}) AS g) r
WHERE ST_Intersects(p.geom, r.g)"""
CONFLICTS: Final = f"""
WITH r AS MATERIALIZED (SELECT ST_GeomFromWKB(%b, {land.SRID}) AS g),
inside AS (
  SELECT number, ST_ContainsProperly(r.g, p.geom) AS whole, p.area_dm2, p.geom
  FROM land_reference p, r WHERE ST_Intersects(p.geom, r.g)),
cut AS (
  SELECT number, CASE WHEN whole THEN geom ELSE ST_Intersection(geom, r.g) END AS geom,
    CASE WHEN whole THEN area_dm2 END AS area_dm2
  FROM inside, r),
zones AS MATERIALIZED (
  SELECT z.kind, ST_Intersection(ST_Union(z.geom), r.g) AS geom
  FROM zone_reference z, r WHERE ST_Intersects(z.geom, r.g) GROUP BY z.kind, r.g)
SELECT c.number, coalesce(c.area_dm2, round(ST_Area(c.geom) * 100)::bigint), z.kind,
  round(ST_Area(CASE WHEN ST_ContainsProperly(z.geom, c.geom) THEN c.geom
    ELSE ST_Intersection(c.geom, z.geom) END) * 100)::bigint
FROM cut c LEFT JOIN zones z ON ST_Intersects(c.geom, z.geom)"""

SAME: Final = 1e-4
"""Two sums of areas are the same up to this share."""
SLIVERS_DM2: Final = 10_000
"""Ours lets slivers along control zones pass: so much less may it find for a red line."""

Ask = Callable[[Polygon], int]
"""Gives the dm² that one red line collects."""


def run() -> Iterable[Measurement]:
    """Milliseconds a red line, by parcels in the bank and size of the red line."""
    given = os.environ.get(SIZES)
    sizes = [int(size) for size in given.split(",")] if given else land.SIZES[:1]
    with ledgers.cluster() as server, TemporaryDirectory() as folder:
        for size in sizes:
            yield from _at(size, server, Path(folder))


def _at(size: int, server: str, folder: Path) -> Iterable[Measurement]:
    embedded = land_banks.filled(ledgers.sqlite_in(folder, f"land{size}"), size)
    url = ledgers.new_database(server, f"land{size}")
    served = land_banks.filled(url, size)
    ledgers.settle_down(url)
    yield from compared(size, embedded, served, url)


def compared(size: int, embedded: Bank, served: Bank, url: str) -> Iterable[Measurement]:
    """Both banks against the reference in the database that `url` names."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with (
        embedded.session() as here,
        served.session() as there,
        psycopg.connect(address, autocommit=True) as bare,
    ):
        bare.execute("SET jit = off")
        everything, tuned = (_postgis(bare, statement) for statement in (EVERYTHING, TUNED))
        conflicts = _postgis(bare, CONFLICTS)
        sides = (
            ("sqlite", "everything", _ours(here), everything, 0.6),
            ("sqlite", "tuned", _ours(here), tuned, 1.2),
            ("postgresql", "tuned", _ours(there), tuned, 1.2),
            ("sqlite", "conflicts", _our_conflicts(here), conflicts, 1.0),
            ("postgresql", "conflicts", _our_conflicts(there), conflicts, 1.0),
        )
        found: dict[str, list[Measurement]] = {}
        for km2 in land.RED_LINES_KM2:
            lines = land.red_lines(km2)
            for database, name, ours, reference, target in sides:
                way = f"{database}/{name}"
                one = _measure(size, km2, lines, way, ours, reference, target)
                found.setdefault(way, []).append(one)
                yield one
        for way, each in found.items():
            yield _together(size, way, each)
    embedded.engine.dispose()
    served.engine.dispose()


def _measure(
    size: int,
    km2: float,
    lines: list[Polygon],
    name: str,
    ours: Ask,
    reference: Ask,
    target: float,
) -> Measurement:
    slivers_dm2 = SLIVERS_DM2 if name.endswith("conflicts") else 0
    _refuse_other_areas(lines, ours, reference, slivers_dm2)
    times = max(1, round(LINES_KM2 / km2))
    sides = (_all_of(lines, ask, times) for ask in (ours, reference))
    ours_s, reference_s = (s / times for s in in_turn(*sides, rounds=ROUNDS))
    return Measurement(
        bench=f"land_collection/{size}/{km2:g}km2/{name}",
        ours=ours_s / len(lines) * MS,
        reference=reference_s / len(lines) * MS,
        target=target,
        better="lower",
        unit="ms",
        conditions=(
            f"mean of {len(lines)} red lines of {km2:g} km² over {size} stored parcels of 8 to 40"
            " vertices, warm; ours with stage, kind, mode, owner and town of each and the sums;"
            f" reference: one prepared PostGIS statement that {WAYS[name.split('/')[1]]}"
        ),
    )


def _together(size: int, way: str, each: Sequence[Measurement]) -> Measurement:
    """The red lines of all sizes, which are equally many, as one run."""
    sizes = ", ".join(f"{km2:g}" for km2 in land.RED_LINES_KM2)
    return replace(
        each[0],
        bench=f"land_collection/{size}/all/{way}",
        ours=fmean(one.ours for one in each),
        reference=fmean(one.reference for one in each),
        conditions=f"mean of the red lines of {sizes} km² as measured before, equally many of each",
    )


def _refuse_other_areas(
    lines: Sequence[Polygon], ours: Ask, reference: Ask, slivers_dm2: int
) -> None:
    for line in lines:
        found, expected = ours(line), reference(line)
        same = max(len(lines), expected * SAME)
        if not expected - same - slivers_dm2 <= found <= expected + same:
            raise AssertionError(f"{found} dm² is not {expected} dm²")


def _all_of(lines: list[Polygon], ask: Ask, times: int) -> Callable[[], None]:
    def run() -> None:
        for line in lines * times:
            ask(line)

    return run


def _ours(session: Session) -> Ask:
    def ask(line: Polygon) -> int:
        fresh = Polygon(line.exterior)  # no index is left over from the last round
        inside = redline.find_deposits(session, fresh, on=ON)
        return sum(each.area_dm2 for each in inside.sums.by_part)

    return ask


def _our_conflicts(session: Session) -> Ask:
    def ask(line: Polygon) -> int:
        fresh = Polygon(line.exterior)
        inside = redline.find_deposits(session, fresh, on=ON)
        answers = redline.conflicts_inside(session, fresh, inside, on=ON)
        if not inside.sums.by_part:
            return 0
        return sum(each.area_dm2 for one in answers for each in one)

    return ask


def _postgis(connection: psycopg.Connection[Any], statement: str) -> Ask:
    cursor = connection.cursor(binary=True)

    def ask(line: Polygon) -> int:
        rows = cursor.execute(statement, (line.wkb,), prepare=True).fetchall()
        return sum(row[-1] or 0 for row in rows)

    return ask
