"""An appraiser cuts a piece of land on her phone, and gives each piece its value."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from bank.deposits.lifecycle import Stage
from database.directory import Bank
from tests.journeys.people import Person
from tests.journeys.test_maps import tap
from tests.web.desk import days_ago
from tests.world import World
from valuation.appraisals.tables import Appraisal, ValueSplit


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_appraiser_cuts_the_land_and_values_its_pieces(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    with committed_bank.session() as session:
        world = World(session, at=days_ago(3))
        draft = world.draft(world.deposit(Stage.ON_NOTICE))
        world.new_appraiser(world.agency, "郑评估", login="zheng")
        here = f"/agency/appraisals/{draft.id}"
        session.commit()
    appraiser = person("zheng", phone=True)
    page = appraiser.page
    appraiser.open(here).press("Split the value over parts of the land")
    expect(page.locator("#land path")).to_have_count(1)

    appraiser.press_tool("Cut with a line")
    tap(appraiser, (0.45, 0.03), (0.45, 0.97))
    appraiser.press_tool("Finish")
    expect(page.locator("#pieces-1-name")).to_be_visible()
    appraiser.fill(**{"pieces-0-name": "竹林", "pieces-0-value": "1500"})

    appraiser.press_tool("Cut with a line")
    tap(appraiser, (0.03, 0.5), (0.3, 0.5))
    appraiser.press_tool("Finish")
    expect(page.locator("#pieces .field__error").first).to_be_visible()
    expect(page.locator("#pieces-0-value")).to_have_value("1500")
    appraiser.press_tool("Take back the last cut")
    expect(page.locator("#pieces .field__error")).to_have_count(0)

    appraiser.fill(**{"pieces-1-name": "屋基", "pieces-1-value": "500.5"})
    expect(page.locator("[data-sum]")).to_contain_text("2,000.50")
    appraiser.press("Keep the split").sees("竹林", "屋基")
    assert page.url.endswith(here)
    with committed_bank.session() as session:
        kept = session.scalars(select(ValueSplit).order_by(ValueSplit.number)).all()
        whole = session.scalars(select(Appraisal.area_dm2)).one()
    assert [each.value_fen for each in kept] == [150_000, 50_050]
    assert sum(each.area_dm2 for each in kept) == whole
    assert appraiser.troubles == []
