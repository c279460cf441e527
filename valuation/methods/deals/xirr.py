"""Owns XIRR, the yearly rate of return of flows on given days.

    Σ cᵢ(1+r)^−(dᵢ−d₁)/B = 0

cᵢ flow (yuan, paid below zero) on day dᵢ, d₁ the first day, B days of a year (365 as spreadsheets
have it), r rate a year. All r above −1 are found; where there are several, none is the answer, and
the refusal names them all. Days stand in order; several flows may share one.
Source: the XIRR function of spreadsheets (OpenDocument OpenFormula 1.2, 6.12).
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final, Self

from pydantic import AfterValidator, model_validator

from valuation.methods.arithmetic import exactly
from valuation.methods.deals.flows import MOST_FLOWS, flow_steps, single_rate
from valuation.methods.deals.refusals import DatesOutOfOrder
from valuation.methods.parameters import Parameters, asked
from valuation.methods.quantities import Count, Day, SignedYuan, some, wrong
from valuation.methods.result import Method, Result, stated
from valuation.methods.roots import Flow
from valuation.refusals import NumberOutOfRange

NAME: Final = "xirr"
USUAL_DAYS: Final = 365
MOST_DAYS: Final = 366


def _no_longer_than_a_year(days: int) -> int:
    if days > MOST_DAYS:
        raise wrong(NumberOutOfRange, given=str(days), low="1", high=str(MOST_DAYS))
    return days


class DatedFlow(Parameters):
    """One payment on a day."""

    on: Day = asked("日期", "Day", "The day of the payment", kind="date")
    amount_yuan: SignedYuan = asked(
        "金额", "Amount", "The payment, yuan; paid below zero", unit="yuan",
        hint_zh="支出为负数", hint_en="Paid below zero",
    )  # fmt: skip


class XirrParameters(Parameters):
    """Inputs of XIRR. Refuses: RowsMissing, DatesOutOfOrder, and what the field types refuse."""

    flows: Annotated[tuple[DatedFlow, ...], AfterValidator(some)] = asked(
        "现金流", "Flows", "The payments in order of time", kind="rows", most=MOST_FLOWS
    )
    year_days: Annotated[Count, AfterValidator(_no_longer_than_a_year)] = asked(
        "一年天数", "Days of a year", "B: days that count as a year",
        default=USUAL_DAYS, unit="days", kind="integer",
    )  # fmt: skip

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for number, (before, each) in enumerate(pairwise(self.flows), start=1):
            if each.on < before.on:
                raise DatesOutOfOrder.at(
                    f"flows.{number}.on", given=each.on.isoformat(), before=before.on.isoformat()
                )
        return self

    def timed(self) -> list[Flow]:
        """The flows with their times in years from the first."""
        start: date = self.flows[0].on
        return [
            Flow(Decimal((each.on - start).days) / self.year_days, each.amount_yuan)
            for each in self.flows
        ]


@exactly
def compute(given: XirrParameters) -> Result:
    """The one rate a year.

    Refuses: NoSignChange, TooManyTurns, NoRate, SeveralRates, RateBeyondReason.
    """
    flows = given.timed()
    rate = single_rate(flows, "flows")
    return stated(
        NAME, given, rate, flow_steps(flows, rate), name_zh="内部收益率（按日期）",
        name_en="Rate of return (XIRR)", formula=f"Σcᵢ(1+r)^−(d/{given.year_days}) = 0",
        unit="a year",
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="内部收益率（按日期）",
    name_en="Rate of return by days (XIRR)",
    parameters=XirrParameters,
    compute=compute,
    standard="OpenFormula XIRR",
    when_to_use_zh="款项收付日期不等距时，求年收益率",
    when_to_use_en="The yearly return of payments on any days",
    purpose="deal",
    unit="a year",
)
