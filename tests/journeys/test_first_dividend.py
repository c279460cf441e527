"""A villager's woodland and a village's building land become a project and its first dividend.

Told once from top to bottom, each step by the person who really does it, in a browser of her own.
The villager is at her phone. What the pages say is held against the ledger.
"""

from collections.abc import Callable

import pytest
import shapely

from bank.land.parcels import register_parcel
from bank.land.projection import to_lonlat
from bank.land.tables import Origin
from database.directory import Bank
from tests.journeys.people import Person
from tests.journeys.steps import (
    Facts,
)
from tests.journeys.story import begin, tell
from tests.world import World


def squares(world: World) -> Facts:
    """Made-up land: the corners that the villager types, and a surveyed parcel to choose."""
    parcel = register_parcel(
        world.session,
        world.square(),
        land_class="0601",
        location="景溪村",
        origin=Origin.IMPORTED,
        at=world.at,
    )
    corners = to_lonlat(world.square(), 4549)
    assert isinstance(corners, shapely.Polygon)
    typed = "\n".join(f"{x:.9f}, {y:.9f}" for x, y in corners.exterior.coords[:-1])
    return {"parcel": parcel.code, "corners": typed}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_from_a_villagers_woodland_to_the_first_dividend(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    tell(committed_bank, person, begin(committed_bank, squares))
