"""The county of bare land in which the bank's commands are tested; tests.beginnings has people."""

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from shapely import Polygon
from sqlalchemy.orm import Session

from bank.deposits.tables import Deposit
from bank.land.divisions import add_division
from bank.land.parcels import register_parcel
from bank.land.polygons import Shape, fit
from bank.land.tables import DivisionKind, Origin, Parcel
from tests.bank.ground import AT, CORNER, SRID, TODAY, square
from tests.beginnings import Build, asked_for
from tests.world import World


def with_a_stored_deposit(world: World) -> dict[str, Any]:
    """The lawful county, with one deposit in it: a villager's, in the catalogue."""
    return {"stored": world.deposit()}


@pytest.fixture
def beginning(request: pytest.FixtureRequest) -> Build:
    """What a test finds that asks for the world: with a deposit, if it asks for that."""
    return asked_for(request, stored=with_a_stored_deposit)


@pytest.fixture
def stored(begun: dict[str, Any]) -> Deposit:
    """A villager's deposit in the catalogue; there is no other."""
    deposit: Deposit = begun["stored"]
    return deposit


@pytest.fixture
def county(session: Session) -> Polygon:
    """The county's outline, with a town over all of it and a village in either half."""
    outline = square(0, 0, 20_000)
    west = shapely.clip_by_rect(outline, CORNER[0], 0, CORNER[0] + 10_000, 4e6)
    add_division(session, "330523", "安吉县", DivisionKind.COUNTY, outline=outline, srid=SRID)
    for code, name, kind, shape, parent in (
        ("330523103", "鄣吴镇", DivisionKind.TOWN, outline, "330523"),
        ("330523103201", "竹溪村", DivisionKind.VILLAGE, west, "330523103"),
        ("330523103202", "石岭村", DivisionKind.VILLAGE, outline - west, "330523103"),
    ):
        session.flush()
        add_division(session, code, name, kind, outline=shape, srid=SRID, parent_code=parent)
    session.flush()
    return outline


@pytest.fixture
def enter(session: Session, county: Polygon) -> Callable[..., Parcel]:
    """Registers a shape as woodland."""

    def register(shape: Shape, land_class: str = "0301") -> Parcel:
        return register_parcel(
            session, fit(shape, on=TODAY), land_class=land_class, location="竹溪村后山",
            origin=Origin.DRAWN, at=AT,
        )  # fmt: skip

    return register
