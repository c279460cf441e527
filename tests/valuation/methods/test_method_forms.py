"""The register, the fields that forms are made from, and how typed text is read."""

import ast
import json
from decimal import Decimal
from pathlib import Path

import pytest

import valuation.methods
from tests.valuation.methods.sound_inputs import SOUND
from valuation.methods import METHODS, Valuation, compute, fields, solve
from valuation.methods.parameters import WITH_ROWS, FieldSpec
from valuation.methods.units import UNITS_ZH

SOURCES = sorted(Path(valuation.methods.__file__).parent.rglob("*.py"))


def all_fields(name: str) -> list[FieldSpec]:
    return [part for each in fields(name) for part in (each, *each.columns)]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_in_both_languages_what_it_is_and_asks(name: str) -> None:
    method = METHODS[name]
    assert method.name == name
    assert all((method.name_zh, method.name_en, method.standard))
    assert all((method.when_to_use_zh, method.when_to_use_en))
    for field in all_fields(name):
        assert all((field.label_zh, field.label_en))
        assert bool(field.hint_zh) == bool(field.hint_en)
        assert bool(field.unit_zh) == bool(field.unit_en)
        assert bool(field.choices) == (field.kind == "choice")
        assert bool(field.columns) == (field.kind in WITH_ROWS)


def test_the_fields_of_market_comparison_have_a_row_with_five_factors() -> None:
    by_name = {field.name: field for field in fields("comparison")}
    columns = {column.name: column for column in by_name["comparables"].columns}
    factors = [name for name in columns if name.endswith("_factor")]
    assert len(factors) == 5
    assert {columns[name].default for name in factors} == {"1"}
    assert columns["price_yuan"].required
    assert by_name["reconciliation"].required
    assert [choice.value for choice in by_name["reconciliation"].choices] == [
        "mean",
        "median",
        "weighted",
    ]


def test_fields_tell_kind_default_and_need() -> None:
    by_name = {field.name: field for field in fields("income")}
    assert (by_name["rate"].kind, by_name["rate"].required) == ("decimal", True)
    assert (by_name["timing"].kind, by_name["timing"].default) == ("choice", "end")
    assert by_name["listed_yuan"].kind == "list"
    assert by_name["term_years"].default is None


@pytest.mark.parametrize("rate", ["0.06", "6%", "6 %", "６％", " .06 ", 0.06, Decimal("0.06")])
@pytest.mark.parametrize("income", ["1250000.50", "1,250,000.50", Decimal("1250000.5")])
def test_a_number_is_read_as_people_write_it(rate: object, income: object) -> None:
    inputs = {"amounts_per": "whole", "income_yuan": income, "rate": rate, "term_years": "30"}
    assert compute("income", inputs).inputs["rate"] in {"0.06", "0.060"}
    assert compute("income", inputs).value_fen == compute(
        "income", inputs | {"income_yuan": "1250000.50", "rate": "0.06"}
    ).value_fen  # fmt: skip


def test_what_a_form_left_empty_counts_as_not_given() -> None:
    inputs = {"amounts_per": "whole", "income_yuan": "10", "rate": "6%", "term_years": "45"}
    blank: dict[str, object] = {
        "growth_rate": "",
        "growth_yuan": " ",
        "listed_yuan": "",
        "area_mu": None,
    }
    assert compute("income", {**inputs, **blank}) == compute("income", inputs)


@pytest.mark.parametrize(("per", "expected_fen"), [("mu", 300), ("m2", 200_000), ("ha", 20)])
def test_three_mu_are_two_thousand_square_metres_and_a_fifth_of_a_hectare(
    per: str, expected_fen: int
) -> None:
    rows = [{"price_yuan": "1"}]
    inputs = {"amounts_per": per, "area_mu": "3", "comparables": rows, "reconciliation": "mean"}
    assert compute("comparison", inputs).value_fen == expected_fen


@pytest.mark.parametrize(
    ("price", "expected_fen"), [("0.125", 12), ("0.135", 14), ("0.1250001", 13)]
)
def test_money_is_rounded_once_half_to_even(price: str, expected_fen: int) -> None:
    rows = [{"price_yuan": price}]
    inputs = {"amounts_per": "whole", "comparables": rows, "reconciliation": "mean"}
    assert compute("comparison", inputs).value_fen == expected_fen


def test_a_weighted_mean_of_corrected_prices() -> None:
    rows = [
        {"price_yuan": "500", "date_factor": "105/100", "weight": "50%"},
        {"price_yuan": "520", "region_factor": "100/104", "weight": "0.3"},
        {"price_yuan": "480", "transaction_factor": "1.1", "weight": "1/5"},
    ]
    inputs = {"amounts_per": "whole", "comparables": rows, "reconciliation": "weighted"}
    assert compute("comparison", inputs).value_fen == 51_810


def test_the_working_ends_with_the_value_and_its_units_are_known() -> None:
    inputs = {"amounts_per": "mu", "area_mu": "2.5", "income_yuan": "10", "rate": "6%"}
    worth = compute("income", inputs | {"term_years": "45", "timing": "mid"})
    assert Decimal(worth.working[-1].figure) * 100 == worth.value_fen
    assert {step.unit for step in worth.working} <= UNITS_ZH.keys()
    assert worth.working[0].unit_zh == "元/亩·年"


@pytest.mark.parametrize("name", METHODS)
def test_a_result_closes_its_working_and_is_the_same_from_its_own_inputs(name: str) -> None:
    result = solve(name, SOUND[name])
    last = result.working[-1]
    assert (last.figure, last.unit) == (result.figure, result.unit)
    assert result.unit == METHODS[name].unit
    assert all(step.name_zh and step.name_en for step in (*result.working, *result.parts))
    assert isinstance(result, Valuation) == (result.value_fen is not None)
    if isinstance(result, Valuation):
        assert Decimal(result.figure) * 100 == result.value_fen
    kept = json.loads(result.model_dump_json())
    assert solve(name, kept["inputs"]) == result


def test_only_what_an_asset_is_worth_is_offered_as_its_value() -> None:
    values = {name for name, method in METHODS.items() if method.purpose == "value"}
    assert {"ls_factor", "hydropower_value", "rent", "condition", "irr"}.isdisjoint(values)
    assert {"income", "stumpage", "faustmann", "benchmark", "house", "leasehold"} <= values
    assert all(METHODS[name].unit == "yuan" for name in values)


def test_time_in_the_year_is_always_asked_for() -> None:
    timed = {name for name in METHODS if "timing" in {field.name for field in fields(name)}}
    untimed = {
        "comparison", "benchmark", "term", "stumpage", "house", "condition",  # no years at all
        "swap", "equity", "irr", "xirr", "dscr", "waterfall", "ls_factor",  # times given, or none
    }  # fmt: skip
    assert timed == set(METHODS) - untimed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_methods_are_pure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules.append(node.module or "")
        elif isinstance(node, ast.Constant):
            assert not isinstance(node.value, float)
    allowed = {"pydantic", "pydantic_core", "valuation", "decimal", "typing", "collections",
               "dataclasses", "functools", "datetime", "types", "re", "unicodedata",
               "statistics", "itertools"}  # fmt: skip
    assert {name.partition(".")[0] for name in modules} <= allowed
    ours = {name for name in modules if name.startswith("valuation.")}
    assert all(name.startswith(("valuation.methods", "valuation.refusals")) for name in ours)
