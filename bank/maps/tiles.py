"""Vector tiles (MVT) of the catalogue, made by PostGIS where the bank's database has it."""

import math
from typing import Any, Final

import shapely
from sqlalchemy import Select, cast, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import INTEGER
from sqlalchemy.orm import Session

from bank.assets.tables import Asset
from bank.catalogue.browsing import TOWN_CODE, Filter, Town
from bank.deposits.tables import Deposit
from bank.land import projection
from bank.land.parcels import in_box
from bank.land.polygons import Box
from bank.land.tables import Parcel
from bank.maps.refusals import NoTiles, NoTileThere
from database.directory import bank_of

WEB_MERCATOR: Final = 3857
HALF_WORLD_M: Final = math.pi * 6_378_137
DEEPEST: Final = 22
PARCELS_FROM: Final = 12
"""From this zoom on a tile has parcels; above it they would be dots, and towns have totals."""
EXTENT: Final = 4096
BUFFER: Final = 64
PARCELS_LAYER: Final = "catalogue"
TOWNS_LAYER: Final = "totals"


def tile(session: Session, zoom: int, column: int, row: int, wanted: Filter) -> bytes:
    """The tile at that place, with what the public catalogue lists under the filter.

    Layer `catalogue` has the parcels (number, kind, stage, name, area_m2); at zooms below
    `PARCELS_FROM` layer `totals` has a point a town (name, count, area_m2). An empty tile has no
    bytes. Refuses: NoTileThere, NoTiles (no PostGIS in this database).
    """
    if not (0 <= zoom <= DEEPEST and 0 <= column < 2**zoom and 0 <= row < 2**zoom):
        raise NoTileThere("there is no such tile", zoom=zoom, column=column, row=row)
    if not is_offered(session):
        raise NoTiles("tiles need PostgreSQL with PostGIS")
    make = _parcels if zoom >= PARCELS_FROM else _towns
    name = PARCELS_LAYER if zoom >= PARCELS_FROM else TOWNS_LAYER
    query = make(session, (zoom, column, row), wanted)
    if query is None:
        return b""
    shown = query.subquery("shown")
    made = select(func.ST_AsMVT(literal_column("shown.*"), name, EXTENT, "geom")).select_from(shown)
    return bytes(session.scalar(made) or b"")


def is_offered(session: Session) -> bool:
    """Whether the bank's database can make tiles."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    found = session.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"))
    return bool(found)


def envelope(zoom: int, column: int, row: int) -> Box:
    """The tile's box in EPSG:3857, its buffer included."""
    side = 2 * HALF_WORLD_M / 2**zoom
    margin = side * BUFFER / EXTENT
    west, north = column * side - HALF_WORLD_M, HALF_WORLD_M - row * side
    return (west - margin, north - side - margin, west + side + margin, north + margin)


def _county_box(session: Session, place: tuple[int, int, int]) -> Box | None:
    """The box of the county's system that covers the tile; None if it is somewhere else."""
    srid = bank_of(session).settings.srid
    degrees = projection.reproject(
        shapely.box(*envelope(*place)), WEB_MERCATOR, projection.GEOGRAPHIC
    )
    view: Any = shapely.clip_by_rect(degrees, *projection.area_of_use(srid))
    if view.is_empty:
        return None
    step = max(view.length / 40, 1e-9)
    box: Box = projection.to_county(shapely.segmentize(view, step), srid).bounds
    return box


def _on_tile(shape: Any, place: tuple[int, int, int]) -> Any:
    """A geometry as it lies on the tile."""
    moved = func.ST_Transform(shape, WEB_MERCATOR)
    return func.ST_AsMVTGeom(moved, func.ST_TileEnvelope(*place), EXTENT, BUFFER, True)


def _parcels(
    session: Session, place: tuple[int, int, int], wanted: Filter
) -> Select[*tuple[Any, ...]] | None:
    box = _county_box(session, place)
    if box is None:
        return None
    srid = bank_of(session).settings.srid
    return (
        select(
            _on_tile(func.ST_GeomFromWKB(Parcel.wkb, srid), place).label("geom"),
            Deposit.number, Asset.kind, Deposit.stage, Asset.name,
            (Deposit.area_dm2 / 100.0).label("area_m2"),
        )
        .join_from(Deposit, Asset, Asset.id == Deposit.asset_id)
        .join(Parcel, (Parcel.asset_id == Asset.id) & Parcel.retired_at.is_(None))
        .where(*wanted.conditions(), in_box(session, box))
    )  # fmt: skip


def _towns(
    session: Session, place: tuple[int, int, int], wanted: Filter
) -> Select[*tuple[Any, ...]]:
    totals = (
        select(
            Town.name, Town.lon, Town.lat,
            cast(func.count(), INTEGER).label("count"),
            (func.sum(Deposit.area_dm2) / 100.0).label("area_m2"),
        )
        .join_from(Deposit, Asset, Asset.id == Deposit.asset_id)
        .join(Town, Town.code == TOWN_CODE)
        .where(*wanted.conditions())
        .group_by(Town.code, Town.name, Town.lon, Town.lat)
        .subquery("town_totals")
    )  # fmt: skip
    point = func.ST_SetSRID(func.ST_MakePoint(totals.c.lon, totals.c.lat), projection.GEOGRAPHIC)
    on_tile = _on_tile(point, place)
    return select(on_tile.label("geom"), totals.c.name, totals.c.count, totals.c.area_m2)
