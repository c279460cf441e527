"""Areas: mu on pages, whole dm2 in the ledger."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from bank.area import (
    dm2_from_m2,
    dm2_from_mu,
    format_hectares,
    format_m2,
    format_mu,
    m2,
    mu,
    parse_m2,
    parse_mu,
)
from bank.figures import TooManyDecimals


def test_fifteen_mu_are_a_hectare_of_ten_thousand_square_metres() -> None:
    hectare = dm2_from_m2(10_000)

    assert hectare == dm2_from_mu(15) == 1_000_000
    assert mu(hectare) == 15
    assert format_hectares(hectare) == "1.0000"


def test_a_mu_is_two_thousand_thirds_of_a_square_metre() -> None:
    assert dm2_from_mu(3) == 200_000
    assert dm2_from_mu(1) == 66_667
    assert mu(66_667) == Fraction(200_001, 200_000)
    assert m2(66_667) == Decimal("666.67")


@pytest.mark.parametrize(
    ("area_dm2", "places", "shown"),
    [
        (200_000, 2, "3.00"),
        (66_667, 2, "1.00"),
        (66_667, 4, "1.0000"),
        (1_000, 2, "0.02"),  # 0.015: a half goes up
        (999, 2, "0.01"),
        (82_304_527, 2, "1,234.57"),
        (200_000, 0, "3"),
    ],
)
def test_mu_on_a_page(area_dm2: int, places: int, shown: str) -> None:
    assert format_mu(area_dm2, places) == shown


def test_square_metres_on_a_page() -> None:
    assert format_m2(123_456_789) == "1,234,567.89"


@pytest.mark.parametrize(
    ("area_m2", "area_dm2"), [(0.005, 1), (0.004, 0), (666.6666667, 66_667), (Decimal("1.5"), 150)]
)
def test_a_polygons_area_goes_to_the_nearest_unit(area_m2: float, area_dm2: int) -> None:
    assert dm2_from_m2(area_m2) == area_dm2


def test_typed_areas() -> None:
    assert parse_mu("9.5") == 633_333
    assert parse_m2("1,000.25") == 100_025
    with pytest.raises(TooManyDecimals):
        parse_mu("1.00001")


@given(st.integers(0, 2**50))
def test_from_units_to_mu_and_back_nothing_is_lost(area_dm2: int) -> None:
    assert dm2_from_mu(mu(area_dm2)) == area_dm2
    assert dm2_from_m2(m2(area_dm2)) == area_dm2


@given(st.integers(0, 2**40))
def test_what_a_page_shows_is_within_half_its_last_place(area_dm2: int) -> None:
    shown = Fraction(format_mu(area_dm2).replace(",", ""))

    assert abs(shown - mu(area_dm2)) <= Fraction(1, 200)
