"""The land check: every layer's answer is kept, and what is unknown is not clear."""

from datetime import timedelta

import shapely
from shapely.affinity import translate

from bank.assets.tables import AssetKind
from bank.deposits import drafting, locating
from bank.deposits.landcheck import check_land
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import AnswersMissing, LandConflict, OverlapsDeposit
from bank.land.checks import CONTROL_ZONES
from bank.land.parcels import register_parcel
from bank.land.tables import Division, DivisionKind, Origin
from bank.withdrawals.requesting import request_return
from tests.reading import refused
from tests.world import SIDE, SOUTH, WEST


def answers(deposit) -> dict[str, str]:
    """What each layer said, as it is kept."""
    return {check.layer: check.result for check in deposit.land_checks}


def test_unknown_is_not_clear(session, world):
    deposit = world.deposit(Stage.DRAFT)
    check_land(session, deposit, at=world.at)

    assert answers(deposit) == {
        "county": "clear",
        "parcels": "clear",
        **{zone.value: "not_checked" for zone in CONTROL_ZONES},
    }
    assert {check.checked_at for check in deposit.land_checks} == {world.at}


def test_a_county_without_an_outline_is_not_checked(session, world):
    deposit = world.deposit(Stage.DRAFT)
    county = session.query(Division).filter_by(kind=DivisionKind.COUNTY).one()
    county.outline = None
    check_land(session, deposit, at=world.at)

    assert answers(deposit)["county"] == "not_checked"


def test_a_new_check_replaces_the_answers_of_the_last(session, world):
    deposit = world.deposit(Stage.DRAFT)
    check_land(session, deposit, at=world.at)
    later = world.at + timedelta(days=3)
    check_land(session, deposit, at=later)
    session.expire(deposit, ["land_checks"])

    assert len(deposit.land_checks) == 2 + len(CONTROL_ZONES)
    assert {check.checked_at for check in deposit.land_checks} == {later}


def test_the_check_names_the_parcel_that_is_in_the_way_and_the_area(session, world):
    shape = world.square(side_m=100)
    deposit = world.deposit(Stage.DRAFT, shape=translate(shape, 30, 0))
    stored = world.deposit(shape=shape)

    with refused(
        OverlapsDeposit, "shape", code=stored.asset.parcel.code, overlap_dm2=70 * 100 * 100
    ):
        check_land(session, deposit, at=world.at)


def test_a_sliver_along_the_border_is_clear(session, world):
    shape = world.square(side_m=100)
    deposit = world.deposit(Stage.DRAFT, shape=translate(shape, 99.99, 0))
    world.deposit(shape=shape)

    check_land(session, deposit, at=world.at)

    assert answers(deposit)["parcels"] == "clear"


def test_a_deposit_is_not_in_its_own_way(session, world):
    deposit = world.deposit(Stage.STORED)

    check_land(session, deposit, at=world.at)

    assert answers(deposit)["parcels"] == "clear"


def test_drafts_are_in_nobodys_way(session, world):
    shape = world.square()
    deposit = world.deposit(Stage.DRAFT, shape=shape)
    world.deposit(Stage.CLEARED, shape=shape)

    check_land(session, deposit, at=world.at)

    assert answers(deposit)["parcels"] == "clear"


def test_land_that_went_home_is_free_again(session, world):
    shape, owner = world.square(), world.villager()
    stored = world.deposit(owner=owner, shape=shape)
    world.confirm(request_return(session, stored.id, actor=owner, at=world.at, key=world.key()))
    deposit = world.deposit(Stage.DRAFT, shape=shape)

    check_land(session, deposit, at=world.at)

    assert answers(deposit)["parcels"] == "clear"


def test_an_imported_parcel_that_crosses_the_county_line_is_a_conflict(session, world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    y = SOUTH + SIDE / 2
    parcel = register_parcel(
        session,
        shapely.box(WEST - 50, y, WEST + 50, y + 100),
        division_code="330523106201",
        land_class="0301",
        location="岭上",
        origin=Origin.IMPORTED,
        at=world.at,
    )
    locating.pick(session, deposit.id, parcel_id=parcel.id, actor=owner, at=world.at)

    with refused(LandConflict, layer="county"):
        check_land(session, deposit, at=world.at)


def test_land_that_lies_nowhere_cannot_be_checked(session, world):
    owner = world.villager()
    deposit = drafting.begin(
        session,
        party_id=next(iter(owner.parties)),
        kind=AssetKind.WOODLAND,
        name="",
        division_code="330523106201",
        actor=owner,
        at=world.at,
        key="k",
    )

    with refused(AnswersMissing, "place", missing=["place"]):
        check_land(session, deposit, at=world.at)
