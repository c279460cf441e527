"""The owner answers a swap on her page, and money held for an order goes back, page by page."""

from html import unescape

import pytest
from sqlalchemy import select

from bank.deposits.tables import StorageMode
from bank.orders.lifecycle import Stage
from bank.orders.tables import Order, OrderLine
from bank.withdrawals.tables import Withdrawal
from tests.web.desk import Desk

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def text_of(response) -> str:
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


@pytest.fixture
def swap(desk: Desk):
    """An order for a swap that waits for its owner: the owner, the county officer, the ids."""
    with desk.world(days=40) as world:
        owner = world.villager()
        deposit = world.deposit(owner=owner, mode=StorageMode.SWAP)
        world.order(deposit, accepted=False, approved=False)
        return owner, world.villager("别人"), deposit.id


def test_the_owner_finds_the_offer_reads_what_a_swap_means_and_accepts(desk, swap):
    owner, _, deposit_id = swap
    page = f"/deposits/{deposit_id}/offer"
    browser = desk.browser(owner)

    assert page in text_of(browser.get("/deposits"))
    assert page in text_of(browser.get(f"/deposits/{deposit_id}"))
    shown = text_of(browser.get(page))
    assert "安置房 90 平方米" in shown
    assert "same collective" in shown
    assert "I accept this swap" in shown
    browser.post(f"{page}/accept")

    assert "You accepted this on" in text_of(browser.get(page))
    with desk.session() as session:
        assert session.scalars(select(OrderLine)).one().accepted_by == owner.id


def test_a_no_ends_the_order(desk, swap):
    owner, _, deposit_id = swap
    browser = desk.browser(owner)

    browser.post(f"/deposits/{deposit_id}/offer/decline")

    assert "This order is over" in text_of(browser.get(f"/deposits/{deposit_id}/offer"))
    with desk.session() as session:
        assert session.scalars(select(Order)).one().stage is Stage.CANCELLED


def test_nobody_else_sees_or_answers_the_offer(desk, swap):
    _, other, deposit_id = swap
    browser = desk.browser(other)

    assert browser.get(f"/deposits/{deposit_id}/offer").status_code == 404
    for answer in ("accept", "decline"):
        assert browser.post(f"/deposits/{deposit_id}/offer/{answer}").status_code == 404


def test_the_county_gives_money_back_by_two_officers(desk):
    with desk.world(days=40) as world:
        order = world.order(world.deposit())
        project_id, order_id = order.project_id, order.id
        investor = world.user("张经理", *world.investor().roles, party=order.party)
        officers = world.county_officer, world.other_county_officer, world.third_county_officer
    first, second, third = (desk.browser(officer) for officer in officers)

    assert "Ask for the refund" in text_of(first.get(f"/county/projects/{project_id}"))
    asked = first.post(f"/county/projects/{project_id}/refund", data={"key": "k"})
    assert "Refund to the investor" in text_of(second.get(asked.location))
    assert "Refund to the investor" in text_of(second.get("/withdrawals"))
    assert "A refund waits" in text_of(first.get(f"/county/projects/{project_id}"))
    second.post(f"{asked.location}/check")
    third.post(f"{asked.location}/confirm", data={"key": "c"})

    with desk.session() as session:
        assert session.get_one(Order, order_id).stage is Stage.CANCELLED
        assert session.scalars(select(Withdrawal)).one().confirmed_by == officers[2].id
    assert "Refund to the investor" in text_of(
        desk.browser(investor).get(f"/projects/{project_id}")
    )
