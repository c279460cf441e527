"""A refund: money held for an order goes back by two officers, and then the order ends."""

import pytest

from bank import accounts
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import StorageMode
from bank.orders import placing, receipts
from bank.orders.lifecycle import Stage as OrderStage
from bank.orders.refusals import AppraisalExpired, EscrowHeld
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import GraceOver, IllegalMove, NotAnOfficer, OwnBusiness, SameOfficer
from bank.withdrawals import confirming, requesting
from bank.withdrawals.lifecycle import Stage
from bank.withdrawals.refusals import NothingHeld, WithdrawalUnderWay
from bank.withdrawals.tables import Kind
from ledger import journal
from tests.reading import places, recorded, refused


def part_paid(world, deposit, amount_fen=1):
    """An approved order of which only a part is paid."""
    order = world.order(deposit, paid=False)
    receipts.pay_into_escrow(
        world.session, order.id, bank_receipt_number="NH0001", amount_fen=amount_fen,
        officer=world.county_officer, at=world.at, key=world.key(),
    )  # fmt: skip
    return order


def assert_given_back(session, order, *deposits):
    """Nothing is held, the order is over, its deposits are free."""
    assert journal.balance(session, accounts.escrow(order.number), accounts.CNY) == 0
    assert order.stage is OrderStage.CANCELLED
    assert order.project.stage is ProjectStage.CANCELLED
    for deposit in deposits:
        assert deposit.stage is DepositStage.STORED
        assert set(places(session, deposit)) == {accounts.stored(deposit.party.number)}


def test_a_paid_order_whose_appraisal_ran_out_can_be_undone(session, world, stored):
    order = world.order(stored)
    world.later(days=400)
    collection = world.collection(order)
    with refused(AppraisalExpired, deposit=stored.number):
        confirming.check(session, collection.id, officer=world.other_county_officer, at=world.at)
    confirming.refuse(
        session, collection.id, reason="评估过期", officer=world.other_county_officer, at=world.at
    )

    withdrawal = world.confirm(world.refund(order))

    assert (withdrawal.kind, withdrawal.stage) == (Kind.REFUND, Stage.EXECUTED)
    assert withdrawal.amount_fen == order.amount_fen
    assert_given_back(session, order, stored)


def test_money_in_part_goes_back_when_the_reservation_is_over(session, world, stored):
    order = part_paid(world, stored)
    world.at = order.reserved_until
    with refused(EscrowHeld, order=order.number):
        placing.cancel(session, order.id, reason="过期", officer=world.county_officer, at=world.at)

    world.confirm(world.refund(order))

    assert_given_back(session, order, stored)
    assert placing.expire_overdue(session, at=world.at) == []


def test_a_refund_is_one_transfer_of_its_kind(session, world, stored):
    order = world.order(stored)
    withdrawal = world.confirm(world.refund(order))

    (transfer,) = journal.transfers(session, reference=f"withdrawal:{withdrawal.number}")
    (posting,) = transfer.postings
    assert transfer.kind == "refund"
    assert (posting.source, posting.target) == (
        accounts.escrow(order.number), accounts.WORLD_CNY,
    )  # fmt: skip


def test_nothing_moves_before_two_other_officers_have_agreed(session, world, stored):
    order = world.order(stored)
    withdrawal = world.refund(order)
    before = recorded(session)

    with refused(OwnBusiness):
        confirming.check(session, withdrawal.id, officer=world.county_officer, at=world.at)
    confirming.check(session, withdrawal.id, officer=world.other_county_officer, at=world.at)
    with refused(SameOfficer):
        confirming.confirm(
            session, withdrawal.id, officer=world.other_county_officer, at=world.at, key="k"
        )
    assert recorded(session) == before


def test_a_refused_refund_leaves_the_order_as_it_was(session, world, stored):
    order = world.order(stored)
    withdrawal = world.refund(order)
    told = {"officer": world.other_county_officer, "at": world.at}
    confirming.refuse(session, withdrawal.id, reason="项目继续", **told)

    assert order.stage is OrderStage.ESCROWED
    assert order.project.stage is ProjectStage.APPROVED
    assert world.confirm(world.collection(order)).stage is Stage.EXECUTED


def test_while_money_goes_back_nothing_else_begins(session, world, stored):
    order = world.order(stored)
    withdrawal = world.refund(order)

    with refused(WithdrawalUnderWay, withdrawal=withdrawal.number):
        world.collection(order)
    with refused(WithdrawalUnderWay, withdrawal=withdrawal.number):
        world.refund(order)
    part = part_paid(world, world.deposit())
    world.refund(part)
    with refused(WithdrawalUnderWay):
        world.pay(part)


def test_a_collection_under_way_is_not_refunded(world, stored):
    order = world.order(stored)
    world.collection(order)

    with refused(IllegalMove, stage="confirmed", act="cancel"):
        world.refund(order)


def test_without_money_there_is_nothing_to_give_back(world, stored):
    order = world.order(stored, paid=False)

    with refused(NothingHeld, order=order.number):
        world.refund(order)


def test_a_refund_is_the_countys_business(session, world, stored):
    order = world.order(stored)
    investor = world.investor("别家公司")
    told = {"reason": "", "at": world.at, "key": "k"}

    for actor in (world.officer, investor):
        with refused(NotAnOfficer):
            requesting.request_refund(session, order.id, officer=actor, **told)
    withdrawal = world.refund(order)
    investor = world.session.get_one(type(order), order.id).party_id
    maker = world.user("张经理", party=order.party)
    assert maker.parties == {investor}
    with refused(GraceOver):
        requesting.take_back(session, withdrawal.id, actor=maker, at=world.at)


def test_a_double_click_asks_for_one_refund(session, world, stored):
    order = world.order(stored)
    told = {"reason": "", "officer": world.county_officer, "at": world.at, "key": "the same"}

    first = requesting.request_refund(session, order.id, **told)

    assert requesting.request_refund(session, order.id, **told) is first


@pytest.mark.parametrize("mode", list(StorageMode))
def test_what_was_given_back_can_be_ordered_anew(world, mode):
    deposit = world.deposit(mode=mode)
    order = world.order(deposit)
    world.confirm(world.refund(order))

    again = world.order(deposit, investor=world.investor("后来者有限公司"))

    assert again.stage is OrderStage.ESCROWED
