"""The four bounds (四至) of a parcel: what lies beyond its edge in the east, south, west, north."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, undefer

from bank import rules
from bank.calendar import local_date
from bank.land.divisions import division_at
from bank.land.parcels import in_box, shape_of
from bank.land.polygons import Shape
from bank.land.tables import Division, DivisionKind, Parcel, ParcelBounds

LOOKS: Final = 48
"""Lines of sight in each direction, evenly over the parcel's width."""
MOST_NAMED: Final = 3
"""Neighbours named on one side, those first that take most of it."""
STEP_M: Final = 0.5
"""So far behind a boundary lies what is beyond it."""


class Side(StrEnum):
    """The four sides, in the order in which they are told."""

    EAST = "east"
    SOUTH = "south"
    WEST = "west"
    NORTH = "north"


class Beyond(StrEnum):
    """What lies on a side: a parcel, else another division or the county's edge, else unknown."""

    PARCEL = "parcel"
    DIVISION = "division"
    COUNTY_EDGE = "county_edge"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Neighbour:
    """What can be seen from a parcel: its shape, its code, and the name of the place."""

    shape: BaseGeometry
    code: str
    name: str


@dataclass(frozen=True)
class Bound:
    """One thing on one side; a parcel is named by its place and code, never by its owner."""

    beyond: Beyond
    name: str = ""
    code: str = ""


@dataclass(frozen=True)
class Bounds:
    """What lies on each side, and when it was looked for."""

    sides: Mapping[Side, tuple[Bound, ...]]
    at: datetime


TURNS: Final[Mapping[Side, tuple[tuple[int, int], tuple[int, int]]]] = {
    Side.EAST: ((1, 0), (0, 1)),
    Side.SOUTH: ((0, -1), (1, 0)),
    Side.WEST: ((-1, 0), (0, -1)),
    Side.NORTH: ((0, 1), (-1, 0)),
}
"""For each side the rotation after which it lies in the east."""


def seen_from(
    shape: Shape, side: Side, neighbours: Sequence[Neighbour], *, distance_m: float
) -> list[Neighbour]:
    """The neighbours on a side of the shape within a distance, most of the side first.

    Lines of sight go out from the shape's outermost edge on that side; each sees the nearest
    neighbour that it meets. At most `MOST_NAMED` are told. No database, no names of its own.
    """
    if not neighbours:
        return []
    rays = _rays(_turned(shape, side), distance_m)
    shapes = np.array([_turned(each.shape, side) for each in neighbours], dtype=object)
    shapely.prepare(shapes)
    met = shapely.intersection(rays[:, None], shapes[None, :])
    starts = shapely.bounds(rays)[:, 0]
    far = shapely.bounds(met)[:, :, 0] - starts[:, None]  # nan where a line meets nothing
    far = np.where(np.isnan(far), np.inf, far)
    nearest = far.argmin(axis=1)[np.isfinite(far.min(axis=1))]
    counts = np.bincount(nearest, minlength=len(neighbours))
    order = sorted(np.flatnonzero(counts).tolist(), key=lambda i: (-counts[i], neighbours[i].code))
    return [neighbours[i] for i in order[:MOST_NAMED]]


def leaving(shape: Shape, side: Side, area: BaseGeometry, *, distance_m: float) -> Point | None:
    """A point just outside `area`, where looks from the shape's side leave it first.

    None if the area goes on for the whole distance. The shape lies in the area.
    """
    rays = _rays(_turned(shape, side), distance_m)
    out = shapely.bounds(shapely.difference(rays, _turned(area, side)))
    far = out[:, 0] - shapely.bounds(rays)[:, 0]
    if np.isnan(far).all():
        return None
    nearest = int(np.nanargmin(far))
    beyond = np.array([[out[nearest, 0] + STEP_M, out[nearest, 1]]])
    [point] = beyond @ np.array(TURNS[side])
    return Point(point)


def look_around(
    session: Session, parcel: Parcel, *, at: datetime, among: ColumnElement[bool] | None = None
) -> Bounds:
    """What lies around the parcel now, within the rulebook's distance.

    On each side the neighbouring parcels (`among` says which count); where there are none, the
    division or the county's edge that is crossed; else unknown: land that nobody registered.
    Writes nothing.
    """
    distance_m = _distance_m(local_date(at))
    shape = shape_of(parcel)
    neighbours = _neighbours(session, parcel, distance_m, among)
    home = session.scalar(
        select(Division)
        .where(Division.code == parcel.division_code)
        .options(undefer(Division.outline))
    )
    outline = shapely.from_wkb(home.outline) if home and home.outline else None
    sides = {}
    for side in Side:
        seen = seen_from(shape, side, neighbours, distance_m=distance_m)
        sides[side] = tuple(Bound(Beyond.PARCEL, each.name, each.code) for each in seen)
        if not seen:
            point = leaving(shape, side, outline, distance_m=distance_m) if outline else None
            sides[side] = (_at_boundary(session, parcel, point),)
    return Bounds(sides, at)


def keep_bounds(
    session: Session, parcel: Parcel, *, at: datetime, among: ColumnElement[bool] | None = None
) -> Bounds:
    """Look around the parcel and keep what was seen, with the time. Flushes."""
    bounds = look_around(session, parcel, at=at, among=among)
    sides = {
        side.value: [{"beyond": b.beyond.value, "name": b.name, "code": b.code} for b in seen]
        for side, seen in bounds.sides.items()
    }
    session.merge(ParcelBounds(parcel_id=parcel.id, sides=sides, at=at))
    session.flush()
    return bounds


def kept_bounds(session: Session, parcel: Parcel) -> Bounds | None:
    """What was seen around the parcel when it was looked for last."""
    kept = session.get(ParcelBounds, parcel.id)
    if kept is None:
        return None
    sides = {
        side: tuple(
            Bound(Beyond(each["beyond"]), each["name"], each["code"])
            for each in kept.sides[side.value]
        )
        for side in Side
    }
    return Bounds(sides, kept.at)


def _distance_m(on: date) -> float:
    return float(rules.ratio("parcel.bounds.distance_m", on))


def _neighbours(
    session: Session, parcel: Parcel, distance_m: float, among: ColumnElement[bool] | None
) -> list[Neighbour]:
    around = (
        parcel.min_x - distance_m,
        parcel.min_y - distance_m,
        parcel.max_x + distance_m,
        parcel.max_y + distance_m,
    )
    query = select(Parcel.wkb, Parcel.code, Parcel.location).where(
        Parcel.retired_at.is_(None), in_box(session, around), Parcel.id != parcel.id
    )
    if among is not None:
        query = query.where(among)
    rows = session.execute(query.order_by(Parcel.number))
    return [Neighbour(shapely.from_wkb(row.wkb), row.code, row.location) for row in rows]


def _at_boundary(session: Session, parcel: Parcel, point: Point | None) -> Bound:
    """The division that a point beyond the parcel's own lies in."""
    if point is None:
        return Bound(Beyond.UNKNOWN)
    other = division_at(session, point)
    if other is None or other.kind is DivisionKind.COUNTY:
        return Bound(Beyond.COUNTY_EDGE if other is None else Beyond.UNKNOWN)
    if other.code == parcel.division_code:
        return Bound(Beyond.UNKNOWN)
    return Bound(Beyond.DIVISION, other.name, other.code)


def _rays(shape: BaseGeometry, distance_m: float) -> NDArray[Any]:
    """Lines eastwards from the shape's outermost edge."""
    min_x, min_y, max_x, max_y = shape.bounds
    ys = min_y + (np.arange(LOOKS) + 0.5) * (max_y - min_y) / LOOKS
    across = np.array([LineString([(min_x - 1, y), (max_x + 1, y)]) for y in ys])
    edges = shapely.bounds(shapely.intersection(across, shape))[:, 2]
    return np.array(
        [
            LineString([(x, y), (x + distance_m, y)])
            for x, y in zip(edges, ys, strict=True)
            if np.isfinite(x)  # between the parts of a multipolygon a line meets nothing
        ]
    )


def _turned(geometry: BaseGeometry, side: Side) -> BaseGeometry:
    turn = np.array(TURNS[side]).T
    return shapely.transform(geometry, lambda points: points @ turn)
