"""Lines that look grown: edges between seeds, waved once each, so that neighbours share them."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

GRID_M: Final = 0.001
"""Everything lies on whole millimetres, as in the bank."""

Points = NDArray[np.float64]
Geometries = NDArray[np.object_]


def edges(seeds: Points, around: BaseGeometry | None = None) -> Points:
    """The straight edges (n, 2, 2) of the seeds' Voronoi cells, each edge once."""
    diagram = shapely.voronoi_polygons(
        shapely.multipoints(seeds), extend_to=around, only_edges=True
    )
    parts = shapely.get_parts(diagram)
    parts = parts[shapely.get_num_coordinates(parts) == 2]
    ends = shapely.get_coordinates(parts).reshape(-1, 2, 2)
    return np.asarray(ends[np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) > GRID_M])


def waved(
    ends: Points, rng: np.random.Generator, *, bends: int, swing: float, most: Points | None = None
) -> Geometries:
    """Each edge as a line with `bends` corners between its fixed ends.

    `swing` is how far it strays, as a part of its length; `most` bounds that per edge in metres.
    Three sines with falling weight make the curve.
    """
    along = ends[:, 1] - ends[:, 0]
    length = np.linalg.norm(along, axis=1)
    across = np.column_stack((-along[:, 1], along[:, 0])) / length[:, None]
    reach = swing * length if most is None else np.minimum(swing * length, most)
    t = np.linspace(0, 1, bends + 2)
    weights = rng.uniform(-1, 1, (len(ends), 3)) / np.array([1.0, 2.5, 5.0])
    offset = (weights @ np.sin(np.pi * np.outer((1, 2, 3), t))) * reach[:, None]
    offset[:, [0, -1]] = 0
    places = ends[:, :1] + along[:, None] * t[None, :, None] + across[:, None] * offset[..., None]
    return np.asarray(shapely.linestrings(places), dtype=object)


def faces(lines: Geometries) -> Geometries:
    """The faces between lines: noded on the mm grid, so that neighbours share every corner."""
    noded = shapely.union_all(lines, grid_size=GRID_M)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), dtype=object)


def seed_clearance(ends: Points, seeds: Points) -> Points:
    """How far each edge is from the nearest seed, in metres."""
    tree = shapely.STRtree(np.asarray(shapely.points(seeds), dtype=object))
    _, distance = tree.query_nearest(
        shapely.linestrings(ends), return_distance=True, all_matches=False
    )
    return np.asarray(distance)


def owners(pieces: Geometries, inside: Geometries, seeds: Points) -> NDArray[np.intp]:
    """Which seed each piece belongs to: the one in it, else the nearest to its inner point."""
    points = np.asarray(shapely.points(seeds), dtype=object)
    owner = np.asarray(shapely.STRtree(points).nearest(inside))
    seed, piece = shapely.STRtree(pieces).query(points, predicate="within")
    if len(set(piece.tolist())) != len(seeds):
        raise ValueError("a seed has no piece of its own")
    owner[piece] = seed
    return owner


def gathered(pieces: Geometries, owner: NDArray[np.intp], owners: int) -> list[Polygon]:
    """One polygon per owner: its largest piece, with every stray piece given to a neighbour.

    Together they tile what the pieces tile.
    """
    area = shapely.area(pieces)
    home = np.full(owners, -1)
    for i in np.argsort(area):
        home[owner[i]] = i  # the largest comes last
    mine = [[pieces[i]] for i in home]
    strays = [i for i in np.argsort(-area) if i not in set(home.tolist())]
    while strays:
        wholes = np.asarray([shapely.union_all(parts) for parts in mine], dtype=object)
        left = []
        for i in strays:
            shared = shapely.length(shapely.intersection(wholes, pieces[i]))
            if shared.max() > 0:
                mine[int(shared.argmax())].append(pieces[i])
            else:
                left.append(i)
        if len(left) == len(strays):
            break
        strays = left
    return [merged(parts) for parts in mine]


def merged(parts: Sequence[BaseGeometry]) -> Polygon:
    """The union of adjoining polygons, which is one polygon."""
    whole = shapely.normalize(shapely.union_all(parts))
    if not isinstance(whole, Polygon):
        raise TypeError("the parts do not hang together")
    return whole
