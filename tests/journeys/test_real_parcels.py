"""The story of the first dividend once more, on parcels that surveyors made elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bank.imports.importing import import_parcels
from bank.land.parcels import shape_of
from bank.land.tables import Parcel
from database.directory import Bank
from tests.journeys.people import Person
from tests.journeys.steps import (
    TOWN,
    Facts,
)
from tests.journeys.story import begin, tell
from tests.world import World

EXTRACTS = Path(__file__).parents[3] / "shared" / "data" / "parcels"
"""Real parcels from elsewhere; not part of the project, so that story is told where they stand."""


def extracts(world: World) -> Facts:
    """Real land: a Danish field for the villager and a Dutch one for the village, moved here."""
    taken: list[Parcel] = []
    for file in sorted(EXTRACTS.iterdir(), reverse=True):
        import_parcels(
            world.session, file, at=world.at, land_class="0301", town_code=TOWN, move_to=TOWN
        )
        known = [parcel.id for parcel in taken]
        for parcel in world.session.scalars(select(Parcel).order_by(Parcel.number)):
            free = parcel.asset_id is None and parcel.id not in known
            if free and not any(shape_of(parcel).intersects(shape_of(one)) for one in taken):
                taken.append(parcel)
                break
    village, villager = taken
    return {"parcel": village.code, "surveyed": villager.code}


@pytest.mark.skipif(not EXTRACTS.is_dir(), reason="the extracts are not part of the project")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_same_story_on_real_parcels(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    tell(committed_bank, person, begin(committed_bank, extracts))
