"""Owns what cash flows are: amounts period by period, when each falls due, and their sign."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from valuation.methods.annuity import YEARS_EARLIER, Timing
from valuation.methods.arithmetic import ZERO, shown
from valuation.methods.deals.refusals import (
    NoRate,
    NoSignChange,
    RateBeyondReason,
    SeveralRates,
    TooManyTurns,
)
from valuation.methods.parameters import asked
from valuation.methods.result import Step, yuan_step
from valuation.methods.roots import Flow, rates_of_return, sign_changes
from valuation.methods.wording import list_asked

First = Literal["now", "year_1"]
FIRSTS: Final = {
    "now": ("期初（第 0 年）", "now (year 0)"),
    "year_1": ("第 1 年", "in year 1"),
}
MOST_FLOWS: Final = 360
MOST_TURNS: Final = 12
"""How often flows may change their sign where all rates of return are sought."""

LEAST_RATE: Final = Decimal("-0.999999")
GREATEST_RATE: Final = Decimal(10) ** 6


def flows_asked() -> Any:
    """Net flows, one a period, in order."""
    return list_asked(
        "各期净现金流", "Net flows", "Net flow of each period, yuan; paid below zero",
        unit="yuan", most=MOST_FLOWS,
        hint_zh="逐期填写，支出为负数，用空格或逗号隔开",
        hint_en="One figure a period, paid below zero, separated by spaces or commas",
    )  # fmt: skip


def first_asked() -> Any:
    """Whether the first flow is today's or the first year's."""
    return asked(
        "首笔现金流", "The first flow is", "Whether the first flow is today's or of year 1",
        default="now", kind="choice", choices=FIRSTS,
        hint_zh="“期初”的首笔不折现；“第 1 年”按收支时点折现",
        hint_en="Today's is not discounted; that of year 1 is, by when it falls due",
    )  # fmt: skip


def times(count: int, first: First, timing: Timing) -> list[Decimal]:
    """When each of `count` flows falls due, in years from now.

    A flow of year i falls due at i, i−½ or i−1; that of year 0 now.
    """
    earlier = YEARS_EARLIER[timing]
    years = range(count) if first == "now" else range(1, count + 1)
    return [year - earlier if year else ZERO for year in map(Decimal, years)]


def flow_steps(flows: Sequence[Flow], rate: Decimal, unit: str = "yuan") -> list[Step]:
    """The present value of each flow at a rate."""
    return [
        yuan_step(
            f"第 {number} 笔（t={shown(flow.time, 4)}）现值",
            f"Flow {number} (t={shown(flow.time, 4)}), present value",
            f"{shown(flow.amount, 2)}×(1+r)^−t",
            flow.amount / (1 + rate) ** flow.time,
            unit,
        )
        for number, flow in enumerate(flows, start=1)
    ]


def single_rate(flows: Sequence[Flow], field: str) -> Decimal:
    """The one rate of return there is.

    Refuses: NoSignChange, TooManyTurns, NoRate, SeveralRates (naming every one),
    RateBeyondReason.
    """
    changes = sign_changes(flows)
    if changes == 0:
        raise NoSignChange.at(field)
    if changes > MOST_TURNS:
        raise TooManyTurns.at(field, given=changes, most=MOST_TURNS)
    found = rates_of_return(flows)
    if not found:
        raise NoRate.at(field)
    if len(found) > 1:
        told = ", ".join(f"{shown(rate * 100, 4)}%" for rate in found)
        raise SeveralRates.at(field, rates=told)
    if not LEAST_RATE <= found[0] <= GREATEST_RATE:
        raise RateBeyondReason.at(
            field, rate=shown(found[0]), low=shown(LEAST_RATE), high=shown(GREATEST_RATE)
        )
    return found[0]
