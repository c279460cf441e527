"""Owns 等价置换差价, the balancing payment of an equal-value swap.

    d = Σin − Σout      both sides in whole fen, valued on one base date

Σin what the owner receives, Σout what she gives (yuan). Above zero she pays d, below zero she is
paid it. Source: the swap's own terms; the values come from appraisals on one base date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator

from valuation.methods.arithmetic import exactly, fen, yuan
from valuation.methods.parameters import Parameters, asked, name_of_row
from valuation.methods.quantities import Day, FenYuan, some
from valuation.methods.result import Method, Step, Valuation, settled, yuan_step
from valuation.refusals import MixedBaseDates, NumberOutOfRange, SwapSideEmpty

NAME: Final = "swap"


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


class SwapItem(Parameters):
    """One asset that changes hands."""

    label: str = name_of_row("资产", "Asset", "What the asset is")
    value_yuan: FenYuan = asked("评估值", "Value", "Its appraised value, yuan", unit="yuan")
    valued_on: Day = asked(
        "估价期日", "Valuation date", "The day that the value is for", kind="date"
    )

    def side(self) -> SwapSide:
        """The asset with its value in fen."""
        return SwapSide(self.label, fen(self.value_yuan), self.valued_on)


class SwapParameters(Parameters):
    """Inputs of the balancing payment; refused as the field types refuse."""

    received: Annotated[tuple[SwapItem, ...], AfterValidator(some)] = asked(
        "置换所得", "Received", "What the owner receives", kind="rows", most=200
    )
    given: Annotated[tuple[SwapItem, ...], AfterValidator(some)] = asked(
        "置换所出", "Given", "What the owner gives", kind="rows", most=200
    )


@exactly
def compute(inputs: SwapParameters) -> Valuation:
    """What the owner pays; below zero, is paid. Refuses: MixedBaseDates, ValueTooLarge."""
    received = [each.side() for each in inputs.received]
    given = [each.side() for each in inputs.given]
    difference = yuan(swap_difference(received, given))
    steps: list[Step] = []
    for zh, en, sign, side in (
        ("置换所得", "Received", "Σin", received),
        ("置换所出", "Given", "Σout", given),
    ):
        for each in side:
            tail = f" {each.label}" if each.label else ""
            steps.append(yuan_step(zh + tail, en + tail, "v", yuan(each.value_fen), "yuan"))
        total = Decimal(sum(each.value_fen for each in side)) / 100
        steps.append(yuan_step(f"{zh}合计", f"{en}, total", sign, total, "yuan"))
    return settled(
        NAME, inputs, difference, steps, name_zh="差价（正为应付，负为应得）",
        name_en="Difference (above zero to pay, below to be paid)", formula="d = Σin − Σout",
        signed=True,
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="等价置换差价",
    name_en="Swap difference",
    parameters=SwapParameters,
    compute=compute,
    standard="GB/T 50291-2015",
    when_to_use_zh="等价置换：求应补的差价，双方用同一估价期日的评估值",
    when_to_use_en="An equal-value swap: what is paid to balance it, by values on one base date",
    purpose="deal",
)
