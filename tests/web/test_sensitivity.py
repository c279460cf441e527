"""An appraisal's page shows how its value answers to rate, prices and term."""

import json
from html import unescape

import pytest
from sqlalchemy import select

from bank.deposits.lifecycle import Stage
from tests.web.visiting import Site, text_of
from valuation.appraisals.tables import Divergence
from valuation.sensitivity import sensitivity

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_page_tells_the_finding_and_holds_chart_and_table(site: Site) -> None:
    deposit = site.world.deposit(Stage.ON_NOTICE)
    appraisal = site.world.draft(deposit)
    assert appraisal.commission.agency is not None
    appraiser, _ = site.world.appraisers_of(appraisal.commission.agency)

    page = site.visitor(appraiser).get(f"/agency/appraisals/{appraisal.id}")

    (kept,) = appraisal.results
    found = sensitivity(kept.method, kept.inputs)
    text = text_of(page)
    assert "The value depends most on: Yearly income" in text
    assert "Changed by -20% to +20%, it moves the value by -20.0% to +20.0%." in text
    assert "no value" not in text
    html = page.get_data(as_text=True)
    told = json.loads(unescape(html.split('data-sensitivity="')[1].split('"')[0]))
    assert [len(line["points"]) for line in told["lines"]] == [9] * len(found.lines)
    assert "vendor/echarts.simple.min.js" in html


def test_who_sees_the_value_sees_how_sure_it_is_and_nobody_else(site: Site) -> None:
    world = site.world
    deposit = world.deposit(yearly_yuan=20_000)
    owner, neighbour = world.owner_of(deposit), world.villager("赵招娣")
    number = world.commission_of(deposit).number
    seen = [
        (owner, f"/deposits/{deposit.id}"),
        (owner, f"/commissions/{number}"),
        (world.county_officer, f"/commissions/{number}"),
        (world.officer, f"/township/{deposit.id}"),
    ]

    for reader, address in seen:
        page = site.visitor(reader).get(address)
        html = page.get_data(as_text=True)
        assert page.status_code == 200, address
        assert html.count("data-sensitivity=") == 1, address
        assert "A value is an estimate. If one thing came out otherwise (Yearly income" in html
        assert html.index("A value is an estimate") < html.index("data-sensitivity=")
        assert "vendor/echarts.simple.min.js" in html
        assert "css/sensitivity.css" in html

    for _, address in seen:
        html = site.visitor(neighbour).get(address).get_data(as_text=True)
        assert "data-sensitivity" not in html
    for stranger in (None, neighbour, world.investor()):
        html = site.visitor(stranger).get(f"/catalogue/{deposit.id}").get_data(as_text=True)
        assert "data-sensitivity" not in html


def test_the_county_sees_it_of_both_values_that_differ(site: Site) -> None:
    world = site.world
    deposit = world.deposit()
    commission = world.commission(deposit, agency=world.new_agency("湖州正源资产评估事务所"))
    world.appraise(deposit, commission=commission, yearly_yuan=40_000)
    review = world.session.scalars(select(Divergence)).one()

    page = site.visitor(world.county_officer).get(f"/county/divergences/{review.id}")

    assert page.get_data(as_text=True).count("A value is an estimate.") == 2
