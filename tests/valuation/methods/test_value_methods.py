"""How woodland, land and houses are valued: worked by hand, in the limit, and year by year."""

from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.valuation.methods.sound_inputs import SOUND
from valuation.methods import compute, solve
from valuation.methods.result import Result

incomes = st.decimals(min_value=1000, max_value=10**6, places=2)
rates = st.decimals(min_value="0.005", max_value="0.3", places=4)
ages = st.integers(0, 60)


def changed(name: str, **inputs: object) -> Result:
    return solve(name, SOUND[name] | inputs)


def fen(name: str, **inputs: object) -> int:
    return compute(name, SOUND[name] | inputs).value_fen


def steps(result: Result) -> dict[str, Decimal]:
    return {step.name_en: Decimal(step.figure) for step in result.working}


# --- woodland ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timing", "expected_fen"), [("start", 825_000), ("mid", 786_607), ("end", 750_000)]
)
def test_costs_bear_interest_from_when_they_are_spent(timing: str, expected_fen: int) -> None:
    assert fen("replacement", timing=timing) == expected_fen


@pytest.mark.parametrize(
    ("survival", "factor"), [("88%", "1"), ("85%", "1"), ("84%", "0.84"), ("40%", "0.4")]
)
def test_a_stand_counts_as_whole_where_survival_meets_the_standard(
    survival: str, factor: str
) -> None:
    thin = changed("replacement", survival_rate=survival, required_survival="85%")
    assert steps(thin)["Survival factor"] == Decimal(factor)
    assert thin.value_fen == 825_000 * Decimal(factor)


def test_years_without_costs_still_bear_interest() -> None:
    assert fen("replacement", stand_age_years=3) == round(825_000 * Decimal("1.1"))


def test_a_harvest_value_worked_by_hand() -> None:
    worth = changed(
        "harvest_value",
        stand_age_years=28,
        thinnings=[{"age_years": 20, "income_yuan": "9999"}, {"age_years": 29, "income_yuan": 500}],
        costs_yuan="100",
        later_cost_yuan="50",
        quality_factor="0.9",
        rate="10%",
    )
    income = Decimal("0.9") * (30000 + 500 * Decimal("1.1")) / Decimal("1.331")
    costs = 100 / Decimal("1.1") + 50 / Decimal("1.21") + 50 / Decimal("1.331")
    assert worth.value_fen == round((income - costs) * 100)
    assert "Thinning at 20 (past, dropped)" in steps(worth)


def test_a_stand_at_felling_age_is_worth_its_felling_discounted_for_the_year() -> None:
    bare = {"costs_yuan": "", "later_cost_yuan": "0", "stand_age_years": 30, "thinnings": []}
    assert fen("harvest_value", **bare) == round(3_000_000 / Decimal("1.06"))
    assert fen("harvest_value", timing="start", **bare) == 3_000_000


@given(ages, rates)
def test_a_stand_nearer_to_felling_is_worth_more(age: int, rate: Decimal) -> None:
    bare: dict[str, Any] = {"rotation_years": 61, "costs_yuan": "", "later_cost_yuan": "0",
                            "thinnings": [], "rate": rate, "final_yuan": "1e9"}  # fmt: skip
    younger = fen("harvest_value", stand_age_years=age, **bare)
    assert fen("harvest_value", stand_age_years=age + 1, **bare) > younger


@pytest.mark.parametrize(("timing", "factor"), [("end", 1), ("mid", "1.06"), ("start", "1.1236")])
def test_the_income_of_a_stand_is_timed(timing: str, factor: object) -> None:
    """Squared, the factors are those of a whole year and two."""
    early = Decimal(fen("woodland_income", timing=timing))
    ratio = (early / fen("woodland_income")) ** 2
    assert abs(ratio - Decimal(str(factor))) < Decimal("0.00001")


@given(incomes, rates)
def test_a_stand_that_bears_for_long_is_worth_its_capitalised_income(
    income: Decimal, rate: Decimal
) -> None:
    stand = {"rotation_years": 1000, "stand_age_years": 0, "income_yuan": income, "rate": rate}
    for_ever = fen("annuity", income_yuan=income, rate=rate)
    assert for_ever * Decimal("0.99") < fen("woodland_income", **stand) <= for_ever


def test_land_of_endless_rotations_is_the_sum_of_its_rotations() -> None:
    worth = fen("faustmann")
    with localcontext() as context:
        context.prec = 50
        growth = Decimal("1.06")
        one = 30000 + 1000 * growth**10 - 1000 * growth**30
        summed = sum(one / growth ** (30 * rotation) for rotation in range(1, 40))
        overhead = 100 / Decimal("0.06")
        assert abs(worth - 100 * (summed - overhead)) < 1


def test_a_limited_term_is_worth_less_and_a_long_one_the_same() -> None:
    for_ever = fen("faustmann")
    values = [fen("faustmann", duration="term", term_years=years) for years in (1, 30, 70, 500)]
    assert values == sorted(values)
    assert values[-1] == for_ever
    share = 1 - 1 / Decimal("1.06") ** 30
    assert abs(values[1] - for_ever * share) <= 1


def test_overhead_due_at_the_start_of_the_year_costs_a_year_of_interest_more() -> None:
    late, early = fen("faustmann"), fen("faustmann", timing="start")
    assert late - early == 100 * 100


# --- land ----------------------------------------------------------------------------------------


def test_a_residual_land_price_pays_for_everything() -> None:
    given_inputs = {"fees_rate": "10%", "sale_costs_rate": "4%", "purchase_rate": "3%"}
    worth = changed("residual", **given_inputs)
    figures = steps(worth)
    land = Decimal(worth.figure) * Decimal("1.03")
    interest = land * (Decimal("1.06") ** 2 - 1) + figures["Interest on construction"]
    profit = (land + figures["Construction and fees"]) * Decimal("0.2")
    spent = land + figures["Construction and fees"] + interest + profit
    sold = figures["Value of what is built"] - figures["Costs and taxes of sale"]
    assert abs(spent - sold) < Decimal("0.05")


def test_profit_on_the_price_is_known_before_the_land() -> None:
    on_price = changed("residual", profit_base="price", profit_rate="10%")
    left = 72_000_000 * Decimal("0.9") - 18_000_000 * Decimal("1.06")
    assert abs(Decimal(on_price.figure) - left / Decimal("1.1236")) < Decimal("0.01")


def test_outlay_in_stages_bears_interest_stage_by_stage() -> None:
    staged = changed("residual", development_shares="40% 60%", timing="start")
    due = 18_000_000 * (
        Decimal("0.4") * (Decimal("1.06") ** 2 - 1) + Decimal("0.6") * Decimal("0.06")
    )
    assert abs(steps(staged)["Interest on construction"] - due) < Decimal("0.01")


@pytest.mark.parametrize("timing", ["mid", "start", "end"])
def test_the_earlier_the_outlay_the_less_is_left_for_the_land(timing: str) -> None:
    assert fen("residual", timing="start") <= fen("residual", timing=timing)
    assert fen("residual", timing=timing) <= fen("residual", timing="end")


@given(rates, rates)
def test_land_is_worth_less_the_dearer_money_is(rate: Decimal, profit: Decimal) -> None:
    dear = {"interest_rate": rate + Decimal("0.01"), "profit_rate": profit}
    assert fen("residual", interest_rate=rate, profit_rate=profit) > fen("residual", **dear)


def test_the_term_factor_of_a_benchmark_follows_from_rate_and_years() -> None:
    years = {"land_rate": "6%", "remaining_years": "32", "full_years": "50"}
    growth = Decimal("1.06")
    factor = (1 - growth**-32) / (1 - growth**-50)
    assert abs(steps(changed("benchmark", **years))["Term"] - factor) < Decimal("0.000001")
    full = years | {"remaining_years": "50"}
    assert fen("benchmark", **full) == fen("benchmark")


def test_corrections_add_and_a_difference_in_development_comes_last() -> None:
    worth = changed("benchmark", date_factor="1.1", development_yuan="-39")
    assert worth.value_fen == round((500 * Decimal("0.98") * Decimal("1.1") - 39) * 100)


# --- houses and leases ---------------------------------------------------------------------------


def test_a_house_is_its_worn_replacement_and_its_land() -> None:
    assert fen("house", annexes_yuan="3000") == (120 * 1500 * 65 + 2_000_000 + 300_000)


def test_wear_is_told_by_age_by_score_or_as_an_amount() -> None:
    result = changed("condition")
    parts = [Decimal(part.figure) for part in result.parts]
    assert parts == [Decimal("0.8125"), Decimal("0.7"), Decimal("0.333333")]
    assert Decimal(result.figure) == Decimal(200 - 15 - 18 - 40) / 200


def test_what_is_left_at_the_end_of_a_life_is_never_lost() -> None:
    old = {"replacement_yuan": "100", "age_years": "40", "life_years": "40", "residual_rate": "4%"}
    assert Decimal(changed("condition", components=[old]).figure) == Decimal("0.04")


@given(rates, st.integers(1, 60))
def test_a_leasehold_is_the_income_of_its_gain(rate: Decimal, years: int) -> None:
    lease = fen("leasehold", rate=rate, term_years=years, timing="mid")
    gain = fen("income", income_yuan="2000", rate=rate, term_years=years, timing="mid")
    assert lease == gain


def test_a_market_rent_that_grows_makes_a_lease_worth_something() -> None:
    even = {"contract_rent_yuan": "12000"}
    assert fen("leasehold", growth_rate="2%", **even) > 0


@pytest.mark.parametrize("name", ["income", "woodland_income", "annuity", "leasehold"])
@given(rates)
def test_what_bears_in_future_is_worth_less_at_a_higher_rate(name: str, rate: Decimal) -> None:
    scaled = {"market_rent_yuan": "1e9"} if name == "leasehold" else {"income_yuan": "1e9"}
    assert fen(name, rate=rate, **scaled) > fen(name, rate=rate + Decimal("0.01"), **scaled)


# --- ecology -------------------------------------------------------------------------------------


def test_a_steeper_slope_erodes_more_and_the_cap_holds() -> None:
    factors = [
        Decimal(changed("ls_factor", slope_percent=slope).figure)
        for slope in ("0", "1", "3.5", "5", "12", "40")
    ]
    assert factors == sorted(factors)
    capped = changed("ls_factor", upslope_cells=10**9, longest="5")
    assert steps(capped)["Capped"] == 5


def test_a_plant_that_costs_more_than_it_earns_is_worth_less_than_nothing() -> None:
    assert fen("hydropower_value", price_yuan="1") < 0


def test_water_is_timed_at_the_start_of_the_year_as_the_model_has_it() -> None:
    start, end = fen("hydropower_value"), fen("hydropower_value", timing="end")
    assert abs(end * Decimal("1.06") - start) <= 1
