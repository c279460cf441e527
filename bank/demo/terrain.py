"""The demonstration county's land: divisions, and parcels that lie in its valleys and slopes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely import Polygon

from bank.demo import plots
from bank.demo.lines import Geometries, Points
from bank.demo.places import PlannedDivision, places
from bank.demo.plots import Cluster
from bank.land.hilbert import hilbert_order

SPOTS: Final = 200
"""Random places that are looked at in a village for each round of clusters, at least."""
ROUNDS: Final = 40
"""After so many rounds a county that cannot hold its parcels is given up."""
SHRINK: Final = 0.8
"""A cluster that finds no room becomes smaller by this."""
NEAR: Final = 0.15
"""How far from a village's heart most of its parcels are, as a part of the village's width."""
MARGIN_M: Final = 5.0
"""Kept between a cluster and what is around it."""


@dataclass(frozen=True, slots=True)
class PlannedParcel:
    """A parcel to be: polygon in metres (EPSG:4549), kind of asset, village, GB/T 21010 class."""

    polygon: Polygon
    kind: str
    village_code: str
    land_class: str


@dataclass(frozen=True, slots=True)
class County:
    """All of it; the parcels do not overlap and come in the order of a Hilbert curve."""

    outline: Polygon
    towns: list[PlannedDivision]
    villages: list[PlannedDivision]
    parcels: list[PlannedParcel]


def terrain(seed: int = 1, parcels: int = 1000) -> County:
    """The county of a seed with so many parcels: the same seed and number give the same county."""
    rng = np.random.default_rng(seed)
    ground = places(rng)
    relief = Relief(rng, ground.outline)
    wanted = _shares(np.array([v.outline.area for v in ground.villages]), parcels)
    areas = [Ground(village, relief) for village in ground.villages]
    planned: list[PlannedParcel] = []
    for _ in range(ROUNDS):
        for place, count in zip(areas, wanted.tolist(), strict=True):
            planned += place.fill(rng, count)
        missing = parcels - len(planned)
        if missing == 0:
            break
        wanted = _shares(np.array([place.room_m2 for place in areas]), missing)
    else:
        raise ValueError(f"the county has no room for {parcels} parcels")
    centres = shapely.get_coordinates(shapely.centroid([p.polygon for p in planned]))
    ordered = [planned[i] for i in hilbert_order(centres)]
    return County(ground.outline, ground.towns, ground.villages, ordered)


class Relief:
    """Heights, without unit: mountains in the south-west, ridges and valleys everywhere."""

    def __init__(self, rng: np.random.Generator, outline: Polygon) -> None:
        min_x, min_y, max_x, max_y = outline.bounds
        self.origin = np.array([min_x, min_y])
        self.size = np.array([max_x - min_x, max_y - min_y])
        self.waves = rng.normal(0, 1, (12, 2)) * np.geomspace(6, 90, 12)[:, None]
        self.phases = rng.uniform(0, 2 * np.pi, 12)
        self.weights = np.geomspace(0.5, 0.12, 12)

    def height(self, points: Points) -> Points:
        """Heights of points (n, 2)."""
        place = (points - self.origin) / self.size
        ridges = np.sin(place @ self.waves.T + self.phases) @ self.weights
        return np.asarray(ridges - place @ np.array([1.0, 1.4]))


class Ground:
    """A village while it is being filled: which discs are taken."""

    def __init__(self, village: PlannedDivision, relief: Relief) -> None:
        self.village = village
        self.relief = relief
        self.heart = shapely.get_coordinates(shapely.point_on_surface(village.outline))[0]
        self.width_m = float(np.sqrt(village.outline.area))
        self.centres = np.empty((0, 2))
        self.radii = np.empty(0)
        shapely.prepare(village.outline)
        shapely.prepare(village.outline.boundary)

    @property
    def room_m2(self) -> float:
        """What no cluster has taken yet."""
        return max(0.0, self.village.outline.area - float((np.pi * self.radii**2).sum()))

    def fill(self, rng: np.random.Generator, count: int) -> list[PlannedParcel]:
        """About `count` parcels (never more) in new clusters."""
        if count == 0:
            return []
        made: list[PlannedParcel] = []
        spots, clear = self._spots(rng, SPOTS + 3 * count + 10 * len(self.radii))
        for cluster in plots.plan(rng, count, self.room_m2):
            placed = self._place(cluster, spots, clear)
            if placed is None:
                continue
            cluster, centre = placed
            shapes: Geometries = plots.cells(rng, cluster, centre)
            classes = plots.land_classes(rng, cluster.habit, len(shapes))
            made += [
                PlannedParcel(shape, cluster.habit.kind, self.village.code, land_class)
                for shape, land_class in zip(shapes, classes, strict=True)
            ]
        return made

    def _spots(self, rng: np.random.Generator, many: int) -> tuple[Points, Points]:
        """Random places, half of them near the village's heart, and how much room is around."""
        outline = self.village.outline
        min_x, min_y, max_x, max_y = outline.bounds
        anywhere = rng.uniform((min_x, min_y), (max_x, max_y), (many, 2))
        near = self.heart + rng.normal(0, NEAR * self.width_m, (many, 2))
        spots = np.concatenate((anywhere, near))
        spots = spots[shapely.contains_xy(outline, spots)]
        edge = shapely.distance(outline.boundary, shapely.points(spots))
        clear = np.asarray(edge) - MARGIN_M
        for centre, radius in zip(self.centres, self.radii, strict=True):
            clear = np.minimum(clear, _gap(spots, centre, radius))
        return spots, clear

    def _place(
        self, cluster: Cluster, spots: Points, clear: Points
    ) -> tuple[Cluster, Points] | None:
        """The cluster, smaller if need be, near the heart: on a slope or in a valley."""
        habit = cluster.habit
        away = np.linalg.norm(spots - self.heart, axis=1) / (NEAR * self.width_m)
        liking = habit.slope * self.relief.height(spots) - away
        while cluster.cell_m2 >= habit.least_m2:
            free = np.flatnonzero(clear > cluster.radius_m)
            if len(free):
                centre = spots[free[liking[free].argmax()]]
                self.centres = np.vstack((self.centres, centre))
                self.radii = np.append(self.radii, cluster.radius_m)
                np.minimum(clear, _gap(spots, centre, cluster.radius_m), out=clear)
                return cluster, centre
            cluster = Cluster(habit, max(1, int(cluster.count * SHRINK)), cluster.cell_m2 * SHRINK)
        return None


def _gap(spots: Points, centre: Points, radius: float) -> Points:
    return np.asarray(np.linalg.norm(spots - centre, axis=1) - radius - MARGIN_M)


def _shares(weights: Points, total: int) -> Points:
    """Whole numbers in proportion to the weights that add up to the total (largest remainder)."""
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact)[: total - int(whole.sum())]] += 1
    return np.asarray(whole)
