"""The public directory: who is found by what, and the record that only finished work makes."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bank.agencies import directory, presenting
from bank.agencies.admitting import decide
from bank.agencies.directory import Record
from bank.agencies.rating import rate
from bank.agencies.refusals import BadStars, NotFinished, RatedAlready
from bank.calendar import local_date
from bank.deposits.lifecycle import Stage as DepositStage
from bank.refusals import NoSuchRecord, NotYours
from tests.bank.agencies.firm import Firm
from tests.reading import refused
from tests.world import World
from valuation.agencies.lifecycle import Act
from valuation.agencies.tables import AgencyKind


def names(session: Session, world: World, **asked: Any) -> list[str]:
    found = directory.search(session, on=local_date(world.at), **asked)
    assert found.total == len(found.rows)
    return [row.agency.name for row in found.rows]


@pytest.fixture
def planner(world: World) -> Firm:
    """A listed planner with a past work."""
    firm = Firm(world, name="浙江山川规划院")
    firm.qualify(AgencyKind.PLANNING)
    presenting.add_work(
        world.session, firm.id, title="深坞民宿_集群", client="", year=2024, actor=firm.actor,
        at=world.at,
    )  # fmt: skip
    firm.submit()
    decide(world.session, firm.id, Act.ADMIT, actor=world.county_officer, at=world.at)
    return firm


def test_an_agency_is_found_by_its_name_its_work_and_its_kind(
    session: Session, world: World, planner: Firm
) -> None:
    assert names(session, world) == [world.agency.name, planner.name]
    assert names(session, world, text="山川") == [planner.name]
    assert names(session, world, text="民宿") == [planner.name]
    assert names(session, world, text="民宿%") == []
    assert names(session, world, kind=AgencyKind.APPRAISAL) == [world.agency.name]
    assert names(session, world, kind=AgencyKind.FINANCE) == []


def test_applicants_and_removed_agencies_are_not_in_the_directory_suspended_ones_are(
    session: Session, world: World, planner: Firm
) -> None:
    applicant = Firm(world, 2, "未入库事务所")
    decide(session, planner.id, Act.SUSPEND, reason="整改", actor=world.county_officer, at=world.at)

    assert names(session, world) == [world.agency.name, planner.name]
    with refused(NoSuchRecord):
        directory.find_listed(session, applicant.agency.number)
    decide(session, planner.id, Act.REMOVE, reason="退出", actor=world.county_officer, at=world.at)
    assert names(session, world) == [world.agency.name]
    with refused(NoSuchRecord):
        directory.find_listed(session, planner.agency.number)


def test_only_the_owner_rates_and_only_what_is_finished_and_once(
    session: Session, world: World
) -> None:
    owner = world.villager("杨春兰")
    deposit = world.deposit(DepositStage.ON_NOTICE, owner=owner)
    commission = world.commission_of(deposit)
    told: dict[str, Any] = {"stars": 4, "words": " 来看了两次 ", "at": world.at}

    with refused(NotFinished):
        rate(session, commission.id, actor=owner, **told)
    world.appraise(deposit)
    with refused(NotFinished, stage="delivered"):
        rate(session, commission.id, actor=owner, **told)
    world.accept(commission)
    with refused(NotYours):
        rate(session, commission.id, actor=world.villager("别人"), **told)
    for stars in (0, 6):
        with refused(BadStars, "stars"):
            rate(session, commission.id, actor=owner, **(told | {"stars": stars}))
    assert rate(session, commission.id, actor=owner, **told).words == "来看了两次"
    with refused(RatedAlready):
        rate(session, commission.id, actor=owner, **told)

    found = directory.find_listed(session, world.agency.number)
    assert found.record == Record(finished=1, ratings=1, stars=4)
    assert [rating.stars for rating in directory.ratings(session, world.agency.id, most=5)] == [4]


@pytest.mark.parametrize(
    ("ratings", "stars", "tenths"),
    [(0, 0, None), (3, 13, 43), (2, 9, 45), (4, 17, 43), (3, 14, 47)],
)
def test_the_average_is_rounded_half_up_to_a_tenth(
    ratings: int, stars: int, tenths: int | None
) -> None:
    assert Record(finished=9, ratings=ratings, stars=stars).average_tenths == tenths
