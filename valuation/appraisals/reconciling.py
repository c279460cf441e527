"""One value from the values of several methods: mean, weighted mean, median or mode."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from valuation.appraisals.refusals import (
    NoMode,
    ReconciliationUnfit,
    SplitUnequal,
    WeightsUnsound,
)
from valuation.appraisals.tables import Reconciliation

WHOLE_PPM: Final = 1_000_000


def reconcile(
    values_fen: Sequence[int], how: Reconciliation, weights_ppm: Sequence[int] | None = None
) -> int:
    """The one value in fen, rounded half to even.

    `weights_ppm` is a weight in millionths for each value; they sum to the whole and are given for
    a weighted mean alone. The mode is the value that occurs most often, if one does.
    Refuses: ReconciliationUnfit, WeightsUnsound, NoMode.
    """
    if (how is Reconciliation.SINGLE) != (len(values_fen) == 1):
        raise ReconciliationUnfit("this does not fit the number of methods", field="reconciliation")
    if how is not Reconciliation.WEIGHTED and weights_ppm is not None:
        raise WeightsUnsound("weights belong to a weighted mean", field="weights")
    match how:
        case Reconciliation.SINGLE:
            return values_fen[0]
        case Reconciliation.MEAN:
            return round(Fraction(sum(values_fen), len(values_fen)))
        case Reconciliation.WEIGHTED:
            return _weighted(values_fen, weights_ppm or ())
        case Reconciliation.MEDIAN:
            return _median(sorted(values_fen))
        case Reconciliation.MODE:
            return _mode(values_fen)


def refuse_other_sum(sum_fen: int, value_fen: int) -> None:
    """The pieces of a split sum to the value. Refuses: SplitUnequal, which says by how much."""
    if sum_fen == value_fen:
        return
    raise SplitUnequal(
        "the values of the pieces sum to the whole",
        field="pieces",
        value_fen=value_fen,
        sum_fen=sum_fen,
        more_fen=sum_fen - value_fen if sum_fen > value_fen else None,
        less_fen=value_fen - sum_fen if sum_fen < value_fen else None,
    )


def _weighted(values_fen: Sequence[int], weights_ppm: Sequence[int]) -> int:
    sound = len(weights_ppm) == len(values_fen) and all(each >= 0 for each in weights_ppm)
    if not sound or sum(weights_ppm) != WHOLE_PPM:
        raise WeightsUnsound(
            "the weights sum to the whole", field="weights", sum_ppm=sum(weights_ppm)
        )
    pairs = zip(values_fen, weights_ppm, strict=True)
    return round(Fraction(sum(value * weight for value, weight in pairs), WHOLE_PPM))


def _median(ordered: Sequence[int]) -> int:
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return round(Fraction(ordered[middle - 1] + ordered[middle], 2))


def _mode(values_fen: Sequence[int]) -> int:
    (first, times), *others = Counter(values_fen).most_common(2)
    if times == 1 or (others and others[0][1] == times):
        raise NoMode("no value occurs more often than the others", field="reconciliation")
    return first
