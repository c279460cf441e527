"""What a whole batch of shapes meets: stored parcels, and one another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank.deposits.lifecycle import Stage
from bank.land import boxes
from bank.land.hilbert import hilbert_order
from bank.land.polygons import DM2_PER_M2, Box
from bank.land.slivers import Tolerance
from bank.land.tables import Origin, Parcel

_OF_APPLICATIONS: Final = ", ".join(f"'{stage}'" for stage in (Stage.DRAFT, Stage.REFUSED))
_REGISTERED: Final = ", ".join(f"'{origin}'" for origin in (Origin.IMPORTED, Origin.GENERATED))
BARS: Final = f"""(p.origin IN ({_REGISTERED}) OR EXISTS (
  SELECT 1 FROM deposit d WHERE d.asset_id = p.asset_id AND d.stage NOT IN ({_OF_APPLICATIONS})
))"""  # noqa: S608 - own words
"""As `deposits.records.neighbours`: what somebody has only drawn, in a draft, bars nobody."""
COLUMNS: Final = "p.number, p.code, p.shape_digest, p.area_dm2, p.min_x, p.min_y, p.max_x, p.max_y"
ASKING: Final = 50.0
"""What one question to the database costs, in rows that it could have given."""
COVERED_FROM: Final = 64
"""Pairs from which on it pays to look for overlaps in all shapes at once."""


@dataclass(frozen=True)
class Stored:
    """Parcels near a batch, as columns."""

    numbers: NDArray[np.int64]
    codes: list[str]
    digests: list[str]
    areas_dm2: NDArray[np.int64]
    boxes: NDArray[np.float64]


@dataclass(frozen=True)
class Meeting:
    """Two shapes that share more than the rule lets pass; `other` is a position or a code."""

    position: int
    other: int | str
    overlap_dm2: int


def stored_near(session: Session, around: NDArray[np.float64]) -> Stored:
    """The stored parcels whose boxes meet one of these boxes (n, 4), and maybe some more.

    What is only drawn in a draft is none of them.
    """
    found: dict[int, tuple[Any, ...]] = {}
    last = session.scalar(select(func.max(Parcel.number))) or 0
    if last and len(around):
        for box in _areas(around, last):
            found.update((row[0], row) for row in boxes.read(session, box, COLUMNS, where=BARS))
    rows = [found[number] for number in sorted(found)]
    return Stored(
        np.array([row[0] for row in rows], dtype=np.int64),
        [row[1] for row in rows],
        [row[2] for row in rows],
        np.array([row[3] for row in rows], dtype=np.int64),
        np.array([row[4:] for row in rows], dtype=np.float64).reshape(-1, 4),
    )


def _areas(around: NDArray[np.float64], stored: int) -> Iterator[Box]:
    """The boxes to ask for: one for all, or groups along the curve, whichever finds less in vain.

    A file in the order of its places asks once; rows strewn over a full bank ask one by one.
    """
    ordered = around[hilbert_order((around[:, :2] + around[:, 2:]) / 2)]
    [whole] = _hulls(ordered, 1)
    best: tuple[float, NDArray[np.float64]] | None = None
    for count in (1, 16, 256, len(around)):
        if best is not None and best[0] <= count * ASKING:
            break
        hulls = _hulls(ordered, min(count, len(around)))
        sizes = (hulls[:, 2] - hulls[:, 0]) * (hulls[:, 3] - hulls[:, 1])
        share = float(sizes.sum()) / max((whole[2] - whole[0]) * (whole[3] - whole[1]), 1e-9)
        cost = share * stored + len(hulls) * ASKING
        if best is None or cost < best[0]:
            best = cost, hulls
    for hull in best[1].tolist() if best else []:
        yield hull[0], hull[1], hull[2], hull[3]


def _hulls(boxes: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The boxes around so many parts of these boxes (n, 4), each part a run of them."""
    firsts = np.arange(count) * len(boxes) // count
    low = np.minimum.reduceat(boxes[:, :2], firsts)
    return np.column_stack([low, np.maximum.reduceat(boxes[:, 2:], firsts)])


def with_stored(
    session: Session, shapes: NDArray[Any], stored: Stored, tolerance: Tolerance
) -> list[Meeting]:
    """The shapes' overlaps with stored parcels, by position and then by age of the parcel."""
    if not len(stored.numbers) or not len(shapes):
        return []
    around: NDArray[Any] = np.asarray(shapely.box(*stored.boxes.T))
    left, right = _pairs(shapes, around, tolerance)
    if not len(left):
        return []
    asked, where = np.unique(right, return_inverse=True)
    theirs = boxes.polygons(session, stored.numbers[asked])
    return [
        Meeting(int(left[k]), stored.codes[int(right[k])], dm2)
        for k, dm2 in _shared(shapes[left], theirs[where], tolerance)
    ]


def among(shapes: NDArray[Any], tolerance: Tolerance) -> list[Meeting]:
    """The shapes' overlaps with those before them, by position and then by the other's."""
    right, left = _pairs(shapes, shapes, tolerance)
    later = left > right
    left, right = left[later], right[later]
    if len(left) >= COVERED_FROM:
        # Neighbours that share their edges exactly make a coverage: nothing overlaps there.
        met = np.unique(np.concatenate([left, right]))
        doubtful = np.zeros(len(shapes), dtype=bool)
        doubtful[met] = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes[met]))
        unsure = doubtful[left] | doubtful[right]
        left, right = left[unsure], right[unsure]
    found = _shared(shapes[left], shapes[right], tolerance)
    meetings = [Meeting(int(left[k]), int(right[k]), dm2) for k, dm2 in found]
    return sorted(meetings, key=lambda each: (each.position, each.other))


def _pairs(
    mine: NDArray[Any], theirs: NDArray[Any], tolerance: Tolerance
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs, in order, whose boxes share more than the area that is let pass in any case."""
    left, right = shapely.STRtree(theirs).query(mine)
    a, b = shapely.bounds(mine)[left], shapely.bounds(theirs)[right]
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    enough = sides.prod(axis=1) * DM2_PER_M2 > tolerance.area_dm2
    order = np.lexsort((right[enough], left[enough]))
    return left[enough][order], right[enough][order]


def _shared(
    mine: NDArray[Any], theirs: NDArray[Any], tolerance: Tolerance
) -> Iterator[tuple[int, int]]:
    """The pairs, by position, that share more than is let pass, and how much (dm²)."""
    cut = shapely.intersection(mine, theirs)
    areas = np.rint(shapely.area(cut) * DM2_PER_M2).astype(np.int64)
    smaller = np.rint(np.minimum(shapely.area(mine), shapely.area(theirs)) * DM2_PER_M2).astype(
        np.int64
    )
    for k in np.flatnonzero(areas > tolerance.area_dm2):
        if not tolerance.passes(cut[k], int(smaller[k])):
            yield int(k), int(areas[k])
