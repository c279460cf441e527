"""What the zones of one layer cover of many shapes at once: areas, cores and names.

Pure geometry in the county's system. Zones that overlap each other are united over a shape before
they are measured, so no place counts twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from bank.land.polygons import DM2_PER_M2

NAMES_SHOWN: Final = 5
"""How many zones' names an answer tells."""
NAME_JOINT: Final = "、"
INTERIORS_MEET: Final = "T********"
"""DE-9IM: they share ground, not only an edge or a corner."""

Geometries = NDArray[Any]


@dataclass(frozen=True)
class Zones:
    """Zones of one layer; all three are of one length."""

    shapes: Geometries
    names: list[str]
    cores: NDArray[np.bool_]


@dataclass(frozen=True)
class Cover:
    """What a layer covers of one shape: disjoint or touching pieces, and their area in dm²."""

    pieces: Geometries
    area_dm2: int
    core_dm2: int
    names: str

    def is_thin(self, width_m: float) -> bool:
        """Whether it is nowhere wider than so many metres."""
        # A strip has half its perimeter in length: what has more area than that cannot be thin.
        if shapely.area(self.pieces).sum() > width_m * shapely.length(self.pieces).sum() / 2:
            return False
        whole = shapely.union_all(self.pieces)
        return bool(shapely.buffer(whole, -width_m / 2, join_style="mitre").is_empty)


def covers_of(shapes: Geometries, zones: Zones) -> list[Cover | None]:
    """What the zones cover of each shape; None where that is nothing."""
    found: list[Cover | None] = [None] * len(shapes)
    if not len(zones.shapes):
        return found
    shapely.prepare(shapes)
    shapely.prepare(zones.shapes)
    of, by = shapely.STRtree(zones.shapes).query(shapes, predicate="intersects")
    order = np.lexsort((by, of))
    of, by = of[order], by[order]
    pieces = _pieces(shapes, zones.shapes, of, by)
    areas = shapely.area(pieces)
    counts = areas > 0
    of, by, pieces, areas = of[counts], by[counts], pieces[counts], areas[counts]
    for shape, places in _groups(of):
        found[shape] = _cover(pieces[places], areas[places], by[places], zones)
    return found


def _pieces(
    shapes: Geometries, zones: Geometries, of: NDArray[np.intp], by: NDArray[np.intp]
) -> Geometries:
    """What each pair shares; only where neither holds the other is anything cut."""
    pieces = zones[by].copy()
    inside = shapely.covers(zones[by], shapes[of])
    pieces[inside] = shapes[of[inside]]
    cut = ~inside
    cut[cut] = ~shapely.contains_properly(shapes[of[cut]], zones[by[cut]])
    pieces[cut] = shapely.intersection(shapes[of[cut]], zones[by[cut]])
    return pieces


def _groups(of: NDArray[np.intp]) -> Iterator[tuple[int, slice]]:
    starts = np.flatnonzero(np.diff(of, prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(of)]):
        yield int(of[start]), slice(start, end)


def _cover(
    pieces: Geometries, areas: NDArray[np.float64], by: NDArray[np.intp], zones: Zones
) -> Cover:
    cores = zones.cores[by]
    united = without_overlap(pieces)
    core = united if cores.all() else without_overlap(pieces[cores])
    return Cover(
        pieces=united,
        area_dm2=_dm2(united),
        core_dm2=_dm2(core),
        names=_names([zones.names[zone] for zone in by.tolist()], areas.tolist()),
    )


def without_overlap(pieces: Geometries) -> Geometries:
    """The same ground once: pieces that share ground are united, the rest stay as they are."""
    if len(pieces) < 2:
        return pieces
    one, other = shapely.STRtree(pieces).query(pieces)
    one, other = one[one < other], other[one < other]
    shared = shapely.relate_pattern(pieces[one], pieces[other], INTERIORS_MEET)
    if not shared.any():
        return pieces
    meeting = np.unique(np.append(one[shared], other[shared]))
    alone = np.ones(len(pieces), dtype=np.bool_)
    alone[meeting] = False
    united = np.array([shapely.union_all(pieces[meeting])], dtype=object)
    return np.concatenate((pieces[alone], united))


def _dm2(pieces: Geometries) -> int:
    return round(float(shapely.area(pieces).sum()) * DM2_PER_M2)


def _names(names: Sequence[str], areas: Sequence[float]) -> str:
    """The zones' names, the one that covers most first (of equals, by name); no name, left out."""
    covered: dict[str, float] = {}
    for name, area in zip(names, areas, strict=True):
        covered[name] = covered.get(name, 0) + area
    named = [name for name in covered if name]
    largest = sorted(named, key=lambda name: (-round(covered[name], 2), name))
    return NAME_JOINT.join(largest[:NAMES_SHOWN])
