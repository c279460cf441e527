"""Figures that deals need: returns, payback, cover, shares, swaps and exits."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.valuation.methods.sound_inputs import SOUND
from valuation.methods import basis_points, compute, solve
from valuation.methods.deals.waterfall import WaterfallParameters, tiers
from valuation.methods.result import Result
from valuation.methods.splitting import largest_remainder

money = st.integers(0, 10**11)
rates = st.decimals(min_value=0, max_value="0.5", places=4)


def figure(name: str, **inputs: object) -> Decimal:
    return Decimal(solve(name, inputs).figure)


def parts(result: Result) -> dict[str, Decimal]:
    return {part.name_en: Decimal(part.figure) for part in result.parts}


# --- returns -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ("-70000 12000 15000", "-0.443507"),
        ("-70000 12000 15000 18000 21000", "-0.021245"),
        ("-70000 12000 15000 18000 21000 26000", "0.086631"),
    ],
)
def test_rates_of_return_that_spreadsheets_document(flows: str, expected: str) -> None:
    assert round(figure("irr", flows_yuan=flows), 6) == Decimal(expected)


@pytest.mark.parametrize(
    ("flows", "rate", "first", "expected"),
    [
        ("-10000 3000 4200 6800", "10%", "year_1", "1188.44"),
        ("-40000 8000 9200 10000 12000 14500", "8%", "now", "1922.06"),
    ],
)
def test_net_present_values_that_spreadsheets_document(
    flows: str, rate: str, first: str, expected: str
) -> None:
    assert figure("fnpv", flows_yuan=flows, rate=rate, first=first) == Decimal(expected)


@given(st.lists(st.integers(10, 10**6), min_size=1, max_size=20), st.integers(1, 10**6))
def test_at_its_rate_of_return_a_project_is_worth_nothing(returns: list[int], outlay: int) -> None:
    flows = [-outlay, *returns]
    rate = figure("irr", flows_yuan=flows)
    if 0 <= rate <= 1:
        at_rate = compute("fnpv", {"flows_yuan": flows, "rate": rate})
        assert abs(at_rate.value_fen) <= 1


def test_flows_on_days_a_year_apart_return_as_periods_do() -> None:
    days = ["2021-01-01", "2022-01-01", "2023-01-01"]
    flows = [{"on": day, "amount_yuan": c} for day, c in zip(days, (-100, 60, 60), strict=True)]
    assert figure("xirr", flows=flows) == figure("irr", flows_yuan="-100 60 60")


def test_a_leap_year_is_longer_than_365_days() -> None:
    flows = [{"on": "2024-01-01", "amount_yuan": -100}, {"on": "2025-01-01", "amount_yuan": 110}]
    assert figure("xirr", flows=flows) < Decimal("0.1")
    assert figure("xirr", flows=flows, year_days=366) == Decimal("0.1")


@pytest.mark.parametrize(
    ("timing", "expected"), [("end", "90.91"), ("mid", "95.35"), ("start", "100.00")]
)
def test_flows_are_discounted_by_when_they_fall_due(timing: str, expected: str) -> None:
    inputs = {"flows_yuan": "100", "rate": "10%", "first": "year_1", "timing": timing}
    assert figure("fnpv", **inputs) == Decimal(expected)
    assert figure("fnpv", **inputs | {"first": "now"}) == 100


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"flows_yuan": "-100 60 60"}, "1.666666666667"),
        ({"flows_yuan": "-100 60 60", "first": "year_1"}, "2.666666666667"),
        ({"flows_yuan": "-100 50 50"}, "2"),
        ({"flows_yuan": "-100 150 -80 60"}, "2.5"),
        ({"flows_yuan": "-100 55 60.5", "rate": "10%"}, "2"),
    ],
)
def test_payback(inputs: dict[str, Any], expected: str) -> None:
    assert figure("payback", **inputs) == Decimal(expected)


def test_the_least_cover_counts_and_a_year_without_debt_has_none() -> None:
    years = [
        {"earnings_yuan": "120", "tax_yuan": "10", "principal_yuan": "80", "interest_yuan": "20"},
        {"earnings_yuan": "90", "principal_yuan": "100"},
        {"earnings_yuan": "50"},
    ]
    result = solve("dscr", {"years": years})
    assert Decimal(result.figure) == Decimal("0.9")
    assert list(parts(result).values()) == [Decimal("1.1"), Decimal("0.9")]


# --- shares and swaps ----------------------------------------------------------------------------


@given(st.lists(money, min_size=1, max_size=50).filter(any))
def test_shares_sum_to_the_whole_and_are_off_by_less_than_a_basis_point(values: list[int]) -> None:
    shares = basis_points(values)
    assert sum(shares) == 10_000
    whole = sum(values)
    assert all(
        abs(share * whole - 10_000 * value) < whole
        for share, value in zip(shares, values, strict=True)
    )


def test_three_equal_contributions_share_the_remainder_by_their_order() -> None:
    thirds = [{"value_yuan": "1"}] * 3
    result = solve("equity", {"contributions": thirds})
    assert list(parts(result).values()) == [3334, 3333, 3333]


@pytest.mark.parametrize(
    ("received", "given_up", "expected"),
    [("300.05", "120", "180.05"), ("120", "300.05", "-180.05")],
)
def test_a_swap_is_balanced_either_way(received: str, given_up: str, expected: str) -> None:
    one = {"valued_on": "2026-01-01"}
    inputs = {
        "received": [one | {"value_yuan": received}],
        "given": [one | {"value_yuan": given_up}],
    }
    assert figure("swap", **inputs) == Decimal(expected)


# --- exits ---------------------------------------------------------------------------------------


def paid(**inputs: object) -> dict[str, Decimal]:
    return parts(solve("waterfall", SOUND["waterfall"] | inputs))


def test_with_a_full_catch_up_the_sponsor_has_her_share_of_all_profit() -> None:
    assert paid() == {"village": 1_240_000, "Sponsor": 60_000}


@pytest.mark.parametrize(
    ("proceeds", "village", "sponsor"),
    [
        ("0", "0", "0"),
        ("900000", "900000", "0"),
        ("1050000", "1050000", "0"),
        ("1080000", "1080000", "0"),
        ("1090000", "1080000", "10000"),
        ("1100000", "1080000", "20000"),
        ("1100000.01", "1080000.01", "20000"),
    ],
)
def test_each_tier_is_paid_before_the_next(proceeds: str, village: str, sponsor: str) -> None:
    assert paid(proceeds_yuan=proceeds) == {
        "village": Decimal(village),
        "Sponsor": Decimal(sponsor),
    }


def test_half_a_catch_up_takes_longer_to_the_same_share() -> None:
    half = paid(catch_up_rate="50%")
    assert abs(half["Sponsor"] - 60_000) <= Decimal("0.01")
    without = paid(catch_up_rate="0")
    assert without["Sponsor"] == (300_000 - 80_000) / 5


def test_preferred_return_is_compound_or_simple_by_the_years_held() -> None:
    held = [{"label": "village", "capital_yuan": "1000000", "held_years": "2"}]
    names = {"investors": held, "carried_rate": "0", "catch_up_rate": "0"}
    result = solve("waterfall", SOUND["waterfall"] | names)
    tier = {step.name_en: Decimal(step.figure) for step in result.working}
    assert tier["Preferred return"] == 166_400
    simple = solve("waterfall", SOUND["waterfall"] | names | {"interest": "simple"})
    tier = {step.name_en: Decimal(step.figure) for step in simple.working}
    assert tier["Preferred return"] == 160_000


investors = st.lists(st.tuples(money, st.integers(0, 30)), min_size=1, max_size=6).filter(
    lambda rows: any(capital for capital, _ in rows)
)


@given(money, investors, rates, rates, st.booleans())
def test_an_exit_pays_out_every_fen_and_no_party_less_than_nothing(
    proceeds: int, rows: list[tuple[int, int]], preferred: Decimal, carried: Decimal, catch_up: bool
) -> None:
    given_inputs = WaterfallParameters.model_validate(
        {
            "proceeds_yuan": Decimal(proceeds) / 100,
            "investors": [{"capital_yuan": Decimal(c) / 100, "held_years": t} for c, t in rows],
            "preferred_rate": preferred,
            "carried_rate": carried,
            "catch_up_rate": 1 if catch_up else 0,
        }
    )
    found = tiers(given_inputs)
    assert sum(tier.total_fen for tier in found) == proceeds
    assert all(min(*tier.investors_fen, tier.sponsor_fen) >= 0 for tier in found)
    assert found[0].sponsor_fen == found[1].sponsor_fen == 0


@given(st.integers(0, 10**12), st.lists(money, min_size=1).filter(any))
def test_a_split_gives_out_all_and_nothing_to_nobody(total: int, weights: list[int]) -> None:
    shared = largest_remainder(total, weights)
    assert sum(shared) == total
    assert all(part == 0 for part, weight in zip(shared, weights, strict=True) if weight == 0)
