"""Who asks agencies for quotes, about what, and by when; and who takes a commission back."""

from datetime import timedelta
from typing import Any

import pytest

from bank.acts import history
from bank.agencies.refusals import TextMissing
from bank.commissions import answering, requesting
from bank.commissions.refusals import (
    AgenciesMissing,
    DeadlineUnsound,
    FirstAgency,
    NotDisputed,
    NothingAsked,
    NotOverdue,
    NotTheClient,
    NotToBeAppraised,
)
from bank.deposits.lifecycle import Stage as DepositStage
from bank.parties.refusals import NotConfirmed
from bank.parties.tables import User
from bank.refusals import IllegalMove, KeyReused, NotAnOfficer, NotYours
from database.actor import Role
from tests.bank.commissions.asked import FEE_FEN, Asked
from tests.reading import money, refused
from valuation.agencies.tables import AgencyKind
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.commissions.lifecycle import QuoteStage, Stage
from valuation.commissions.refusals import AgencyNotAdmitted


@pytest.fixture
def deposit(world):
    return world.deposit(DepositStage.CLEARED)


def test_an_owner_asks_several_agencies_about_her_own_asset(session, world, deposit):
    asked = Asked(world, deposit)

    commission = asked.commission
    assert commission.stage is Stage.REQUESTED
    assert commission.client_id == deposit.party_id
    assert [each.asset_id for each in commission.assets] == [deposit.asset_id]
    assert {each.stage for each in commission.quotes} == {QuoteStage.ASKED}
    assert commission.agency is None
    assert [each.act for each in history(session, commission)] == ["request"]


def test_the_same_request_twice_is_one_commission(session, world, deposit):
    asked = Asked(world, deposit)

    again = requesting.request(session, **asked.told)

    assert again.id == asked.id
    with pytest.raises(KeyReused):
        requesting.request(session, **(asked.told | {"scope": "别的"}))


def test_what_is_stored_may_be_appraised_for_an_investor_and_the_county(world, stored):
    for_investor = Asked(world, stored, client=world.investor())
    for_county = Asked(world, stored, county=True)

    assert for_investor.commission.client_id is not None
    assert for_county.commission.client_id is None


def test_what_is_not_stored_is_its_owners_alone(world, deposit):
    with refused(NotToBeAppraised, "assets", deposit=deposit.number, stage="cleared"):
        Asked(world, deposit, client=world.investor())
    with refused(NotYours, "assets"):
        Asked(world, deposit, client=world.villager("李大山"))


def test_a_village_may_not_have_a_households_land_appraised(world):
    with refused(NotYours, "assets"):
        Asked(world, world.deposit(), client=world.collective())


@pytest.mark.parametrize("stage", [DepositStage.DRAFT, DepositStage.SUBMITTED])
def test_land_that_may_still_be_drawn_anew_is_not_appraised(world, stage):
    deposit = world.deposit(stage)

    with refused(NotToBeAppraised, "assets", stage=stage.value):
        Asked(world, deposit)


def test_nobody_asks_in_anothers_name(session, world, deposit):
    asked = Asked(world, deposit)
    stranger = world.villager("李大山")

    with refused(NotYours):
        requesting.request(session, **(asked.told | {"actor": stranger, "key": "k"}))
    with refused(NotAnOfficer):
        requesting.request(
            session, **(asked.told | {"actor": stranger, "client_id": None, "key": "k"})
        )


def test_an_unconfirmed_company_asks_nobody(world):
    with refused(NotConfirmed):
        Asked(world, world.deposit(), client=world.investor(confirmed=False))


def test_a_township_asks_about_its_own_town_alone(session, world, deposit):
    told = Asked(world, deposit, county=True).told
    elsewhere = world.user("邻镇干部", Role.TOWNSHIP, township="330523107")

    made = requesting.request(session, **(told | {"actor": world.officer, "key": "k1"}))
    assert made.client_id is None
    with refused(NotAnOfficer):
        requesting.request(session, **(told | {"actor": elsewhere, "key": "k2"}))


@pytest.mark.parametrize(
    ("told", "refusal", "field"),
    [
        ({"assets": []}, NothingAsked, "assets"),
        ({"kind": AgencyKind.PLANNING}, NothingAsked, "project_id"),
        ({"scope": " "}, TextMissing, "scope"),
        ({"agencies": []}, AgenciesMissing, "agencies"),
    ],
)
def test_a_request_says_what_and_of_whom(world, deposit, told, refusal, field):
    with refused(refusal, field):
        Asked(world, deposit, **told)


def test_an_agency_is_not_asked_twice(world, deposit):
    with refused(AgenciesMissing, "agencies"):
        Asked(world, deposit, agencies=[world.agency.id, world.agency.id])


def test_only_an_agency_that_is_admitted_to_such_work_is_asked(session, world, deposit):
    world.agency.qualifications[0].valid_until = world.at.date() - timedelta(days=1)

    with refused(AgencyNotAdmitted, "agency_id"):
        Asked(world, deposit)


@pytest.mark.parametrize(
    ("quote_in", "deliver_in", "field"),
    [(-1, 5, "quote_by"), (3, 3, "deliver_by"), (3, 2, "deliver_by")],
)
def test_the_days_come_in_their_order(world, deposit, quote_in, deliver_in, field):
    today = world.at.date()
    days = {
        "quote_by": today + timedelta(days=quote_in),
        "deliver_by": today + timedelta(days=deliver_in),
    }

    with refused(DeadlineUnsound, field):
        Asked(world, deposit, **days)


def test_a_plan_is_asked_for_ones_own_project(session, world, stored):
    order = world.order(stored, approved=False, paid=False)
    planner = world.new_agency("山川规划院")
    planner.qualifications[0].kind = AgencyKind.PLANNING
    session.flush()
    told = {
        "kind": AgencyKind.PLANNING, "project_id": order.project_id, "assets": [],
        "agencies": [planner.id],
    }  # fmt: skip
    investor = session.get_one(User, order.placed_by).actor()

    assert Asked(world, client=investor, **told).commission.project_id == order.project_id
    with refused(NotYours, "project_id"):
        Asked(world, client=world.investor("别家公司"), **told)


def test_a_second_opinion_is_about_a_disputed_result_and_by_another_agency(session, world, deposit):
    first = Asked(world, deposit)
    first.deliver()

    with refused(NotDisputed, "second_of"):
        Asked(world, deposit, second_of=first.id, agencies=[first.other.id])
    answering.dispute(session, first.id, grounds="面积有误", actor=first.client, at=world.at)
    with refused(FirstAgency, "agencies"):
        Asked(world, deposit, second_of=first.id, agencies=[world.agency.id])
    second = Asked(world, deposit, second_of=first.id, agencies=[first.other.id])

    assert second.commission.second_of == first.id


def test_a_request_is_taken_back_while_agencies_quote(session, world, deposit):
    asked = Asked(world, deposit)
    asked.offer()

    with refused(NotTheClient):
        requesting.withdraw(
            session, asked.id, reason="不评了", actor=world.villager("李大山"), at=world.at
        )
    with refused(TextMissing, "reason"):
        requesting.withdraw(session, asked.id, reason=" ", actor=asked.client, at=world.at)
    requesting.withdraw(session, asked.id, reason="不评了", actor=asked.client, at=world.at)

    assert asked.commission.stage is Stage.WITHDRAWN
    assert {each.stage for each in asked.commission.quotes} == {QuoteStage.LEFT}
    assert money(session, asked.client) == 2 * FEE_FEN


def test_a_choice_is_taken_back_within_the_grace_period_with_the_fee(session, world, deposit):
    asked = Asked(world, deposit)
    asked.choose()
    assert money(session, asked.client) == FEE_FEN

    requesting.withdraw(session, asked.id, reason="选错了", actor=asked.client, at=world.at)

    assert asked.commission.stage is Stage.WITHDRAWN
    assert money(session, asked.client) == 2 * FEE_FEN


def test_an_agency_at_work_is_left_alone_until_its_last_day_is_past(session, world, deposit):
    asked = Asked(world, deposit)
    asked.choose()
    told: dict[str, Any] = {"reason": "等不及了", "actor": asked.client}
    until = asked.commission.deliver_by
    assert until is not None

    with refused(NotOverdue, until=until.isoformat()):
        requesting.withdraw(session, asked.id, at=world.later(minutes=11), **told)
    with refused(NotOverdue):
        requesting.withdraw(session, asked.id, at=world.later(days=29), **told)
    requesting.withdraw(session, asked.id, at=world.later(days=2), **told)

    assert asked.commission.stage is Stage.WITHDRAWN
    assert money(session, asked.client) == 2 * FEE_FEN


def test_the_agency_gives_the_work_back_and_the_client_her_money(session, world, deposit):
    asked = Asked(world, deposit)
    asked.choose()
    asked.visit()
    appraisal = world.draft(deposit, commission=asked.commission)

    requesting.withdraw(
        session, asked.id, reason="人员不足", actor=world.appraiser, at=world.later(days=1)
    )

    assert asked.commission.stage is Stage.WITHDRAWN
    assert appraisal.stage is AppraisalStage.WITHDRAWN
    assert money(session, asked.client) == 2 * FEE_FEN


def test_what_was_valued_before_the_rest_was_given_back_does_not_count(session, world):
    client = world.villager()
    one = world.deposit(DepositStage.CLEARED, owner=client)
    two = world.deposit(DepositStage.CLEARED, owner=client)
    asked = Asked(world, one, two)
    asked.choose()
    asked.visit(one)
    issued = world.appraise(one, commission=asked.commission)
    assert asked.commission.stage is Stage.ENGAGED

    requesting.withdraw(session, asked.id, reason="人员不足", actor=world.appraiser, at=world.at)

    assert issued.stage is AppraisalStage.SET_ASIDE


def test_what_was_delivered_is_answered_not_withdrawn(session, world, deposit):
    asked = Asked(world, deposit)
    asked.deliver()

    with refused(IllegalMove, stage="delivered", act="withdraw"):
        requesting.withdraw(session, asked.id, reason="不要了", actor=asked.client, at=world.at)
