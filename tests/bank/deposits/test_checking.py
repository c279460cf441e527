"""The township's check: sending back, refusing, and passing to public notice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bank.acts import history
from bank.calendar import grace_ends, local_date, midnight
from bank.deposits import checking, submission
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import GroundsMissing, OverlapsDeposit
from bank.refusals import GraceRunning, IllegalMove, KeyReused, NotAnOfficer, OwnBusiness
from bank.rules import whole
from database.actor import Role
from database.base import new_id
from tests.reading import party_of, recorded, refused
from valuation.agencies.lifecycle import Stage as AgencyStage
from valuation.agencies.tables import AgencyKind
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.refusals import AgencyNotAdmitted
from valuation.commissions.tables import Commission


def send_back(world, deposit, officer, **told):
    """Send back, for a reason unless told otherwise."""
    told = {"reason": "界址不清", "officer": officer, "at": world.at} | told
    return checking.send_back(world.session, deposit.id, **told)


def refuse(world, deposit, officer, **told):
    """Refuse, for a reason unless told otherwise."""
    told = {"reason": "权属有争议", "officer": officer, "at": world.at} | told
    return checking.refuse(world.session, deposit.id, **told)


def pass_on(world, deposit, officer, **told):
    """Pass to notice and commission the world's agency unless told otherwise."""
    told = {
        "agency_id": world.agency.id, "officer": officer, "at": world.at, "key": world.key(),
    } | told  # fmt: skip
    return checking.pass_to_notice(world.session, deposit.id, **told)


DECISIONS = {"send back": send_back, "refuse": refuse, "pass": pass_on}
EVERY_DECISION = pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)


def commissions(session):
    """How many there are."""
    return session.scalar(select(func.count()).select_from(Commission))


# -- who decides, and when -----------------------------------------------------------------------


@EVERY_DECISION
def test_only_an_officer_of_the_deposits_own_town_decides(world, decide):
    owner = world.villager()
    deposit = world.deposit(Stage.SUBMITTED, owner=owner)
    next_town = world.user("邻镇干部", Role.TOWNSHIP, township="330523107")
    others = [owner, world.county_officer, world.auditor, world.appraiser, next_town]

    for actor in others:
        with refused(NotAnOfficer, division="330523106201"):
            decide(world, deposit, actor)


@EVERY_DECISION
def test_an_officer_does_not_decide_for_her_own_party(world, decide):
    deposit = world.deposit(Stage.SUBMITTED)
    officer = world.user("王干部", Role.TOWNSHIP, party=deposit.party, township="330523106")

    with refused(OwnBusiness):
        decide(world, deposit, officer)


@EVERY_DECISION
def test_an_officer_does_not_decide_where_she_holds_a_part(world, decide):
    relative = world.party(name="王小花")
    owner = world.villager()
    holders = {party_of(world.session, owner).id: 3, relative.id: 1}
    deposit = world.deposit(Stage.SUBMITTED, owner=owner, holders=holders)
    officer = world.user("王小花", Role.TOWNSHIP, party=relative, township="330523106")

    with refused(OwnBusiness):
        decide(world, deposit, officer)


@EVERY_DECISION
def test_an_officer_does_not_decide_on_her_own_filing(world, decide):
    party = world.party()
    clerk = world.user("陈镇干", Role.OWNER, Role.TOWNSHIP, party=party, township="330523106")
    deposit = world.deposit(Stage.SUBMITTED, owner=clerk)
    no_longer_acting = replace(clerk, parties=frozenset())

    with refused(OwnBusiness):
        decide(world, deposit, no_longer_acting)


@EVERY_DECISION
def test_nothing_is_decided_while_the_owner_may_take_it_back(world, decide):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    submission.submit(world.session, deposit.id, actor=owner, at=world.at, key="k")
    until = grace_ends(world.at)
    world.at = until - timedelta(seconds=1)

    with refused(GraceRunning, until=until.isoformat()):
        decide(world, deposit, world.officer)

    world.at = until
    decide(world, deposit, world.officer)


@EVERY_DECISION
@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.STORED])
def test_nothing_is_decided_on_a_draft_or_on_what_is_stored(world, decide, stage):
    deposit = world.deposit(stage)

    with refused(IllegalMove, stage=stage.value):
        decide(world, deposit, world.officer)


@EVERY_DECISION
def test_nothing_is_decided_on_what_was_refused(world, decide):
    deposit = refuse(world, world.deposit(Stage.SUBMITTED), world.officer)

    with refused(IllegalMove, stage="refused"):
        decide(world, deposit, world.officer)


def test_an_empty_draft_cannot_be_passed_either(session, world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    deposit.asset.parcel.asset_id = None
    session.flush()
    session.expire(deposit.asset, ["parcel"])

    with refused(IllegalMove, stage="draft", act="check"):
        pass_on(world, deposit, world.officer)


@pytest.mark.parametrize("stage", [Stage.ON_NOTICE, Stage.CLEARED])
def test_what_is_passed_cannot_be_passed_again(session, world, stage):
    deposit = world.deposit(stage)

    with refused(IllegalMove, stage=stage.value, act="check"):
        pass_on(world, deposit, world.officer)
    assert commissions(session) == 1


def test_what_is_cleared_can_be_sent_back_but_not_refused(world):
    deposit = world.deposit(Stage.CLEARED)

    with refused(IllegalMove, stage="cleared", act="refuse"):
        refuse(world, deposit, world.officer)
    assert send_back(world, deposit, world.officer).stage is Stage.DRAFT


# -- sending back and refusing -------------------------------------------------------------------


@pytest.mark.parametrize("decide", [send_back, refuse])
def test_a_decision_against_an_owner_needs_its_reason(world, decide):
    deposit = world.deposit(Stage.SUBMITTED)

    with refused(GroundsMissing, "reason"):
        decide(world, deposit, world.officer, reason=" \n")


def test_what_is_sent_back_is_a_draft_with_the_reason_in_its_history(session, world):
    deposit = send_back(world, world.deposit(Stage.SUBMITTED), world.officer, reason=" 界址不清 ")

    last = history(session, deposit)[-1]
    assert deposit.stage is Stage.DRAFT
    assert (last.act, last.reason, last.actor_id) == ("send_back", "界址不清", world.officer.id)
    assert (deposit.submitted_at, deposit.submitted_by) == (None, None)


def test_what_is_sent_back_is_off_the_notice_board(world):
    deposit = send_back(world, world.deposit(Stage.ON_NOTICE), world.officer)

    assert (deposit.notice_from, deposit.notice_until, deposit.checked_by) == (None, None, None)


def test_what_is_sent_back_goes_the_whole_way_again(world):
    owner = world.villager()
    deposit = send_back(world, world.deposit(Stage.ON_NOTICE, owner=owner), world.officer)
    world.submit(deposit, owner)
    posted = world.at
    pass_on(world, deposit, world.second_officer)

    assert deposit.notice_from == posted
    assert deposit.checked_by == world.second_officer.id


def test_what_is_sent_back_is_no_longer_the_agencys_business(session, world):
    deposit = world.deposit(Stage.ON_NOTICE)
    commission = world.commission_of(deposit)

    send_back(world, deposit, world.officer)

    assert commission.stage is CommissionStage.WITHDRAWN


@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.ON_NOTICE])
def test_what_is_refused_says_why(session, world, stage):
    deposit = refuse(world, world.deposit(stage), world.officer)

    assert deposit.stage is Stage.REFUSED
    assert history(session, deposit)[-1].reason == "权属有争议"


# -- passing to notice ---------------------------------------------------------------------------


def test_a_sound_application_is_shown_and_its_appraisal_commissioned(session, world):
    deposit = pass_on(world, world.deposit(Stage.SUBMITTED), world.officer)
    commission = world.commission_of(deposit)

    assert deposit.stage is Stage.ON_NOTICE
    assert deposit.checked_by == world.officer.id
    assert (commission.agency_id, commission.stage) == (world.agency.id, CommissionStage.ENGAGED)
    assert (commission.engaged_by, commission.engaged_at) == (world.officer.id, world.at)
    assert recorded(session) == []


@pytest.mark.parametrize("hour", [0, 2, 15, 16, 23])
def test_a_notice_stands_for_exactly_the_rules_days(world, hour):
    deposit = world.deposit(Stage.SUBMITTED)
    world.at = world.at.replace(hour=hour) + timedelta(days=1)
    today = local_date(world.at)

    pass_on(world, deposit, world.officer)

    whole_days = whole("notice.deposit.days", today)
    assert whole_days == 15
    assert deposit.notice_from == world.at
    assert deposit.notice_until == midnight(today + timedelta(days=whole_days + 1))


@pytest.mark.parametrize("fault", ["unknown", "not admitted", "of another kind"])
def test_only_an_admitted_agency_is_commissioned(world, fault):
    deposit = world.deposit(Stage.SUBMITTED)
    agency = world.new_agency("外地评估所")
    if fault == "not admitted":
        agency.stage = AgencyStage.SUSPENDED
    if fault == "of another kind":
        agency.qualifications[0].kind = AgencyKind.PLANNING
    agency_id = new_id() if fault == "unknown" else agency.id

    with refused(AgencyNotAdmitted, "agency_id"):
        pass_on(world, deposit, world.officer, agency_id=agency_id)


def test_land_that_another_stored_meanwhile_is_not_shown(world):
    shape = world.square()
    deposit = world.deposit(Stage.SUBMITTED, shape=shape)
    first = world.deposit(owner=world.villager("李大山"), shape=shape)

    with refused(OverlapsDeposit, "shape", code=first.asset.parcel.code, overlap_dm2=1_000_000):
        pass_on(world, deposit, world.officer)


def test_a_double_click_commissions_once(session, world):
    deposit = world.deposit(Stage.SUBMITTED)
    until = pass_on(world, deposit, world.officer, key="the same").notice_until
    world.later(days=1)

    assert pass_on(world, deposit, world.officer, key="the same").notice_until == until
    assert commissions(session) == 1


def test_a_key_that_named_another_agency_is_refused(world):
    deposit = world.deposit(Stage.SUBMITTED)
    pass_on(world, deposit, world.officer, key="the same")

    with refused(KeyReused, key="the same"):
        pass_on(
            world, deposit, world.officer, agency_id=world.new_agency("外地评估所").id,
            key="the same",
        )  # fmt: skip
