"""Clusters of adjoining parcels: what grows where, how large, and its natural-looking cells."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely import Point

from bank.demo import lines
from bank.demo.lines import Geometries, Points

M2_PER_MU: Final = 2000 / 3


@dataclass(frozen=True, slots=True)
class Habit:
    """How parcels of a kind come: their share of all, areas in m², cluster size, land classes.

    `slope`: 1 seeks height, -1 the valley. `jitter` is how irregular the cells are, `swing` and
    `bends` how their edges wave, `stretch` how long they may be drawn.
    """

    kind: str
    share: float
    least_m2: float
    middle_m2: tuple[float, float]
    most_m2: float
    cluster: tuple[int, int]
    classes: tuple[tuple[str, float], ...]
    slope: int
    jitter: float
    swing: float
    bends: int
    stretch: float


HABITS: Final = (
    Habit("woodland", 0.45, 5 * M2_PER_MU, (12 * M2_PER_MU, 80 * M2_PER_MU), 200 * M2_PER_MU,
          (3, 12), (("0302", 0.6), ("0301", 0.35), ("0305", 0.05)), 1, 0.33, 0.16, 4, 1.6),
    Habit("farmland", 0.2, 0.8 * M2_PER_MU, (1.5 * M2_PER_MU, 7 * M2_PER_MU), 15 * M2_PER_MU,
          (4, 15), (("0101", 0.6), ("0103", 0.2), ("0202", 0.2)), -1, 0.22, 0.06, 2, 2.2),
    Habit("house", 0.15, 120, (160, 240), 300,
          (3, 12), (("0702", 1.0),), -1, 0.12, 0.0, 1, 1.25),
    Habit("construction_land", 0.1, 2 * M2_PER_MU, (4 * M2_PER_MU, 22 * M2_PER_MU), 40 * M2_PER_MU,
          (1, 4), (("0601", 0.6), ("0501", 0.25), ("0507", 0.15)), -1, 0.18, 0.02, 2, 1.5),
    Habit("water", 0.06, 1 * M2_PER_MU, (3 * M2_PER_MU, 20 * M2_PER_MU), 60 * M2_PER_MU,
          (1, 3), (("1104", 0.9), ("1103", 0.1)), -1, 0.3, 0.2, 5, 1.4),
    Habit("old_village", 0.04, 10 * M2_PER_MU, (15 * M2_PER_MU, 35 * M2_PER_MU), 50 * M2_PER_MU,
          (1, 2), (("0702", 1.0),), -1, 0.3, 0.1, 4, 1.3),
)  # fmt: skip
CLEARANCE: Final = 1.35
"""A cluster's disc is this much wider than the disc of its cells' whole area."""
RINGS: Final = 2.0
"""Seeds reach this many spacings beyond the disc, so that no cell in it is open."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a village is to hold in one place: how many parcels of a kind, of what middle area."""

    habit: Habit
    count: int
    cell_m2: float

    @property
    def radius_m(self) -> float:
        """Of the disc that the cluster keeps for itself."""
        side = np.sqrt(self.cell_m2)
        return float(np.sqrt(self.count * self.cell_m2 / np.pi) * CLEARANCE + 1.2 * side)


def plan(rng: np.random.Generator, count: int, room_m2: float) -> list[Cluster]:
    """Clusters that add up to `count` parcels, the widest first, woodland held within the room."""
    odds = np.array([habit.share / np.mean(habit.cluster) for habit in HABITS])
    larger = float(np.clip(np.sqrt(count / 25), 1, 3))
    clusters = []
    while count > 0:
        habit = HABITS[rng.choice(len(HABITS), p=odds / odds.sum())]
        least, most = habit.cluster
        size = min(count, int(rng.integers(least, round(most * larger) + 1)))
        low, high = habit.middle_m2
        middle = float(np.exp(rng.uniform(np.log(low), np.log(high))))
        clusters.append(Cluster(habit, size, middle))
        count -= size
    asked = sum(c.count * c.cell_m2 for c in clusters)
    squeeze = min(1.0, 0.3 * room_m2 / asked)
    squeezed = [Cluster(c.habit, c.count, max(c.cell_m2 * squeeze, 1.4 * c.habit.least_m2))
                if squeeze < 1 else c for c in clusters]  # fmt: skip
    return sorted(squeezed, key=lambda c: -c.radius_m)


def cells(rng: np.random.Generator, cluster: Cluster, centre: Points) -> Geometries:
    """At most `cluster.count` adjoining polygons inside the cluster's disc, the inmost first.

    Cells that are too small or too large for their kind are left out.
    """
    habit = cluster.habit
    seeds = centre + _seeds(rng, cluster)
    ends = lines.edges(seeds)
    ends = ends[(np.linalg.norm(ends - centre, axis=2) < cluster.radius_m).all(axis=1)]
    curves = lines.waved(ends, rng, bends=habit.bends, swing=habit.swing)
    pieces = lines.faces(curves)
    area = shapely.area(pieces)
    disc = Point(centre).buffer(cluster.radius_m, quad_segs=16)
    shapely.prepare(disc)
    corners = shapely.get_num_coordinates(pieces) - 1
    fit = (area >= habit.least_m2) & (area <= habit.most_m2) & (corners >= 8) & (corners <= 40)
    pieces = pieces[fit & shapely.contains_properly(disc, pieces)]
    near = np.argsort(shapely.distance(shapely.centroid(pieces), shapely.points(centre)))
    return np.asarray(shapely.normalize(pieces[near[: cluster.count]]), dtype=object)


def land_classes(rng: np.random.Generator, habit: Habit, count: int) -> list[str]:
    """GB/T 21010 classes for parcels of a kind."""
    codes, odds = zip(*habit.classes, strict=True)
    return [str(code) for code in rng.choice(codes, count, p=np.array(odds) / sum(odds))]


def _seeds(rng: np.random.Generator, cluster: Cluster) -> Points:
    """Seeds around the origin: a turned, drawn-out grid with every other row shifted, jittered."""
    habit = cluster.habit
    stretch = np.sqrt(rng.uniform(1, habit.stretch))
    side = np.sqrt(cluster.cell_m2)
    step = np.array([side * stretch, side / stretch])
    reach = cluster.radius_m + RINGS * step.max()
    across, up = (np.arange(-np.ceil(reach / s), np.ceil(reach / s) + 1) for s in step)
    column, row = np.meshgrid(across, up)
    column = column + 0.5 * (row % 2)
    grid = np.column_stack((column.ravel(), row.ravel()))
    grid = (grid + rng.uniform(-habit.jitter, habit.jitter, grid.shape)) * step
    turn = rng.uniform(0, np.pi)
    turned = grid @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(turned[np.linalg.norm(turned, axis=1) < reach])
