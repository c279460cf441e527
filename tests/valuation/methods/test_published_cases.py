"""Published worked examples, each named by its number in the table of cases."""

from decimal import Decimal

import pytest

from valuation.methods import compute, rent_from_value


def yuan(name: str, **inputs: object) -> Decimal:
    return Decimal(compute(name, inputs).value_fen) / 100


def test_case_3_income_value_of_an_orchard() -> None:
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


def test_case_5_perpetuity() -> None:
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
