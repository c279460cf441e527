"""How much of each deposit lies inside a shape, exactly and fast.

A parcel whose box lies inside the shape lies inside itself: it counts with its stored area and
its polygon is not even read. Only what the shape's own line runs through is intersected.
"""

from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.deposits.lifecycle import IN_BANK
from bank.deposits.tables import Deposit
from bank.land import boxes
from bank.land.polygons import DM2_PER_M2, Shape
from bank.land.tables import Parcel

PLACE: Final = "p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y"
ASKED_AT_ONCE: Final = 5_000
"""Parcels that one statement names."""
_PLACES: Final = 6
"""How many columns say where a parcel is and how large."""
KEPT: Final = f"d.stage IN ({', '.join(repr(stage.value) for stage in sorted(IN_BANK))})"


@dataclass(frozen=True)
class Touched:
    """Parcels that share some area with a shape, in the order they came in.

    `numbers`, `stored_dm2` and `overlap_dm2` are the parcels' own; `columns` hold what the
    statement told of each besides; all are of one length.
    """

    numbers: NDArray[np.int64]
    stored_dm2: NDArray[np.int64]
    overlap_dm2: NDArray[np.int64]
    columns: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.numbers)


def deposits_inside(session: Session, shape: Shape) -> Touched:
    """The deposits in the bank that share area with a shape of the county's system.

    Columns: deposit's party (see `boxes.uuid`), stage and mode; asset's kind; parcel's division; as
    the database's driver gives them, for there may be many.
    """
    rows = boxes.read(
        session,
        shape.bounds,
        f"d.stage, d.mode, a.kind, p.division_code, {PLACE}",
        ids=("d.party_id",),
        joined=(("deposit d", "d.asset_id = p.asset_id"), ("asset a", "a.id = p.asset_id")),
        where=KEPT,
    )
    return measured(session, shape, rows)


def names_of(session: Session, numbers: NDArray[np.int64]) -> list[tuple[UUID, str, str]]:
    """Of the parcels with these row numbers: the deposit's id and number, and the parcel's code."""
    found: dict[int, tuple[UUID, str, str]] = {}
    asked = numbers.tolist()
    for first in range(0, len(asked), ASKED_AT_ONCE):
        rows = session.execute(
            select(Parcel.number, Deposit.id, Deposit.number, Parcel.code)
            .join(Deposit, Deposit.asset_id == Parcel.asset_id)
            .where(Deposit.stage.in_(IN_BANK))
            .where(Parcel.number.in_(asked[first : first + ASKED_AT_ONCE]))
        )
        found.update((row[0], (row[1], row[2], row[3])) for row in rows)
    return [found[number] for number in asked]


def measured(session: Session, shape: Shape, rows: list[tuple[Any, ...]]) -> Touched:
    """Of rows whose last columns are `PLACE`, those that share area with the shape."""
    if not rows:
        none = np.empty(0, dtype=np.int64)
        return Touched(none, none, none, ())
    columns = list(zip(*rows, strict=True))
    place = columns[-_PLACES:]
    numbers, stored = (np.array(column, dtype=np.int64) for column in place[:2])
    min_x, min_y, max_x, max_y = (np.array(column) for column in place[2:])
    around = shapely.box(min_x, min_y, max_x, max_y)
    shapely.prepare(shape)
    inside = shapely.contains_properly(shape, around)
    areas = np.where(inside, stored, 0)
    others = np.flatnonzero(~inside)
    crossed = others[shapely.intersects(shape, around[others])]
    areas[crossed] = _shared(session, shape, numbers[crossed], stored[crossed])
    found = np.flatnonzero(areas)
    found = found[np.argsort(numbers[found], kind="stable")]
    pick = itemgetter(*found.tolist()) if len(found) > 1 else None
    told = tuple(
        pick(column) if pick else tuple(column[n] for n in found) for column in columns[:-_PLACES]
    )
    return Touched(numbers[found], stored[found], areas[found], told)


def _shared(
    session: Session, shape: Shape, numbers: NDArray[np.int64], stored: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The dm² that each parcel shares with the shape; never more than it has."""
    if not len(numbers):
        return stored
    polygons = boxes.polygons(session, numbers)
    inside = shapely.contains_properly(shape, polygons)
    areas = np.where(inside, stored, 0)
    cut = np.flatnonzero(~inside & shapely.intersects(shape, polygons))
    shared_m2 = shapely.area(shapely.intersection(polygons[cut], shape))
    areas[cut] = np.minimum(np.rint(shared_m2 * DM2_PER_M2).astype(np.int64), stored[cut])
    return areas
