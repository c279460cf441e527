"""The demonstration county's control zones (三区三线): some deposits lie clear, some are warned.

Nothing that the rulebook forbids lies under a parcel of the story: permanent basic farmland keeps
to farmland, and the ecological cores to where nobody has a parcel.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from bank.assets.tables import AssetKind
from bank.demo.places import PlannedDivision
from bank.demo.terrain import County, PlannedParcel
from bank.land.polygons import snapped
from bank.zones.conflicts import ZoneKind
from bank.zones.importing import Zone, keep_layer

SOURCE: Final = "演示数据：随机生成，不是真实管控线"
BUILT: Final = (AssetKind.HOUSE, AssetKind.CONSTRUCTION_LAND)
EVERY_FARMED: Final = 2
"""Of so many villages with fields one has permanent basic farmland; likewise the woods."""
EVERY_WOODED: Final = 5
GROWING: Final = 3
AROUND_FIELDS_M: Final = 15.0
AROUND_WOODS_M: Final = 30.0
AROUND_HOUSES_M: Final = 80.0
APART_M: Final = 3.0
"""Kept between permanent basic farmland and whatever is no field."""
CORES: Final = 3
SPOTS: Final = 400
"""Places that are looked at for a core."""
CORE_M: Final = 900.0
"""A core's radius at most."""

LAYERS: Final = {
    ZoneKind.PERMANENT_BASIC_FARMLAND: "永久基本农田（演示）",
    ZoneKind.ECOLOGICAL_RED_LINE: "生态保护红线（演示）",
    ZoneKind.URBAN_BOUNDARY: "城镇开发边界（演示）",
}


def lay_zones(session: Session, county: County, *, on: date, at: datetime) -> None:
    """Keep a version of each of the three layers, in force from that day on."""
    for kind, zones in (
        (ZoneKind.PERMANENT_BASIC_FARMLAND, _farmland(county)),
        (ZoneKind.ECOLOGICAL_RED_LINE, [*_woods(county), *_cores(county)]),
        (ZoneKind.URBAN_BOUNDARY, _growth(county)),
    ):
        if zones:
            keep_layer(
                session, zones,
                kind=kind, valid_from=on, at=at, name=LAYERS[kind], source_note=SOURCE,
            )  # fmt: skip


def _farmland(county: County) -> list[Zone]:
    others = shapely.union_all(
        shapely.buffer(_shapes(p for p in county.parcels if p.kind != AssetKind.FARMLAND), APART_M)
    )
    fields = _by_village(county, AssetKind.FARMLAND)
    return [
        zone
        for village in _some(county, fields, EVERY_FARMED)
        for zone in _zone(
            shapely.union_all(shapely.buffer(fields[village.code], AROUND_FIELDS_M)) - others,
            f"{village.name}永久基本农田保护片",
        )
    ]


def _woods(county: County) -> list[Zone]:
    woods = _by_village(county, AssetKind.WOODLAND)
    return [
        zone
        for village in _some(county, woods, EVERY_WOODED)
        for zone in _zone(
            shapely.union_all(shapely.buffer(woods[village.code], AROUND_WOODS_M)),
            f"{village.name}水源涵养区",
        )
    ]


def _cores(county: County) -> list[Zone]:
    """Discs around the emptiest places of the county."""
    rng = np.random.default_rng(len(county.parcels))
    min_x, min_y, max_x, max_y = county.outline.bounds
    places = rng.uniform((min_x, min_y), (max_x, max_y), (SPOTS, 2))
    places = places[shapely.contains_xy(county.outline, places)]
    spots = np.array([Point(place) for place in places], dtype=object)
    tree = shapely.STRtree(_shapes(county.parcels))
    away = shapely.distance(spots, tree.geometries[tree.nearest(spots)])
    emptiest = np.argsort(-away)[:CORES]
    return [
        zone
        for n, place in enumerate(emptiest.tolist(), start=1)
        for zone in _zone(
            shapely.intersection(
                shapely.buffer(spots[place], min(CORE_M, 0.8 * float(away[place]))), county.outline
            ),
            f"第{n}核心保护区",
            is_core=True,
        )
    ]


def _growth(county: County) -> list[Zone]:
    """Around the houses of the villages that have most of them."""
    built = _by_village(county, *BUILT)
    largest = sorted(county.villages, key=lambda village: -len(built.get(village.code, ())))
    return [
        zone
        for village in largest[:GROWING]
        if village.code in built
        for zone in _zone(
            shapely.buffer(
                shapely.convex_hull(shapely.union_all(built[village.code])), AROUND_HOUSES_M
            ),
            f"{village.name}城镇开发边界",
        )
    ]


def _some(county: County, having: Mapping[str, list[Polygon]], every: int) -> list[PlannedDivision]:
    return [village for village in county.villages if village.code in having][::every]


def _by_village(county: County, *kinds: AssetKind) -> dict[str, list[Polygon]]:
    found: dict[str, list[Polygon]] = {}
    for parcel in county.parcels:
        if parcel.kind in kinds:
            found.setdefault(parcel.village_code, []).append(parcel.polygon)
    return found


def _shapes(parcels: Iterable[PlannedParcel]) -> list[Polygon]:
    return [parcel.polygon for parcel in parcels]


def _zone(shape: BaseGeometry, name: str, *, is_core: bool = False) -> list[Zone]:
    """The shape as a zone; none where nothing is left of it."""
    kept = snapped(shape)
    if not isinstance(kept, Polygon | MultiPolygon) or kept.is_empty:
        return []
    return [Zone(kept, name, "", is_core)]
