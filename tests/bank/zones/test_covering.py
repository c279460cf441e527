"""What zones cover of shapes, held against the union of all zones over each shape alone."""

from random import Random

import numpy as np
import pytest
import shapely
from shapely import Polygon

from bank.zones.covering import Zones, covers_of

DM2 = 100


def blob(random: Random, reach: float) -> Polygon:
    """A polygon of some corners around a point of a square of 100 m."""
    x, y, corners = random.uniform(0, 100), random.uniform(0, 100), random.randint(4, 9)
    angles = sorted(random.uniform(0, 6.28) for _ in range(corners))
    ring = [
        (x + np.cos(angle) * reach * random.uniform(0.5, 1), y + np.sin(angle) * reach)
        for angle in angles
    ]
    return Polygon(ring).buffer(0.5)


@pytest.mark.parametrize("seed", range(20))
def test_a_layer_covers_what_the_union_of_its_zones_does(seed: int) -> None:
    random = Random(seed)
    shapes = np.array([blob(random, 8) for _ in range(25)], dtype=object)
    count = 12
    zones = Zones(
        shapes=np.array([blob(random, random.choice([10, 30, 80])) for _ in range(count)]),
        names=[f"zone {number}" for number in range(count)],
        cores=np.array([random.random() < 0.4 for _ in range(count)]),
        layers=np.array([random.randrange(2) for _ in range(count)], dtype=np.intp),
    )

    covers = covers_of(shapes, zones)

    for place, shape in enumerate(shapes):
        for layer in range(2):
            of_layer = zones.layers == layer
            area, core = (
                shapely.intersection(shape, shapely.union_all(zones.shapes[which])).area * DM2
                for which in (of_layer, of_layer & zones.cores)
            )
            found = covers.get((place, layer))
            if found is None:
                assert area == pytest.approx(0, abs=1e-6)
                continue
            assert found.area_dm2 == pytest.approx(area, abs=0.51)
            assert found.core_dm2 == pytest.approx(core, abs=0.51)
            assert shapely.area(found.pieces).sum() * DM2 == pytest.approx(area, abs=1e-3)
            met = [
                name
                for name, zone, here in zip(zones.names, zones.shapes, of_layer, strict=True)
                if here and shapely.intersection(shape, zone).area > 0
            ]
            assert set(found.names.split("、")) <= set(met)
