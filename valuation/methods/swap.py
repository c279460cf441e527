"""Owns the balancing payment of an equal-value swap (等价置换).

差价 = Σin − Σout      both sides in whole fen, valued on one base date
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from valuation.refusals import MixedBaseDates, NumberOutOfRange, SwapSideEmpty


@dataclass(frozen=True, slots=True)
class SwapSide:
    """One asset in a swap: its appraised value in fen, and the date it is valued on."""

    label: str
    value_fen: int
    valued_on: date


def swap_difference(received: Sequence[SwapSide], given: Sequence[SwapSide]) -> int:
    """What the owner pays in fen: Σ received − Σ given; below zero, the owner is paid.

    Refuses: SwapSideEmpty, NumberOutOfRange (a value below zero), MixedBaseDates.
    """
    for name, side in (("received", received), ("given", given)):
        if not side:
            raise SwapSideEmpty.at(name)
        for number, each in enumerate(side):
            if each.value_fen < 0:
                raise NumberOutOfRange.at(
                    f"{name}.{number}", given=each.value_fen, low=0, high=2**63 - 1
                )
    dates = sorted({each.valued_on for each in (*received, *given)})
    if len(dates) > 1:
        raise MixedBaseDates.at("given", dates=", ".join(day.isoformat() for day in dates))
    return sum(each.value_fen for each in received) - sum(each.value_fen for each in given)
