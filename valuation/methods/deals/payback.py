"""Owns 投资回收期, payback: how many years until what was paid has come back.

    Pt = m − 1 + |Sₘ₋₁|/c'ₘ      Sₘ = Σ c'ᵢ (i ≤ m)      c'ᵢ = cᵢ(1+r)^−(i−e)

cᵢ net flow of year i (yuan, paid below zero), r rate a year (0: static payback, 静态), m the year
from whose end on the sum stays at or above zero, Pt years from now; within year m the flow counts
as even. e = 0, ½ or 1 for flows at the end, in the middle or at the start of their year, and only
matters to the discounted (动态) payback.
Source: 建设项目经济评价方法与参数 (第三版), 投资回收期.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown_yuan
from valuation.methods.deals.flows import First, first_asked, flows_asked, times
from valuation.methods.deals.refusals import NeverPaidBack, NoSignChange
from valuation.methods.parameters import Parameters
from valuation.methods.quantities import Rate, SignedYuan, as_items, some
from valuation.methods.result import Method, Result, Step, stated, yuan_step
from valuation.methods.wording import rate_asked, timing_asked

NAME: Final = "payback"


class PaybackParameters(Parameters):
    """Inputs of payback; refused as the field types refuse."""

    flows_yuan: Annotated[
        tuple[SignedYuan, ...], BeforeValidator(as_items), AfterValidator(some)
    ] = flows_asked()
    rate: Rate = rate_asked(
        "折现率", "Rate", "r: rate, a fraction a year; 0 for the static payback", default=ZERO
    )
    first: First = first_asked()
    timing: Timing = timing_asked("收支时点", "Flows fall due", "When in their year flows fall due")


@exactly
def compute(given: PaybackParameters) -> Result:
    """The years, as the module says. Refuses: NoSignChange (nothing paid), NeverPaidBack."""
    due = times(len(given.flows_yuan), given.first, given.timing)
    flows = [
        amount / (ONE + given.rate) ** time
        for amount, time in zip(given.flows_yuan, due, strict=True)
    ]
    sums = list(accumulate(flows))
    offset = 0 if given.first == "now" else 1
    years = _paid_back(flows, sums) + offset
    return stated(
        NAME, given, years, _steps(sums, offset), name_zh="投资回收期", name_en="Payback",
        formula="Pt = m − 1 + |Sₘ₋₁|/cₘ", unit="years",
    )  # fmt: skip


def _paid_back(flows: Sequence[Decimal], sums: Sequence[Decimal]) -> Decimal:
    short = [place for place, total in enumerate(sums) if total < ZERO]
    if not short:
        raise NoSignChange.at("flows_yuan")
    last = short[-1]
    if last == len(sums) - 1:
        raise NeverPaidBack.at("flows_yuan", short=shown_yuan(-sums[last]))
    return last - sums[last] / flows[last + 1]


def _steps(sums: Sequence[Decimal], offset: int) -> list[Step]:
    return [
        yuan_step(
            f"第 {year} 年末累计", f"Sum to the end of year {year}", f"S{year}", total, "yuan"
        )
        for year, total in enumerate(sums, start=offset)
    ]


METHOD: Final = Method(
    name=NAME,
    name_zh="投资回收期",
    name_en="Payback",
    parameters=PaybackParameters,
    compute=compute,
    standard="建设项目经济评价方法与参数（第三版）",
    when_to_use_zh="项目投入多少年可以收回（静态或动态）",
    when_to_use_en="How many years until a project's outlay has come back",
    purpose="deal",
    unit="years",
)
