"""The longest lease: twenty years for things, the rest of the contract for contracted land."""

import pytest

from bank.assets.tables import AssetKind
from bank.calendar import local_date
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import TermOverCap
from bank.deposits.tables import StorageMode
from bank.rules import lease_cap
from tests.reading import refused

LET = {"mode": StorageMode.LEASE}


@pytest.mark.parametrize(
    ("kind", "right", "use", "years"),
    [
        ("woodland", "forest_contract", None, 70),
        ("woodland", "forest_operation", None, 70),
        ("farmland", "land_contract", None, 30),
        ("farmland", "land_operation", None, 30),
        ("woodland", "collective_ownership", None, 20),
        ("farmland", "collective_ownership", None, 20),
        ("construction_land", "construction_use", "commerce", 20),
        ("construction_land", "collective_ownership", None, 20),
        ("house", "homestead_use", None, 20),
        ("water", "water_operation", None, 20),
    ],
)
def test_the_cap_of_a_lease(world, kind, right, use, years) -> None:
    assert lease_cap(kind, right, use, local_date(world.at)).value == years


def test_a_collective_lets_its_own_land_for_twenty_years(world) -> None:
    owner = world.collective()
    assert world.deposit(Stage.SUBMITTED, owner=owner, term_years=20, **LET).term_years == 20

    with refused(TermOverCap, "term_years", cap=20, source="CC 705"):
        world.deposit(Stage.DRAFT, owner=owner, term_years=21, **LET)


def test_a_household_lets_its_contracted_forest_for_longer(world) -> None:
    assert world.deposit(Stage.SUBMITTED, term_years=25, **LET).term_years == 25


def test_what_is_not_let_keeps_the_cap_of_its_use(world) -> None:
    owner, kind = world.collective(), AssetKind.CONSTRUCTION_LAND
    deposit = world.deposit(Stage.SUBMITTED, owner=owner, kind=kind, term_years=40)

    assert deposit.term_years == 40
