"""Stored parcels: registering them, and finding those that lie in or overlap a shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from sqlalchemy import ColumnElement, Row, Select, column, func, select, table
from sqlalchemy.orm import Session

from bank.land import projection, shapes
from bank.land.divisions import division_at, get_division
from bank.land.polygons import DM2_PER_M2, Box, Shape, area_dm2, digest
from bank.land.refusals import NoSuchDivision
from bank.land.serials import next_parcel_code
from bank.land.tables import Origin, Parcel, ShapeReason
from database.actor import Actor
from database.directory import bank_of

PARCEL_BOX: Final = table(
    "parcel_box", *(column(name) for name in ("number", "min_x", "max_x", "min_y", "max_y"))
)
"""SQLite's R*Tree (see `indexes`)."""

SEGMENT_DEGREES: Final = 0.05
"""Parallels are curved in the county's system: a view's edges are bent at this spacing."""


@dataclass(frozen=True)
class Overlap:
    """What one stored parcel shares with a shape; `whole`: the parcel lies inside it."""

    parcel_id: UUID
    code: str
    area_dm2: int
    whole: bool


def register_parcel(
    session: Session,
    geometry: Shape,
    *,
    land_class: str,
    location: str,
    origin: Origin,
    at: datetime,
    division_code: str | None = None,
    asset_id: UUID | None = None,
    source_note: str | None = None,
    actor: Actor | None = None,
    stated_dm2: int | None = None,
) -> Parcel:
    """Enter a shape (county system, as `polygons` returns it) with a code of its own.

    Without `division_code` it is the village or town that the shape lies in. Its history begins
    with this shape (parcels inserted in bulk: see `shapes.record_first_shapes`). `stated_dm2` is
    its area where that was settled before: parts of a cut sum to the whole. Flushes. Refuses:
    NoSuchDivision, SerialsUsedUp.
    """
    if division_code is None:
        division = division_at(session, geometry.representative_point())
        if division is None:
            raise NoSuchDivision("the shape lies in no known division", field="shape")
        division_code = division.code
    else:
        get_division(session, division_code)
    srid = bank_of(session).settings.srid
    wkb = shapely.to_wkb(geometry)
    min_x, min_y, max_x, max_y = geometry.bounds
    session.flush()  # the asset has to be there first: no relationship tells SQLAlchemy so
    parcel = Parcel(
        code=next_parcel_code(session, division_code, land_class),
        asset_id=asset_id,
        division_code=division_code,
        wkb=wkb,
        shape_digest=digest(wkb),
        area_dm2=area_dm2(geometry) if stated_dm2 is None else stated_dm2,
        area_ellipsoid_dm2=round(projection.ellipsoidal_area_m2(geometry, srid) * DM2_PER_M2),
        min_x=min_x, min_y=min_y, max_x=max_x, max_y=max_y,
        land_class=land_class,
        location=location,
        origin=origin,
        source_note=source_note,
        created_at=at,
    )  # fmt: skip
    session.add(parcel)
    session.flush()
    shapes.record_shape(
        session, parcel, number=1, since=at, reason=ShapeReason.REGISTERED, actor=actor
    )
    session.flush()
    return parcel


def candidates(
    session: Session,
    box: Box,
    *,
    among: ColumnElement[bool] | None = None,
    limit: int | None = None,
) -> Sequence[Row[UUID, str, bytes, int]]:
    """Parcels (id, code, wkb, area_dm2) whose boxes meet `box`, in the order they came in.

    `among` narrows them by any condition on Parcel. Retired parcels are left out. A box may be a
    little too large, never too small.
    """
    query = select(Parcel.id, Parcel.code, Parcel.wkb, Parcel.area_dm2).where(
        Parcel.retired_at.is_(None), in_box(session, box)
    )
    if among is not None:
        query = query.where(among)
    return session.execute(query.order_by(Parcel.number).limit(limit)).all()


def in_box(session: Session, box: Box) -> ColumnElement[bool]:
    """The condition that a parcel's box meets `box`, answered by the spatial index."""
    min_x, min_y, max_x, max_y = box
    if session.get_bind().dialect.name == "sqlite":
        inside: Select[Any] = select(PARCEL_BOX.c.number).where(
            PARCEL_BOX.c.min_x <= max_x, PARCEL_BOX.c.max_x >= min_x,
            PARCEL_BOX.c.min_y <= max_y, PARCEL_BOX.c.max_y >= min_y,
        )  # fmt: skip
        return Parcel.number.in_(inside)
    stored = func.box(
        func.point(Parcel.min_x, Parcel.min_y), func.point(Parcel.max_x, Parcel.max_y)
    )
    asked = func.box(func.point(min_x, min_y), func.point(max_x, max_y))
    return stored.bool_op("&&")(asked)


def overlaps(
    session: Session,
    geometry: Shape,
    *,
    among: ColumnElement[bool] | None = None,
    tolerance_dm2: int = 0,
) -> list[Overlap]:
    """Parcels that share more than `tolerance_dm2` with the shape, in the order they came in.

    A parcel that lies inside the shape counts with its stored area.
    """
    rows = candidates(session, geometry.bounds, among=among)
    if not rows:
        return []
    shapely.prepare(geometry)
    stored_shapes = shapely.from_wkb([row.wkb for row in rows])
    stored = np.array([row.area_dm2 for row in rows], dtype=np.int64)
    inside = shapely.contains_properly(geometry, stored_shapes)
    cut = ~inside & shapely.intersects(geometry, stored_shapes)
    areas = np.where(inside, stored, 0)
    shared_m2 = shapely.area(shapely.intersection(stored_shapes[cut], geometry))
    areas[cut] = np.rint(shared_m2 * DM2_PER_M2).astype(np.int64)
    return [
        Overlap(row.id, row.code, area, whole=area >= row.area_dm2)
        for row, area in zip(rows, areas.tolist(), strict=True)
        if area > tolerance_dm2
    ]


def shape_of(parcel: Parcel) -> Polygon | MultiPolygon:
    """The parcel's shape in the county's system."""
    return cast("Polygon | MultiPolygon", shapely.from_wkb(parcel.wkb))
