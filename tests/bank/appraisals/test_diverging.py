"""Two agencies' appraisals that differ too much stop what rests on them, until that is settled."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.appraisals.diverging import compare, compare_due, is_divergent
from bank.appraisals.settling import settle
from bank.deposits.lifecycle import Stage
from bank.deposits.queues import Gate, gates
from bank.deposits.tables import Deposit
from bank.due import run_due
from bank.refusals import NotAnOfficer, OwnBusiness
from bank.withdrawals import confirming
from database.actor import Actor
from tests.world import World
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.refusals import (
    DivergenceOpen,
    DivergenceSettled,
    NotOneOfTheTwo,
    ReasonMissing,
)
from valuation.appraisals.tables import Appraisal, Divergence, DivergenceStage
from valuation.commissions.lifecycle import Stage as CommissionStage


def second(world: World, deposit: Deposit, yearly_yuan: int) -> Appraisal:
    """Another agency values the same deposit."""
    agency = world.new_agency("湖州正源资产评估事务所")
    commission = world.commission(deposit, agency=agency)
    return world.appraise(deposit, commission=commission, yearly_yuan=yearly_yuan)


def review_of(session: Session) -> Divergence:
    return session.scalars(select(Divergence)).one()


@pytest.mark.parametrize(
    ("yearly_yuan", "open_"), [(24_100, True), (16_000, True), (23_900, False), (20_000, False)]
)
def test_a_difference_over_the_rule_opens_a_review(
    session: Session, world: World, yearly_yuan: int, open_: bool
) -> None:
    deposit = world.deposit(Stage.CLEARED)
    world.appraise(deposit)

    second(world, deposit, yearly_yuan)

    assert is_divergent(session, deposit) is open_
    assert {g.gate: g.holds for g in gates(session, deposit, at=world.at)}[
        Gate.DIVERGENCE
    ] is not open_


def test_one_agency_may_change_its_mind(session: Session, world: World) -> None:
    deposit = world.deposit(Stage.CLEARED)
    world.appraise(deposit)

    world.appraise(deposit, commission=world.commission(deposit), yearly_yuan=40_000)

    assert not is_divergent(session, deposit)


def test_a_pair_is_reviewed_once(session: Session, world: World) -> None:
    deposit = world.deposit(Stage.CLEARED)
    world.appraise(deposit)
    second(world, deposit, 40_000)

    compare(session, deposit.asset_id, at=world.at)
    assert compare_due(session, at=world.at) == 1
    assert review_of(session).difference_ppm == pytest.approx(1_000_000, abs=2)


def test_while_it_is_open_nothing_is_stored_ordered_or_collected(
    session: Session, world: World
) -> None:
    cleared = world.deposit(Stage.CLEARED)
    world.appraise(cleared)
    second(world, cleared, 40_000)
    with pytest.raises(DivergenceOpen):
        world.store(cleared)

    stored = world.deposit()
    second(world, stored, 40_000)
    with pytest.raises(DivergenceOpen):
        world.order(stored)


def test_it_stops_paying_and_both_officers_of_a_collection(world: World) -> None:
    unpaid, unchecked, unconfirmed = (world.deposit() for _ in range(3))
    order = world.order(unpaid, paid=False)
    first = world.collection(world.order(unchecked))
    last = world.collection(world.order(unconfirmed))
    world.later(minutes=11)
    confirming.check(world.session, last.id, officer=world.other_county_officer, at=world.at)
    for deposit in (unpaid, unchecked, unconfirmed):
        second(world, deposit, 40_000)

    with pytest.raises(DivergenceOpen):
        world.pay(order)
    with pytest.raises(DivergenceOpen):
        confirming.check(world.session, first.id, officer=world.other_county_officer, at=world.at)
    with pytest.raises(DivergenceOpen):
        confirming.confirm(
            world.session, last.id, officer=world.third_county_officer, at=world.at, key="c-1"
        )


def decide(world: World, kept: Appraisal, officer: Actor | None = None, reason: str = "更贴近市场"):
    review = review_of(world.session)
    return settle(
        world.session, review.id, kept_id=kept.id, reason=reason,
        officer=officer or world.county_officer, at=world.at, key=world.key(),
    )  # fmt: skip


def test_the_county_keeps_one_and_the_value_follows(
    session: Session, world: World, stored: Deposit
) -> None:
    first = session.scalars(select(Appraisal)).one()
    other = second(world, stored, 40_000)

    decide(world, first)

    assert other.stage is AppraisalStage.SET_ASIDE
    assert stored.value_fen == first.worth_fen
    assert not is_divergent(session, stored)
    with pytest.raises(DivergenceSettled):
        decide(world, first)
    world.order(stored)


def test_who_may_not_settle_and_what_is_no_decision(world: World, stored: Deposit) -> None:
    other = second(world, stored, 40_000)
    stranger = world.appraise(world.deposit(Stage.CLEARED))
    county = world.county_officer
    tied = Actor(county.id, county.name, county.roles, frozenset({stored.party_id}))

    with pytest.raises(NotAnOfficer):
        decide(world, other, officer=world.officer)
    with pytest.raises(OwnBusiness):
        decide(world, other, officer=tied)
    with pytest.raises(NotOneOfTheTwo):
        decide(world, stranger)
    with pytest.raises(ReasonMissing):
        decide(world, other, reason=" ")


def test_it_ends_by_itself_and_opens_again_with_a_dispute_that_fails(
    session: Session, world: World, stored: Deposit
) -> None:
    other = second(world, stored, 40_000)

    other.commission.stage = CommissionStage.DISPUTED
    session.flush()
    run_due(session, at=world.at)
    assert review_of(session).stage is DivergenceStage.SETTLED

    other.commission.stage = CommissionStage.ACCEPTED
    session.flush()
    assert run_due(session, at=world.at).divergent == 1


def test_it_ends_when_one_of_the_two_expires(
    session: Session, world: World, stored: Deposit
) -> None:
    world.later(days=30)
    second(world, stored, 40_000)
    assert is_divergent(session, stored)

    world.later(days=340)
    run_due(session, at=world.at)

    assert not is_divergent(session, stored)
