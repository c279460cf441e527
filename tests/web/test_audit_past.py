"""The auditor's pages as of a past day."""

from datetime import timedelta

import pytest

from bank.calendar import local_date
from database.actor import Role
from tests.web.desk import Desk

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_auditor_sees_the_balances_of_a_past_day(desk: Desk) -> None:
    with desk.world(days=100) as world:
        auditor = world.user("审计", Role.AUDITOR, login="a")
        deposit = world.deposit()
        stored, number = local_date(world.at), deposit.party.number
    browser = desk.browser(auditor)

    for page in ("/audit", "/audit/accounts"):
        now = browser.get(page).text
        then = browser.get(page, query_string={"as_of": stored.isoformat()}).text
        before = browser.get(page, query_string={"as_of": "2000-01-01"}).text
        nonsense = browser.get(page, query_string={"as_of": "yesterday"})

        assert "Of it held now" in now
        assert "Of it held now" not in then
        assert stored.isoformat() in then
        assert nonsense.status_code == 200
        if page == "/audit":
            assert "Nothing was recorded by that day" in before
        else:
            assert f"party:{number}:stored" in then
    later = (stored + timedelta(days=400)).isoformat()
    assert "Nothing was recorded by that day" not in browser.get(f"/audit?as_of={later}").text
