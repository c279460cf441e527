"""Splitting by largest remainder: every fen is given out, and fairly."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, strategies as st

from bank.split import Unsplittable, largest_remainder

TOTALS = st.integers(0, 2**63 - 1)
WEIGHTS = st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (10_000, [1_250, 31_550], [381, 9_619]),
        (0, [3, 4], [0, 0]),
        (7, [0, 5, 0], [0, 7, 0]),
        (5, [0, 1, 1], [0, 3, 2]),
    ],
)
def test_a_split(total: int, weights: list[int], expected: list[int]) -> None:
    assert largest_remainder(total, weights) == expected


@pytest.mark.parametrize(
    ("total", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1]), (0, [0])]
)
def test_what_cannot_be_split_fairly_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(Unsplittable):
        largest_remainder(total, weights)


@given(TOTALS, WEIGHTS)
def test_the_parts_sum_to_the_total_and_are_within_one_of_the_exact_share(
    total: int, weights: list[int]
) -> None:
    assume(any(weights))

    parts = largest_remainder(total, weights)

    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@given(TOTALS, WEIGHTS)
def test_a_larger_weight_never_gets_less_and_no_weight_gets_nothing(
    total: int, weights: list[int]
) -> None:
    assume(any(weights))

    by_weight = sorted(zip(weights, largest_remainder(total, weights), strict=True))

    for (lighter, less), (heavier, more) in pairwise(by_weight):
        assert less <= more or lighter == heavier
    assert all(part == 0 for weight, part in by_weight if weight == 0)


@given(TOTALS, WEIGHTS, st.integers(1, 1000))
def test_only_the_proportions_of_the_weights_count(
    total: int, weights: list[int], factor: int
) -> None:
    assume(any(weights))

    scaled = [weight * factor for weight in weights]

    assert largest_remainder(total, scaled) == largest_remainder(total, weights)
