"""Two officers confirm a withdrawal: different ones, without a stake, and never too soon."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bank import accounts
from bank.acts import history
from bank.calendar import grace_ends, local_date, midnight
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import StorageMode
from bank.orders.lifecycle import Stage as OrderStage
from bank.orders.refusals import AppraisalExpired, EscrowShort, NotInCatalogue
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import (
    GraceRunning,
    IllegalMove,
    KeyReused,
    NotAnOfficer,
    OwnBusiness,
    ReasonMissing,
    SameOfficer,
)
from bank.withdrawals import confirming, requesting
from bank.withdrawals.lifecycle import Stage
from database.actor import Role
from ledger import journal
from ledger.model import Posting, Transfer
from ledger.refusals import Overdrawn
from tests.beginnings import asked_for
from tests.reading import money, party_of, places, recorded, refused
from valuation.appraisals import appraising

SECOND = timedelta(seconds=1)


def check(world, withdrawal, officer=None):
    """The first officer."""
    return confirming.check(
        world.session, withdrawal.id, officer=officer or world.other_county_officer, at=world.at
    )


def confirm(world, withdrawal, officer=None, key=None):
    """The second officer."""
    return confirming.confirm(
        world.session, withdrawal.id, officer=officer or world.third_county_officer,
        at=world.at, key=key or world.key(),
    )  # fmt: skip


def refuse(world, withdrawal, officer=None, reason="材料不全"):
    """Either officer."""
    return confirming.refuse(
        world.session, withdrawal.id, reason=reason,
        officer=officer or world.other_county_officer, at=world.at,
    )  # fmt: skip


def a_collection(world):
    """A requested collection, of land that two hold."""
    owner = world.villager()
    other = world.party(name="王小花")
    mine = next(iter(owner.parties))
    deposit = world.deposit(owner=owner, holders={mine: 2, other.id: 1})
    return {"owner": owner, "withdrawal": world.collection(world.order(deposit))}


def a_return(world):
    """A requested return that can no longer be taken back."""
    owner = world.villager()
    deposit = world.deposit(owner=owner)
    withdrawal = requesting.request_return(
        world.session, deposit.id, actor=owner, at=world.at, key=world.key()
    )
    world.later(minutes=11)
    return {"owner": owner, "withdrawal": withdrawal}


def a_payout(world):
    """A requested payout that can no longer be taken back."""
    owner = world.villager()
    world.collected(world.deposit(owner=owner, mode=StorageMode.SWAP), capital_fen=0)
    withdrawal = world.payout(owner, 1_000)
    world.later(minutes=11)
    return {"owner": owner, "withdrawal": withdrawal}


KINDS = {"collection": a_collection, "return_": a_return, "payout": a_payout}


@pytest.fixture
def beginning(request):
    """A withdrawal of the kind that the test asks for."""
    if "withdrawal" in request.fixturenames:
        return KINDS[request.getfixturevalue("kind")]
    return asked_for(request, **KINDS)


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def withdrawal(kind, begun):
    """Each of the three kinds."""
    return begun["withdrawal"]


@pytest.fixture
def collection(begun):
    return begun["withdrawal"]


@pytest.fixture
def return_(begun):
    return begun["withdrawal"]


@pytest.fixture
def payout(begun):
    return begun["withdrawal"]


@pytest.fixture
def owner(world, begun):
    """Who deposited the land, if there is a withdrawal; else who may."""
    return begun["owner"] if begun else world.villager()


# -- any withdrawal ------------------------------------------------------------------------------


def test_two_officers_carry_a_withdrawal_out(session, world, withdrawal):
    check(world, withdrawal)
    before = len(recorded(session))
    confirm(world, withdrawal)

    assert withdrawal.stage is Stage.EXECUTED
    assert withdrawal.checked_by == world.other_county_officer.id
    assert withdrawal.confirmed_by == world.third_county_officer.id
    assert (withdrawal.checked_at, withdrawal.confirmed_at) == (world.at, world.at)
    assert len(recorded(session)) == before + 1
    assert [row.act for row in history(session, withdrawal)] == [
        "request", "check", "confirm", "execute",
    ]  # fmt: skip


def test_nothing_moves_when_the_first_officer_checks(session, world, withdrawal):
    before = recorded(session)
    check(world, withdrawal)

    assert withdrawal.stage is Stage.CHECKED
    assert recorded(session) == before


def test_the_officer_who_checked_does_not_confirm(session, world, withdrawal):
    check(world, withdrawal)
    before = recorded(session)

    with refused(SameOfficer, withdrawal=withdrawal.number):
        confirm(world, withdrawal, world.other_county_officer)
    assert withdrawal.stage is Stage.CHECKED
    assert recorded(session) == before


def test_nothing_is_confirmed_unchecked_or_checked_twice(world, withdrawal):
    with refused(IllegalMove, stage="requested", act="confirm"):
        confirm(world, withdrawal)
    check(world, withdrawal)
    with refused(IllegalMove, stage="checked", act="check"):
        check(world, withdrawal, world.third_county_officer)


def test_what_was_carried_out_is_not_done_again(session, world, withdrawal):
    check(world, withdrawal)
    confirm(world, withdrawal)
    before = recorded(session)

    with refused(IllegalMove, stage="executed", act="confirm"):
        confirm(world, withdrawal)
    with refused(IllegalMove, stage="executed", act="check"):
        check(world, withdrawal)
    with refused(IllegalMove, stage="executed", act="refuse"):
        refuse(world, withdrawal)
    assert recorded(session) == before


@pytest.mark.parametrize("act", [check, confirm, refuse])
def test_only_county_officers_decide(world, owner, withdrawal, act):
    for actor in (owner, world.officer, world.auditor, world.appraiser):
        with refused(NotAnOfficer):
            act(world, withdrawal, actor)


@pytest.mark.parametrize("act", [check, confirm, refuse])
def test_no_officer_decides_on_what_she_asked_for_or_is_a_party_to(world, withdrawal, act):
    asked = replace(world.county_officer, id=withdrawal.requested_by, parties=frozenset())
    insider = world.user("周科员", Role.COUNTY, party=withdrawal.party)

    for officer in (asked, insider):
        with refused(OwnBusiness):
            act(world, withdrawal, officer)


def test_a_double_click_moves_once(session, world, withdrawal):
    check(world, withdrawal)
    confirm(world, withdrawal, key="the same")
    before = recorded(session)

    assert confirm(world, withdrawal, key="the same") is withdrawal
    assert recorded(session) == before


def test_the_key_of_another_officer_is_refused(session, world, withdrawal):
    check(world, withdrawal)
    confirm(world, withdrawal, key="the same")
    before = recorded(session)
    fourth = world.user("冯科员", Role.COUNTY)

    with refused(KeyReused, key="the same"):
        confirm(world, withdrawal, fourth, key="the same")
    assert recorded(session) == before


@pytest.mark.parametrize("checked", [False, True])
def test_a_refused_withdrawal_says_why_and_is_over(session, world, withdrawal, checked):
    if checked:
        check(world, withdrawal)
    before = recorded(session)
    refuse(world, withdrawal, reason=" 材料不全 ")

    assert (withdrawal.stage, withdrawal.reason) == (Stage.REFUSED, "材料不全")
    assert recorded(session) == before
    for act in (check, confirm, refuse):
        with refused(IllegalMove, stage="refused"):
            act(world, withdrawal, world.third_county_officer)


def test_a_refusal_needs_its_reason(world, withdrawal):
    with refused(ReasonMissing, "reason"):
        refuse(world, withdrawal, reason=" ")


# -- the grace period ----------------------------------------------------------------------------


def test_a_payout_is_not_checked_while_it_may_be_taken_back(world, owner):
    world.collected(world.deposit(owner=owner, mode=StorageMode.SWAP), capital_fen=0)
    payout = world.payout(owner, 1_000)
    until = grace_ends(world.at)

    world.at = until - SECOND
    with refused(GraceRunning, until=until.isoformat()):
        check(world, payout)
    world.at = until
    assert check(world, payout).stage is Stage.CHECKED


def test_a_return_is_not_checked_while_it_may_be_taken_back(session, world, owner):
    withdrawal = requesting.request_return(
        session, world.deposit(owner=owner).id, actor=owner, at=world.at, key="k"
    )
    until = grace_ends(world.at)

    with refused(GraceRunning, until=until.isoformat()):
        check(world, withdrawal)
    world.at = until
    assert check(world, withdrawal).stage is Stage.CHECKED


def test_what_was_taken_back_is_not_checked(session, world, owner):
    withdrawal = requesting.request_return(
        session, world.deposit(owner=owner).id, actor=owner, at=world.at, key="k"
    )
    requesting.take_back(session, withdrawal.id, actor=owner, at=world.at)
    world.later(minutes=11)

    with refused(IllegalMove, stage="taken_back", act="check"):
        check(world, withdrawal)


# -- collections ---------------------------------------------------------------------------------


def test_an_officer_who_holds_a_part_of_the_land_does_not_let_it_go(world, collection):
    for line in collection.order.lines:
        for holder in line.deposit.asset.holders:
            insider = world.user("周科员", Role.COUNTY, party=holder.party)
            with refused(OwnBusiness):
                check(world, collection, insider)


def valid_until(world, deposit):
    """The last day of the deposit's appraisal."""
    (appraisal,) = appraising.of_commission(world.session, world.commission_of(deposit).id)
    return appraisal.valid_until


def test_an_appraisal_that_has_expired_stops_the_collection_at_either_officer(world, collection):
    (line,) = collection.order.lines
    last_moment = midnight(valid_until(world, line.deposit) + timedelta(days=1)) - SECOND

    world.at = last_moment + SECOND
    with refused(AppraisalExpired, deposit=line.deposit.number):
        check(world, collection)
    world.at = last_moment
    check(world, collection)
    world.at = last_moment + SECOND
    with refused(AppraisalExpired, deposit=line.deposit.number):
        confirm(world, collection)
    assert line.deposit.stage is DepositStage.RESERVED


def test_an_appraisal_made_anew_lets_the_collection_go_on(world, collection):
    (line,) = collection.order.lines
    deposit = line.deposit
    world.at = midnight(valid_until(world, deposit) + timedelta(days=1))
    world.appraise(deposit, commission=world.commission(deposit))
    assert valid_until(world, deposit) > local_date(world.at)

    check(world, collection)
    assert confirm(world, collection).stage is Stage.EXECUTED


def shift(session, world, source, target, unit, quantity):
    """Move something by the ledger alone, as no command does."""
    journal.open_account(session, target, at=world.at)
    posting = Posting(source=source, target=target, unit=unit, quantity=quantity)
    transfer = Transfer(
        key=world.key(), kind="test", occurred_at=world.at, reference="t", postings=(posting,)
    )
    journal.post(session, transfer, at=world.at)


def test_a_collection_whose_money_is_short_is_stopped(session, world, collection):
    escrow = accounts.escrow(collection.order.number)
    shift(session, world, escrow, "party:somebody:cash", accounts.CNY, 1)

    with refused(EscrowShort, open_fen=1):
        check(world, collection)


def test_a_collection_whose_land_is_not_reserved_is_stopped(world, collection):
    (line,) = collection.order.lines
    line.deposit.stage = DepositStage.STORED

    with refused(NotInCatalogue, deposit=line.deposit.number, stage="stored"):
        check(world, collection)


def test_land_that_left_the_orders_account_cannot_be_collected(session, world, collection):
    (line,) = collection.order.lines
    unit = accounts.land(line.deposit.number)
    check(world, collection)
    shift(session, world, accounts.reserved(collection.order.number), "party:x:stored", unit, 1)

    with refused(
        Overdrawn, account=accounts.reserved(collection.order.number), unit=unit,
        available=line.area_dm2 - 1, asked=line.area_dm2,
    ):  # fmt: skip
        confirm(world, collection)


def test_a_refused_collection_can_be_asked_for_again(session, world, collection):
    order = collection.order
    refuse(world, collection)
    assert (order.stage, order.project.stage) == (OrderStage.ESCROWED, ProjectStage.APPROVED)

    world.confirm(world.collection(order))
    assert order.project.stage is ProjectStage.OPERATING


# -- returns -------------------------------------------------------------------------------------


def test_a_deposit_that_was_ordered_meanwhile_does_not_come_back(session, world, return_):
    deposit = return_.deposit
    order = world.order(deposit, approved=False)

    with refused(IllegalMove, stage="reserved", act="return"):
        check(world, return_)
    assert places(session, deposit) == {accounts.reserved(order.number): deposit.area_dm2}


def test_a_deposit_that_was_ordered_after_the_check_does_not_come_back(world, return_):
    check(world, return_)
    world.order(return_.deposit, approved=False)

    with refused(IllegalMove, stage="reserved", act="return"):
        confirm(world, return_)


# -- payouts -------------------------------------------------------------------------------------


def test_money_that_is_gone_is_not_paid_out(session, world, owner, payout):
    check(world, payout)
    party, left = party_of(session, owner), 999
    account = accounts.cash(party.number)
    shift(session, world, account, "party:x:cash", accounts.CNY, money(session, owner) - left)

    with refused(Overdrawn, account=account, unit="CNY", available=left, asked=1_000):
        confirm(world, payout)
