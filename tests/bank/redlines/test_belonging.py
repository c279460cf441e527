"""A red line becomes the project's whose land it collects, with what the control zones said."""

from datetime import date

import pytest
import shapely

from bank.catalogue import bundling
from bank.catalogue.tables import Bundle
from bank.deposits.records import parcel_of
from bank.deposits.tables import Deposit
from bank.land.parcels import shape_of
from bank.orders import placing
from bank.orders.tables import Order
from bank.projects.landcheck import latest_land_check
from bank.redlines import belonging, drawing
from bank.redlines.tables import RedLine
from bank.zones.importing import Zone, keep_layer
from database.actor import Actor
from tests.bank.redlines.test_drawing import around, kept, prepare
from tests.world import World


@pytest.fixture
def investor(world: World) -> Actor:
    return world.investor()


@pytest.fixture
def wood(world: World) -> Deposit:
    return world.deposit()


def ordered(world: World, bundle: Bundle, investor: Actor) -> Order:
    return placing.place(
        world.session, bundle.id, name="竹海", purpose="民宿", capital_fen=0,
        actor=investor, at=world.at, key=world.key(),
    )  # fmt: skip


def zones(world: World, deposit: Deposit, since: date) -> None:
    """A version of the urban boundary that covers the deposit."""
    zone = Zone(shape_of(parcel_of(deposit)), "城东片", "", False)
    keep_layer(
        world.session, [zone],
        kind="urban_boundary", valid_from=since, at=world.at, name="城镇", source_note="",
    )  # fmt: skip


def numbers(lines: list[RedLine]) -> list[str]:
    return [line.number for line in lines]


def test_with_the_order_the_red_line_becomes_the_projects(
    world: World, wood: Deposit, investor: Actor
) -> None:
    line = kept(world, around(wood), investor)
    bundle = prepare(world, line, investor).bundle
    assert line.project_id is None

    order = ordered(world, bundle, investor)

    assert line.project_id == order.project_id
    assert list(belonging.lines_of_project(world.session, order.project_id)) == [line]


def test_a_bundle_that_was_put_together_by_hand_brings_no_red_line(
    world: World, wood: Deposit, investor: Actor
) -> None:
    kept(world, around(wood), investor)
    bundle, investor = world.bundle(wood, investor=investor)

    order = ordered(world, bundle, investor)

    assert list(belonging.lines_of_project(world.session, order.project_id)) == []


def test_a_line_whose_land_was_taken_out_again_is_not_the_projects(
    world: World, wood: Deposit, investor: Actor
) -> None:
    other = world.deposit()
    first = kept(world, around(wood), investor)
    second = kept(world, around(other), investor)
    for line in (first, second):
        bundle = prepare(world, line, investor).bundle
    bundling.remove(world.session, bundle.id, deposit_id=wood.id, actor=investor)

    order = ordered(world, bundle, investor)

    assert first.project_id is None
    assert list(belonging.lines_of_project(world.session, order.project_id)) == [second]


def test_the_line_of_one_project_goes_to_another_as_a_copy_with_its_own_number(
    world: World, wood: Deposit, investor: Actor
) -> None:
    line = kept(world, around(wood), investor)
    first = ordered(world, prepare(world, line, investor).bundle, investor)
    placing.take_back(world.session, first.id, actor=investor, at=world.at)

    again = ordered(world, prepare(world, line, investor).bundle, investor)

    (copy,) = belonging.lines_of_project(world.session, again.project_id)
    assert line.project_id == first.project_id
    assert copy.number != line.number
    assert drawing.shape_of(copy) == drawing.shape_of(line)
    assert drawing.get_red_line(world.session, copy.id, actor=investor) == copy


def test_what_the_zones_say_is_kept_when_it_is_drawn_and_when_it_is_ordered(
    world: World, wood: Deposit, investor: Actor
) -> None:
    line = kept(world, around(wood), investor)
    drawn = world.at
    world.later(days=1)
    zones(world, wood, world.at.date())
    world.later(days=1)

    ordered(world, prepare(world, line, investor).bundle, investor)

    now, before = belonging.checks_of(world.session, line)
    assert [{check.checked_at for check in each} for each in (now, before)] == [{world.at}, {drawn}]
    assert {check.result for check in before} == {"not_checked"}
    assert [check.layer for check in now][2] == "urban_boundary"
    urban = now[2]
    assert (urban.result, urban.zone_name, urban.area_dm2) == ("conflict", "城东片", 1_000_000)
    assert urban.control_layer is not None
    assert urban.control_layer.name == "城镇"
    assert before[2].control_layer is None


def test_the_project_keeps_what_the_zones_say_of_the_part_that_goes(
    world: World, wood: Deposit, investor: Actor
) -> None:
    zones(world, wood, world.at.date())
    min_x, min_y, _, max_y = shape_of(parcel_of(wood)).bounds
    line = kept(world, shapely.box(min_x - 5, min_y - 5, min_x + 30, max_y + 5), investor)

    order = ordered(world, prepare(world, line, investor).bundle, investor)

    urban = latest_land_check(world.session, order.project)[2]
    assert (urban.area_dm2, urban.share_ppm) == (300_000, 1_000_000)
    assert urban.control_layer is not None
