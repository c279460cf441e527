"""What must hold of the methods for any sound input."""

from datetime import date
from decimal import Decimal, getcontext, localcontext
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from valuation.methods import (
    METHODS,
    SwapSide,
    compute,
    fields,
    rent_from_value,
    solve,
    swap_difference,
)
from valuation.methods.parameters import FieldSpec
from valuation.refusals import BadInputs, ValueTooLarge

BASE = date(2026, 1, 1)
incomes = st.decimals(min_value=1, max_value=10**7, places=2)
rates = st.decimals(min_value="0.005", max_value="0.3", places=4)
years = st.integers(min_value=1, max_value=99)
factors = st.decimals(min_value="0.5", max_value="2", places=3)


def income_fen(income: Decimal, rate: Decimal, term: int | None, **more: object) -> int:
    duration = {"duration": "perpetual"} if term is None else {"term_years": term}
    inputs = {"amounts_per": "whole", "income_yuan": income, "rate": rate, **duration, **more}
    return compute("income", inputs).value_fen


def year_by_year(amounts: list[Decimal], rate: Decimal) -> Decimal:
    """The definition the closed forms stand for: every year's amount, discounted on its own."""
    with localcontext() as context:
        context.prec = 60
        return sum(
            (amount / (1 + rate) ** year for year, amount in enumerate(amounts, start=1)),
            Decimal(0),
        )


@given(incomes, rates, years)
def test_value_rises_with_income_and_term_and_falls_with_the_rate(
    income: Decimal, rate: Decimal, term: int
) -> None:
    value = income_fen(income, rate, term)
    assert income_fen(income + 1, rate, term) > value
    assert income_fen(income, rate + Decimal("0.01"), term) <= value
    assert income_fen(income, rate, term + 1) >= value
    assert income_fen(income, rate, None) >= value


@given(incomes, rates, years)
def test_the_earlier_in_the_year_the_more_it_is_worth(
    income: Decimal, rate: Decimal, term: int
) -> None:
    end, mid, start = (income_fen(income, rate, term, timing=at) for at in ("end", "mid", "start"))
    assert end <= mid <= start


@given(incomes, rates, years, st.decimals(min_value="-0.2", max_value="0.3", places=4))
def test_geometric_growth_is_the_sum_of_its_years(
    income: Decimal, rate: Decimal, term: int, growth: Decimal
) -> None:
    amounts = [income * (1 + growth) ** year for year in range(term)]
    value = income_fen(income, rate, term, growth_rate=growth)
    assert abs(value - 100 * year_by_year(amounts, rate)) < 1


@given(incomes, rates, years, st.decimals(min_value=0, max_value=1000, places=2))
def test_arithmetic_growth_is_the_sum_of_its_years(
    income: Decimal, rate: Decimal, term: int, growth: Decimal
) -> None:
    amounts = [income + growth * year for year in range(term)]
    value = income_fen(income, rate, term, growth_yuan=growth)
    assert abs(value - 100 * year_by_year(amounts, rate)) < 1


@given(incomes, rates, years, st.lists(incomes, max_size=12))
def test_a_list_then_a_level_is_the_sum_of_its_years(
    income: Decimal, rate: Decimal, more: int, listed: list[Decimal]
) -> None:
    value = income_fen(income, rate, len(listed) + more, listed_yuan=listed)
    assert abs(value - 100 * year_by_year(listed + [income] * more, rate)) < 1


@given(incomes, years)
def test_without_discount_a_term_is_worth_all_its_years(income: Decimal, term: int) -> None:
    assert income_fen(income, Decimal(0), term) == income * 100 * term
    assert income_fen(income, Decimal(0), term, growth_yuan=2) == 100 * (
        income * term + term * (term - 1)
    )


@given(st.integers(10**4, 10**12), rates, years, st.sampled_from(["end", "mid", "start"]))
def test_a_rent_is_worth_the_value_it_came_from(
    value: int, rate: Decimal, term: int, timing: Any
) -> None:
    rent = rent_from_value(value, rate=rate, term_years=term, timing=timing)
    if rent >= 100:
        back = income_fen(Decimal(rent) / 100, rate, term, timing=timing)
        assert abs(back - value) <= term + 1


@given(incomes, rates, years, rates, years)
def test_a_term_converted_there_and_back_is_the_same_price(
    price: Decimal, rate: Decimal, term: int, other_rate: Decimal, other: int
) -> None:
    there = compute(
        "term",
        {"price_yuan": price * 1000, "from_years": term, "from_rate": rate, "to_years": other,
         "to_rate": other_rate},
    )  # fmt: skip
    back = compute(
        "term",
        {"price_yuan": Decimal(there.value_fen) / 100, "from_years": other,
         "from_rate": other_rate, "to_years": term, "to_rate": rate},
    )  # fmt: skip
    assert abs(back.value_fen - price * 100_000) <= term * 50 + 1


@given(st.lists(st.tuples(incomes, factors, factors), min_size=1, max_size=6))
def test_a_reconciled_price_lies_among_the_corrected_and_their_order_is_free(
    rows: list[tuple[Decimal, Decimal, Decimal]],
) -> None:
    corrected = [price * date_factor * region for price, date_factor, region in rows]
    comparables = [
        {"price_yuan": price, "date_factor": date_factor, "region_factor": region}
        for price, date_factor, region in rows
    ]
    for how in ("mean", "median"):
        inputs = {"amounts_per": "whole", "reconciliation": how, "comparables": comparables}
        value = compute("comparison", inputs).value_fen
        assert 100 * min(corrected) - 1 <= value <= 100 * max(corrected) + 1
        turned = compute("comparison", inputs | {"comparables": comparables[::-1]}).value_fen
        assert turned == value


@given(incomes, incomes, rates, rates)
def test_cost_rises_with_every_part_of_it(
    acquisition: Decimal, development: Decimal, interest: Decimal, profit: Decimal
) -> None:
    sound: dict[str, Any] = {
        "amounts_per": "whole",
        "acquisition_yuan": acquisition,
        "development_yuan": development,
        "development_years": 2,
        "interest_rate": interest,
        "profit_rate": profit,
    }
    value = compute("cost", sound).value_fen
    assert value > 100 * (acquisition + development)
    assert compute("cost", sound | {"taxes_yuan": 1}).value_fen > value
    assert compute("cost", sound | {"term_years": 70, "land_rate": "6%"}).value_fen < value
    late = compute("cost", sound | {"development_shares": "0.1 0.9"}).value_fen
    early = compute("cost", sound | {"development_shares": "0.9 0.1"}).value_fen
    assert early >= late


@given(incomes, rates, st.integers(0, 79))
def test_a_younger_stand_is_worth_more(income: Decimal, rate: Decimal, age: int) -> None:
    inputs = {"amounts_per": "whole", "income_yuan": income, "rate": rate, "rotation_years": 80}
    younger = compute("woodland_income", inputs | {"stand_age_years": age}).value_fen
    older = compute("woodland_income", inputs | {"stand_age_years": age + 1}).value_fen
    assert younger >= older


@given(st.lists(st.integers(0, 10**12), min_size=1), st.lists(st.integers(0, 10**12), min_size=1))
def test_what_one_side_of_a_swap_pays_the_other_is_paid(a: list[int], b: list[int]) -> None:
    ours = [SwapSide("a", value, BASE) for value in a]
    theirs = [SwapSide("b", value, BASE) for value in b]
    assert swap_difference(ours, theirs) == -swap_difference(theirs, ours) == sum(a) - sum(b)


@given(incomes, rates, years, factors)
def test_computing_its_own_inputs_again_gives_an_equal_valuation(
    price: Decimal, rate: Decimal, term: int, factor: Decimal
) -> None:
    rows = [{"price_yuan": price, "date_factor": f"1/{factor}", "label": "东村"}]
    for name, inputs in (
        ("comparison", {"amounts_per": "m2", "area_mu": "7.35", "comparables": rows,
                        "reconciliation": "mean"}),
        ("income", {"amounts_per": "ha", "area_mu": 3, "income_yuan": price, "rate": rate,
                    "term_years": term, "listed_yuan": [price], "timing": "mid"}),
    ):  # fmt: skip
        first = compute(name, inputs)
        assert compute(name, first.inputs) == first


ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["", "0", "1", "-1", "1e-99", "1e15", "1e99", "-1e15", "1e-12", "-0.999999999999", "0.000001",
     "1000", "1/3", "5/0", "%", "e", "NaN", "--1", "１２", "0" * 80, None, 1.5, True, 10**400, [],
     {}, ["1"], [{}], [{"price_yuan": "1"}], [["1"]], "term", "perpetual", "mean", "whole", "mu"]
)  # fmt: skip


def drawn(field: FieldSpec) -> st.SearchStrategy[Any]:
    """What somebody might put into a field: mostly usual things, now and then an odd one."""
    if field.columns:
        row = st.fixed_dictionaries({column.name: drawn(column) for column in field.columns})
        return st.lists(row, max_size=3) | ODD
    usual: list[object] = [choice.value for choice in field.choices] or ["1", "0.05", "30", "-7"]
    if field.kind == "date":
        usual = ["2020-01-31", "2024-02-29", BASE]
    mostly = st.sampled_from([*usual, None])
    return st.one_of(*[mostly] * 6, ODD)


@settings(max_examples=400)
@given(st.data(), st.sampled_from(sorted(METHODS)))
def test_any_input_ends_in_a_value_or_a_refusal(data: st.DataObject, name: str) -> None:
    inputs = {field.name: data.draw(drawn(field)) for field in fields(name)}
    try:
        result = solve(name, inputs)
    except BadInputs:
        return
    assert result.unit == METHODS[name].unit
    assert Decimal(result.figure).is_finite()
    if METHODS[name].purpose == "value":
        assert result.value_fen is not None
        assert 0 < result.value_fen < 2**63


def test_growth_beyond_all_bounds_is_refused_and_not_an_error() -> None:
    with pytest.raises(ValueTooLarge):
        income_fen(Decimal(1), Decimal(0), 1000, growth_rate=1)


@pytest.mark.parametrize("precision", [3, 28])
def test_the_callers_decimal_context_neither_matters_nor_changes(precision: int) -> None:
    expected = income_fen(Decimal("12345.67"), Decimal("0.0625"), 37)
    with localcontext() as context:
        context.prec = precision
        assert income_fen(Decimal("12345.67"), Decimal("0.0625"), 37) == expected
        assert getcontext().prec == precision
