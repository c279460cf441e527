"""The township's desk for what is in the bank: an appraisal that runs out is made anew."""

from typing import Any

import pytest

from bank.deposits import notices
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Decision, Objection
from tests.web.desk import Desk
from valuation.commissions.lifecycle import Stage as CommissionStage

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
BUTTON = "Commission the appraisal"


@pytest.mark.parametrize(
    ("days", "said"), [(400, "The appraisal has expired"), (350, "The appraisal expires on")]
)
def test_an_appraisal_that_runs_out_is_commissioned_anew(desk: Desk, days: int, said: str) -> None:
    with desk.world(days=days) as world:
        deposit = world.deposit()
    browser = desk.browser(world.officer)
    assert deposit.number in browser.get("/township?work=reappraise").text
    page = browser.get(f"/township/{deposit.id}").text
    assert said in page
    assert BUTTON in page

    address, data = f"/township/{deposit.id}/reappraise", {"key": "k"}
    unchosen = browser.post(address, data=data)
    assert unchosen.status_code == 422
    assert 'id="reappraise-agency-error"' in unchosen.text
    for _ in range(2):
        answer = browser.post(address, data=data | {"agency_id": str(world.agency.id)})
        assert answer.status_code == 302

    with desk.session() as session:
        world.session = session
        assert world.commission_of(deposit).stage is CommissionStage.ENGAGED
    assert deposit.number not in browser.get("/township?work=reappraise").text
    assert BUTTON not in browser.get(f"/township/{deposit.id}").text
    again = data | {"key": "another", "agency_id": str(world.agency.id)}
    refused = browser.post(address, data=again)
    assert refused.status_code == 409
    assert "An agency is appraising it already" in refused.text


def test_a_fresh_appraisal_is_left_alone(desk: Desk) -> None:
    with desk.world(days=30) as world:
        deposit = world.deposit()
    browser = desk.browser(world.officer)

    assert BUTTON not in browser.get(f"/township/{deposit.id}").text
    data = {"key": "k", "agency_id": str(world.agency.id)}
    answer = browser.post(f"/township/{deposit.id}/reappraise", data=data)
    assert answer.status_code == 409
    assert "The appraisal is good until" in answer.text


def test_a_second_objection_can_be_decided_from_the_page_that_shows_both(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        told: dict[str, Any] = {
            "grounds": "边界不对",
            "actor": world.villager("邻居"),
            "at": world.at,
        }
        objections = [
            notices.object_to(world.session, deposit.id, key=world.key(), **told) for _ in range(2)
        ]
    browser = desk.browser(world.officer)

    for each in objections:
        data = {f"{each.number}-decision": "upheld", f"{each.number}-answer": "属实"}
        answer = browser.post(f"/township/{deposit.id}/objections/{each.number}", data=data)
        assert answer.status_code == 302

    with desk.session() as session:
        decided = [session.get_one(Objection, each.id).decision for each in objections]
    assert decided == [Decision.UPHELD] * 2
