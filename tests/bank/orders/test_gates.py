"""What is ordered is worth what it is worth that day, and is collected only if it still is."""

from datetime import timedelta

import pytest

from bank.calendar import local_date
from bank.deposits.refusals import RightExpired
from bank.deposits.tables import StorageMode
from bank.figures import LARGEST, TooLarge
from bank.orders import placing
from bank.orders.refusals import AppraisalExpired, SwapOfferTooHigh, ValueChanged
from bank.withdrawals import confirming
from tests.reading import refused
from valuation.appraisals.counting import find_in_force
from valuation.appraisals.tables import Appraisal


def reappraise(world, deposit, *, yearly_yuan):
    """A newer appraisal of the deposit's asset is issued."""
    commission = world.commission(deposit)
    return world.appraise(deposit, commission=commission, yearly_yuan=yearly_yuan)


def place(world, bundle, investor, capital_fen=1):
    return placing.place(
        world.session, bundle.id, name="民宿", purpose="民宿", capital_fen=capital_fen,
        actor=investor, at=world.at, key=world.key(),
    )  # fmt: skip


def test_an_order_takes_todays_value_and_not_that_of_the_day_of_storing(world):
    deposit = world.deposit(yearly_yuan=10_000)
    bundle, investor = world.bundle(deposit)
    world.later(days=1)
    newer = reappraise(world, deposit, yearly_yuan=20_000)

    order = place(world, bundle, investor)

    assert [line.value_fen for line in order.lines] == [newer.value_fen]


def test_what_nobody_appraised_lately_is_not_ordered(world, stored):
    bundle, investor = world.bundle(stored)
    world.later(days=400)

    with refused(AppraisalExpired, deposit=stored.number):
        place(world, bundle, investor)


def test_an_offer_above_todays_value_is_refused(world):
    deposit = world.deposit(mode=StorageMode.SWAP, yearly_yuan=30_000)
    bundle, investor = world.bundle(deposit)
    world.later(days=1)
    newer = reappraise(world, deposit, yearly_yuan=1_000)

    with refused(
        SwapOfferTooHigh, "swap_offer_fen", deposit=deposit.number, value_fen=newer.value_fen
    ):
        place(world, bundle, investor)


def test_a_value_that_changed_since_is_neither_paid_nor_collected(session, world, stored):
    unpaid = world.order(stored, paid=False)
    paid_for = world.deposit()
    collection = world.collection(world.order(paid_for))
    agreed = {line.deposit_id: line.value_fen for line in unpaid.lines}
    world.later(days=1)
    newer = reappraise(world, stored, yearly_yuan=55_000)
    reappraise(world, paid_for, yearly_yuan=55_000)

    with refused(
        ValueChanged, deposit=stored.number, agreed_fen=agreed[stored.id],
        value_fen=newer.value_fen,
    ):  # fmt: skip
        world.pay(unpaid)
    with refused(ValueChanged, deposit=paid_for.number):
        confirming.check(session, collection.id, officer=world.other_county_officer, at=world.at)


@pytest.fixture
def expiring(session, world):
    """A deposit whose right ends tomorrow."""
    deposit = world.deposit()
    deposit.asset.right.ends_on = local_date(world.at) + timedelta(days=1)
    session.flush()
    return deposit


def test_an_ended_right_is_not_ordered(world, expiring):
    bundle, investor = world.bundle(expiring)
    world.later(days=1)

    with refused(RightExpired, deposit=expiring.number):
        place(world, bundle, investor)


def test_for_an_ended_right_no_money_is_taken_in(world, expiring):
    order = world.order(expiring, paid=False)
    world.later(days=1)

    with refused(RightExpired, deposit=expiring.number):
        world.pay(order)


def test_an_ended_right_is_not_collected(session, world, expiring):
    collection = world.collection(world.order(expiring))
    world.later(days=1)

    with refused(RightExpired, deposit=expiring.number):
        confirming.check(session, collection.id, officer=world.other_county_officer, at=world.at)


def test_what_the_ledger_cannot_hold_is_not_ordered(world):
    bundle, investor = world.bundle(world.deposit(mode=StorageMode.LEASE, rent_fen=1))

    with refused(TooLarge, "capital"):
        place(world, bundle, investor, capital_fen=LARGEST)


def test_the_appraisal_that_counts_is_the_latest(session, world, stored):
    world.later(days=1)
    newer = reappraise(world, stored, yearly_yuan=44_000)

    found = find_in_force(session, stored.asset_id, at=world.at, today=local_date(world.at))
    assert found is newer
    assert isinstance(found, Appraisal)
