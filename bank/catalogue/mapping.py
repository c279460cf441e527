"""The catalogue as a map: what is in view with its outline, totals by town, the towns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from bank.assets.tables import Asset
from bank.catalogue.browsing import TOWN_CODE, Filter, Town, listing
from bank.deposits import records
from bank.deposits.tables import Deposit
from bank.land import projection
from bank.land.codes import TOWN_LENGTH
from bank.land.parcels import SEGMENT_DEGREES, in_box
from bank.land.polygons import Box
from bank.land.tables import Division, DivisionKind, Origin, Parcel
from database.directory import bank_of

MOST: Final = 5000
"""More than this in one view is counted by town instead."""
DECIMALS: Final = 6
"""Degrees are written to about 10 cm: finer than any screen, and a third shorter than 9."""
TOWN_TOLERANCE_M: Final = 25.0
"""How far a simplified border may lie from the true one; neighbours keep a common line."""
PARCEL_TOWN = func.substr(Parcel.division_code, 1, TOWN_LENGTH)


@dataclass(frozen=True)
class TownTotal:
    """How much there is in one town, at its centre in degrees."""

    name: str
    lon: float
    lat: float
    count: int
    area_dm2: int


@dataclass(frozen=True)
class View:
    """What a view shows: rows and their outlines as GeoJSON text, or totals if it is too much."""

    rows: Sequence[Row[*tuple[Any, ...]]] = ()
    outlines: Sequence[str] = ()
    totals: Sequence[TownTotal] | None = None


def listed_in_view(session: Session, lonlat: Box, wanted: Filter, *, most: int = MOST) -> View:
    """The catalogue's parcels that meet a view in degrees (west, south, east, north)."""
    box = view_box(session, lonlat)
    if box is None:
        return View()
    conditions = [*wanted.conditions(), in_box(session, box)]
    ids = (
        select(Deposit.id)
        .join_from(Deposit, Asset)
        .join(Parcel, (Parcel.asset_id == Asset.id) & Parcel.retired_at.is_(None))
        .where(*conditions)
    )
    if _exceeds(session, ids, most):
        totals = (
            select(*_total_columns(Town, Deposit.area_dm2))
            .join_from(Deposit, Asset)
            .join(Parcel, (Parcel.asset_id == Asset.id) & Parcel.retired_at.is_(None))
            .join(Town, Town.code == TOWN_CODE)
            .where(*conditions)
            .group_by(Town.code, Town.name, Town.lon, Town.lat)
        )
        return View(totals=_totals(session, totals))
    rows = session.execute(listing().where(*conditions).order_by(Deposit.id)).all()
    return View(rows, outlines(session, [row.wkb for row in rows]))


def free_in_view(session: Session, lonlat: Box, *, most: int = MOST) -> View:
    """Imported and generated parcels in view that no deposit keeps: what an owner can pick."""
    box = view_box(session, lonlat)
    if box is None:
        return View()
    conditions = (
        records.pickable(),
        Parcel.retired_at.is_(None),
        Parcel.origin.in_((Origin.IMPORTED, Origin.GENERATED)),
        in_box(session, box),
    )
    if _exceeds(session, select(Parcel.id).where(*conditions), most):
        totals = (
            select(*_total_columns(Town, Parcel.area_dm2))
            .join_from(Parcel, Town, Town.code == PARCEL_TOWN)
            .where(*conditions)
            .group_by(Town.code, Town.name, Town.lon, Town.lat)
        )
        return View(totals=_totals(session, totals))
    rows = session.execute(
        select(
            Parcel.id,
            Parcel.code,
            Parcel.location,
            Parcel.land_class,
            Parcel.area_dm2,
            Parcel.wkb,
            func.coalesce(Town.name, "").label("town_name"),
        )
        .outerjoin(Town, Town.code == PARCEL_TOWN)
        .where(*conditions)
        .order_by(Parcel.number)
    ).all()
    return View(rows, outlines(session, [row.wkb for row in rows]))


def outlines(session: Session, wkbs: Sequence[bytes]) -> list[str]:
    """Kept shapes as GeoJSON geometry texts in degrees, all in one go."""
    if not wkbs:
        return []
    srid = bank_of(session).settings.srid
    shapes: Any = shapely.from_wkb(np.array(wkbs, dtype=object))
    return _written(projection.to_lonlat(shapes, srid))


def town_outlines(session: Session) -> list[tuple[str, str, str]]:
    """Code, name and outline (GeoJSON geometry text) of every town, its border simplified."""
    rows = session.execute(
        select(Division.code, Division.name, Division.outline)
        .where(Division.kind == DivisionKind.TOWN, Division.outline.is_not(None))
        .order_by(Division.code)
    ).all()
    if not rows:
        return []
    shapes: Any = shapely.from_wkb(np.array([row.outline for row in rows], dtype=object))
    simple = shapely.coverage_simplify(shapes, TOWN_TOLERANCE_M)
    texts = _written(projection.to_lonlat(simple, bank_of(session).settings.srid))
    return [(row.code, row.name, text) for row, text in zip(rows, texts, strict=True)]


def bounds_of(session: Session, division_code: str = "") -> Box | None:
    """West, south, east, north of a division in degrees; of the county, if none is named."""
    wanted = (
        Division.code == division_code if division_code else Division.kind == DivisionKind.COUNTY
    )
    row = session.execute(
        select(Division.min_x, Division.min_y, Division.max_x, Division.max_y).where(wanted)
    ).first()
    box: Any = tuple(row) if row else (None,)
    if None in box:
        return None
    bounds: Box = projection.to_lonlat(shapely.box(*box), bank_of(session).settings.srid).bounds
    return bounds


def view_box(session: Session, lonlat: Box) -> Box | None:
    """The box, in the county's system, that covers a view given in degrees; None if it is away."""
    srid = bank_of(session).settings.srid
    view = shapely.clip_by_rect(shapely.box(*lonlat), *projection.area_of_use(srid))
    if view.is_empty:
        return None
    return projection.to_county(shapely.segmentize(view, SEGMENT_DEGREES), srid).bounds


def _written(shapes: Any) -> list[str]:
    rounded: Any = shapely.transform(shapes, lambda degrees: np.round(degrees, DECIMALS))
    texts: list[str] = shapely.to_geojson(rounded).tolist()
    return texts


def _exceeds(session: Session, wanted: Select[Any], most: int) -> bool:
    counted = wanted.limit(most + 1).subquery()
    return int(session.scalar(select(func.count()).select_from(counted)) or 0) > most


def _total_columns(town: Any, area: Any) -> list[ColumnElement[Any]]:
    return [town.name, town.lon, town.lat, func.count(), func.sum(area)]


def _totals(session: Session, wanted: Select[Any]) -> list[TownTotal]:
    return [
        TownTotal(name, lon, lat, count, int(area_dm2))
        for name, lon, lat, count, area_dm2 in session.execute(wanted.order_by(Town.code))
    ]
