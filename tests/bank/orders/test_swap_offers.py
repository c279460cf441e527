"""A swap needs the owner's own yes: to what is offered, from her, before any money comes in."""

import pytest

from bank import accounts
from bank.acts import history
from bank.contracts.tables import Contract
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import StorageMode
from bank.orders import receipts, swapping
from bank.orders.lifecycle import Act, Stage
from bank.orders.refusals import OfferAnswered, SwapNotAccepted
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import IllegalMove, NoSuchRecord, NotYours
from tests.beginnings import asked_for
from tests.reading import places, refused


def a_swap(world):
    owner = world.villager()
    return {"owner": owner, "house": world.deposit(owner=owner, mode=StorageMode.SWAP)}


@pytest.fixture
def beginning(request):
    return asked_for(request, house=a_swap)


@pytest.fixture
def owner(world, begun):
    return begun["owner"] if begun else world.villager()


@pytest.fixture
def house(begun):
    return begun["house"]


def accept(world, order, deposit, actor):
    return swapping.accept_swap(
        world.session, order.id, deposit_id=deposit.id, actor=actor, at=world.at
    )


def decline(world, order, deposit, actor):
    return swapping.decline_swap(
        world.session, order.id, deposit_id=deposit.id, actor=actor, at=world.at
    )


def test_no_money_is_taken_in_before_the_owner_has_said_yes(world, owner, house):
    order = world.order(house, accepted=False, paid=False)

    with refused(SwapNotAccepted, deposit=house.number):
        world.pay(order)
    accept(world, order, house, owner)
    world.pay(order)

    assert order.stage is Stage.ESCROWED


def test_an_order_that_costs_nothing_is_not_collected_without_the_yes(session, world, house):
    order = world.order(house, accepted=False, approved=False, capital_fen=0)
    (line,) = order.lines
    order.amount_fen = line.due_fen = 0
    world.later(minutes=11)
    world.approve(order)

    assert order.stage is Stage.ESCROWED
    with refused(SwapNotAccepted, deposit=house.number):
        world.collection(order)


def test_the_yes_is_written_down_and_saying_it_twice_changes_nothing(session, world, owner, house):
    order = world.order(house, accepted=False, approved=False)

    line = accept(world, order, house, owner)
    accept(world, order, house, owner)

    assert (line.accepted_by, line.accepted_at) == (owner.id, world.at)
    assert [act.act for act in history(session, order)].count(Act.ACCEPT.value) == 1
    assert swapping.open_offers(session, [house.id]) == {}


def test_a_no_ends_the_order_and_frees_all_its_deposits(session, world, owner, house):
    other = world.deposit()
    order = world.order(house, other, accepted=False, paid=False)

    decline(world, order, house, owner)

    assert order.stage is Stage.CANCELLED
    assert order.project.stage is ProjectStage.CANCELLED
    for deposit in (house, other):
        assert deposit.stage is DepositStage.STORED
        assert set(places(session, deposit)) == {accounts.stored(deposit.party.number)}


def test_after_the_yes_there_is_no_no(world, owner, house):
    order = world.order(house, approved=False)

    with refused(OfferAnswered, deposit=house.number):
        decline(world, order, house, owner)


@pytest.mark.parametrize("answer", [accept, decline])
def test_only_the_owner_answers(world, house, answer):
    order = world.order(house, accepted=False, approved=False)

    for actor in (world.villager("别人"), world.county_officer):
        with refused(NotYours):
            answer(world, order, house, actor)


@pytest.mark.parametrize("answer", [accept, decline])
def test_there_is_nothing_to_answer_but_a_swap(world, owner, answer):
    shared = world.deposit(owner=owner)
    order = world.order(shared, approved=False)

    with refused(NoSuchRecord):
        answer(world, order, shared, owner)
    with refused(NoSuchRecord):
        answer(world, order, world.deposit(owner=owner, mode=StorageMode.SWAP), owner)


@pytest.mark.parametrize("answer", [accept, decline])
def test_an_offer_that_is_over_is_not_answered(session, world, owner, house, answer):
    order = world.order(house, accepted=False, approved=False)
    decline(world, order, house, owner)

    with refused(IllegalMove, stage="cancelled"):
        answer(world, order, house, owner)


def test_a_swap_is_of_the_stored_right_for_the_rest_of_its_term(session, world, house):
    order = world.collected(house)

    (contract,) = session.query(Contract).filter_by(project_id=order.project_id)
    assert contract.ends_on == house.asset.right.ends_on
    assert receipts.open_amount(session, order) == order.amount_fen
