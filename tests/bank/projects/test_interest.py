"""No officer decides on a project in which her own party has a part, whichever part that is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bank.deposits.tables import StorageMode
from bank.income import rounds
from bank.income.refusals import NoShareholders, OverrideMissing
from bank.orders import placing
from bank.orders.lifecycle import Stage as OrderStage
from bank.projects import reviewing
from bank.projects.interest import interested
from bank.projects.lifecycle import Stage
from bank.refusals import OwnBusiness
from bank.withdrawals import requesting
from tests.beginnings import asked_for
from tests.reading import refused


def ordered(world):
    """An order over the land of two owners; with one of them, an heir holds a part."""
    owner, heir = world.villager(), world.party(name="王小妹")
    deposit = world.deposit(owner=owner, holders={next(iter(owner.parties)): 1, heir.id: 1})
    order = world.order(deposit, world.deposit(), approved=False)
    return {"owner": owner, "heir": heir, "order": order}


@pytest.fixture
def beginning(request):
    return asked_for(request, order=ordered)


@pytest.fixture
def owner(begun):
    return begun["owner"]


@pytest.fixture
def heir(begun):
    return begun["heir"]


@pytest.fixture
def order(begun):
    return begun["order"]


def acting_for(officer, party_id):
    """The same officer, who acts for a party besides."""
    return replace(officer, parties=frozenset({party_id}))


@pytest.fixture(params=["investor", "depositor", "holder"])
def officer(request, world, order, owner, heir):
    party = {
        "investor": order.party_id, "depositor": next(iter(owner.parties)), "holder": heir.id,
    }  # fmt: skip
    return acting_for(world.county_officer, party[request.param])


def test_all_whom_it_concerns_are_interested(session, order, owner, heir):
    others = {line.deposit.party_id for line in order.lines}

    assert interested(session, order.project) == {order.party_id, heir.id, *owner.parties} | others


def test_whoever_holds_shares_is_interested(session, world):
    order = world.collected(world.deposit())

    assert order.party_id in interested(session, order.project)


def test_an_interested_officer_does_not_review_or_cancel(session, world, order, officer):
    world.later(minutes=11)

    with refused(OwnBusiness):
        reviewing.start_review(session, order.project_id, officer=officer, at=world.at)
    with refused(OwnBusiness):
        placing.cancel(session, order.id, reason="", officer=officer, at=world.at)


def test_an_interested_officer_asks_for_no_collection_and_no_refund(session, world, order, officer):
    world.later(minutes=11)
    world.approve(order)
    world.pay(order)
    told = {"officer": officer, "at": world.at, "key": world.key()}

    with refused(OwnBusiness):
        requesting.request_collection(session, order.id, **told)
    with refused(OwnBusiness):
        requesting.request_refund(session, order.id, reason="", **told)


def test_an_interested_officer_opens_and_cancels_no_round(session, world, order, officer):
    world.later(minutes=11)
    world.approve(order)
    world.pay(order)
    world.confirm(world.collection(order))
    world.revenue(order)

    with refused(OwnBusiness):
        rounds.open_round(
            session, order.project_id, reserve_rate=Decimal("0.3"), override_reason="",
            officer=officer, at=world.at, key=world.key(),
        )  # fmt: skip
    round_ = world.round(order, paid=False)
    with refused(OwnBusiness):
        rounds.cancel(session, round_.id, reason="", officer=officer, at=world.at)


def test_a_project_without_shareholders_reports_nothing(session, world):
    order = world.collected(world.deposit(mode=StorageMode.LEASE), capital_fen=0)

    with refused(NoShareholders, project=order.project.number):
        world.revenue(order)


def many_holders(world, count):
    """An order for a deposit of so many holders, under review, without capital."""
    owner = world.villager()
    holders = {world.party(name=f"户{each}").id: 1 for each in range(count)}
    deposit = world.deposit(owner=owner, holders=holders)
    order = world.order(deposit, approved=False, capital_fen=0)
    world.later(minutes=11)
    reviewing.start_review(
        world.session, order.project_id, officer=world.county_officer, at=world.at
    )
    reviewing.give_opinion(
        world.session, order.project_id, department="林业局", in_favour=True, opinion="同意",
        officer=world.county_officer, at=world.at,
    )  # fmt: skip
    return order


def approve(world, order, **told):
    return reviewing.approve(
        world.session, order.project_id, officer=world.county_officer, at=world.at, **told
    )


def test_two_hundred_shareholders_are_no_public_offering(world):
    order = many_holders(world, 200)

    assert approve(world, order).stage is Stage.APPROVED
    assert order.stage is OrderStage.ESCROWED


def test_above_two_hundred_shareholders_a_project_is_approved_with_a_reason_only(world):
    order = many_holders(world, 201)

    with refused(OverrideMissing, "override_reason", limit=200):
        approve(world, order)
    assert approve(world, order, override_reason="同一集体的成员").stage is Stage.APPROVED
