"""An owner is asked for a part of her land, page by page; investor and officers see the same."""

import re
from html import unescape

import pytest
import shapely
from sqlalchemy import select

from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.land.projection import to_lonlat
from bank.orders import asking
from bank.orders.lifecycle import PartStage
from bank.orders.tables import Order, OrderPart
from bank.withdrawals.tables import Withdrawal
from tests.bank.orders.test_parts import west
from tests.web.desk import Desk

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def text_of(response) -> str:
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


@pytest.fixture
def asked(desk: Desk):
    """An order of some days ago that waits for an owner's word on a part."""
    with desk.world(days=40) as world:
        owner, investor = world.villager(), world.investor()
        deposit = world.deposit(owner=owner, mode=StorageMode.LEASE)
        other = world.deposit()
        order = world.order(
            deposit, other, investor=investor, accepted=False, approved=False,
            red_lines={deposit.id: west(deposit, 30)},
        )  # fmt: skip
        part = asking.parts_of(world.session, order)[deposit.id]
        return {
            "owner": owner, "investor": investor, "other": world.villager("别人"),
            "rival": world.investor("别家公司"), "officer": world.county_officer,
            "deposit": deposit.id, "number": deposit.number,
            "lines": {metres: west(deposit, metres) for metres in (-5, 20)},
            "project": order.project_id, "digest": {"shape_digest": part.shape_digest},
        }  # fmt: skip


def stage_of(desk) -> PartStage:
    with desk.session() as session:
        part: OrderPart = session.scalars(select(OrderPart)).one()
        return part.stage


def test_the_owner_finds_the_part_sees_the_cut_and_lets_it_go(desk, asked):
    page = f"/deposits/{asked['deposit']}/part"
    browser = desk.browser(asked["owner"])

    assert page in text_of(browser.get("/deposits"))
    assert page in text_of(browser.get(f"/deposits/{asked['deposit']}"))
    shown = text_of(browser.get(page))
    assert "cut__inside" in shown
    assert "4.50 mu" in shown
    assert "10.50 mu" in shown
    assert "2,400.00" in shown  # 30 % of the rent
    browser.post(f"{page}/agree", data=asked["digest"])

    assert stage_of(desk) is PartStage.AGREED
    assert "Take my yes back" in text_of(browser.get(page))
    browser.post(f"{page}/take-back")
    assert stage_of(desk) is PartStage.ASKED


def test_a_part_that_she_was_not_shown_is_not_agreed_to(desk, asked):
    page = f"/deposits/{asked['deposit']}/part"
    browser = desk.browser(asked["owner"])

    answer = browser.post(f"{page}/agree", data={"shape_digest": "x"}, follow_redirects=True)

    assert "Another part of" in unescape(answer.get_data(as_text=True))
    assert stage_of(desk) is PartStage.ASKED


def test_nobody_else_sees_or_answers(desk, asked):
    page = f"/deposits/{asked['deposit']}/part"
    browser = desk.browser(asked["other"])

    assert browser.get(page).status_code == 404
    for answer in ("agree", "decline", "take-back"):
        assert browser.post(f"{page}/{answer}", data=asked["digest"]).status_code == 404
    land = f"/projects/{asked['project']}/land/{asked['deposit']}"
    rival = desk.browser(asked["owner"])
    for choice in ("drop", "whole"):
        assert rival.post(f"{land}/{choice}").status_code in (403, 404)


def test_the_investor_sees_who_is_asked_and_chooses_after_a_no(desk, asked):
    page = f"/projects/{asked['project']}"
    investor = desk.browser(asked["investor"])

    assert "has not agreed yet to let the part go" in text_of(investor.get(page))
    assert "part: 4.50 of 15.00 mu" in text_of(investor.get(page))
    assert "Waits for the owner" in text_of(desk.browser(asked["officer"]).get(f"/county{page}"))
    desk.browser(asked["owner"]).post(
        f"/deposits/{asked['deposit']}/part/decline", data=asked["digest"]
    )
    assert "Go on without it" in text_of(investor.get(page))
    investor.post(f"{page}/land/{asked['deposit']}/drop")

    shown = text_of(investor.get(page))
    assert asked["number"] not in shown
    with desk.session() as session:
        assert session.get_one(Deposit, asked["deposit"]).stage is Stage.STORED
        assert len(session.scalars(select(Order)).one().lines) == 1


def test_or_takes_all_of_it(desk, asked):
    page = f"/projects/{asked['project']}"
    desk.browser(asked["owner"]).post(
        f"/deposits/{asked['deposit']}/part/decline", data=asked["digest"]
    )
    desk.browser(asked["investor"]).post(f"{page}/land/{asked['deposit']}/whole")

    with desk.session() as session:
        areas = [line.area_dm2 for line in session.scalars(select(Order)).one().lines]
        assert areas == [1_000_000, 1_000_000]


def test_the_bundle_shows_the_cut_and_all_of_it_can_be_had(desk):
    with desk.world(days=17) as world:
        deposit = world.deposit()
        _, investor = world.bundle(deposit, red_lines={deposit.id: west(deposit, 30)})
        number = deposit.id
    browser = desk.browser(investor)

    shown = text_of(browser.get("/bundle"))
    assert "cut__inside" in shown
    assert "4.50 mu" in shown
    browser.post("/bundle/whole", data={"deposit_id": str(number)})
    assert "cut__inside" not in text_of(browser.get("/bundle"))


def test_officers_read_part_and_rest_and_the_papers_say_the_part_afterwards(desk):
    with desk.world(days=40) as world:
        owner = world.villager()
        deposit = world.deposit(owner=owner)
        order = world.order(deposit, red_lines={deposit.id: west(deposit, 30)})
        withdrawal = world.collection(order)
        second, third = world.other_county_officer, world.third_county_officer
        investor = world.user("张经理", *world.investor().roles, party=order.party)
        number, deposit_id, project = deposit.number, deposit.id, order.project_id
        page = f"/withdrawals/{withdrawal.id}"
    first = desk.browser(second)

    shown = text_of(first.get(page))
    assert "part: 4.50 of 15.00 mu" in shown
    assert "Stays in the bank" in shown
    first.post(f"{page}/check")
    desk.browser(third).post(f"{page}/confirm", data={"key": "c"})

    with desk.session() as session:
        assert session.scalars(select(Withdrawal)).one().confirmed_by == third.id
        child = session.scalars(select(Deposit).where(Deposit.stage == Stage.COLLECTED)).one()
    assert f"cut from {number}" in text_of(desk.browser(investor).get(f"/projects/{project}"))
    browser = desk.browser(owner)
    assert child.number in text_of(browser.get(f"/deposits/{deposit_id}"))
    assert f"a part of deposit {number}" in text_of(browser.get(f"/deposits/{child.id}/passbook"))
    assert "This part has gone to the project" in text_of(
        browser.get(f"/deposits/{deposit_id}/part")
    )
    for each in (number, child.number):
        assert "This number is real" in text_of(browser.get(f"/verify/{each}"))


def geojson(shape) -> str:
    return str(shapely.to_geojson(to_lonlat(shape, 4549)))


def test_or_asks_for_another_part_after_a_look_at_what_comes_of_it(desk, asked):
    page, part = f"/projects/{asked['project']}", f"/deposits/{asked['deposit']}/part"
    another = f"{page}/land/{asked['deposit']}/another"
    investor, owner = desk.browser(asked["investor"]), desk.browser(asked["owner"])
    assert investor.get(another).status_code == 404  # nobody has declined yet
    owner.post(f"{part}/decline", data=asked["digest"])
    assert another in text_of(investor.get(page))
    assert "cut__inside" in text_of(investor.get(another))

    answer = investor.post(another, data={"geometry": geojson(asked["lines"][20])})
    looked = text_of(answer)
    assert "3.00 mu" in looked
    assert "1,600.00" in looked  # 20 % of the rent
    assert stage_of(desk) is PartStage.DECLINED
    sent = re.search(r'name="geometry" value="([^"]+)"', answer.text)
    assert sent is not None
    investor.post(f"{another}/ask", data={"geometry": unescape(sent.group(1))})

    with desk.session() as session:
        parts = session.scalars(select(OrderPart).order_by(OrderPart.asked_at)).all()
        assert [each.stage for each in parts] == [PartStage.DROPPED, PartStage.ASKED]
        assert parts[1].area_dm2 == 200_000
    shown = text_of(owner.get(part))
    assert "You kept another part before: 4.50 mu" in shown
    assert "3.00 mu" in shown
    assert "I let this part go" in shown


def test_the_part_that_she_keeps_is_not_asked_for_again(desk, asked):
    another = f"/projects/{asked['project']}/land/{asked['deposit']}/another"
    investor, owner = desk.browser(asked["investor"]), desk.browser(asked["owner"])
    owner.post(f"/deposits/{asked['deposit']}/part/decline", data=asked["digest"])

    with desk.session() as session:
        kept = shapely.from_wkb(session.scalars(select(OrderPart)).one().wkb)
    for line, text in (
        (geojson(kept), "keeps exactly this part"),
        (geojson(asked["lines"][-5]), "Too little of it lies inside the line"),
        ("", "One closed outline is needed"),
    ):
        answer = investor.post(another, data={"geometry": line})
        assert answer.status_code in (409, 422)
        assert text in unescape(answer.get_data(as_text=True))
    assert stage_of(desk) is PartStage.DECLINED


def test_nobody_else_asks_for_another_part(desk, asked):
    another = f"/projects/{asked['project']}/land/{asked['deposit']}/another"
    desk.browser(asked["owner"]).post(
        f"/deposits/{asked['deposit']}/part/decline", data=asked["digest"]
    )
    for someone, status in ((asked["rival"], 404), (asked["owner"], 403)):
        browser = desk.browser(someone)
        assert browser.get(another).status_code == status
        assert browser.post(f"{another}/ask", data={}).status_code == status
