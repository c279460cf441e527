"""An appraisal's page shows how its value answers to rate, prices and term."""

import json
from html import unescape

import pytest

from bank.deposits.lifecycle import Stage
from tests.web.visiting import Site, text_of
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
