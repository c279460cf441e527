"""What the methods refuse, and the field that each refusal names."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from database.refusals import Invalid
from tests.policy.walking import subclasses
from tests.valuation.methods.sound_inputs import SOUND
from valuation import refusals
from valuation.methods import METHODS, SwapSide, compute, rent_from_value, solve, swap_difference
from valuation.methods.deals.refusals import SeveralRates
from valuation.refusals import BadInputs, MixedBaseDates, NoMoney, SwapSideEmpty, UnknownMethod

ROW = {"price_yuan": "500"}
LOGS = {"yield_rate": "60%", "price_yuan": "650"}
PART = {"replacement_yuan": "80"}
DAY = "2020-01-01"
LATER = "2021-01-01"
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
    ("benchmark", {"coefficients": [{"share": "-60%"}, {"share": "-40%"}]},
     "coefficients.0.share", "coefficients_too_low"),
    ("benchmark", {"coefficients": [{"share": "101%"}]}, "coefficients.0.share",
     "number_out_of_range"),
    ("benchmark", {"land_rate": "6%"}, "remaining_years", "pair_incomplete"),
    ("benchmark", {"land_rate": "0", "remaining_years": "30", "full_years": "50"}, "land_rate",
     "pair_incomplete"),
    ("benchmark", {"land_rate": "6%", "term_factor": "0.9"}, "term_factor", "two_term_factors"),
    ("benchmark", {"land_rate": "6%", "remaining_years": "60", "full_years": "50"},
     "remaining_years", "term_past_grant"),
    ("benchmark", {"development_yuan": "-600"}, "", "worth_nothing"),
    ("residual", {"sale_costs_rate": "60%", "sale_taxes_rate": "40%"}, "sale_costs_rate",
     "shares_exceed_whole"),
    ("residual", {"development_shares": "40% 50%"}, "development_shares", "shares_do_not_sum"),
    ("residual", {"building_cost_yuan": "8000"}, "building_price_yuan", "nothing_left"),
    ("residual", {"development_years": "0"}, "development_years", "term_not_positive"),
    ("residual", {"plot_ratio": "0"}, "plot_ratio", "not_positive"),
    ("residual", {"interest_rate": "-1%"}, "interest_rate", "rate_negative"),
    ("cost", {"timing": "noon"}, "timing", "bad_inputs"),
    ("replacement", {"costs_yuan": ""}, "costs_yuan", "bad_inputs"),
    ("replacement", {"costs_yuan": []}, "costs_yuan", "rows_missing"),
    ("replacement", {"costs_yuan": "0 0"}, "", "worth_nothing"),
    ("replacement", {"stand_age_years": "1"}, "costs_yuan", "listed_past_term"),
    ("replacement", {"survival_rate": "80%"}, "required_survival", "pair_incomplete"),
    ("replacement", {"required_survival": "85%"}, "survival_rate", "pair_incomplete"),
    ("stumpage", {"assortments": []}, "assortments", "rows_missing"),
    ("stumpage", {"assortments": [LOGS, LOGS]}, "assortments.0.yield_rate",
     "shares_exceed_whole"),
    ("stumpage", {"assortments": [LOGS | {"cost_yuan": "650"}]}, "", "worth_nothing"),
    ("stumpage", {"assortments": [LOGS | {"yield_rate": "120%"}]}, "assortments.0.yield_rate",
     "number_out_of_range"),
    ("harvest_value", {"stand_age_years": "31"}, "stand_age_years", "age_past_rotation"),
    ("harvest_value", {"thinnings": [{"age_years": "31", "income_yuan": "1"}]},
     "thinnings.0.age_years", "age_past_rotation"),
    ("harvest_value", {"stand_age_years": "30"}, "costs_yuan", "listed_past_term"),
    ("harvest_value", {"later_cost_yuan": "100000"}, "", "worth_nothing"),
    ("annuity", {"rate": "0"}, "rate", "growth_not_below_rate"),
    ("annuity", {"expense_yuan": "100"}, "income_yuan", "net_income_not_positive"),
    ("faustmann", {"rate": "0"}, "rate", "growth_not_below_rate"),
    ("faustmann", {"rotation_years": "0"}, "rotation_years", "term_not_positive"),
    ("faustmann", {"thinnings": [{"age_years": "31", "income_yuan": "1"}]},
     "thinnings.0.age_years", "age_past_rotation"),
    ("faustmann", {"costs_yuan": "1 " * 31}, "costs_yuan", "listed_past_term"),
    ("faustmann", {"duration": "term"}, "term_years", "term_missing"),
    ("faustmann", {"term_years": "30"}, "term_years", "term_not_wanted"),
    ("faustmann", {"overhead_yuan": "1000"}, "", "worth_nothing"),
    ("house", {"condition": "0"}, "condition", "not_positive"),
    ("house", {"condition": "65"}, "condition", "number_out_of_range"),
    ("house", {"floor_area_m2": "-1"}, "floor_area_m2", "not_positive"),
    ("condition", {"components": []}, "components", "rows_missing"),
    ("condition", {"components": [PART]}, "components.0.score", "one_measure_wanted"),
    ("condition", {"components": [PART | {"score": "1", "loss_yuan": "1"}]},
     "components.0.score", "one_measure_wanted"),
    ("condition", {"components": [PART | {"age_years": "3"}]}, "components.0.life_years",
     "pair_incomplete"),
    ("condition", {"components": [PART | {"life_years": "3"}]}, "components.0.age_years",
     "pair_incomplete"),
    ("condition", {"components": [PART | {"age_years": "9", "life_years": "8"}]},
     "components.0.age_years", "age_past_life"),
    ("condition", {"components": [PART | {"loss_yuan": "81"}]}, "components.0.loss_yuan",
     "loss_past_cost"),
    ("condition", {"components": [PART | {"age_years": "0", "life_years": "0"}]},
     "components.0.life_years", "term_not_positive"),
    ("leasehold", {"contract_rent_yuan": "12000"}, "contract_rent_yuan",
     "leasehold_without_gain"),
    ("leasehold", {"term_years": "0"}, "term_years", "term_not_positive"),
    ("swap", {"given": []}, "given", "rows_missing"),
    ("swap", {"given": [{"value_yuan": "1", "valued_on": LATER}]}, "given", "mixed_base_dates"),
    ("swap", {"given": [{"value_yuan": "0.001", "valued_on": DAY}]}, "given.0.value_yuan",
     "not_in_fen"),
    ("swap", {"given": [{"value_yuan": "1", "valued_on": "31.01.2026"}]}, "given.0.valued_on",
     "not_a_date"),
    ("swap", {"given": [{"value_yuan": "1", "valued_on": "2026-02-30"}]}, "given.0.valued_on",
     "not_a_date"),
    ("equity", {"contributions": []}, "contributions", "rows_missing"),
    ("equity", {"contributions": [{"value_yuan": "0"}]}, "contributions.0.value_yuan",
     "not_positive"),
    ("irr", {"flows_yuan": "100 60"}, "flows_yuan", "no_sign_change"),
    ("irr", {"flows_yuan": "-100 -60 0"}, "flows_yuan", "no_sign_change"),
    ("irr", {"flows_yuan": "-100 230 -132"}, "flows_yuan", "several_rates"),
    ("irr", {"flows_yuan": "100 -100 100"}, "flows_yuan", "no_rate"),
    ("irr", {"flows_yuan": "-1 1 " * 8}, "flows_yuan", "too_many_turns"),
    ("irr", {"flows_yuan": "-1 " * 361}, "flows_yuan", "bad_inputs"),
    ("xirr", {"flows": []}, "flows", "rows_missing"),
    ("xirr", {"flows": [{"on": LATER, "amount_yuan": "-1"}, {"on": DAY, "amount_yuan": "2"}]},
     "flows.1.on", "dates_out_of_order"),
    ("xirr", {"flows": [{"on": DAY, "amount_yuan": "-1"}, {"on": DAY, "amount_yuan": "2"}]},
     "flows", "no_sign_change"),
    ("xirr", {"flows": [{"on": DAY, "amount_yuan": "-1"}]}, "flows", "no_sign_change"),
    ("xirr", {"year_days": "0"}, "year_days", "number_out_of_range"),
    ("xirr", {"year_days": "367"}, "year_days", "number_out_of_range"),
    ("xirr", {"flows": [{"on": DAY, "amount_yuan": "-1e15"},
                        {"on": "2020-01-02", "amount_yuan": "0.01"}]}, "flows",
     "rate_beyond_reason"),
    ("irr", {"flows_yuan": "-0.01 1e15"}, "flows_yuan", "rate_beyond_reason"),
    ("fnpv", {"rate": "-1%"}, "rate", "rate_negative"),
    ("fnpv", {"flows_yuan": []}, "flows_yuan", "rows_missing"),
    ("payback", {"flows_yuan": "-100 60 39.99"}, "flows_yuan", "never_paid_back"),
    ("payback", {"flows_yuan": "100 60"}, "flows_yuan", "no_sign_change"),
    ("dscr", {"years": [{"earnings_yuan": "1"}]}, "years.0.principal_yuan", "no_debt_service"),
    ("waterfall", {"catch_up_rate": "20%"}, "catch_up_rate", "catch_up_too_low"),
    ("waterfall", {"investors": []}, "investors", "rows_missing"),
    ("waterfall", {"investors": [{"capital_yuan": "0", "held_years": "1"}]},
     "investors.0.capital_yuan", "not_positive"),
    ("waterfall", {"investors": [{"capital_yuan": "1", "held_years": "-1"}]},
     "investors.0.held_years", "number_out_of_range"),
    ("waterfall", {"proceeds_yuan": "-1"}, "proceeds_yuan", "number_out_of_range"),
    ("ls_factor", {"upslope_cells": "0"}, "upslope_cells", "number_out_of_range"),
    ("ls_factor", {"slope_percent": "-1"}, "slope_percent", "number_out_of_range"),
    ("hydropower_value", {"term_years": "0"}, "term_years", "term_not_positive"),
]  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_the_sound_inputs_that_the_refusals_start_from_are_computed(name: str) -> None:
    assert Decimal(solve(name, SOUND[name]).figure) > 0


@pytest.mark.parametrize(("name", "change", "field", "code"), REFUSED)
def test_refused(name: str, change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(BadInputs) as refused:
        solve(name, SOUND[name] | change)
    assert isinstance(refused.value, Invalid)
    assert (refused.value.field or "", refused.value.code) == (field, code)
    [problem] = refused.value.problems
    assert "{" not in problem.message_zh + problem.message_en


def test_there_are_sound_inputs_and_refusals_for_every_method() -> None:
    assert list(SOUND) == list(METHODS)
    assert {name for name, *_ in REFUSED} == set(METHODS)


def test_a_refusal_of_several_rates_names_them_all() -> None:
    with pytest.raises(SeveralRates) as refused:
        solve("irr", {"flows_yuan": "-100 230 -132"})
    [problem] = refused.value.problems
    assert "10%, 20%" in problem.message_zh
    assert "10%, 20%" in problem.message_en


def test_a_share_is_not_computed_as_money() -> None:
    with pytest.raises(NoMoney):
        compute("equity", SOUND["equity"])


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
    kinds = subclasses(BadInputs)
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
