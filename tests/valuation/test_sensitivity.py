"""A value against its rate, its prices and its term."""

from decimal import Decimal
from statistics import mean

import pytest

from tests.valuation.methods.sound_inputs import SOUND
from valuation import methods
from valuation.methods import METHODS
from valuation.refusals import NothingVaried, RateAbsurd, TermNotPositive
from valuation.sensitivity import STEPS, VARIED, reconciled, sensitivity

INCOME = {
    "amounts_per": "whole", "income_yuan": "10000", "rate": "0.06", "term_years": "30",
}  # fmt: skip
VALUING = [name for name, each in METHODS.items() if each.purpose == "value"]


def line_of(found, driver):
    return next(each for each in found.lines if each.driver == driver)


def test_each_point_is_what_the_method_gives_for_the_varied_input():
    found = sensitivity("income", INCOME)

    assert [each.driver for each in found.lines] == ["rate", "price", "term"]
    rate = line_of(found, "rate")
    assert [each.percent for each in rate.points] == list(STEPS)
    assert [each.given for each in rate.points][::4] == ["0.048", "0.06", "0.072"]
    assert [each.difference for each in rate.points][::4] == ["-1.2", "0", "1.2"]
    for point in rate.points:
        assert (
            point.value_fen == methods.compute("income", INCOME | {"rate": point.given}).value_fen
        )
    term = line_of(found, "term")
    assert (term.points[0].given, term.points[0].difference) == ("24", "-6")
    price = line_of(found, "price")
    assert price.points[-1].change_ppm == pytest.approx(200_000, abs=1)
    assert all(line.points[4].change_ppm == 0 for line in found.lines)
    assert found.strongest.driver == "price"


def test_where_the_method_refuses_the_point_says_so():
    found = sensitivity("income", INCOME | {"rate": "0.95"}, steps=[10, 0, 5])

    points = line_of(found, "rate").points
    assert [each.percent for each in points] == [0, 5, 10]
    assert [each.value_fen is None for each in points] == [False, False, True]
    assert points[2].refused.code == RateAbsurd.code
    assert points[2].given == "1.045"


def test_of_rows_and_lists_every_price_is_varied():
    found = sensitivity("comparison", SOUND["comparison"], steps=[-20, 20])

    (line,) = found.lines
    assert line.fields == ("comparables.price_yuan",)
    assert [each.change_ppm for each in line.points] == pytest.approx([-200_000, 0, 200_000], abs=2)
    assert line.points[0].given == ""


def test_whole_years_stay_whole():
    found = sensitivity("woodland_income", SOUND["woodland_income"])

    assert all(Decimal(each.given) % 1 == 0 for each in line_of(found, "term").points)


@pytest.mark.parametrize("name", VALUING)
def test_every_method_that_values_has_something_to_vary_that_it_knows(name):
    specs = {each.name: each for each in methods.fields(name)}
    for fields in VARIED[name].values():
        for path in fields:
            head, _, column = path.partition(".")
            assert head in specs
            assert not column or column in {each.name for each in specs[head].columns}
    found = sensitivity(name, SOUND[name])
    assert found.value_fen == methods.compute(name, SOUND[name]).value_fen
    assert [line.driver for line in found.lines]


@pytest.mark.parametrize("name", ["rent", "fnpv", "swap"])
def test_a_deals_figure_is_not_varied(name):
    with pytest.raises(NothingVaried):
        sensitivity(name, SOUND[name])


def test_inputs_at_fault_are_refused_as_the_method_does():
    with pytest.raises(TermNotPositive):
        sensitivity("income", INCOME | {"term_years": "0"})


def test_a_reconciled_value_moves_with_every_method_that_has_the_driver():
    parts = [sensitivity("income", INCOME), sensitivity("house", SOUND["house"])]

    found = reconciled(parts, lambda values: round(mean(values)))

    assert found.value_fen == round(mean(each.value_fen for each in parts))
    rate = line_of(found, "rate").points[0]
    lower = line_of(parts[0], "rate").points[0].value_fen
    assert rate.value_fen == round(mean([lower, parts[1].value_fen]))
    price = line_of(found, "price").points[-1]
    expected = [line_of(part, "price").points[-1].value_fen for part in parts]
    assert price.value_fen == round(mean(expected))


def test_a_reconciled_point_is_refused_where_one_method_refuses():
    parts = [sensitivity("income", INCOME | {"rate": "0.95"}), sensitivity("house", SOUND["house"])]

    found = reconciled(parts, min)

    assert line_of(found, "rate").points[-1].refused.code == RateAbsurd.code
    assert line_of(found, "rate").points[0].value_fen
