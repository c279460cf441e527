"""The land that benchmarks run on: made-up parcels of a whole county, deposited, and red lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from bank.land.hilbert import hilbert_order

SIZES: Final = (10_000, 100_000, 1_000_000)
COUNTY_M2: Final = 1_888e6
SIDE_M: Final = COUNTY_M2**0.5
WEST, SOUTH = 430_000.0, 3_370_000.0
_CORNER: Final = np.array([WEST, SOUTH])
SRID: Final = 4549
COUNTY: Final = "330523"
TOWNS: Final = 15
VERTICES: Final = (8, 40)
FILLS: Final = (0.6, 0.98)
"""How far a corner lies from the middle of its cell, of the way to the cell's edge."""
RED_LINES_KM2: Final = (0.5, 5.0, 50.0)
RED_LINES: Final = 30
ZONES: Final = {
    "permanent_basic_farmland": (600, 250.0),
    "ecological_red_line": (40, 600.0),
    "urban_boundary": (25, 90.0),
}
"""How many polygons each control layer has, and how many km² they cover together."""
CHUNK: Final = 50_000
OWNED_TOGETHER: Final = 4
"""Neighbouring parcels of one owner."""

Order = Literal["hilbert", "random"]


@dataclass(frozen=True)
class Chunk:
    """Some parcels: from which serial on, their shapes, WKB, areas and boxes (n, 4)."""

    first: int
    wkb: NDArray[Any]
    area_dm2: NDArray[np.int64]
    boxes: NDArray[np.float64]

    def rows(self) -> Iterator[tuple[int, bytes, int, list[float]]]:
        """Serial, WKB, area and box of each."""
        given = zip(self.wkb, self.area_dm2.tolist(), self.boxes.tolist(), strict=True)
        for serial, (wkb, area_dm2, box) in enumerate(given, self.first):
            yield serial, wkb, area_dm2, box


def chunk_of(first: int, shapes: NDArray[Any]) -> Chunk:
    """These shapes as the parcels from a serial on."""
    area_dm2 = np.rint(shapely.area(shapes) * 100).astype(np.int64)
    wkb: Any = shapely.to_wkb(shapes)
    return Chunk(first, wkb, area_dm2, shapely.bounds(shapes))


def parcels(count: int, *, order: Order = "hilbert", seed: int = 1) -> Iterator[Chunk]:
    """`count` parcels of 8 to 40 vertices, none over another, along the curve or shuffled."""
    random = np.random.default_rng(seed)
    across = int(np.ceil(count**0.5))
    cells = random.permutation(across * across)[:count]
    centres = np.column_stack([cells % across, cells // across]).astype(np.float64)
    centres += 0.5
    if order == "hilbert":
        centres = centres[hilbert_order(centres)]
    cell_m = SIDE_M / across
    for first in range(0, count, CHUNK):
        middles = centres[first : first + CHUNK] * cell_m + _CORNER
        yield chunk_of(first, _stars(middles, cell_m / 2, random))


def red_lines(km2: float, *, count: int = RED_LINES, seed: int = 2) -> list[Polygon]:
    """Irregular red lines of exactly this area, somewhere in the county."""
    random = np.random.default_rng([seed, round(km2 * 10)])
    found = []
    for _ in range(count):
        corners = 60
        angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        waves = np.zeros(corners)
        for k in (2, 3, 5, 7):
            waves += np.sin(angles * k + random.uniform(0, 6.3)) * random.uniform(0, 0.25 / k)
        ring = np.column_stack([np.cos(angles), np.sin(angles)]) * (1 + waves)[:, None]
        shape = Polygon(ring)
        scale = (km2 * 1e6 / shape.area) ** 0.5
        reach = float(np.abs(ring).max()) * scale
        middle = random.uniform(reach, SIDE_M - reach, 2) + _CORNER
        found.append(Polygon(np.round(ring * scale + middle, 3)))
    return found


def zones(count: int, *, km2: float, seed: int = 3) -> Sequence[Polygon]:
    """Control zones of one layer: `count` irregular polygons that cover `km2` together."""
    random = np.random.default_rng(seed)
    middles = random.uniform(0, SIDE_M, (count, 2)) + _CORNER
    reach = (km2 * 1e6 / count / np.pi) ** 0.5 * 1.25
    return list(_stars(middles, reach, random, vertices=(60, 240), fills=(0.7, 0.95)))


def _stars(
    middles: NDArray[np.float64],
    reach_m: float,
    random: np.random.Generator,
    *,
    vertices: tuple[int, int] = VERTICES,
    fills: tuple[float, float] = FILLS,
) -> NDArray[Any]:
    """A polygon around each place, of corners in all directions, on the mm grid."""
    corners = random.integers(vertices[0], vertices[1] + 1, len(middles))
    shapes = np.empty(len(middles), dtype=object)
    for number in np.unique(corners):
        which = np.flatnonzero(corners == number)
        size = (len(which), int(number))
        steps = np.arange(number) + random.uniform(0.1, 0.9, size)
        angles = steps * (2 * np.pi / number)
        reaches = random.uniform(*fills, size) * reach_m
        x = middles[which, 0, None] + np.cos(angles) * reaches
        y = middles[which, 1, None] + np.sin(angles) * reaches
        rings = np.round(np.stack([x, y], axis=-1), 3)
        closed = np.concatenate([rings, rings[:, :1]], axis=1)
        shapes[which] = shapely.polygons(closed)
    return shapes


def uuid_hex(table: int, serial: int) -> str:
    """The id of a row as 32 digits, in the order of the serials, as a UUIDv7 would be."""
    return f"019{table:x}{serial:08x}70008000{serial:012x}"
