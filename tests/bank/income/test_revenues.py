"""Revenue: reported by the investor, received by the county, and only then the project's income."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bank import accounts
from bank.calendar import grace_ends, local_date
from bank.deposits.tables import StorageMode
from bank.income import revenues
from bank.income.lifecycle import RevenueStage
from bank.income.refusals import NoShareholders, NothingEarned, NotOperating, WrongPeriod
from bank.income.tables import Revenue
from bank.orders.refusals import ReceiptMissing, ReceiptUsed, WrongAmount
from bank.orders.tables import ReceiptPurpose
from bank.refusals import (
    GraceOver,
    GraceRunning,
    IllegalMove,
    KeyReused,
    NoSuchRecord,
    NotAnOfficer,
    NotYours,
    OwnBusiness,
)
from database.actor import Role
from database.base import new_id
from ledger import journal
from tests.beginnings import asked_for
from tests.reading import recorded, refused

AMOUNT = 5_000_000


def operating(world):
    """A project that operates."""
    investor = world.investor()
    return {"investor": investor, "order": world.collected(world.deposit(), investor=investor)}


@pytest.fixture
def beginning(request):
    return asked_for(request, order=operating)


@pytest.fixture
def investor(world, begun):
    """Who runs the project."""
    return begun["investor"] if begun else world.investor()


@pytest.fixture
def order(begun):
    """The order of an operating project."""
    return begun["order"]


def report(world, order, investor, **told):
    """Report the last ninety days unless told otherwise."""
    today = local_date(world.at)
    told = {
        "amount_fen": AMOUNT, "period_from": today - timedelta(days=90), "period_to": today,
        "remark": "", "document": None, "at": world.at, "key": world.key(),
    } | told  # fmt: skip
    return revenues.report(world.session, order.project_id, actor=investor, **told)


def receive(world, revenue, **told):
    """Record the money by the county unless told otherwise."""
    told = {
        "bank_receipt_number": world.key(), "amount_fen": AMOUNT, "officer": world.county_officer,
        "at": world.at, "key": world.key(),
    } | told  # fmt: skip
    return revenues.receive(world.session, revenue.id, **told)


@pytest.fixture
def reported(world, order, investor):
    """A report that can no longer be taken back."""
    revenue = report(world, order, investor)
    world.later(minutes=11)
    return revenue


def income(session, order) -> int:
    """What the project has to distribute."""
    return journal.balance(session, accounts.income(order.project.number), accounts.CNY)


# -- reporting -----------------------------------------------------------------------------------


def test_a_report_moves_no_money(session, world, order, investor):
    before = recorded(session)
    revenue = report(world, order, investor, remark=" 一季度门票 ")

    assert (revenue.stage, revenue.remark) == (RevenueStage.REPORTED, "一季度门票")
    assert (revenue.reported_by, revenue.reported_at) == (investor.id, world.at)
    assert recorded(session) == before


def test_only_the_investor_reports(world, order):
    for actor in (world.investor("别家公司"), world.county_officer):
        with refused(NotYours):
            report(world, order, actor)


@pytest.mark.parametrize("stage", ["submitted", "approved", "collecting"])
def test_a_project_that_does_not_operate_earns_nothing(world, investor, stage):
    order = world.order(world.deposit(), investor=investor, approved=stage != "submitted")
    if stage == "collecting":
        world.collection(order)

    with refused(NotOperating, stage=stage):
        report(world, order, investor)


def test_a_project_without_shareholders_has_nobody_to_report_for(world, investor):
    lease = world.deposit(mode=StorageMode.LEASE)
    order = world.collected(lease, investor=investor, capital_fen=0)

    with refused(NoShareholders, project=order.project.number):
        report(world, order, investor)


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_a_report_is_of_money(world, order, investor, amount_fen):
    with refused(NothingEarned, "amount"):
        report(world, order, investor, amount_fen=amount_fen)


def test_a_period_ends_after_it_begins_and_not_in_the_future(world, order, investor):
    today = local_date(world.at)

    with refused(WrongPeriod, "period_to"):
        report(world, order, investor, period_from=today, period_to=today - timedelta(days=1))
    with refused(WrongPeriod, "period_to"):
        report(world, order, investor, period_to=today + timedelta(days=1))
    assert report(world, order, investor, period_from=today, period_to=today)


def test_a_double_click_reports_once(session, world, order, investor):
    revenue = report(world, order, investor, key="the same")

    assert report(world, order, investor, key="the same") is revenue
    assert session.query(Revenue).count() == 1


@pytest.mark.parametrize("change", ["amount_fen", "period_from", "period_to", "remark", "document"])
def test_a_key_that_reported_something_else_is_refused(world, order, investor, change):
    yesterday = local_date(world.at) - timedelta(days=1)
    other = {
        "amount_fen": 1, "period_from": yesterday, "period_to": yesterday, "remark": "另一笔",
        "document": world.document(investor),
    }  # fmt: skip
    report(world, order, investor, key="the same")

    with refused(KeyReused, key="the same"):
        report(world, order, investor, key="the same", **{change: other[change]})


# -- taking back ---------------------------------------------------------------------------------


def test_a_report_can_be_taken_back_until_the_grace_period_ends(session, world, order, investor):
    first, second = report(world, order, investor), report(world, order, investor)
    until = grace_ends(world.at)

    taken = revenues.take_back(session, first.id, actor=investor, at=until - timedelta(seconds=1))
    assert taken.stage is RevenueStage.WITHDRAWN
    with refused(GraceOver):
        revenues.take_back(session, second.id, actor=investor, at=until)


def test_only_the_investor_takes_a_report_back_and_once(session, world, order, investor):
    revenue = report(world, order, investor)

    with refused(NotYours):
        revenues.take_back(session, revenue.id, actor=world.investor("别家公司"), at=world.at)
    revenues.take_back(session, revenue.id, actor=investor, at=world.at)
    with refused(IllegalMove, stage="withdrawn", act="take_back"):
        revenues.take_back(session, revenue.id, actor=investor, at=world.at)


def test_what_was_taken_back_is_never_received(session, world, order, investor):
    revenue = report(world, order, investor)
    revenues.take_back(session, revenue.id, actor=investor, at=world.at)
    world.later(minutes=11)

    with refused(IllegalMove, stage="withdrawn", act="receive"):
        receive(world, revenue)


# -- receiving -----------------------------------------------------------------------------------


def test_received_money_is_the_projects_income(session, world, order, reported):
    receive(world, reported, bank_receipt_number=" NH0009 ")

    assert reported.stage is RevenueStage.RECEIVED
    assert income(session, order) == AMOUNT
    assert reported.receipt.bank_receipt_number == "NH0009"
    assert reported.receipt.purpose is ReceiptPurpose.REVENUE


def test_no_money_is_received_while_the_report_may_be_taken_back(world, order, investor):
    revenue = report(world, order, investor)
    until = grace_ends(world.at)

    with refused(GraceRunning):
        receive(world, revenue, at=until - timedelta(seconds=1))
    assert receive(world, revenue, at=until).stage is RevenueStage.RECEIVED


@pytest.mark.parametrize("amount_fen", [AMOUNT - 1, AMOUNT + 1, 0])
def test_what_is_received_is_what_was_reported(session, world, order, reported, amount_fen):
    with refused(WrongAmount, "amount", open_fen=AMOUNT):
        receive(world, reported, amount_fen=amount_fen)
    assert income(session, order) == 0


def test_a_report_is_received_once(world, reported):
    receive(world, reported)

    with refused(IllegalMove, stage="received", act="receive"):
        receive(world, reported)


def test_revenue_needs_a_receipt_that_was_not_used(world, order, investor, reported):
    with refused(ReceiptMissing, "bank_receipt_number"):
        receive(world, reported, bank_receipt_number=" ")


def test_a_receipt_of_another_revenue_is_refused(session, world, order, investor, reported):
    receive(world, reported, bank_receipt_number="NH0009")
    second = report(world, order, investor)
    world.later(minutes=11)

    with refused(ReceiptUsed, "bank_receipt_number", number="NH0009"):
        receive(world, second, bank_receipt_number="NH0009")
    assert income(session, order) == AMOUNT


def test_only_a_county_officer_receives(world, investor, reported):
    for actor in (investor, world.officer, world.auditor):
        with refused(NotAnOfficer):
            receive(world, reported, officer=actor)


def test_no_officer_receives_money_of_her_own_firm(world, order, reported):
    insider = world.user("周科员", Role.COUNTY, party=order.party)
    reported_it = replace(world.county_officer, id=reported.reported_by)

    for officer in (insider, reported_it):
        with refused(OwnBusiness):
            receive(world, reported, officer=officer)


def test_a_double_click_receives_once(session, world, order, reported):
    told = {"bank_receipt_number": "NH0009", "key": "the same"}
    receive(world, reported, **told)
    before = recorded(session)

    assert receive(world, reported, **told) is reported
    assert recorded(session) == before
    assert income(session, order) == AMOUNT


@pytest.mark.parametrize("told", [{"amount_fen": 1}, {"bank_receipt_number": "NH0010"}])
def test_a_key_that_received_something_else_is_refused(session, world, reported, told):
    first = {"bank_receipt_number": "NH0009", "key": "the same"}
    receive(world, reported, **first)
    before = recorded(session)

    with refused(KeyReused, key="the same"):
        receive(world, reported, **(first | told))
    assert recorded(session) == before


def test_an_unknown_report_is_not_found(session):
    with refused(NoSuchRecord):
        revenues.get_revenue(session, new_id())
