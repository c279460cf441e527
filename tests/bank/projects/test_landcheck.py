"""A project's land check: what the control zones say of all its land, kept at its acts."""

from datetime import timedelta

import pytest
import shapely
from sqlalchemy import select

from bank.projects.landcheck import latest_land_check
from bank.projects.lifecycle import Act
from bank.projects.tables import ProjectLandCheck
from bank.zones.conflicts import Result, ZoneKind, conflicts
from bank.zones.importing import Zone, keep_layer


@pytest.fixture
def lay(session):
    """Keeps one shape as a control layer that governs from the day of the world on."""

    def keep(kind, shape, *, at):
        zone = Zone(shape, "东片", "", False)
        layer, _ = keep_layer(
            session, [zone],
            kind=kind, valid_from=at.date(), at=at, name="图层", source_note="测试",
        )  # fmt: skip
        return layer

    return keep


def told(checks):
    return {c.layer: (c.result, c.effect, c.area_dm2, c.zone_name) for c in checks}


def test_a_submission_keeps_what_every_layer_says_of_all_its_land(session, world, lay):
    shape = world.square(side_m=100)
    deposits = world.deposit(shape=shape), world.deposit()
    layer = lay(ZoneKind.URBAN_BOUNDARY, shape, at=world.at)

    order = world.order(*deposits, approved=False)

    kept = latest_land_check(session, order.project)
    assert [check.layer for check in kept] == list(ZoneKind)
    assert told(kept)["urban_boundary"] == ("conflict", "warn", 1_000_000, "东片")
    assert told(kept)["permanent_basic_farmland"] == ("not_checked", "none", 0, "")
    assert kept[2].share_ppm == 500_000
    assert kept[2].layer_id == layer.id
    assert {check.checked_at for check in kept} == {order.placed_at}


def test_an_approval_asks_anew_and_the_first_answers_stay(session, world, lay):
    shape = world.square(side_m=100)
    order = world.order(world.deposit(shape=shape), approved=False)
    lay(ZoneKind.PERMANENT_BASIC_FARMLAND, shape, at=world.at - timedelta(days=1))

    world.at += timedelta(hours=1)
    world.approve(order)

    answers = {
        check.act: (check.result, check.effect)
        for check in session.scalars(
            select(ProjectLandCheck).where(
                ProjectLandCheck.project_id == order.project_id,
                ProjectLandCheck.layer == ZoneKind.PERMANENT_BASIC_FARMLAND,
            )
        )
    }
    # The woodland lay clear when it was stored; what a zone forbids since is for the officers.
    assert answers == {Act.SUBMIT: ("not_checked", "none"), Act.APPROVE: ("conflict", "forbid")}
    assert {check.act for check in latest_land_check(session, order.project)} == {Act.APPROVE}


def test_what_conflicts_with_one_deposit_is_not_clear_because_the_others_are_large(
    session, world, lay
):
    small, large = world.square(side_m=20), world.square(side_m=100)
    min_x, min_y, _, max_y = small.bounds
    # A strip that is a fiftieth of the one, and far less of both together.
    strip = shapely.box(min_x, min_y, min_x + 0.4, max_y)
    deposits = world.deposit(shape=small), world.deposit(shape=large)
    lay(ZoneKind.URBAN_BOUNDARY, strip, at=world.at)
    (alone,) = [
        answer for answer in conflicts(session, small, on=world.at.date())
        if answer.layer_kind == ZoneKind.URBAN_BOUNDARY
    ]  # fmt: skip
    assert alone.result is Result.CONFLICT

    order = world.order(*deposits, approved=False)

    kept = latest_land_check(session, order.project)
    assert told(kept)["urban_boundary"] == ("conflict", "warn", 800, "东片")
