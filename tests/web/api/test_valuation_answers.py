"""Valuation methods for programs: their fields, and computing one."""

import pytest

from tests.valuation.methods.sound_inputs import SOUND
from tests.web.api.conftest import read
from valuation import methods

INPUTS = {
    "income_yuan": "20000",
    "amounts_per": "whole",
    "rate": "0.06",
    "duration": "term",
    "term_years": "20",
}


def test_methods_are_listed_with_their_fields(visitor):
    page = read(visitor, "/valuations")

    assert [method["name"] for method in page["items"]] == list(methods.METHODS)
    income = next(method for method in page["items"] if method["name"] == "income")
    assert [field["name"] for field in income["fields"]] == [
        field.name for field in methods.fields("income")
    ]


def test_a_value_is_computed_with_its_working_and_needs_no_token(visitor):
    answer = visitor.post("/api/v1/valuations/income", json={"inputs": INPUTS})

    assert answer.status_code == 200
    valuation = methods.compute("income", INPUTS)
    assert answer.json == valuation.model_dump(mode="json")
    again = visitor.post("/api/v1/valuations/income", json={"inputs": answer.json["inputs"]})
    assert again.json == answer.json


@pytest.mark.parametrize("name", SOUND)
def test_every_method_answers_with_its_figure_unit_parts_and_working(visitor, name):
    answer = visitor.post(f"/api/v1/valuations/{name}", json={"inputs": SOUND[name]})

    assert answer.status_code == 200
    assert answer.json == methods.solve(name, SOUND[name]).model_dump(mode="json")


def test_a_rate_is_no_money(visitor):
    rate = visitor.post("/api/v1/valuations/irr", json={"inputs": {"flows_yuan": [-100, 110]}}).json

    assert (rate["figure"], rate["unit"], rate["unit_zh"]) == ("0.1", "a period", "每期")
    assert rate["value_fen"] is None


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh_Hans_CN", "多个内部收益率：10%, 20%"), ("en", "several rates of return: 10%, 20%")],
)
def test_several_rates_are_refused_by_name_in_the_readers_language(county, language, said):
    answer = county.visitor(language=language).post(
        "/api/v1/valuations/irr", json={"inputs": {"flows_yuan": "-100 230 -132"}}
    )

    assert (answer.status_code, answer.json["code"]) == (422, "several_rates")
    assert answer.json["field"] == "flows_yuan"
    assert said in answer.json["message"]


def test_all_inputs_at_fault_are_named(visitor):
    answer = visitor.post(
        "/api/v1/valuations/income", json={"inputs": INPUTS | {"rate": "-1", "term_years": "x"}}
    )

    assert answer.status_code == 422
    problems = answer.json["facts"]["problems"]
    assert {problem["field"] for problem in problems} == {"rate", "term_years"}
    assert answer.json["field"] in {"rate", "term_years"}


def test_an_unknown_method_is_not_found(visitor):
    answer = visitor.post("/api/v1/valuations/guess", json={"inputs": {}})

    assert (answer.status_code, answer.json["code"]) == (404, "unknown_method")
