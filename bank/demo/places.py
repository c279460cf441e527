"""The demonstration county's divisions: outline, towns and villages that tile it."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon, affinity

from bank.demo import lines
from bank.demo.data import (
    AREA_KM2,
    OUTLINE,
    SRID,
    TOWNS,
    VILLAGE_FIRST,
    VILLAGE_SECOND,
)
from bank.demo.lines import GRID_M, Geometries, Points
from bank.land.projection import to_county


@dataclass(frozen=True, slots=True)
class PlannedDivision:
    """A town or village: outline in the county's system, the code of what it belongs to."""

    code: str
    name: str
    parent_code: str
    outline: Polygon


@dataclass(frozen=True, slots=True)
class Places:
    """A county without its parcels."""

    outline: Polygon
    towns: list[PlannedDivision]
    villages: list[PlannedDivision]


def places(rng: np.random.Generator) -> Places:
    """Outline, 15 towns and their villages; villages tile towns, towns tile the county."""
    outline = county_outline()
    centres = _centres(outline)
    borders = _town_lines(outline, centres, rng)
    rough = _rough_towns(outline, centres, borders)
    seeds = [_spread(town, t.villages, rng) for town, t in zip(rough, TOWNS, strict=True)]
    inner = [_village_lines(town, s, rng) for town, s in zip(rough, seeds, strict=True)]
    # The towns' own borders, not the lines they came from: noding has moved those by a millimetre.
    pieces = lines.faces(np.concatenate([[town.exterior for town in rough], *inner]))
    inside = shapely.point_on_surface(pieces)
    pieces, inside = _within(pieces, inside, outline)
    names = village_names(rng, sum(town.villages for town in TOWNS))
    towns, villages = [], []
    for town, area, town_seeds in zip(TOWNS, rough, seeds, strict=True):
        shapely.prepare(area)
        own = shapely.contains(area, inside)
        owner = lines.owners(pieces[own], inside[own], town_seeds)
        shapes = lines.gathered(pieces[own], owner, town.villages)
        villages += [
            PlannedDivision(f"{town.code}{201 + i}", names.pop(), town.code, shape)
            for i, shape in enumerate(shapes)
        ]
        towns.append(PlannedDivision(town.code, town.name, town.code[:6], lines.merged(shapes)))
    return Places(lines.merged([town.outline for town in towns]), towns, villages)


def county_outline() -> Polygon:
    """The coarse outline in the county's system, scaled to the county's known area."""
    rough = to_county(Polygon(OUTLINE), SRID)
    factor = float(np.sqrt(AREA_KM2 * 1e6 / rough.area))
    scaled = affinity.scale(rough, factor, factor, origin=rough.centroid)
    return lines.merged([shapely.set_precision(scaled, GRID_M)])


def village_names(rng: np.random.Generator, count: int) -> list[str]:
    """Different names, in random order."""
    every = [a + b + "村" for a in VILLAGE_FIRST for b in VILLAGE_SECOND if a != b]
    return [str(name) for name in rng.choice(every, count, replace=False)]


def _centres(outline: Polygon) -> Points:
    points = to_county(shapely.points([(town.lon, town.lat) for town in TOWNS]), SRID)
    if not shapely.contains(outline, points).all():
        raise ValueError("a town's centre lies outside the county")
    return np.asarray(shapely.get_coordinates(points))


def _town_lines(outline: Polygon, centres: Points, rng: np.random.Generator) -> Geometries:
    ends = lines.edges(centres, outline)
    clearance = lines.seed_clearance(ends, centres)
    return lines.waved(ends, rng, bends=40, swing=0.12, most=0.4 * clearance)


def _rough_towns(outline: Polygon, centres: Points, borders: Geometries) -> list[Polygon]:
    pieces = lines.faces(np.concatenate([[outline.exterior], borders]))
    pieces, inside = _within(pieces, shapely.point_on_surface(pieces), outline)
    return lines.gathered(pieces, lines.owners(pieces, inside, centres), len(TOWNS))


def _village_lines(town: Polygon, seeds: Points, rng: np.random.Generator) -> Geometries:
    ends = lines.edges(seeds, town)
    clearance = lines.seed_clearance(ends, seeds)
    curves = lines.waved(ends, rng, bends=16, swing=0.12, most=0.4 * clearance)
    clipped = shapely.get_parts(shapely.intersection(curves, town))
    return np.asarray(clipped[shapely.get_type_id(clipped) == 1], dtype=object)


def _spread(town: Polygon, count: int, rng: np.random.Generator) -> Points:
    """Seeds of villages: random, then moved to the middle of their cells, twice, to even out."""
    min_x, min_y, max_x, max_y = town.bounds
    shapely.prepare(town)
    tries = rng.uniform((min_x, min_y), (max_x, max_y), (count * 40, 2))
    seeds = tries[shapely.contains_xy(town, tries)][:count]
    for _ in range(2):
        cells = shapely.get_parts(
            shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=town, ordered=True)
        )
        moved = shapely.get_coordinates(shapely.centroid(shapely.intersection(cells, town)))
        inside = shapely.contains_xy(town, moved)
        seeds = np.where(inside[:, None], moved, seeds)
    return np.asarray(seeds)


def _within(
    pieces: Geometries, inside: Geometries, outline: Polygon
) -> tuple[Geometries, Geometries]:
    shapely.prepare(outline)
    kept = shapely.contains(outline, inside)
    return pieces[kept], inside[kept]
