"""Maps and files of what a bundle or a project takes: parts that go, rests, and the red line."""

import json
from html import unescape
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from bank.land.projection import to_county
from bank.redlines import drawing
from tests.bank.orders.test_parts import west
from tests.web.desk import Desk

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

SRID = 4549


@pytest.fixture
def county(desk: Desk) -> dict[str, Any]:
    """A bundle from a red line that cuts one deposit and holds another; a rival; officers."""
    with desk.world(days=40) as world:
        cut, whole = world.deposit(), world.deposit()
        investor, rival = world.investor(), world.investor("别家公司")
        party_id = next(iter(investor.parties))
        line = shapely.union(west(cut, 30), whole_of(whole))
        told: dict[str, Any] = {"party_id": party_id, "actor": investor, "at": world.at}
        kept = drawing.keep(world.session, line, name="竹海", **told)
        drawing.prepare_bundle(world.session, kept.id, **told)
        return {
            "investor": investor, "rival": rival, "owner": world.villager(),
            "officer": world.county_officer, "auditor": world.auditor,
            "cut": cut.number, "whole": whole.number, "line": kept.number, "line_id": kept.id,
        }  # fmt: skip


def whole_of(deposit: Any) -> Any:
    return shapely.from_wkb(deposit.asset.parcel.wkb).buffer(1, join_style="mitre")


def areas(answer: Any) -> list[tuple[str, str, int]]:
    """Of each feature the deposit's number, whether it goes or stays, and its whole m²."""
    found = []
    for each in answer.get_json()["features"]:
        told = each["properties"]
        measured = to_county(shape(each["geometry"]), SRID).area
        found.append((told["title"].split(" · ")[-1], told["stage"], round(measured)))
    return found


def order(desk: Desk, county: dict[str, Any]) -> str:
    """The project's page, after the bundle was ordered."""
    browser = desk.browser(county["investor"])
    form = {"name": "竹海", "purpose": "民宿", "capital": "0"}
    browser.post("/bundle/order", data=form)
    page = browser.get("/bundle/order/check").text
    bundle = page.partition('name="bundle_id"')[2].partition('value="')[2].partition('"')[0]
    sent = browser.post("/bundle/order/check", data=form | {"bundle_id": bundle, "key": "k"})
    with desk.session() as session:
        line = drawing.get_red_line(session, county["line_id"], actor=county["investor"])
        assert sent.status_code == 302
        return f"/projects/{line.project_id}"


def test_the_bundles_map_tells_what_goes_what_stays_and_the_red_line(desk, county):
    browser = desk.browser(county["investor"])

    page = unescape(browser.get("/bundle").text)
    assert 'data-features-url="/bundle/map.json"' in page
    assert "/bundle/red-lines.json" in page
    assert "stays in the bank" in page
    assert "control zones" in page
    assert areas(browser.get("/bundle/map.json")) == [
        (county["cut"], "returned", 7_000),
        (county["cut"], "stored", 3_000),
        (county["whole"], "stored", 10_000),
    ]
    lines = browser.get("/bundle/red-lines.json").get_json()["features"]
    assert [each["properties"]["title"] for each in lines] == [f"{county['line']} · 竹海"]


@pytest.mark.parametrize("path", ["/bundle", "/bundle/order"])
def test_an_empty_bundle_has_no_map_and_others_see_their_own(desk, county, path):
    rival = desk.browser(county["rival"])

    assert "data-map" not in rival.get(path, follow_redirects=True).text
    for address in ("/bundle/map.json", "/bundle/red-lines.json"):
        assert rival.get(address).get_json()["features"] == []
        assert desk.browser(county["owner"]).get(address).status_code == 403


def test_the_project_shows_its_map_and_the_red_line_that_is_its_own_now(desk, county):
    project = order(desk, county)

    for someone, page in (("investor", project), ("officer", f"/county{project}")):
        shown = unescape(desk.browser(county[someone]).get(page).text)
        assert f'data-features-url="{project}/map.json"' in shown
        assert county["line"] in shown
        assert "What the control zones say of all land inside the red line" in shown
    assert len(areas(desk.browser(county["auditor"]).get(f"{project}/map.json"))) == 3
    line = unescape(desk.browser(county["investor"]).get(f"/redlines/{county['line_id']}").text)
    assert "This red line belongs to the project 竹海" in line
    assert "What was kept on" in line


def test_a_projects_map_is_for_its_investor_officers_and_auditors(desk, county):
    project = order(desk, county)

    for name in ("map.json", "red-lines.json"):
        for someone in ("rival", "owner"):
            answer = desk.browser(county[someone]).get(f"{project}/{name}")
            assert answer.status_code == 404
        assert "王桂花" not in desk.browser(county["investor"]).get(f"{project}/{name}").text


def told(desk: Desk, someone: Any, address: str) -> dict[str, dict[str, Any]]:
    """The features of a file, by the deposit's number."""
    answer = desk.browser(someone).get(address, buffered=True)
    assert answer.status_code == 200
    return {each["properties"]["number"]: each for each in json.loads(answer.data)["features"]}


def test_files_of_a_bundle_and_a_project_hold_the_cut_parts_with_their_figures(desk, county):
    bundle = told(desk, county["investor"], "/exports/bundle.geojson")
    project = order(desk, county)
    files = [bundle, told(desk, county["investor"], f"/exports{project}.geojson"),
             told(desk, county["officer"], f"/exports{project}.geojson")]  # fmt: skip

    for file in files:
        cut, whole = file[county["cut"]], file[county["whole"]]
        assert round(to_county(shape(cut["geometry"]), SRID).area) == 3_000
        facts = cut["properties"]
        assert (facts["part"], facts["area_m2"], facts["whole_m2"]) == (True, 3_000, 10_000)
        assert facts["value_yuan"] == pytest.approx(whole["properties"]["value_yuan"] * 0.3)
        assert (whole["properties"]["part"], whole["properties"]["whole_m2"]) == (False, 10_000)
    assert "王桂花" in json.dumps(files[2], ensure_ascii=False)
    assert "王桂花" not in json.dumps(files[1], ensure_ascii=False)


def test_what_was_collected_is_told_under_its_own_number(desk):
    with desk.world(days=40) as world:
        deposit, investor = world.deposit(), world.investor()
        ordered = world.order(deposit, investor=investor, red_lines={deposit.id: west(deposit, 30)})
        withdrawal = world.confirm(world.collection(ordered))
        number, project = deposit.number, f"/projects/{ordered.project_id}"
        officer, page = world.county_officer, f"/withdrawals/{withdrawal.id}"

    ((child, facts),) = told(desk, investor, f"/exports{project}.geojson").items()
    assert child != number
    assert (facts["properties"]["part"], facts["properties"]["whole_m2"]) == (True, 10_000)
    code = facts["properties"]["parcel_code"]
    shown = unescape(desk.browser(investor).get(project).text)
    assert f"{child} · {code}" in shown
    assert areas(desk.browser(investor).get(f"{project}/map.json")) == [
        (number, "returned", 7_000), (child, "stored", 3_000)
    ]  # fmt: skip
    assert f'data-features-url="{project}/map.json"' in desk.browser(officer).get(page).text


def test_what_cannot_be_cut_is_named_with_its_reason_before_and_after(desk):
    with desk.world(days=40) as world:
        good, wrong, investor = world.deposit(), world.deposit(), world.investor()
        wrong.area_dm2 -= 500
        wrong.asset.parcel.area_dm2 -= 500
        line = shapely.union(west(good, 30), west(wrong, 30))
        kept = drawing.keep(
            world.session, line, name="竹海", party_id=next(iter(investor.parties)),
            actor=investor, at=world.at,
        )  # fmt: skip
        address, number = f"/redlines/{kept.id}", wrong.number
    browser = desk.browser(investor)

    shown = unescape(browser.get(address).text)
    assert shown.count("The area on file is not that of the outline.") == 1
    said = unescape(browser.post(f"{address}/bundle", follow_redirects=True).text)
    assert f"Left out: 1. {number}: The area on file is not that of the outline." in said
