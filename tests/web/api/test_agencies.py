"""The directory of agencies, for programs."""

from typing import Any

from tests.web.api.conftest import County


def read(county: County, path: str) -> Any:
    """What a program without a login gets."""
    answer = county.visitor().get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def test_the_list_gives_who_may_do_what_and_how_it_is_rated(county: County) -> None:
    found = read(county, "agencies?kind=appraisal")
    none = read(county, "agencies?kind=finance")

    assert found["total"] == len(found["items"]) == 1
    (agency,) = found["items"]
    assert agency["kinds"] == ["appraisal"]
    assert agency["stage"] == "admitted"
    assert agency["finished"] >= 1
    assert (agency["ratings"], agency["average_tenths"]) == (0, None)
    assert none["items"] == []


def test_one_agency_tells_its_qualifications_and_none_of_its_people(county: County) -> None:
    number = read(county, "agencies")["items"][0]["number"]

    agency = read(county, f"agencies/{number}")
    missing = county.visitor().get("/api/v1/agencies/G-1999-000001")

    assert [each["kind"] for each in agency["qualifications"]] == ["appraisal"]
    assert "孙评估" not in str(agency)
    assert missing.status_code == 404
