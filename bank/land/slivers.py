"""Which overlaps of two parcels count: neither the smallest ones, nor slivers along a boundary."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bank import rules
from bank.land.parcels import Overlap, overlaps
from bank.land.polygons import Shape, area_dm2, sliver_dm2
from bank.land.tables import Parcel


@dataclass(frozen=True)
class Tolerance:
    """What an overlap may be and still pass: up to an area, or long and thin and of small share.

    `share` is of the smaller of the two parcels.
    """

    area_dm2: int
    width_m: Decimal
    share: Decimal

    @classmethod
    def on(cls, day: date) -> "Tolerance":
        """What the rulebook lets pass on a day."""
        return cls(
            area_dm2=sliver_dm2(day),
            width_m=rules.ratio("parcel.overlap.sliver.width_m", day),
            share=rules.ratio("parcel.overlap.sliver.share", day),
        )

    def passes(self, overlap: BaseGeometry, smaller_dm2: int) -> bool:
        """Whether an overlap counts for nothing; `smaller_dm2` is the smaller parcel's area."""
        shared_dm2 = area_dm2(overlap)
        if shared_dm2 <= self.area_dm2:
            return True
        return shared_dm2 <= self.share * smaller_dm2 and is_thin(overlap, self.width_m)


def is_thin(shape: BaseGeometry, width_m: Decimal | float) -> bool:
    """Whether the shape is nowhere wider than so many metres (shrunk by half of it, it is gone)."""
    return shapely.buffer(shape, -float(width_m) / 2, join_style="mitre").is_empty


def encroachments(
    session: Session, shape: Shape, *, on: date, among: ColumnElement[bool] | None = None
) -> list[Overlap]:
    """Parcels that share more with the shape than the rulebook lets pass, in order of arrival."""
    tolerance = Tolerance.on(on)
    found = overlaps(session, shape, among=among, tolerance_dm2=tolerance.area_dm2)
    stored = _stored(session, (overlap.parcel_id for overlap in found))
    return [overlap for overlap in found if _counts(overlap, shape, stored, tolerance)]


def _stored(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[BaseGeometry, int]]:
    rows = session.execute(
        select(Parcel.id, Parcel.wkb, Parcel.area_dm2).where(Parcel.id.in_(list(ids)))
    )
    return {row.id: (shapely.from_wkb(row.wkb), row.area_dm2) for row in rows}


def _counts(
    overlap: Overlap,
    shape: Shape,
    stored: dict[UUID, tuple[BaseGeometry, int]],
    tolerance: Tolerance,
) -> bool:
    if overlap.whole:
        return True
    other, other_dm2 = stored[overlap.parcel_id]
    return not tolerance.passes(other & shape, min(other_dm2, area_dm2(shape)))
