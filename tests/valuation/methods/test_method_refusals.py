"""What the methods refuse, and the field that each refusal names."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from database.refusals import Invalid
from valuation import refusals
from valuation.methods import SwapSide, compute, rent_from_value, swap_difference
from valuation.refusals import BadInputs, MixedBaseDates, SwapSideEmpty, UnknownMethod

INCOME = {"amounts_per": "whole", "income_yuan": "100", "rate": "6%", "term_years": "30"}
COST = {
    "amounts_per": "whole",
    "acquisition_yuan": "75",
    "development_yuan": "200",
    "development_years": "2",
    "interest_rate": "10%",
    "profit_rate": "20%",
}
STAND = {
    "amounts_per": "whole",
    "income_yuan": "100",
    "rate": "6%",
    "rotation_years": "80",
    "stand_age_years": "5",
}
ROW = {"price_yuan": "500"}
COMPARISON = {"amounts_per": "whole", "reconciliation": "mean", "comparables": [ROW, ROW, ROW]}
TERM = {"price_yuan": "5000", "from_years": "50", "from_rate": "8%", "to_rate": "8%"}
RENT = {"value_yuan": "1000", "rate": "6%", "term_years": "20"}
SOUND: dict[str, dict[str, Any]] = {
    "income": INCOME,
    "cost": COST,
    "woodland_income": STAND,
    "comparison": COMPARISON,
    "term": TERM,
    "rent": RENT,
}
FOR_EVER = {"duration": "perpetual", "term_years": ""}

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("income", {"term_years": "0"}, "term_years", "term_not_positive"),
    ("income", {"term_years": "-3"}, "term_years", "term_not_positive"),
    ("income", {"term_years": "2000"}, "term_years", "number_out_of_range"),
    ("income", {"term_years": ""}, "term_years", "term_missing"),
    ("income", {"duration": "perpetual"}, "term_years", "term_not_wanted"),
    ("income", {"rate": "-1%"}, "rate", "rate_negative"),
    ("income", {"rate": "6"}, "rate", "rate_absurd"),
    ("income", {"rate": "0.0612345678901"}, "rate", "too_many_decimals"),
    ("income", {"rate": "six"}, "rate", "not_a_number"),
    ("income", {"rate": "NaN"}, "rate", "not_a_number"),
    ("income", {"rate": True}, "rate", "not_a_number"),
    ("income", {"rate": float("inf")}, "rate", "not_a_number"),
    ("income", {"rate": "1,5"}, "rate", "not_a_number"),
    ("income", {"rate": ""}, "rate", "bad_inputs"),
    ("income", {"rate": "0"} | FOR_EVER, "rate", "growth_not_below_rate"),
    ("income", {"growth_rate": "6%"} | FOR_EVER, "growth_rate", "growth_not_below_rate"),
    ("income", {"growth_rate": "-100%"}, "growth_rate", "number_out_of_range"),
    ("income", {"growth_yuan": "-1"} | FOR_EVER, "growth_yuan", "income_runs_out"),
    ("income", {"growth_yuan": "-4"}, "growth_yuan", "income_runs_out"),
    ("income", {"growth_yuan": "1", "term_years": "7.5"}, "term_years", "whole_years_wanted"),
    ("income", {"growth_yuan": "1", "growth_rate": "1%"}, "growth_rate", "two_growths"),
    ("income", {"listed_yuan": "1 2 3", "term_years": "2"}, "listed_yuan", "listed_past_term"),
    ("income", {"listed_yuan": ["1", "", "3"]}, "listed_yuan.1", "not_a_number"),
    ("income", {"expense_yuan": "100"}, "income_yuan", "net_income_not_positive"),
    ("income", {"amounts_per": "mu"}, "area_mu", "area_missing"),
    ("income", {"amounts_per": "mu", "area_mu": "0"}, "area_mu", "not_positive"),
    ("income", {"amounts_per": "acre"}, "amounts_per", "bad_inputs"),
    ("income", {"income_yuan": "1e15", "rate": "0.01%"} | FOR_EVER, "", "value_too_large"),
    ("income", {"listed_yuan": "-9000", "income_yuan": "1"}, "", "worth_nothing"),
    ("income", {"colour": "red"}, "colour", "bad_inputs"),
    ("cost", {"development_shares": "40% 50%"}, "development_shares", "shares_do_not_sum"),
    ("cost", {"term_years": "50"}, "land_rate", "pair_incomplete"),
    ("cost", {"land_rate": "6%"}, "term_years", "pair_incomplete"),
    ("cost", {"development_years": "0"}, "development_years", "term_not_positive"),
    ("cost", {"acquisition_yuan": "0", "development_yuan": "0"}, "", "worth_nothing"),
    ("comparison", {"comparables": []}, "comparables", "comparables_missing"),
    ("comparison", {"comparables": [{"price_yuan": ""}]}, "comparables", "comparables_missing"),
    ("comparison", {"comparables": [{"price_yuan": "0"}]}, "comparables.0.price_yuan",
     "not_positive"),
    ("comparison", {"comparables": [ROW | {"date_factor": "100/0"}]}, "comparables.0.date_factor",
     "not_a_number"),
    ("comparison", {"comparables": [ROW | {"weight": "1"}]}, "comparables.0.weight",
     "weight_not_wanted"),
    ("comparison", {"reconciliation": "weighted"}, "comparables.0.weight", "weight_missing"),
    ("comparison", {"reconciliation": "weighted", "comparables": [ROW | {"weight": "0.5"}]},
     "comparables.0.weight", "shares_do_not_sum"),
    ("comparison", {"reconciliation": ""}, "reconciliation", "bad_inputs"),
    ("woodland_income", {"stand_age_years": "81"}, "stand_age_years", "age_past_rotation"),
    ("woodland_income", {"stand_age_years": "5.5"}, "stand_age_years", "not_a_whole_number"),
    ("woodland_income", {"expense_yuan": "101"}, "income_yuan", "net_income_not_positive"),
    ("term", {"to_rate": "0"}, "to_rate", "growth_not_below_rate"),
    ("rent", {"term_years": "0"}, "term_years", "term_not_positive"),
    ("rent", {"value_yuan": "0"}, "value_yuan", "not_positive"),
]  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_the_sound_inputs_that_the_refusals_start_from_are_computed(name: str) -> None:
    assert compute(name, SOUND[name]).value_fen > 0


@pytest.mark.parametrize(("name", "change", "field", "code"), REFUSED)
def test_refused(name: str, change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(BadInputs) as refused:
        compute(name, SOUND[name] | change)
    assert isinstance(refused.value, Invalid)
    assert (refused.value.field or "", refused.value.code) == (field, code)
    [problem] = refused.value.problems
    assert "{" not in problem.message_zh + problem.message_en


def test_every_field_at_fault_is_told_at_once() -> None:
    with pytest.raises(BadInputs) as refused:
        compute("income", {"income_yuan": "many", "rate": "-1", "term_years": "0"})
    told = {each["field"]: each["code"] for each in refused.value.facts["problems"]}
    assert told == {
        "amounts_per": "missing",
        "income_yuan": "not_a_number",
        "rate": "rate_negative",
        "term_years": "term_not_positive",
    }


def test_every_refusal_of_a_method_speaks_both_languages() -> None:
    kinds = [
        each
        for each in vars(refusals).values()
        if isinstance(each, type) and issubclass(each, BadInputs) and each is not BadInputs
    ]
    assert all({"zh", "en"} <= vars(each).keys() for each in kinds)


def test_an_unknown_method_is_not_found() -> None:
    with pytest.raises(UnknownMethod):
        compute("dowsing", {})


def test_a_rent_needs_years() -> None:
    with pytest.raises(refusals.TermNotPositive):
        rent_from_value(100_000, rate=Decimal("0.06"), term_years=0)


def test_a_swap_is_valued_on_one_base_date() -> None:
    house = SwapSide("house", 100, date(2026, 1, 1))
    land = SwapSide("land", 100, date(2026, 6, 1))
    with pytest.raises(MixedBaseDates):
        swap_difference([house], [land])


def test_a_swap_has_two_sides() -> None:
    with pytest.raises(SwapSideEmpty):
        swap_difference([], [SwapSide("land", 100, date(2026, 6, 1))])
