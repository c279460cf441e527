"""Bank receipts: money comes in once, whole, and into the right account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bank import accounts
from bank.deposits.tables import StorageMode
from bank.orders import placing, receipts
from bank.orders.lifecycle import Stage
from bank.orders.refusals import ReceiptMissing, ReceiptUsed, ReservationOver, WrongAmount
from bank.orders.tables import ReceiptPurpose
from bank.projects import reviewing
from bank.refusals import IllegalMove, KeyReused, NotAnOfficer, OwnBusiness
from database.actor import Role
from ledger import journal
from tests.beginnings import asked_for
from tests.reading import recorded, refused

AMOUNT = 10_000_000


def approved(world):
    """An approved order that waits for its money."""
    return {"order": world.order(world.deposit(), capital_fen=AMOUNT, paid=False)}


@pytest.fixture
def beginning(request):
    return asked_for(request, order=approved)


@pytest.fixture
def order(begun):
    return begun["order"]


def pay(world, order, amount_fen=AMOUNT, **told):
    """Record a payment under a receipt number of its own unless told otherwise."""
    told = {
        "bank_receipt_number": world.key(), "officer": world.county_officer, "at": world.at,
        "key": world.key(),
    } | told  # fmt: skip
    return receipts.pay_into_escrow(world.session, order.id, amount_fen=amount_fen, **told)


def escrow(session, order) -> int:
    """What is held for the order."""
    return journal.balance(session, accounts.escrow(order.number), accounts.CNY)


def test_a_payment_is_held_for_the_order_and_belongs_to_nobody_yet(session, world, order):
    receipt = pay(world, order, bank_receipt_number=" NH0001 ")

    assert order.stage is Stage.ESCROWED
    assert escrow(session, order) == AMOUNT
    assert (receipt.bank_receipt_number, receipt.amount_fen) == ("NH0001", AMOUNT)
    assert receipt.purpose is ReceiptPurpose.ESCROW
    assert (receipt.recorded_by, receipt.received_at) == (world.county_officer.id, world.at)
    cny = journal.balances(session, unit=accounts.CNY)
    assert {balance.account: balance.quantity for balance in cny} == {
        accounts.WORLD_CNY: -AMOUNT,
        accounts.escrow(order.number): AMOUNT,
    }


def test_an_order_waits_until_the_last_fen_is_there(session, world, order):
    stages, left = [], []
    for amount_fen in (AMOUNT - 1, 1):
        pay(world, order, amount_fen)
        stages.append(order.stage)
        left.append(receipts.open_amount(session, order))

    assert stages == [Stage.RESERVED, Stage.ESCROWED]
    assert left == [1, 0]


@pytest.mark.parametrize("amount_fen", [AMOUNT + 1, 0, -1])
def test_more_than_is_open_or_nothing_is_no_payment(session, world, order, amount_fen):
    with refused(WrongAmount, "amount", open_fen=AMOUNT):
        pay(world, order, amount_fen)
    assert escrow(session, order) == 0


def test_the_second_part_is_measured_against_what_is_left(world, order):
    pay(world, order, 1_000)

    with refused(WrongAmount, "amount", open_fen=AMOUNT - 1_000):
        pay(world, order, AMOUNT)


def test_a_payment_needs_the_banks_number(world, order):
    with refused(ReceiptMissing, "bank_receipt_number"):
        pay(world, order, bank_receipt_number=" ")


def test_a_receipt_counts_once_in_the_whole_bank(session, world, order):
    pay(world, order, 1, bank_receipt_number="NH0001")
    other = world.order(world.deposit(), paid=False, investor=world.investor("别家公司"))

    for paid_for in (order, other):
        with refused(ReceiptUsed, "bank_receipt_number", number="NH0001"):
            pay(world, paid_for, 1, bank_receipt_number=" NH0001")
    assert escrow(session, order) == 1


def test_only_a_county_officer_records_money(world, order):
    investor = world.user("张经理", Role.INVESTOR, party=order.party)

    for actor in (investor, world.officer, world.auditor):
        with refused(NotAnOfficer):
            pay(world, order, officer=actor)


def test_an_officer_does_not_record_money_of_her_own_firm(world, order):
    insider = world.user("周科员", Role.COUNTY, party=order.party)
    placed_it = replace(world.county_officer, id=order.placed_by)

    for officer in (insider, placed_it):
        with refused(OwnBusiness):
            pay(world, order, officer=officer)


def test_a_project_that_is_not_approved_takes_no_money(session, world):
    order = world.order(world.deposit(), approved=False)

    with refused(IllegalMove, stage="reserved", act="pay"):
        pay(world, order)
    world.later(minutes=11)
    reviewing.start_review(session, order.project_id, officer=world.county_officer, at=world.at)
    with refused(IllegalMove, stage="reserved", act="pay"):
        pay(world, order)


def test_an_order_that_is_paid_takes_no_more(world, order):
    pay(world, order)

    with refused(IllegalMove, stage="escrowed", act="pay"):
        pay(world, order, 1)


@pytest.mark.parametrize("ended", ["expired", "cancelled", "fulfilled"])
def test_an_order_that_has_ended_takes_no_money(session, world, order, ended):
    if ended == "expired":
        placing.expire_overdue(session, at=order.reserved_until)
    elif ended == "cancelled":
        placing.cancel(session, order.id, reason="", officer=world.county_officer, at=world.at)
    else:
        pay(world, order)
        world.confirm(world.collection(order))

    with refused(IllegalMove, stage=ended, act="pay"):
        pay(world, order)


def test_money_is_taken_to_the_last_moment_of_the_reservation(world, order):
    pay(world, order, 1, at=order.reserved_until - timedelta(seconds=1))

    with refused(ReservationOver, until=order.reserved_until.isoformat()):
        pay(world, order, 1, at=order.reserved_until)


def test_a_double_click_records_one_payment(session, world, order):
    told = {"bank_receipt_number": "NH0001", "key": "the same"}
    receipt = pay(world, order, **told)
    before = recorded(session)

    assert pay(world, order, **told) is receipt
    assert recorded(session) == before


@pytest.mark.parametrize("told", [{"amount_fen": 2}, {"bank_receipt_number": "NH0002"}])
def test_a_key_that_recorded_another_payment_is_refused(session, world, order, told):
    first = {"amount_fen": 1, "bank_receipt_number": "NH0001", "key": "the same"}
    pay(world, order, **first)
    before = recorded(session)

    with refused(KeyReused, key="the same"):
        pay(world, order, **(first | told))
    assert recorded(session) == before


def test_rents_and_balances_are_held_with_the_capital(session, world):
    lease = world.deposit(mode=StorageMode.LEASE, rent_fen=333)
    order = world.order(lease, capital_fen=1, paid=False)

    assert receipts.open_amount(session, order) == 334


def test_an_order_for_which_nothing_is_due_can_be_collected_once_it_is_approved(session, world):
    deposit = world.deposit()
    order = world.order(deposit, capital_fen=0)

    world.confirm(world.collection(order))

    assert order.stage is Stage.FULFILLED
