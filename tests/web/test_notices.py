"""The notice board: what everyone may see of a notice, and raising objections."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bank.deposits import notices
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Objection
from tests.web.desk import Desk

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_board_shows_what_is_on_notice_and_for_how_long(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        world.deposit(Stage.SUBMITTED)

    page = desk.browser().get("/notices").text

    assert f"/notices/{deposit.number}" in page
    assert "days left: 13" in page
    assert page.count("card-deposit__name") == 1


def test_the_board_filters_by_town_and_lists_what_ended_lately(desk: Desk) -> None:
    with desk.world(days=20) as world:
        cleared = world.deposit(Stage.CLEARED)
    browser = desk.browser()

    assert cleared.number not in browser.get("/notices").text
    assert cleared.number in browser.get("/notices?list=lately").text
    assert cleared.number in browser.get("/notices?list=lately&town=330523106").text
    assert cleared.number not in browser.get("/notices?list=lately&town=330523107").text


@pytest.mark.parametrize("query", ["list=nonsense", "town=1' or 1", "page=-4", "page=x", "list="])
def test_a_made_up_query_shows_the_board(desk: Desk, query: str) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)

    answer = desk.browser().get(f"/notices?{query}")

    assert answer.status_code == 200
    assert deposit.number in answer.text


def test_a_notice_masks_the_owner_and_shows_no_id(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE, owner=world.villager("欧阳桂花"))
        hidden = deposit.party.id_number
        assert deposit.asset.right
        certificate = deposit.asset.right.certificate_number

    page = desk.browser().get(f"/notices/{deposit.number}").text

    assert "欧**花" in page
    assert "桂" not in page
    assert hidden not in page
    assert certificate not in page


def test_a_collectives_notice_shows_its_vote(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE, owner=world.collective())

    page = desk.browser().get(f"/notices/{deposit.number}").text

    assert "260 of 300 in favour" in page
    assert "景溪村股份经济合作社" in page


def test_what_is_not_on_notice_has_no_notice(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)
    browser = desk.browser()

    assert browser.get(f"/notices/{deposit.number}").status_code == 404
    assert browser.get("/notices/D-1999-000001").status_code == 404


def test_whoever_objects_signs_in_and_gets_a_number(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        neighbour = world.villager("邻居")
    address = f"/notices/{deposit.number}/object"

    assert "/sign-in" in desk.browser().get(address).headers["Location"]
    browser = desk.browser(neighbour)
    assert browser.get(address).status_code == 200
    answer = browser.post(address, data={"grounds": "东边界线不对", "key": "once"})
    assert answer.status_code == 302
    again = browser.post(address, data={"grounds": "东边界线不对", "key": "once"})

    assert answer.headers["Location"] == again.headers["Location"]
    number = answer.headers["Location"].rsplit("/", 1)[1]
    assert number in browser.get(answer.headers["Location"]).text
    public = desk.browser().get(f"/notices/{deposit.number}").text
    assert "东边界线不对" in public
    assert "邻居" not in public
    assert desk.browser(world.officer).get(answer.headers["Location"]).status_code == 404
    with desk.session() as session:
        assert session.scalar(select(func.count()).select_from(Objection)) == 1


def test_an_objection_without_grounds_is_refused_beside_its_field(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
    browser = desk.browser(world.officer)

    answer = browser.post(f"/notices/{deposit.number}/object", data={"grounds": "  "})

    assert answer.status_code == 422
    assert 'id="grounds-error"' in answer.text


def test_an_objection_after_the_last_day_is_refused_with_what_was_typed(desk: Desk) -> None:
    with desk.world(days=20) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        world.at = datetime.now(UTC)
    browser = desk.browser(world.officer)

    assert "grounds" not in browser.get(f"/notices/{deposit.number}/object").text
    answer = browser.post(f"/notices/{deposit.number}/object", data={"grounds": "我的地"})

    assert answer.status_code == 409
    assert "我的地" in answer.text


def test_who_objected_still_sees_the_answer_when_the_notice_was_broken_off(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        neighbour = world.villager("邻居")
        objection = notices.object_to(
            world.session, deposit.id, grounds="我的地", actor=neighbour, at=world.at, key="k"
        )
        notices.decide(
            world.session,
            objection.id,
            upheld=True,
            answer="界线重新测量",
            officer=world.officer,
            at=world.at,
        )

    assert desk.browser().get(f"/notices/{deposit.number}").status_code == 404
    page = desk.browser(neighbour).get(f"/notices/{deposit.number}").text
    assert "界线重新测量" in page
    assert "broken off" in page


def test_a_dividend_plan_on_display_names_no_holder(desk: Desk) -> None:
    with desk.world(days=70) as world:
        owner = world.villager("欧阳桂花")
        order = world.collected(world.deposit(Stage.STORED, owner=owner))
        world.later(days=1)
        world.revenue(order)
        plan = world.round(order, paid=False)

    page = desk.browser().get("/notices?list=plans").text

    assert plan.number in page
    assert "大竹海民宿" in page
    assert "50,000.00" in page
    assert "15,000.00" in page
    assert "欧阳" not in page


@pytest.mark.parametrize("address", ["/notices", "/notices?list=lately", "/notices?list=plans"])
def test_an_empty_board_says_what_would_be_here(desk: Desk, address: str) -> None:
    with desk.world(days=1):
        pass

    assert 'class="empty"' in desk.browser().get(address).text
