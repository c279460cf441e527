"""Commissioning, drafting, signing and issuing: who may, in which order, and what then counts."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits.lifecycle import Stage as DepositStage
from bank.rules import whole
from database.actor import Actor
from database.refusals import Refusal
from tests.world import World
from valuation.agencies.lifecycle import Stage as AgencyStage
from valuation.agencies.tables import AgencyKind, Appraiser
from valuation.appraisals import appraising
from valuation.appraisals.lifecycle import CommissionStage, Stage
from valuation.appraisals.refusals import (
    AgencyNotAdmitted,
    CommissionEnded,
    NoSuchAppraisal,
    NotQualified,
    NotTheAgency,
    NoValue,
    OwnAppraisal,
    SignedAlready,
    ValuationDateAhead,
)
from valuation.appraisals.tables import Appraisal, Commission
from valuation.refusals import RateAbsurd, UnknownMethod

INPUTS = {"amounts_per": "whole", "income_yuan": "10", "rate": "0.06", "term_years": "45"}


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


@pytest.fixture
def commission(world: World) -> Commission:
    return world.commission_of(world.deposit(DepositStage.ON_NOTICE))


def drafted(world: World, commission: Commission, **changed: Any) -> Appraisal:
    today = local_date(world.at)
    told: dict[str, Any] = {
        "number": f"V-{world.key()}",
        "method": "income",
        "inputs": INPUTS,
        "valuation_date": today,
        "today": today,
        "validity_days": 365,
        "interested": set(),
        "actor": world.appraiser,
        "at": world.at,
    }
    report = world.document(world.appraiser)
    told |= {"report_id": report.id} | changed
    return appraising.draft(world.session, commission.id, **told)


def signed(world: World, appraisal: Appraisal, actor: Actor, **changed: Any) -> Appraisal:
    told: dict[str, Any] = {
        "today": local_date(world.at),
        "in_force_from": world.at,
        "interested": set(),
        "actor": actor,
        "at": world.at,
    }
    return appraising.sign(world.session, appraisal.id, **(told | changed))


def test_a_draft_keeps_value_inputs_and_working(world: World, commission: Commission) -> None:
    appraisal = drafted(world, commission)

    assert appraisal.stage is Stage.DRAFT
    assert appraisal.value_fen == 15_456
    assert appraisal.inputs["rate"] == "0.06"
    assert appraisal.working[-1]["figure"] == "154.56"
    assert appraisal.valid_until == appraisal.valuation_date + timedelta(days=365)


def test_two_different_appraisers_issue_it(world: World, commission: Commission) -> None:
    appraisal = drafted(world, commission)

    assert signed(world, appraisal, world.appraiser).stage is Stage.SIGNED
    with pytest.raises(SignedAlready):
        signed(world, appraisal, world.appraiser)
    assert appraisal.issued_at is None
    assert signed(world, appraisal, world.second_appraiser).stage is Stage.ISSUED

    assert appraisal.issued_at == appraisal.in_force_from == world.at
    assert commission.stage is CommissionStage.DELIVERED
    assert [signature.name for signature in appraisal.signatures] == ["孙评估", "赵评估"]
    with pytest.raises(SignedAlready):
        signed(world, appraisal, world.appraiser)
    third = world.appraisers_of(world.agency)[0]
    with pytest.raises((SignedAlready, CommissionEnded)):
        signed(world, appraisal, third)


def test_as_many_sign_as_the_rule_asks(world: World) -> None:
    assert whole("appraisal.appraisers.minimum", local_date(world.at)) == appraising.SIGNATURES


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"method": "magic"}, UnknownMethod),
        ({"method": "rent"}, NoValue),
        ({"inputs": INPUTS | {"rate": "6"}}, RateAbsurd),
        ({"days": 1}, ValuationDateAhead),
        ({"days": -366}, ValuationDateAhead),
    ],
)
def test_an_unsound_draft_is_refused_and_nothing_kept(
    world: World, commission: Commission, changed: dict[str, Any], refusal: type[Refusal]
) -> None:
    days = changed.pop("days", None)
    if days is not None:
        changed["valuation_date"] = local_date(world.at) + timedelta(days=days)

    with pytest.raises(refusal):
        drafted(world, commission, **changed)

    world.session.expire(commission, ["appraisals"])
    assert commission.appraisals == []


def test_a_value_of_the_last_day_that_counts_is_taken(world: World, commission: Commission) -> None:
    day = local_date(world.at) - timedelta(days=365)
    assert drafted(world, commission, valuation_date=day).valid_until == local_date(world.at)


def test_only_a_qualified_appraiser_of_the_agency_acts(
    world: World, commission: Commission
) -> None:
    other = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]
    appraisal = drafted(world, commission)

    for stranger in (other, world.officer):
        with pytest.raises(NotTheAgency):
            drafted(world, commission, actor=stranger)
        with pytest.raises(NotTheAgency):
            signed(world, appraisal, stranger)

    person = world.session.get_one(Appraiser, world.second_appraiser.id)
    person.qualified_until = local_date(world.at) - timedelta(days=1)
    with pytest.raises(NotQualified):
        signed(world, appraisal, world.second_appraiser)


def test_nobody_appraises_for_her_own_party(world: World, commission: Commission) -> None:
    party = world.party(name="孙评估")
    actor = Actor(
        id=world.appraiser.id,
        name="孙评估",
        roles=world.appraiser.roles,
        parties=frozenset({party.id}),
        agency=world.agency.id,
    )
    with pytest.raises(OwnAppraisal):
        drafted(world, commission, actor=actor, interested={party.id})
    appraisal = drafted(world, commission)
    with pytest.raises(OwnAppraisal):
        signed(world, appraisal, actor, interested={party.id})


def test_a_delivered_commission_takes_no_other_draft(world: World, commission: Commission) -> None:
    appraisal = drafted(world, commission)
    for actor in (world.appraiser, world.second_appraiser):
        signed(world, appraisal, actor)

    with pytest.raises(CommissionEnded):
        drafted(world, commission)


def test_only_an_admitted_appraisal_agency_is_commissioned(world: World) -> None:
    deposit = world.deposit(DepositStage.ON_NOTICE)
    planner, waiting = world.new_agency("规划院"), world.new_agency("待入库评估所")
    lapsed = world.new_agency("证书过期评估所")
    planner.qualifications[0].kind = AgencyKind.PLANNING
    waiting.stage = AgencyStage.SUBMITTED
    lapsed.qualifications[0].valid_until = local_date(world.at) - timedelta(days=1)
    world.session.flush()

    for agency_id in (planner.id, waiting.id, lapsed.id, deposit.id):
        with pytest.raises(AgencyNotAdmitted):
            appraising.engage(
                world.session,
                number="C-x",
                asset_id=deposit.asset_id,
                agency_id=agency_id,
                today=local_date(world.at),
                actor=world.officer,
                at=world.at,
            )


def test_an_appraisal_counts_from_its_day_until_it_expires(
    world: World, commission: Commission
) -> None:
    appraisal = drafted(world, commission)
    later = world.at + timedelta(days=16)
    for actor in (world.appraiser, world.second_appraiser):
        signed(world, appraisal, actor, in_force_from=later)

    def found(after: timedelta) -> Appraisal | None:
        at = world.at + after
        return appraising.find_in_force(
            world.session, appraisal.asset_id, at=at, today=local_date(at)
        )

    assert found(timedelta(days=15)) is None
    assert found(timedelta(days=16)) is appraisal
    assert found(timedelta(days=365)) is appraisal
    assert found(timedelta(days=366)) is None


def test_the_agencys_newer_appraisal_supersedes_its_older_one(world: World) -> None:
    deposit = world.deposit(DepositStage.ON_NOTICE)
    first = world.appraise(deposit)
    world.later(days=1)
    told = {"asset_id": deposit.asset_id, "agency_id": world.agency.id, "actor": world.officer}
    told["today"] = local_date(world.at)
    again = appraising.engage(world.session, number="C-2", at=world.at, **told)  # type: ignore[arg-type]
    second = drafted(world, again)
    for actor in (world.appraiser, world.second_appraiser):
        signed(world, second, actor)

    assert first.stage is Stage.SUPERSEDED
    assert second.stage is Stage.ISSUED


def test_what_is_not_there_is_refused(world: World) -> None:
    missing = world.agency.id
    with pytest.raises(NoSuchAppraisal):
        appraising.get_commission(world.session, missing)
    with pytest.raises(NoSuchAppraisal):
        appraising.get_appraisal(world.session, missing)
