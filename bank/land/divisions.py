"""Divisions: the county, its towns and villages, and which of them a place lies in."""

from typing import Final, cast

import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from bank.land.projection import to_lonlat
from bank.land.refusals import NoSuchDivision
from bank.land.tables import Division, DivisionKind

DEEPEST_FIRST: Final = (DivisionKind.VILLAGE, DivisionKind.TOWN, DivisionKind.COUNTY)


def add_division(
    session: Session,
    code: str,
    name: str,
    kind: DivisionKind,
    *,
    outline: BaseGeometry,
    srid: int,
    parent_code: str | None = None,
    centre: tuple[float, float] | None = None,
) -> Division:
    """A division with its outline (county system); its centre (degrees) is inside it if unsaid."""
    if centre is None:
        west_south = to_lonlat(outline.representative_point(), srid).bounds
        centre = (west_south[0], west_south[1])
    min_x, min_y, max_x, max_y = outline.bounds
    division = Division(
        code=code, name=name, kind=kind, parent_code=parent_code,
        lon=centre[0], lat=centre[1], outline=shapely.to_wkb(outline),
        min_x=min_x, min_y=min_y, max_x=max_x, max_y=max_y,
    )  # fmt: skip
    session.add(division)
    return division


def get_division(session: Session, code: str) -> Division:
    """The division of that code. Refuses: NoSuchDivision."""
    division = session.get(Division, code)
    if division is None:
        raise NoSuchDivision("no division has this code", division=code)
    return division


def find_county_outline(session: Session) -> Polygon | MultiPolygon | None:
    """The county's outline in its own system, if the bank has one."""
    wkb = session.scalar(select(Division.outline).where(Division.kind == DivisionKind.COUNTY))
    return cast("Polygon | MultiPolygon", shapely.from_wkb(wkb)) if wkb else None


def division_at(session: Session, point: Point) -> Division | None:
    """The village, else the town, else the county, that a point (county system) lies in."""
    around = session.scalars(
        select(Division)
        .where(Division.min_x <= point.x, Division.max_x >= point.x)
        .where(Division.min_y <= point.y, Division.max_y >= point.y)
        .options(undefer(Division.outline))
        .order_by(Division.code)
    ).all()
    for division in sorted(around, key=lambda d: DEEPEST_FIRST.index(d.kind)):
        if division.outline and shapely.from_wkb(division.outline).intersects(point):
            return division
    return None
