"""Mass appraisal: to the fen what the benchmark method gives for each parcel alone."""

from decimal import Decimal

import numpy as np
import pytest

from valuation import methods
from valuation.mass import NO_PRICE, Column, Parcels, appraise
from valuation.refusals import BadInputs

ROWS = 2000
SOME = range(0, ROWS, 8)


def decimals(rng, low, high, places, size):
    return Column.of([Decimal(int(each)).scaleb(-places) for each in rng.integers(low, high, size)])


def parcels_of(rng, basis="m2", *, greatest=5_000_000, places=(2, 4, 3, 3, 4)):
    """Random parcels; `places` are the decimals of price, corrections and the three factors."""
    price, share, *factors = places
    columns = [decimals(rng, max(1, 10**at // 2), 2 * 10**at + 1, at, ROWS) for at in factors]
    return Parcels(
        area_dm2=rng.integers(1, greatest, ROWS),
        prices=decimals(rng, 10**price, 900 * 10**price, price, 60),
        price_row=rng.integers(0, 60, ROWS),
        corrections=[decimals(rng, -(10**share) // 5, 10**share // 5 + 1, share, ROWS),
                     decimals(rng, -1, 2, 1, ROWS)],
        date_factor=columns[0], plot_ratio_factor=columns[1], term_factor=columns[2],
        basis=basis,
    )  # fmt: skip


def alone(parcels, row):
    try:
        return methods.compute("benchmark", parcels.inputs(row)).value_fen
    except BadInputs as refusal:
        return refusal.problems[0].code


def outcome(valued, row):
    return valued.refused[row].code if row in valued.refused else valued.value_fen[row]


def test_two_thousand_parcels_are_valued_as_each_alone():
    parcels = parcels_of(np.random.default_rng(5))

    valued = appraise(parcels)

    assert valued.refused == {}
    assert valued.value_fen.tolist() == [alone(parcels, row) for row in range(ROWS)]


@pytest.mark.parametrize("places", [(1, 1, 0, 0, 0), (2, 0, 0, 1, 0), (0, 1, 1, 0, 1)])
def test_halves_are_rounded_to_even_as_the_method_does(places):
    """With so few decimals, every tenth product or more ends in exactly a half."""
    parcels = parcels_of(np.random.default_rng(7), places=places)

    valued = appraise(parcels)

    assert [outcome(valued, row) for row in SOME] == [alone(parcels, row) for row in SOME]


@pytest.mark.parametrize("basis", ["mu", "ha"])
def test_prices_may_be_for_a_mu_or_a_hectare(basis):
    parcels = parcels_of(np.random.default_rng(3), basis, places=(0, 1, 0, 0, 0))

    valued = appraise(parcels)

    assert [outcome(valued, row) for row in SOME] == [alone(parcels, row) for row in SOME]


def test_large_areas_need_whole_numbers_of_any_length():
    parcels = parcels_of(np.random.default_rng(9), greatest=10**12)

    valued = appraise(parcels)

    assert [outcome(valued, row) for row in SOME] == [alone(parcels, row) for row in SOME]


def test_what_the_method_refuses_is_refused_with_its_reason():
    ones = ["1", "1", "1", "1", "1", "1", "1", "101", "0.000001"]
    shares = ["0", "0", "-1", "1.5", "0", "0", "0", "0", "0"]
    parcels = Parcels(
        area_dm2=np.array([100, 0, 100, 100, -5, 100, 100, 100, 1]),
        prices=Column.of([Decimal("62.5"), Decimal(0), Decimal(3)]),
        price_row=np.array([0, 0, 0, 0, 0, -1, 1, 0, 0]),
        corrections=[Column.of(map(Decimal, shares))],
        date_factor=Column.of(map(Decimal, ones)),
    )

    valued = appraise(parcels)

    expected = {row: alone(parcels, row) for row in (1, 2, 3, 4, 6, 7, 8)}
    assert {row: each.code for row, each in valued.refused.items()} == expected | {5: NO_PRICE.code}
    assert expected[2] == "coefficients_too_low"
    assert expected[8] == "worth_nothing"
    assert valued.value_fen.tolist() == [6250, 0, 0, 0, 0, 0, 0, 0, 0]


def test_figures_too_long_for_the_shortcut_go_to_the_method():
    long = Decimal("1.00000000000001")
    parcels = Parcels(
        area_dm2=np.array([12345, 54321]),
        prices=Column.of([Decimal("123.4567890123")]),
        price_row=np.array([0, 0]),
        corrections=[Column.of([Decimal("0.0000000000001"), Decimal(0)])],
        date_factor=Column.of([long, long]),
        plot_ratio_factor=Column.of([long, long]),
    )

    assert appraise(parcels).value_fen.tolist() == [alone(parcels, row) for row in range(2)]
    with pytest.raises(ValueError, match="too many digits"):
        Column.of([Decimal("1.00000000000000000001")])


def test_progress_is_told_to_the_end():
    parcels = parcels_of(np.random.default_rng(1))
    told = []

    appraise(parcels, progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (ROWS, ROWS)


def test_no_parcels_have_no_values():
    nothing = np.array([], dtype=np.int64)

    assert appraise(Parcels(nothing, Column.of([Decimal(1)]), nothing)).value_fen.tolist() == []
