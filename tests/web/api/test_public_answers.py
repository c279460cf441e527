"""What the API tells everyone: the catalogue, notices, projects, rules, towns, verification."""

import pytest

from tests.web.api.conftest import NAMES, County, read, transfer_id
from tests.world import TOWNS


def numbers(page):
    return [item["number"] for item in page["items"]]


def test_the_catalogue_lists_what_is_free(county, visitor):
    page = read(visitor, "/catalogue?sort=area_up")

    assert sorted(numbers(page)) == sorted([county.stored, county.lease])
    assert (page["page"], page["pages"], page["total"]) == (1, 1, 2)
    assert page["area_dm2"] == 2_000_000
    first = page["items"][0]
    assert first["kind"] == "woodland"
    assert first["area_dm2"] == 1_000_000
    assert first["value_fen"] > 0
    assert first["town_name"] == "报福镇"
    assert "geometry" not in first


def test_the_catalogue_shows_what_is_taken_only_when_asked(county, visitor):
    assert county.collected in numbers(read(visitor, "/catalogue?taken=true"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("mode=lease", 1),
        ("kind=house", 0),
        ("town=330523106", 2),
        ("town=330523107", 0),
        ("area_from_dm2=1000000", 2),
        ("area_from_dm2=1000001", 0),
        ("area_to_dm2=999999", 0),
        ("price_from_fen=1&price_to_fen=2", 0),
    ],
)
def test_the_catalogue_is_filtered_as_the_page_is(visitor, asked, found):
    assert read(visitor, f"/catalogue?{asked}")["total"] == found


def test_a_page_beyond_the_end_is_empty(visitor):
    page = read(visitor, "/catalogue?page=7")

    assert (page["items"], page["page"], page["pages"], page["total"]) == ([], 7, 1, 2)


def test_outlines_are_geojson_in_degrees(county, visitor):
    page = read(visitor, "/catalogue?geometry=true")
    shape = read(visitor, f"/catalogue/{county.stored}?geometry=true")["geometry"]

    assert shape in [item["geometry"] for item in page["items"]]
    assert shape["type"] == "Polygon"
    lon, lat = shape["coordinates"][0][0]
    assert 119 < lon < 120.5
    assert 30 < lat < 31


def test_one_deposit_of_the_catalogue_tells_its_right_checks_and_appraisal(county, visitor):
    shown = read(visitor, f"/catalogue/{county.stored}")

    assert shown["right"] == "forest_contract"
    assert shown["right_ends_on"] == "2053-12-31"
    assert {c["layer"]: c["result"] for c in shown["land_checks"]} == {
        "county": "clear",
        "parcels": "clear",
        "permanent_basic_farmland": "not_checked",
        "ecological_red_line": "not_checked",
        "urban_boundary": "not_checked",
    }
    appraisal = shown["appraisal"]
    assert appraisal["value_fen"] == shown["value_fen"]
    assert appraisal["methods"] == ["income"]
    assert appraisal["results"] == [
        {"method": "income", "value_fen": shown["value_fen"], "weight_ppm": None}
    ]
    assert (appraisal["reconciliation"], appraisal["sole_ground"]) == ("single", "only_applicable")
    assert appraisal["reason"]


@pytest.mark.parametrize("which", ["draft", "on_notice"])
def test_an_application_is_not_in_the_catalogue(county, visitor, which):
    found = read(visitor, f"/catalogue/{getattr(county, which)}", status=404)

    assert found["code"] == "no_such_record"


def test_a_passbook_is_verified_by_its_number(county, visitor):
    shown = read(visitor, f"/deposits/{county.stored}")

    assert shown["in_bank"] is True
    assert shown["stage"] == "stored"
    assert shown["place"] == "报福镇景溪村"
    assert shown["ledger"] == [{"account": "party:*:stored", "area_dm2": 1_000_000}]
    assert shown["transfer"] == str(transfer_id(visitor, f"deposit:{county.stored}"))


def test_a_collected_deposit_is_shown_where_it_went(county, visitor):
    shown = read(visitor, f"/deposits/{county.collected}")

    assert shown["stage"] == "collected"
    held = {"account": f"project:{county.project}:held", "area_dm2": 1_000_000}
    assert shown["ledger"] == [held]


@pytest.mark.parametrize("which", ["draft", "on_notice"])
def test_an_application_is_nobody_elses_business(county, visitor, which):
    read(visitor, f"/deposits/{getattr(county, which)}", status=404)


def test_notices_are_listed_while_they_run(county, visitor):
    page = read(visitor, "/notices")

    assert numbers(page) == [county.on_notice]
    notice = page["items"][0]
    assert notice["area_dm2"] == 1_000_000
    assert notice["open_objections"] == 0
    assert notice["notice_from"] < notice["notice_until"]
    assert read(visitor, "/notices?town=330523107")["total"] == 0
    assert county.on_notice not in numbers(read(visitor, "/notices?list=lately"))


def test_projects_tell_their_area_and_no_money(county, visitor):
    page = read(visitor, "/projects")

    assert page["items"] == [
        {
            "number": county.project,
            "name": "大竹海民宿",
            "purpose": "竹林康养与民宿",
            "stage": "operating",
            "deposits": 1,
            "parts": 0,
            "area_dm2": 1_000_000,
        }
    ]
    assert read(visitor, "/projects?page=2")["items"] == []


def test_rules_are_those_of_the_day(visitor):
    page = read(visitor, "/rules?on=2026-03-01")
    rules = {rule["name"]: rule for rule in page["items"]}

    assert page["on"] == "2026-03-01"
    assert page["total"] == len(rules) > 40
    assert rules["notice.deposit.days"]["unit"] == "days"
    assert isinstance(rules["notice.deposit.days"]["value"], int)
    assert all(type(rule["value"]) in (int, bool, str) for rule in rules.values())
    assert any("/" in str(rule["value"]) for rule in rules.values())


def test_towns_come_with_outlines_when_asked(visitor):
    page = read(visitor, "/towns")

    assert {town["code"]: town["name"] for town in page["items"]} == TOWNS
    assert "geometry" not in page["items"][0]
    assert read(visitor, "/towns?geometry=true")["items"][0]["geometry"]["type"] == "Polygon"


def public_paths(county: County, client) -> list[str]:
    """An address of every resource that everyone may read."""
    transfer = transfer_id(client, f"withdrawal:{county.payout}")
    return [
        "/catalogue?taken=true&geometry=true",
        *(f"/catalogue/{number}" for number in (county.stored, county.lease, county.collected)),
        *(f"/deposits/{number}" for number in (county.stored, county.lease, county.collected)),
        "/notices",
        "/notices?list=lately",
        "/projects",
        f"/projects/{county.project}",
        "/agencies",
        f"/agencies/{read(client, '/agencies')['items'][0]['number']}",
        "/rules",
        "/towns?geometry=true",
        "/valuations",
        "/parameters?on=2026-03-01",
        "/parameters/capitalisation_rate",
        "/parameters/capitalisation_rate?version=1",
        "/ledger/transfers?limit=100",
        f"/ledger/transfers/{transfer}",
        f"/ledger/transfers/{transfer}/proof",
        f"/ledger/transfers/{transfer}/receipt",
        "/ledger/consistency?from=1",
        "/ledger/checkpoint",
        "/ledger/checkpoints",
        f"/ledger/checkpoints/{read(client, '/ledger/checkpoints')['items'][0]['size']}",
        "/ledger/key",
    ]


def test_no_public_answer_names_anyone(county, visitor):
    forbidden = [*NAMES, "13857200001", "6228480402564890018", "P-20", "330523195", "9133052300"]
    licences = [agency["licence"] for agency in read(visitor, "/agencies")["items"]]
    for path in public_paths(county, visitor):
        answer = visitor.get(f"/api/v1{path}")
        assert answer.status_code == 200, path
        text = answer.get_data(as_text=True)
        for licence in licences:  # an agency's own is in the public directory
            text = text.replace(licence, "")
        text = text.encode().decode("unicode_escape") if "\\u" in text else text
        assert [each for each in forbidden if each in text] == [], path


def test_every_public_resource_was_looked_at_for_names(county, visitor):
    adapter = county.app.url_map.bind("localhost")
    seen = {
        adapter.match(f"/api/v1{path.partition('?')[0]}")[0]
        for path in public_paths(county, visitor)
    }
    reading = {
        rule.endpoint
        for rule in county.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and "GET" in (rule.methods or ())
    }

    assert {name for name in reading if "/me" not in _rule(county, name)} == seen


def _rule(county: County, endpoint: str) -> str:
    return next(county.app.url_map.iter_rules(endpoint)).rule
