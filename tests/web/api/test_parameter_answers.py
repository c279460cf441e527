"""Parameter tables and sensitivity for programs."""

from typing import Any

import pytest

from tests.valuation.methods.sound_inputs import SOUND
from tests.valuation.parameters.conftest import FIRST, rows_of
from tests.web.visiting import Site
from valuation.parameters.beginning import open_begin_tables
from valuation.parameters.finding import get_table
from valuation.parameters.keeping import add_version
from valuation.sensitivity import sensitivity

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def site(site: Site) -> Site:
    open_begin_tables(site.session)
    for rate in ("0.05", "0.06"):
        add_version(
            site.session,
            get_table(site.session, "capitalisation_rate"),
            rows=rows_of(("woodland", rate)),
            valid_from=FIRST,
            base_date=FIRST,
            source="安政发〔2025〕1号",
            entered_by=site.world.county_officer.id,
            at=site.world.at,
        )
    site.session.commit()
    return site


def read(site: Site, path: str, status: int = 200) -> Any:
    answer = site.visitor().get(f"/api/v1{path}")
    assert answer.status_code == status, answer.text
    return answer.json


def test_tables_are_listed_with_the_version_of_the_day(site: Site) -> None:
    items = {each["code"]: each for each in read(site, "/parameters")["items"]}

    assert items["capitalisation_rate"]["version"]["number"] == 2
    assert items["woodland_cost"]["version"] is None
    before = read(site, "/parameters?on=2024-12-31")["items"]
    assert all(each["version"] is None for each in before)


def test_figures_are_read_of_today_and_of_an_older_version(site: Site) -> None:
    now = read(site, "/parameters/capitalisation_rate")
    old = read(site, "/parameters/capitalisation_rate?version=1")

    assert now["rows"] == [{"keys": {"kind": "woodland"}, "value": "0.06"}]
    assert old["rows"][0]["value"] == "0.05"
    assert [each["number"] for each in now["versions"]] == [2, 1]
    assert read(site, "/parameters/woodland_cost", 404)["code"] == "no_such_version"
    assert read(site, "/parameters/capitalisation_rate?version=9", 404)
    assert read(site, "/parameters/nothing", 404)["code"] == "no_such_table"


def test_a_valuation_is_varied_and_needs_no_token(site: Site) -> None:
    address = "/api/v1/valuations/income/sensitivity"
    client = site.visitor()

    body = {"inputs": SOUND["income"], "steps": [-10, 10]}
    told: Any = client.post(address, json=body).json

    found = sensitivity("income", SOUND["income"], steps=[-10, 10]).model_dump(mode="json")
    assert told["value_fen"] == found["value_fen"]
    assert [line["points"] for line in told["lines"]] == [line["points"] for line in found["lines"]]
    assert told["lines"][0]["fields"] == ["rate"]
    wrong = client.post(address, json={"inputs": SOUND["income"], "steps": [-100]})
    assert wrong.status_code == 422
    deal = client.post("/api/v1/valuations/irr/sensitivity", json={"inputs": SOUND["irr"]})
    assert deal.status_code == 422
    assert (
        client.post("/api/v1/valuations/nothing/sensitivity", json={"inputs": {}}).status_code
        == 404
    )
