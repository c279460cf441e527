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
from bank.zones.conflicts import ZoneKind
from bank.zones.importing import Zone, keep_layer
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


def test_a_new_check_counts_and_the_answers_of_the_last_stay(session, world):
    deposit = world.deposit(Stage.DRAFT)
    check_land(session, deposit, at=world.at)
    later = world.at + timedelta(days=3)
    check_land(session, deposit, at=later)
    session.expire(deposit, ["every_land_check"])

    assert len(deposit.land_checks) == 2 + len(CONTROL_ZONES)
    assert {check.checked_at for check in deposit.land_checks} == {later}
    assert [check.checked_at for check in deposit.every_land_check] == [
        *[world.at] * len(deposit.land_checks),
        *[later] * len(deposit.land_checks),
    ]


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


def lay(world, kind, shape, *, core=False, name="溪边片"):
    """A control layer of one zone, in force for a month."""
    on = (world.at - timedelta(days=30)).date()
    layer, _ = keep_layer(
        world.session, [Zone(shape, name, "", core)],
        kind=kind, valid_from=on, at=world.at, name="图层", source_note="测试",
    )  # fmt: skip
    return layer


def test_a_warning_is_kept_with_area_share_name_and_version(session, world):
    shape = world.square(side_m=100)
    layer = lay(world, ZoneKind.ECOLOGICAL_RED_LINE, translate(shape, 75, 0), name="水源涵养区")
    deposit = world.deposit(Stage.DRAFT, shape=shape)

    check_land(session, deposit, at=world.at)

    kept = next(c for c in deposit.land_checks if c.layer == ZoneKind.ECOLOGICAL_RED_LINE)
    assert (kept.result, kept.effect) == ("conflict", "warn")
    assert (kept.area_dm2, kept.share_ppm, kept.zone_name) == (250_000, 250_000, "水源涵养区")
    assert (kept.layer_id, kept.checked_at) == (layer.id, world.at)
    assert answers(deposit)["urban_boundary"] == "not_checked"


def test_land_that_is_warned_of_can_be_stored(session, world):
    shape = world.square()
    lay(world, ZoneKind.URBAN_BOUNDARY, shape.buffer(50))

    deposit = world.deposit(Stage.STORED, shape=shape)

    assert deposit.stage is Stage.STORED
    assert answers(deposit)["urban_boundary"] == "conflict"


def test_woodland_on_permanent_basic_farmland_is_refused(session, world):
    shape = world.square(side_m=100)
    deposit = world.deposit(Stage.DRAFT, shape=shape)
    lay(world, ZoneKind.PERMANENT_BASIC_FARMLAND, translate(shape, 60, 0))

    with refused(
        LandConflict, layer="permanent_basic_farmland", conflict_dm2=400_000, zone="溪边片"
    ):
        check_land(session, deposit, at=world.at)


def test_what_the_ecological_core_covers_is_refused_and_the_rest_is_not(session, world):
    shape = world.square(side_m=100)
    deposit = world.deposit(Stage.DRAFT, shape=shape)
    lay(world, ZoneKind.ECOLOGICAL_RED_LINE, shape)
    check_land(session, deposit, at=world.at)
    lay(world, ZoneKind.ECOLOGICAL_RED_LINE, shape, core=True)

    with refused(LandConflict, layer="ecological_red_line"):
        check_land(session, deposit, at=world.at + timedelta(hours=1))


def test_a_layer_of_the_countys_own_is_kept_too(session, world):
    shape = world.square()
    lay(world, "饮用水源保护区", shape)
    deposit = world.deposit(Stage.DRAFT, shape=shape)

    check_land(session, deposit, at=world.at)

    assert answers(deposit)["饮用水源保护区"] == "conflict"
