"""A consent stands for what it was given for: other land or other terms need another."""

from typing import Any

import pytest

from bank.assets.tables import AssetKind
from bank.deposits import checking, drafting, locating, submission
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import AnswersMissing
from bank.deposits.tables import ConstructionUse, Deposit, StorageMode
from bank.land.parcels import register_parcel, shape_of
from bank.land.tables import Origin
from database.actor import Actor
from tests.reading import refused
from tests.world import World

TERMS: dict[str, Any] = {
    "mode": StorageMode.LEASE,
    "term_years": 5,
    "use": ConstructionUse.COMMERCE,
    "rent_fen": 800_000,
    "swap_wish": "",
}


@pytest.fixture
def owner(world: World) -> Actor:
    return world.collective()


@pytest.fixture
def deposit(world: World, owner: Actor) -> Deposit:
    """Construction land to be let, agreed to, and sent back to be mended."""
    deposit = world.deposit(
        Stage.ON_NOTICE,
        owner=owner,
        kind=AssetKind.CONSTRUCTION_LAND,
        mode=StorageMode.LEASE,
        term_years=5,
    )
    told: dict[str, Any] = {"officer": world.officer, "at": world.at}
    return checking.send_back(world.session, deposit.id, reason="租期太短", **told)


def choose(world: World, deposit: Deposit, owner: Actor, **changed: Any) -> None:
    terms = TERMS | changed
    drafting.choose_mode(world.session, deposit.id, actor=owner, at=world.at, **terms)


def place(world: World, deposit: Deposit, owner: Actor, shape: Any) -> None:
    told: dict[str, Any] = {"origin": Origin.DRAWN, "actor": owner, "at": world.at}
    locating.place(world.session, deposit.id, shape=shape, **told)


@pytest.mark.parametrize(
    "changed",
    [
        {"term_years": 6},
        {"use": ConstructionUse.INDUSTRY},
        {"rent_fen": 700_000},
        {"mode": StorageMode.SHARE, "rent_fen": None},
        {"mode": StorageMode.SWAP, "rent_fen": None, "swap_wish": "安置房"},
    ],
)
def test_other_terms_need_another_vote(world, owner, deposit, changed) -> None:
    choose(world, deposit, owner, **changed)

    assert submission.missing(deposit) == ["consent"]
    with refused(AnswersMissing, "consent"):
        submission.submit(world.session, deposit.id, actor=owner, at=world.at, key=world.key())
    world.agree(deposit, owner)
    assert world.submit(deposit, owner).stage is Stage.SUBMITTED


def test_other_land_needs_another_vote(world, owner, deposit) -> None:
    place(world, deposit, owner, world.square(side_m=200))

    assert submission.missing(deposit) == ["consent"]


def test_another_parcel_needs_another_vote(world, owner, deposit) -> None:
    parcel = register_parcel(
        world.session, world.square(), land_class="0601", location="村口",
        origin=Origin.IMPORTED, at=world.at,
    )  # fmt: skip
    locating.pick(world.session, deposit.id, parcel_id=parcel.id, actor=owner, at=world.at)

    assert submission.missing(deposit) == ["consent"]
    world.agree(deposit, owner)
    locating.pick(world.session, deposit.id, parcel_id=parcel.id, actor=owner, at=world.at)
    assert submission.missing(deposit) == []


def test_the_same_answers_given_again_leave_the_vote(world, owner, deposit) -> None:
    choose(world, deposit, owner)
    place(world, deposit, owner, shape_of(deposit.asset.parcel))

    assert submission.missing(deposit) == []
