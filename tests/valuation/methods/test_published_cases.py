"""Published worked examples, each named by its number in the table of cases."""

from decimal import Decimal

import pytest

from valuation.methods import compute, rent_from_value, solve

TOLERANCE = Decimal("0.0001")
"""0.01 %, where a case says nothing else."""


def yuan(name: str, **inputs: object) -> Decimal:
    return Decimal(compute(name, inputs).value_fen) / 100


def figure(name: str, **inputs: object) -> Decimal:
    return Decimal(solve(name, inputs).figure)


def near(found: Decimal, expected: str, within: str | None = None) -> bool:
    wanted = Decimal(expected)
    return abs(found - wanted) <= (Decimal(within) if within else abs(wanted) * TOLERANCE)


def test_case_01_replacement_of_a_young_stand() -> None:
    worth = yuan(
        "replacement",
        amounts_per="ha",
        area_mu="300",
        costs_yuan="5000 2000",
        rate="10%",
        quality_factor="1.05",
    )
    assert worth == Decimal("173250.00")


def test_case_03_income_value_of_an_orchard() -> None:
    worth = yuan(
        "woodland_income",
        amounts_per="mu",
        area_mu="100",
        income_yuan="8700",
        expense_yuan="3500",
        rate="10%",
        rotation_years=80,
        stand_age_years=5,
    )
    assert worth == Decimal("5196283.28")


def test_case_05_perpetuity() -> None:
    worth = yuan(
        "income",
        amounts_per="mu",
        area_mu=100,
        income_yuan=2000,
        expense_yuan=60,
        rate="0.1",
        duration="perpetual",
    )
    assert worth == Decimal("1940000.00")


def test_case_06_land_expectation_value() -> None:
    worth = yuan(
        "faustmann",
        amounts_per="whole",
        final_yuan="30000",
        rotation_years=30,
        thinnings=[
            {"age_years": 20, "income_yuan": "1000"},
            {"age_years": 25, "income_yuan": "2000"},
        ],
        costs_yuan="1000",
        overhead_yuan="300",
        rate="6%",
    )
    assert near(worth, "1055.4", "0.05")


def test_case_08_stumpage() -> None:
    logs = {"yield_rate": "38%", "price_yuan": "650", "cost_yuan": "72", "profit_yuan": "222.4"}
    poles = {"yield_rate": "22%", "price_yuan": "350", "cost_yuan": "72", "profit_yuan": "119.7"}
    worth = yuan("stumpage", amounts_per="whole", volume_m3="180", assortments=[logs, poles])
    assert worth == Decimal("30591.72")


@pytest.mark.parametrize(
    ("income", "years", "rate", "timing", "expected"),
    [
        ("10", 45, "6%", "end", "154.56"),
        ("6", 40, "8%", "end", "71.55"),
        ("10", 45, "6%", "mid", "159.13"),
        ("10", 45, "6%", "start", "163.83"),
    ],
)
def test_case_10_income_over_a_term(
    income: str, years: int, rate: str, timing: str, expected: str
) -> None:
    worth = yuan(
        "income",
        amounts_per="whole",
        income_yuan=income,
        term_years=years,
        rate=rate,
        timing=timing,
    )
    assert worth == Decimal(expected)


def test_case_11_years_listed_then_a_level() -> None:
    worth = yuan(
        "income",
        amounts_per="whole",
        listed_yuan="30, 32, 35, 33, 38",
        income_yuan="40",
        term_years=40,
        rate="6%",
    )
    assert abs(worth - Decimal("574.06")) <= Decimal("0.01")


def test_case_13_term_conversion() -> None:
    worth = yuan(
        "term", price_yuan=5000, from_years=50, from_rate="8.5%", to_years=30, to_rate="8.5%"
    )
    assert worth == Decimal("4646.04")


def test_case_14_arithmetic_growth_for_ever() -> None:
    worth = yuan(
        "income",
        amounts_per="whole",
        income_yuan=20,
        growth_yuan=2,
        rate="10%",
        duration="perpetual",
    )
    assert worth == Decimal("400.00")


def test_case_14_first_rent_of_a_lease_that_grows_as_it_is_discounted() -> None:
    six = Decimal("0.06")
    assert rent_from_value(2_200_000, rate=six, term_years=20, growth_rate=six) == 116_600


def test_case_17_residual_land_price() -> None:
    worth = solve(
        "residual",
        {
            "land_area_m2": "3000",
            "plot_ratio": "3",
            "building_cost_yuan": "2000",
            "fees_rate": "10%",
            "building_price_yuan": "8000",
            "sale_costs_rate": "4%",
            "sale_taxes_rate": "6.5%",
            "development_years": "2",
            "interest_rate": "6%",
            "profit_rate": "20%",
        },
    )
    assert near(Decimal(worth.figure), "29836809", "1")
    assert near(Decimal(worth.parts[0].figure), "9946", "1")


def test_case_18_cost_of_a_square_metre() -> None:
    worth = compute(
        "cost",
        {
            "amounts_per": "m2",
            "area_mu": "0.0015",
            "acquisition_yuan": 75,
            "development_yuan": 200,
            "development_years": 2,
            "development_shares": "40% 60%",
            "interest_rate": "10%",
            "profit_rate": "20%",
            "increment_rate": "20%",
        },
    )
    figures = {step.name_en: Decimal(step.figure) for step in worth.working}
    assert abs(figures["Interest"] - Decimal("33.9")) <= Decimal("0.1")
    assert figures["Profit"] == 55
    assert abs(Decimal(worth.value_fen) / 100 - Decimal("436.7")) <= Decimal("0.1")


def test_case_19_benchmark_price() -> None:
    worth = yuan(
        "benchmark",
        amounts_per="m2",
        area_mu="0.0015",
        benchmark_yuan="500",
        coefficients=[{"share": "-13%"}],
        date_factor="1.06",
        plot_ratio_factor="1.51",
        term_factor="0.97",
    )
    assert near(worth, "675", "0.5")


def test_case_21_condition_of_a_house() -> None:
    components = [
        {"replacement_yuan": "800000", "age_years": "15", "life_years": "80"},
        {"replacement_yuan": "600000", "age_years": "2", "life_years": "8"},
        {"replacement_yuan": "600000", "age_years": "10", "life_years": "15"},
    ]
    assert figure("condition", components=components) == Decimal("0.65")


@pytest.mark.parametrize(
    ("slope", "cells", "expected"),
    [
        ("1.5", 100, "0.253996"),
        ("4", 100, "0.657229"),
        ("8", 100, "1.345856"),
        ("10", 100, "1.776729"),
        ("15", 10**7, "49.802994"),
    ],
)
def test_case_24_ls_factor(slope: str, cells: int, expected: str) -> None:
    factor = figure("ls_factor", slope_percent=slope, upslope_cells=cells, cell_m=30, longest=25)
    assert near(factor, expected)


def test_case_27_hydropower_value() -> None:
    worth = solve(
        "hydropower_value",
        {
            "volume_m3": "940",
            "efficiency": "0.7",
            "head_m": "12",
            "fraction": "0.9",
            "price_yuan": "15",
            "cost_yuan": "100",
            "rate": "60%",
            "term_years": "10",
        },
    )
    assert Decimal(worth.parts[0].figure) == Decimal("19.329408")
    assert near(Decimal(worth.figure), "501.9029748723")


def test_case_29_xirr() -> None:
    flows = [
        {"on": "2008-01-01", "amount_yuan": "-10000"},
        {"on": "2008-03-01", "amount_yuan": "2750"},
        {"on": "2008-10-30", "amount_yuan": "4250"},
        {"on": "2009-02-15", "amount_yuan": "3250"},
        {"on": "2009-04-01", "amount_yuan": "2750"},
    ]
    assert near(figure("xirr", flows=flows), "0.373362535", "0.00000001")


def test_case_31_net_present_value() -> None:
    assert yuan("fnpv", flows_yuan="-1000, 200, 400, 800", rate="6%") == Decimal("216.37")


def test_case_33_equity_shares() -> None:
    result = solve(
        "equity",
        {
            "contributions": [
                {"label": "land", "value_yuan": "12,500,000"},
                {"label": "company", "value_yuan": "315,500,000"},
            ]
        },
    )
    shares = [Decimal(part.figure) / 100 for part in result.parts]
    assert [round(share, 1) for share in shares] == [Decimal("3.8"), Decimal("96.2")]
    assert sum(shares) == 100
