"""What a red line collects: every deposit it touches, whole, in part or by a sliver, and sums."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import compress
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from bank import rules
from bank.assets.tables import AssetKind
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import StorageMode
from bank.land.boxes import uuid
from bank.land.codes import TOWN_LENGTH
from bank.land.polygons import DM2_PER_M2, Shape, area_dm2
from bank.redlines.gaps import Gaps, find_gaps
from bank.redlines.overlapping import Touched, deposits_inside, names_of
from bank.zones.conflicts import ZoneAnswer, conflicts, conflicts_of


class Part(StrEnum):
    """How much of a deposit the red line takes."""

    WHOLE = "whole"
    PARTIAL = "partial"
    SLIVER = "sliver"


PARTS: Final = tuple(Part)
PARTY, STAGE, MODE, KIND, DIVISION = range(5)
"""The columns of what was touched (see `deposits_inside`)."""


class Hit(NamedTuple):
    """One deposit that the red line touches; areas in dm²."""

    deposit_id: UUID
    number: str
    parcel_code: str
    stage: Stage
    mode: StorageMode | None
    party_id: UUID
    kind: AssetKind
    division_code: str
    overlap_dm2: int
    stored_dm2: int
    part: Part

    @property
    def town_code(self) -> str:
        """The town that it lies in."""
        return self.division_code[:TOWN_LENGTH]


@dataclass(frozen=True)
class Sum:
    """How many deposits, and how much of them inside the red line, have the same `key`."""

    key: Any
    count: int
    area_dm2: int


@dataclass(frozen=True)
class Sums:
    """The free deposits inside by what they are; slivers are left out of all but `by_part`."""

    by_part: tuple[Sum, ...]
    by_kind: tuple[Sum, ...]
    by_mode: tuple[Sum, ...]
    by_town: tuple[Sum, ...]
    by_owner: tuple[Sum, ...]
    taken_by_stage: tuple[Sum, ...]


class Inside:
    """The deposits that a red line touches, as columns; rows are made when they are asked for."""

    def __init__(self, touched: Touched, on: date) -> None:
        self.touched = touched
        self.parts = _parts(touched, on)
        self.overlaps = touched.overlap_dm2.tolist()
        self.columns = touched.columns or ((),) * (DIVISION + 1)

    def __len__(self) -> int:
        return len(self.touched)

    def hits(self, session: Session, places: Sequence[int] | None = None) -> list[Hit]:
        """The rows at these places (all, if none are named), in the order the parcels came in."""
        wanted = list(range(len(self)) if places is None else places)
        named = names_of(session, self.touched.numbers[wanted])
        parties, stages, modes, kinds, divisions = self.columns
        stored, parts = self.touched.stored_dm2.tolist(), self.parts.tolist()
        return [
            Hit(
                *named[k], Stage(stages[n]), _mode(modes[n]), uuid(parties[n]),
                AssetKind(kinds[n]), divisions[n], self.overlaps[n], stored[n], PARTS[parts[n]],
            )
            for k, n in enumerate(wanted)
        ]  # fmt: skip

    @cached_property
    def free(self) -> NDArray[np.bool_]:
        """Which of them an order may have."""
        stored = Stage.STORED.value
        return np.array([stage == stored for stage in self.columns[STAGE]], dtype=np.bool_)

    @cached_property
    def collectable(self) -> NDArray[np.bool_]:
        """Which of the free ones are more than a sliver."""
        more: NDArray[np.bool_] = self.free & (self.parts != PARTS.index(Part.SLIVER))
        return more

    @cached_property
    def sums(self) -> Sums:
        """What there is, by what it is."""
        parties, stages, modes, kinds, divisions = self.columns
        towns = [division[:TOWN_LENGTH] for division in divisions]
        free, taken, some = (flags.tolist() for flags in (self.free, ~self.free, self.collectable))
        parts = self._sum(self.parts.tolist(), free, PARTS.__getitem__)
        return Sums(
            by_part=tuple(sorted(parts, key=lambda part: PARTS.index(part.key))),
            by_kind=self._sum(kinds, some, AssetKind),
            by_mode=self._sum(modes, some, _mode),
            by_town=self._sum(towns, some, str),
            by_owner=self._sum(parties, some, uuid),
            taken_by_stage=self._sum(stages, taken, Stage),
        )

    def _sum(
        self, keys: Sequence[Any], chosen: list[bool], read: Callable[[Any], Any]
    ) -> tuple[Sum, ...]:
        """Count and area of each key, the largest first (of equals, what came into the bank first).

        `read` makes of a key, as it was fetched, what it means.
        """
        counts: dict[Any, int] = {}
        areas: dict[Any, int] = {}
        for key, overlap_dm2 in compress(zip(keys, self.overlaps, strict=True), chosen):
            if key in counts:
                counts[key] += 1
                areas[key] += overlap_dm2
            else:
                counts[key], areas[key] = 1, overlap_dm2
        largest_first = sorted(areas, key=areas.__getitem__, reverse=True)
        return tuple([Sum(read(key), counts[key], areas[key]) for key in largest_first])


def _mode(given: str | None) -> StorageMode | None:
    return StorageMode(given) if given else None


@dataclass(frozen=True)
class Found:
    """All that is known of a red line: its area, what it touches, what is missing, what forbids."""

    area_dm2: int
    inside: Inside
    gaps: Gaps
    conflicts: tuple[ZoneAnswer, ...]

    @property
    def sums(self) -> Sums:
        """The free deposits inside by kind, mode, owner and town."""
        return self.inside.sums


def find_inside(session: Session, shape: Shape, *, on: date) -> Found:
    """What a red line (county system) collects, with its gaps and control zones; writes nothing."""
    inside = find_deposits(session, shape, on=on)
    return Found(
        area_dm2=area_dm2(shape),
        inside=inside,
        gaps=find_gaps(session, shape, inside.touched),
        conflicts=tuple(conflicts(session, shape, on=on)),
    )


def find_deposits(session: Session, shape: Shape, *, on: date) -> Inside:
    """The deposits alone: exact overlaps, whole, partial or sliver by the rulebook, their sums."""
    return Inside(deposits_inside(session, shape), on)


def conflicts_inside(
    session: Session,
    shape: Shape,
    inside: Inside,
    *,
    on: date,
    places: Sequence[int] | None = None,
) -> list[list[ZoneAnswer]]:
    """What the control zones answer for each deposit's part inside the red line.

    For the deposits at these places (all, if none are named), in their order; each layer answers.
    """
    wanted = list(range(len(inside)) if places is None else places)
    if not wanted:
        return []
    parts = inside.touched.polygons(session, wanted)
    cut = inside.touched.overlap_dm2[wanted] < inside.touched.stored_dm2[wanted]
    parts[cut] = shapely.intersection(parts[cut], shape)
    kinds = [inside.columns[KIND][place] for place in wanted]
    return conflicts_of(session, parts, on=on, asset_kinds=kinds)  # type: ignore[arg-type]  # an array is a sequence of shapes


def _parts(touched: Touched, on: date) -> NDArray[np.int8]:
    """The part of each, as its place in `PARTS`.

    An overlap up to the tolerance is a sliver, if it is the smaller piece; what would be left of
    a whole is one too.
    """
    tolerance = round(rules.ratio("redline.sliver.area_m2", on) * DM2_PER_M2)
    overlap, stored = touched.overlap_dm2, touched.stored_dm2
    parts = np.full(len(overlap), PARTS.index(Part.PARTIAL), dtype=np.int8)
    parts[stored - overlap <= tolerance] = PARTS.index(Part.WHOLE)
    parts[(overlap <= tolerance) & (2 * overlap < stored)] = PARTS.index(Part.SLIVER)
    return parts
