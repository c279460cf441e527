"""Every rate of return is found, and none that is not one."""

from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, strategies as st

from valuation.methods.roots import Flow, rates_of_return, sign_changes

rates = st.decimals(min_value="-0.5", max_value="2", places=2)
amounts = st.integers(-1000, 1000)


def flows_of(*payments: object) -> list[Flow]:
    return [Flow(Decimal(i), Decimal(str(payment))) for i, payment in enumerate(payments)]


def with_rates(returns: list[Decimal]) -> list[Flow]:
    """Flows that have exactly these rates: Π(1 + r − x), multiplied out."""
    terms = [Decimal(-1)]
    for rate in returns:
        longer = [*terms, Decimal(0)]
        for place, term in enumerate(terms):
            longer[place + 1] -= term * (1 + rate)
        terms = longer
    return flows_of(*terms)


def present_value(flows: list[Flow], rate: Decimal) -> Decimal:
    return sum((amount / (1 + rate) ** time for time, amount in flows), Decimal(0))


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ((-100, 110), ["0.1"]),
        ((-100, 230, -132), ["0.1", "0.2"]),
        ((-1, 2, -1), ["0"]),
        ((1, -1, 1), []),
        ((1, 2, 3), []),
        ((), []),
        ((0, 0), []),
        ((-100, 50), ["-0.5"]),
        ((0, -100, 0, 121), ["0.1"]),
        ((-1, 4, -6, 4, -1), ["0"]),
        ((-6, 17, -17, 6), ["0"]),
    ],
)
def test_known_rates(payments: tuple[int, ...], expected: list[str]) -> None:
    found = rates_of_return(flows_of(*payments))
    assert len(found) == len(expected)
    for rate, wanted in zip(found, expected, strict=True):
        assert abs(rate - Decimal(wanted)) < Decimal("1e-9")


@given(st.lists(rates, min_size=1, max_size=5, unique=True))
def test_all_rates_of_flows_made_from_them_are_found(returns: list[Decimal]) -> None:
    found = rates_of_return(with_rates(returns))
    assert len(found) == len(returns)
    for rate, wanted in zip(found, sorted(returns), strict=True):
        assert abs(rate - wanted) < Decimal("1e-12")


@given(st.lists(amounts, min_size=2, max_size=15))
def test_every_rate_found_makes_the_flows_worth_nothing(payments: list[int]) -> None:
    flows = flows_of(*payments)
    found = rates_of_return(flows)
    assert len(found) <= sign_changes(flows)
    for rate in found:
        size = present_value([Flow(time, abs(amount)) for time, amount in flows], rate)
        assert abs(present_value(flows, rate)) <= size * Decimal("1e-15")


@given(st.integers(1, 10**6), st.lists(st.integers(0, 10**5), min_size=1, max_size=30))
def test_an_outlay_and_its_returns_have_one_rate(outlay: int, returns: list[int]) -> None:
    flows = flows_of(-outlay, *returns)
    assert len(rates_of_return(flows)) == (1 if any(returns) else 0)


@given(st.lists(st.tuples(st.integers(1, 900), amounts), min_size=1, max_size=8))
def test_times_need_not_be_whole_nor_apart(steps: list[tuple[int, int]]) -> None:
    days = accumulate(gap // 3 for gap, _ in steps)
    flows = [Flow(Decimal(day) / 365, Decimal(c)) for day, (_, c) in zip(days, steps, strict=True)]
    for rate in rates_of_return(flows):
        assert rate >= -1


def test_rates_beyond_all_measure_end() -> None:
    day = Decimal(1) / 365
    flows = [Flow(Decimal(0), Decimal("-0.01")), Flow(day, Decimal("1e15"))]
    [rate] = rates_of_return(flows)
    assert rate > Decimal("1e6000")
