"""What the zones of each layer cover of many shapes at once: areas, cores and names.

Pure geometry in the county's system. Zones that overlap each other are united over a shape before
they are measured, so no place counts twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

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
    """Zones of some layers, each of which has a number; all four are of one length."""

    shapes: Geometries
    names: list[str]
    cores: NDArray[np.bool_]
    layers: NDArray[np.intp]


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


def covers_of(shapes: Geometries, zones: Zones) -> dict[tuple[int, int], Cover]:
    """What each layer covers of each shape, by place and layer; where that is nothing, no entry."""
    if not len(zones.shapes):
        return {}
    of, by = shapely.STRtree(zones.shapes).query(shapes, predicate="intersects")
    order = np.lexsort((by, zones.layers[by], of))
    of, by = of[order], by[order]
    pieces, whole = _pieces(shapes, zones.shapes, of, by)
    areas = shapely.area(pieces)
    counts = (areas > 0).nonzero()[0]
    if not len(counts):
        return {}
    of, by = of[counts], by[counts]
    layer = zones.layers[by]
    key = of * (int(zones.layers.max()) + 1) + layer
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    ends = np.append(starts[1:], len(key))
    pieces = pieces[counts]
    shared = _Shared(pieces, areas[counts], whole[counts], _meeting(pieces, key))
    return {
        (shape, kind): _cover(shared, by, slice(start, end), zones)
        for shape, kind, start, end in zip(
            of[starts].tolist(), layer[starts].tolist(), starts.tolist(), ends.tolist(), strict=True
        )
    }


def _pieces(
    shapes: Geometries, zones: Geometries, of: NDArray[np.intp], by: NDArray[np.intp]
) -> tuple[Geometries, NDArray[np.bool_]]:
    """What each pair shares, and whether that is the whole shape.

    Only where neither holds the other is anything cut.
    """
    pieces = zones[by].copy()
    shapely.prepare(zones)
    inside = shapely.covers(pieces, shapes[of])
    pieces[inside] = shapes[of[inside]]
    cut = (~inside).nonzero()[0]
    cut = cut[~shapely.contains_properly(shapes[of[cut]], pieces[cut])]
    pieces[cut] = shapely.intersection(shapes[of[cut]], pieces[cut])
    return pieces, inside


def _meeting(pieces: Geometries, key: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which pieces share ground with another piece of the same key; equal keys lie together."""
    found = np.zeros(len(pieces), dtype=np.bool_)
    same = key[1:] == key[:-1]
    several = (np.append(same, False) | np.append(False, same)).nonzero()[0]
    if len(several):
        found[several] = _shares_ground(pieces[several], key[several])
    return found


def _shares_ground(pieces: Geometries, key: NDArray[np.intp]) -> NDArray[np.bool_]:
    one, other = shapely.STRtree(pieces).query(pieces)
    pairs = (one < other) & (key[one] == key[other])
    one, other = one[pairs], other[pairs]
    shared = shapely.relate_pattern(pieces[one], pieces[other], INTERIORS_MEET)
    found = np.zeros(len(pieces), dtype=np.bool_)
    found[one[shared]] = True
    found[other[shared]] = True
    return found


class _Shared(NamedTuple):
    """Pieces that a shape shares with zones of one layer, or many such groups, with their m².

    `whole`: the piece is all of its shape. `meeting`: it shares ground with another of its group.
    """

    pieces: Geometries
    areas: NDArray[np.float64]
    whole: NDArray[np.bool_]
    meeting: NDArray[np.bool_]

    def only(self, which: slice | NDArray[np.bool_]) -> "_Shared":
        """Some of them."""
        return _Shared(
            self.pieces[which], self.areas[which], self.whole[which], self.meeting[which]
        )

    def once(self) -> tuple[Geometries, int]:
        """Of one group, the same ground once, and its dm²: pieces that meet are united."""
        if self.whole.any():
            first = int(self.whole.argmax())
            return self.pieces[first : first + 1], _dm2(self.areas[first])
        if not self.meeting.any():
            return self.pieces, _dm2(self.areas.sum())
        pieces = _united(self.pieces, self.meeting)
        return pieces, _dm2(shapely.area(pieces).sum())


def _cover(shared: _Shared, by: NDArray[np.intp], group: slice, zones: Zones) -> Cover:
    """What the pieces of one group cover; most groups are of one piece."""
    if group.stop - group.start == 1:
        zone, area_dm2 = by[group.start], _dm2(shared.areas[group.start])
        core_dm2 = area_dm2 if zones.cores[zone] else 0
        return Cover(shared.pieces[group], area_dm2, core_dm2, zones.names[zone])
    of_group, cores = shared.only(group), zones.cores[by[group]]
    pieces, area_dm2 = of_group.once()
    core_dm2 = 0
    if cores.all():
        core_dm2 = area_dm2
    elif cores.any():
        core_dm2 = of_group.only(cores).once()[1]
    names = [zones.names[zone] for zone in by[group].tolist()]
    return Cover(pieces, area_dm2, core_dm2, _names(names, of_group.areas.tolist()))


def without_overlap(pieces: Geometries) -> Geometries:
    """The same ground once: pieces that share ground are united, the rest stay as they are."""
    if len(pieces) < 2:
        return pieces
    meeting = _shares_ground(pieces, np.zeros(len(pieces), dtype=np.intp))
    return _united(pieces, meeting) if meeting.any() else pieces


def _united(pieces: Geometries, meeting: NDArray[np.bool_]) -> Geometries:
    united = np.array([shapely.union_all(pieces[meeting])], dtype=object)
    return np.concatenate((pieces[~meeting], united))


def _dm2(area_m2: np.float64) -> int:
    return round(float(area_m2) * DM2_PER_M2)


def _names(names: Sequence[str], areas: Sequence[float]) -> str:
    """The zones' names, the one that covers most first (of equals, by name); no name, left out."""
    covered: dict[str, float] = {}
    for name, area in zip(names, areas, strict=True):
        covered[name] = covered.get(name, 0) + area
    named = [name for name in covered if name]
    largest = sorted(named, key=lambda name: (-round(covered[name], 2), name))
    return NAME_JOINT.join(largest[:NAMES_SHOWN])
