"""Appraising anew what is in the bank: when, by whom, and the value that follows."""

from datetime import timedelta

import pytest

from bank import due
from bank.acts import history
from bank.calendar import local_date
from bank.deposits import queues, reappraising
from bank.deposits.lifecycle import Act, Stage
from bank.deposits.queues import Work
from bank.deposits.refusals import AppraisalLasts, AppraisalUnderWay
from bank.deposits.tables import Deposit
from bank.orders import placing
from bank.refusals import IllegalMove, KeyReused, NotAnOfficer, OwnBusiness
from bank.rules import whole
from database.actor import Actor, Role
from database.directory import Bank
from database.engine import writing
from tests.bank.deposits.turns import second_waits
from tests.reading import refused
from tests.world import World
from valuation.appraisals.counting import find_in_force
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.refusals import AgencyNotAdmitted
from valuation.commissions.tables import Commission


def recommission(world: World, deposit: Deposit, **changed: object) -> Commission:
    told = {
        "agency_id": world.agency.id,
        "officer": world.officer,
        "at": world.at,
        "key": world.key(),
    } | changed
    return reappraising.recommission(world.session, deposit.id, **told)  # type: ignore[arg-type]


def in_force(world: World, deposit: Deposit) -> Appraisal | None:
    today = local_date(world.at)
    return find_in_force(world.session, deposit.asset_id, at=world.at, today=today)


def soon(world: World) -> None:
    """Let time pass until the appraisal made today is about to expire."""
    today = local_date(world.at)
    lasts = whole("appraisal.validity.days", today) - whole("appraisal.renewal.days", today)
    world.later(days=lasts + 1)


def test_it_is_commissioned_anew_when_it_soon_expires_and_not_before(world, stored) -> None:
    until = world.at + timedelta(days=whole("appraisal.validity.days", local_date(world.at)))
    with refused(AppraisalLasts, until=local_date(until).isoformat()):
        recommission(world, stored)

    soon(world)
    commission = recommission(world, stored)

    assert commission.stage is CommissionStage.ENGAGED
    assert commission.engaged_by == world.officer.id
    assert in_force(world, stored)


@pytest.mark.parametrize("ordered", [False, True])
def test_an_expired_one_is_made_anew_in_the_catalogue_and_under_order(
    world, stored, ordered
) -> None:
    if ordered:
        world.order(stored)
    world.later(days=400)
    assert in_force(world, stored) is None

    recommission(world, stored)
    newer = world.appraise(stored, yearly_yuan=20_000)

    assert in_force(world, stored) is newer


def test_one_agency_at_a_time(world, stored) -> None:
    world.later(days=400)
    first = recommission(world, stored)

    with refused(AppraisalUnderWay, commission=first.number):
        recommission(world, stored, agency_id=world.new_agency("湖州评估所").id)


def test_only_a_disinterested_officer_of_the_town_commissions(world) -> None:
    owner = world.villager()
    deposit = world.deposit(owner=owner)
    world.later(days=400)
    elsewhere = world.user("邻镇干部", Role.TOWNSHIP, township="330523107")
    herself = Actor(
        id=owner.id,
        name="",
        roles=frozenset({Role.TOWNSHIP}),
        township=world.officer.township,
        parties=owner.parties,
    )

    with refused(NotAnOfficer):
        recommission(world, deposit, officer=elsewhere)
    with refused(OwnBusiness):
        recommission(world, deposit, officer=herself)
    with refused(AgencyNotAdmitted, "agency_id"):
        recommission(world, deposit, agency_id=deposit.id)


@pytest.mark.parametrize("stage", [Stage.ON_NOTICE, Stage.CLEARED])
def test_what_is_not_in_the_bank_is_not_reappraised(world, stage) -> None:
    with refused(IllegalMove, stage=stage.value):
        recommission(world, world.deposit(stage))


def test_a_double_click_commissions_once(world, stored) -> None:
    world.later(days=400)

    assert recommission(world, stored, key="k") is recommission(world, stored, key="k")
    other = world.new_agency("湖州评估所").id
    with refused(KeyReused):
        recommission(world, stored, key="k", agency_id=other)


def test_two_officers_at_once_commission_once(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        deposit = world.deposit()
        world.later(days=400)
        deposit_id, agency_id, at = deposit.id, world.agency.id, world.at
        officers = world.officer, world.second_officer

    def commissioning(officer):
        return lambda session: reappraising.recommission(
            session, deposit_id, agency_id=agency_id, officer=officer, at=at, key=str(officer.id)
        )

    second = second_waits(committed_bank, *(commissioning(officer) for officer in officers))

    assert isinstance(second, AppraisalUnderWay)


def test_a_stored_deposit_takes_the_newer_value_at_once(world, stored) -> None:
    first, before = in_force(world, stored), stored.value_fen
    soon(world)
    recommission(world, stored)

    newer = world.appraise(stored, yearly_yuan=30_000)

    assert stored.value_fen == newer.value_fen != before
    assert first is not None
    assert first.stage is AppraisalStage.SUPERSEDED
    last = history(world.session, stored)[-1]
    assert (last.act, last.reason) == (Act.REVALUE.value, newer.number)


def test_a_collectives_takes_it_when_the_notice_of_the_result_is_over(world) -> None:
    deposit = world.deposit(owner=world.collective())
    first, before = in_force(world, deposit), deposit.value_fen
    soon(world)
    recommission(world, deposit)
    newer = world.appraise(deposit, yearly_yuan=30_000)

    assert (deposit.value_fen, in_force(world, deposit)) == (before, first)
    assert due.run_due(world.session, at=world.at).revalued == 0
    world.at = newer.in_force_from
    assert due.run_due(world.session, at=world.at).revalued == 1
    assert (deposit.value_fen, in_force(world, deposit)) == (newer.value_fen, newer)
    assert first is not None
    assert first.stage is AppraisalStage.SUPERSEDED
    assert due.run_due(world.session, at=world.at).revalued == 0


def test_what_is_ordered_keeps_its_value_until_it_is_free_again(world, stored) -> None:
    soon(world)
    order, before = world.order(stored, paid=False), stored.value_fen
    recommission(world, stored)
    newer = world.appraise(stored, yearly_yuan=30_000)
    assert (stored.value_fen, order.lines[0].value_fen) == (before, before)

    told = {"officer": world.county_officer, "at": world.at}
    placing.cancel(world.session, order.id, reason="重新估价", **told)
    assert due.run_due(world.session, at=world.at).revalued == 1

    assert stored.value_fen == newer.value_fen


def test_the_townships_queue_shows_what_runs_out(world, stored) -> None:
    ordered, lasting = world.deposit(), None
    world.order(ordered)
    soon(world)
    lasting = world.deposit()

    def waiting() -> set[str]:
        town = world.officer.township
        found = queues.queue(world.session, town, Work.REAPPRAISE, at=world.at)
        return {deposit.number for deposit in found.deposits}

    assert waiting() == {stored.number, ordered.number}
    assert lasting.number not in waiting()
    recommission(world, stored)
    assert waiting() == {ordered.number}
