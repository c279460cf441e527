"""One value from several: exact to the fen, and never without sound weights or a mode."""

import pytest

from tests.reading import refused
from valuation.appraisals.reconciling import reconcile
from valuation.appraisals.refusals import NoMode, ReconciliationUnfit, WeightsUnsound
from valuation.appraisals.tables import Reconciliation

MEAN, WEIGHTED, MEDIAN, MODE, SINGLE = (
    Reconciliation.MEAN,
    Reconciliation.WEIGHTED,
    Reconciliation.MEDIAN,
    Reconciliation.MODE,
    Reconciliation.SINGLE,
)
LARGE = 9_007_199_254_740_993
"""More than a binary float tells apart from its neighbour."""


@pytest.mark.parametrize(
    ("values", "how", "weights", "value"),
    [
        ([7], SINGLE, None, 7),
        ([100, 103], MEAN, None, 102),          # 101.5: half to even
        ([100, 105], MEAN, None, 102),          # 102.5: half to even
        ([1, 1, 2], MEAN, None, 1),
        ([1, 2, 2], MEAN, None, 2),
        ([LARGE, LARGE], MEAN, None, LARGE),
        ([LARGE, LARGE - 2], MEAN, None, LARGE - 1),
        ([100, 200], WEIGHTED, [250_000, 750_000], 175),
        ([100, 200], WEIGHTED, [1_000_000, 0], 100),
        ([3, 4], WEIGHTED, [500_000, 500_000], 4),      # 3.5: half to even
        ([4, 5], WEIGHTED, [500_000, 500_000], 4),      # 4.5: half to even
        ([LARGE, LARGE], WEIGHTED, [333_333, 666_667], LARGE),
        ([300, 100, 200], WEIGHTED, [333_333, 333_333, 333_334], 200),
        ([9, 1, 5], MEDIAN, None, 5),
        ([9, 1, 5, 4], MEDIAN, None, 4),        # 4.5: half to even
        ([9, 1], MEDIAN, None, 5),
        ([5, 9, 5], MODE, None, 5),
        ([9, 5, 9, 5, 9], MODE, None, 9),
    ],
)  # fmt: skip
def test_several_values_become_one(values, how, weights, value) -> None:
    assert reconcile(values, how, weights) == value


@pytest.mark.parametrize("values", [[1, 2], [1, 1, 2, 2], [3, 1, 2]])
def test_no_value_occurs_most_often(values) -> None:
    with refused(NoMode, "reconciliation"):
        reconcile(values, MODE)


@pytest.mark.parametrize(
    "weights",
    [
        None,
        [],
        [1_000_000],
        [500_000, 499_999],
        [500_000, 500_001],
        [1_500_000, -500_000],
        [400_000, 300_000, 300_000],
    ],
)
def test_weights_are_one_a_value_and_sum_to_the_whole(weights) -> None:
    with refused(WeightsUnsound, "weights"):
        reconcile([100, 200], WEIGHTED, weights)


@pytest.mark.parametrize("how", [MEAN, MEDIAN, MODE])
def test_weights_belong_to_a_weighted_mean_alone(how) -> None:
    with refused(WeightsUnsound, "weights"):
        reconcile([100, 100], how, [500_000, 500_000])


@pytest.mark.parametrize("how", [MEAN, WEIGHTED, MEDIAN, MODE])
def test_one_value_has_nothing_to_reconcile(how) -> None:
    with refused(ReconciliationUnfit, "reconciliation"):
        reconcile([100], how)


def test_several_values_are_not_left_as_they_are() -> None:
    with refused(ReconciliationUnfit, "reconciliation"):
        reconcile([100, 200], SINGLE)
