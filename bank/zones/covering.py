"""What the zones of each layer cover of many shapes at once: areas, cores and names.

Pure geometry in the county's system. Zones that overlap each other are united over a shape before
they are measured, so no place counts twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
    pieces = _pieces(shapes, zones.shapes, of, by)
    areas = shapely.area(pieces)
    counts = (areas > 0).nonzero()[0]
    if not len(counts):
        return {}
    of, by, pieces, areas = of[counts], by[counts], pieces[counts], areas[counts]
    layer = zones.layers[by]
    key = of * (int(zones.layers.max()) + 1) + layer
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    ends = np.append(starts[1:], len(key))
    meeting = _meeting(pieces, key)
    found: dict[tuple[int, int], Cover] = {}
    for shape, kind, start, end in zip(
        of[starts].tolist(), layer[starts].tolist(), starts.tolist(), ends.tolist(), strict=True
    ):
        group = slice(start, end)
        found[shape, kind] = _cover(
            pieces[group], areas[group], by[group], zones, apart=not meeting[group].any()
        )
    return found


def _pieces(
    shapes: Geometries, zones: Geometries, of: NDArray[np.intp], by: NDArray[np.intp]
) -> Geometries:
    """What each pair shares; only where neither holds the other is anything cut."""
    pieces = zones[by].copy()
    shapely.prepare(zones)
    inside = shapely.covers(pieces, shapes[of])
    pieces[inside] = shapes[of[inside]]
    cut = (~inside).nonzero()[0]
    cut = cut[~shapely.contains_properly(shapes[of[cut]], pieces[cut])]
    pieces[cut] = shapely.intersection(shapes[of[cut]], pieces[cut])
    return pieces


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


def _cover(
    pieces: Geometries,
    areas: NDArray[np.float64],
    by: NDArray[np.intp],
    zones: Zones,
    *,
    apart: bool,
) -> Cover:
    """What these pieces of one layer cover; `apart`: none shares ground with another."""
    cores = zones.cores[by]
    united = pieces if apart else without_overlap(pieces)
    area_dm2 = _dm2(areas if apart else shapely.area(united))
    core_dm2 = 0
    if cores.all():
        core_dm2 = area_dm2
    elif cores.any():
        core_dm2 = _dm2(areas[cores] if apart else shapely.area(without_overlap(pieces[cores])))
    return Cover(
        pieces=united,
        area_dm2=area_dm2,
        core_dm2=core_dm2,
        names=_names([zones.names[zone] for zone in by.tolist()], areas.tolist()),
    )


def without_overlap(pieces: Geometries) -> Geometries:
    """The same ground once: pieces that share ground are united, the rest stay as they are."""
    if len(pieces) < 2:
        return pieces
    meeting = _shares_ground(pieces, np.zeros(len(pieces), dtype=np.intp))
    if not meeting.any():
        return pieces
    united = np.array([shapely.union_all(pieces[meeting])], dtype=object)
    return np.concatenate((pieces[~meeting], united))


def _dm2(areas: NDArray[np.float64]) -> int:
    return round(float(areas.sum()) * DM2_PER_M2)


def _names(names: Sequence[str], areas: Sequence[float]) -> str:
    """The zones' names, the one that covers most first (of equals, by name); no name, left out."""
    if len(names) == 1:
        return names[0]
    covered: dict[str, float] = {}
    for name, area in zip(names, areas, strict=True):
        covered[name] = covered.get(name, 0) + area
    named = [name for name in covered if name]
    largest = sorted(named, key=lambda name: (-round(covered[name], 2), name))
    return NAME_JOINT.join(largest[:NAMES_SHOWN])
