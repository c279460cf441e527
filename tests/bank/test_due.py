"""What falls due by the clock, done once however often and late it is asked for."""

from datetime import timedelta

from bank.deposits import notices
from bank.deposits.lifecycle import Stage
from bank.due import Done, run_due
from bank.orders import receipts
from bank.orders.lifecycle import Stage as OrderStage
from tests.reading import recorded

SECOND = timedelta(seconds=1)


def test_nothing_is_due_in_a_new_county(session, world):
    assert run_due(session, at=world.at) == Done(0, 0)


def test_a_notice_that_is_over_is_cleared(session, world):
    deposit = world.deposit(Stage.ON_NOTICE)

    assert run_due(session, at=deposit.notice_until - SECOND) == Done(0, 0)
    assert run_due(session, at=deposit.notice_until) == Done(cleared=1, expired=0)
    assert deposit.stage is Stage.CLEARED


def test_a_notice_against_which_an_objection_is_open_stays(session, world):
    stopped, free = world.deposit(Stage.ON_NOTICE), world.deposit(Stage.ON_NOTICE)
    notices.object_to(
        session, stopped.id, grounds="界址有争议", actor=world.villager("李大山"), at=world.at,
        key="k",
    )  # fmt: skip

    assert run_due(session, at=free.notice_until) == Done(cleared=1, expired=0)
    assert (stopped.stage, free.stage) == (Stage.ON_NOTICE, Stage.CLEARED)


def test_a_reservation_that_ran_out_is_ended(session, world, stored):
    order = world.order(stored, approved=False)

    assert run_due(session, at=order.reserved_until - SECOND).expired == 0
    assert run_due(session, at=order.reserved_until) == Done(cleared=0, expired=1)
    assert (order.stage, stored.stage) == (OrderStage.EXPIRED, Stage.STORED)


def test_money_in_part_stops_nothing_else_that_is_due(session, world, stored):
    order = world.order(stored, paid=False)
    receipts.pay_into_escrow(
        session, order.id, bank_receipt_number="NH1", amount_fen=1,
        officer=world.county_officer, at=world.at, key="k",
    )  # fmt: skip
    deposit = world.deposit(Stage.ON_NOTICE)

    done = run_due(session, at=order.reserved_until)

    assert (done.cleared, done.expired) == (1, 0)
    assert deposit.stage is Stage.CLEARED


def test_doing_it_late_or_twice_changes_nothing(session, world, stored):
    order = world.order(stored, approved=False)
    deposit = world.deposit(Stage.ON_NOTICE)
    late = order.reserved_until + timedelta(days=400)

    assert run_due(session, at=late) == Done(cleared=1, expired=1, accepted=1)
    before = recorded(session)
    assert run_due(session, at=late) == Done(0, 0)
    assert recorded(session) == before
    assert deposit.stage is Stage.CLEARED
