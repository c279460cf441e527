"""Valuation methods for programs: their fields, and computing one."""

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
