"""What inside a red line no deposit covers: parcels nobody has deposited, and the unknown."""

from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from bank.land import boxes
from bank.land.polygons import Shape, area_dm2
from bank.land.tables import Origin
from bank.redlines.overlapping import KEPT, PLACE, Touched, measured

REGISTER: Final = f"'{Origin.IMPORTED}', '{Origin.GENERATED}'"
"""Parcels of the county's register; what an owner drew for herself is hers until she hands in."""
UNDEPOSITED: Final = (
    f"p.origin IN ({REGISTER}) AND NOT EXISTS"  # noqa: S608 - the code's own words
    f" (SELECT 1 FROM deposit d WHERE d.asset_id = p.asset_id AND {KEPT})"
)
EMPTY: Final = shapely.Polygon()


@dataclass(frozen=True)
class Gaps:
    """The parts of a red line, with their geometry (county system) and area.

    `registered`: parcels of the register that are not in the bank; `unknown`: of which nothing is
    known. Either may be empty. `parcels`: how many registered parcels that is.
    """

    registered: BaseGeometry
    registered_dm2: int
    parcels: int
    unknown: BaseGeometry
    unknown_dm2: int

    @property
    def area_dm2(self) -> int:
        """All that is missing."""
        return self.registered_dm2 + self.unknown_dm2


def find_gaps(session: Session, shape: Shape, in_bank: Touched) -> Gaps:
    """What the deposits `in_bank`, all that touch the shape, leave of it."""
    rest = _without(shape, session, in_bank)
    others = _registered(session, shape)
    registered: BaseGeometry = EMPTY
    if len(others) and not rest.is_empty:
        registered = _polygonal(shapely.intersection(_union(session, others), rest))
    unknown = _polygonal(shapely.difference(rest, registered))
    return Gaps(
        registered=registered,
        registered_dm2=area_dm2(registered),
        parcels=len(others),
        unknown=unknown,
        unknown_dm2=area_dm2(unknown),
    )


def _registered(session: Session, shape: Shape) -> Touched:
    """Parcels of the register inside that no deposit in the bank keeps."""
    rows = boxes.read(
        session,
        shape.bounds,
        PLACE,
        where=UNDEPOSITED,
    )
    return measured(session, shape, rows)


def _without(shape: Shape, session: Session, touched: Touched) -> BaseGeometry:
    if not len(touched):
        return shape
    return _polygonal(shapely.difference(shape, _union(session, touched)))


def _union(session: Session, touched: Touched) -> BaseGeometry:
    """The parcels as one geometry; those that touch nothing else are not computed with."""
    polygons = touched.polygons(session, range(len(touched)))
    return shapely.disjoint_subset_union_all(polygons)


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry without the points and lines at which shapes only touch."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
