"""How much of each deposit lies inside a shape, exactly and fast.

A parcel whose box lies inside the shape lies inside itself: it counts with its stored area and
its polygon is not even read. Only what the shape's own line runs through is intersected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from bank.redlines import held, held_triggers

PLACE: Final = "p.number, p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y, p.wkb"
ASKED_AT_ONCE: Final = 5_000
"""Parcels that one statement names."""
SAME_M2: Final = 1e-5
"""What an overlay may lose of a polygon by rounding: a thousandth of a dm²."""
KEPT: Final = f"d.stage IN ({held_triggers.STAGES})"


@dataclass(frozen=True)
class Touched:
    """Parcels that share some area with a shape, in the order they came in.

    `numbers`, `stored_dm2` and `overlap_dm2` are the parcels' own; `columns` hold what the
    statement told of each besides; all are of one length. `wkb` are the polygons, or nothing if
    they did not come along.
    """

    numbers: NDArray[np.int64]
    stored_dm2: NDArray[np.int64]
    overlap_dm2: NDArray[np.int64]
    columns: tuple[tuple[Any, ...], ...]
    wkb: tuple[bytes, ...] = ()

    def __len__(self) -> int:
        return len(self.numbers)

    def polygons(self, session: Session, places: Sequence[int]) -> NDArray[Any]:
        """The polygons of the parcels at these places."""
        if not self.wkb:
            return boxes.polygons(session, self.numbers[places])
        came: NDArray[Any] = shapely.from_wkb([self.wkb[place] for place in places])
        return came


def deposits_inside(session: Session, shape: Shape) -> Touched:
    """The deposits in the bank that share area with a shape of the county's system.

    Columns: deposit's party (see `boxes.uuid`), stage and mode; asset's kind; parcel's division; as
    the database's driver gives them, for there may be many.
    """
    return measured(session, shape, held.read(session, shape.bounds))


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
    """Of rows whose last columns are `PLACE`, those that share area with the shape.

    Their polygons may all be None, to be read when they are needed.
    """
    if not rows:
        none = np.empty(0, dtype=np.int64)
        return Touched(none, none, none, ())
    *columns, numbers_, stored_, west, south, east, north, wkb = zip(*rows, strict=True)
    numbers, stored = np.array(numbers_), np.array(stored_)
    outlined = wkb[0] is not None
    candidates = Touched(numbers, stored, stored, tuple(columns), wkb if outlined else ())
    if len(rows) <= held.FEW:  # their overlay takes no longer than to find out which need it
        polygons = candidates.polygons(session, range(len(rows)))
        areas = _cut(shape, polygons, stored)
    else:
        areas = _areas(session, shape, candidates, shapely.box(west, south, east, north))
    found = np.flatnonzero(areas)
    found = found[numbers[found].argsort(kind="stable")]
    places = found.tolist()
    told = tuple([tuple([column[n] for n in places]) for column in columns])
    came = tuple([wkb[n] for n in places]) if outlined else ()
    return Touched(numbers[found], stored[found], areas[found], told, came)


def _areas(
    session: Session, shape: Shape, candidates: Touched, around: NDArray[Any]
) -> NDArray[np.int64]:
    """The dm² of each candidate, in its box, that lie in the shape."""
    shapely.prepare(shape)
    inside = shapely.contains_properly(shape, around)
    areas = np.where(inside, candidates.stored_dm2, 0)
    others = np.flatnonzero(~inside)
    crossed = others[shapely.intersects(shape, around[others])]
    if len(crossed):
        polygons = candidates.polygons(session, crossed.tolist())
        areas[crossed] = _shared(shape, polygons, candidates.stored_dm2[crossed])
    return areas


def _shared(shape: Shape, polygons: NDArray[Any], stored: NDArray[np.int64]) -> NDArray[np.int64]:
    """The dm² that each parcel shares with the shape; never more than it has."""
    inside = shapely.contains_properly(shape, polygons)
    areas = np.where(inside, stored, 0)
    cut = np.flatnonzero(~inside)
    cut = cut[shapely.intersects(shape, polygons[cut])]
    areas[cut] = _cut(shape, polygons[cut], stored[cut])
    return areas


def _cut(shape: Shape, polygons: NDArray[Any], stored: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same by the overlay alone; what it leaves whole has its stored area."""
    shared_m2 = shapely.area(shapely.intersection(polygons, shape))
    shared = np.minimum(np.rint(shared_m2 * DM2_PER_M2).astype(np.int64), stored)
    return np.where(shapely.area(polygons) - shared_m2 < SAME_M2, stored, shared)
