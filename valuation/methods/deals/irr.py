"""Owns 内部收益率, the internal rate of return of flows in equal periods.

    Σ cᵢ(1+r)^−i = 0      i = 0, 1, 2 …

cᵢ net flow of period i (yuan, paid below zero), r rate a period (a year where the periods are
years). All r above −1 are found; where there are several, none is the answer, and the refusal
names them all. When in its period a flow falls due does not matter, as long as it is the same.
Source: 建设项目经济评价方法与参数 (第三版), FIRR.
"""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from valuation.methods.arithmetic import exactly
from valuation.methods.deals.flows import flow_steps, flows_asked, single_rate
from valuation.methods.parameters import Parameters
from valuation.methods.quantities import SignedYuan, as_items, some
from valuation.methods.result import Method, Result, stated
from valuation.methods.roots import Flow

NAME: Final = "irr"


class IrrParameters(Parameters):
    """Inputs of the internal rate of return; refused as the field types refuse."""

    flows_yuan: Annotated[
        tuple[SignedYuan, ...], BeforeValidator(as_items), AfterValidator(some)
    ] = flows_asked()


@exactly
def compute(given: IrrParameters) -> Result:
    """The one rate.

    Refuses: NoSignChange, TooManyTurns, NoRate, SeveralRates, RateBeyondReason.
    """
    flows = [Flow(Decimal(i), amount) for i, amount in enumerate(given.flows_yuan)]
    rate = single_rate(flows, "flows_yuan")
    return stated(
        NAME, given, rate, flow_steps(flows, rate), name_zh="内部收益率",
        name_en="Internal rate of return", formula="Σcᵢ(1+r)^−i = 0", unit="a period",
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="内部收益率",
    name_en="Internal rate of return (IRR)",
    parameters=IrrParameters,
    compute=compute,
    standard="建设项目经济评价方法与参数（第三版）",
    when_to_use_zh="项目现金流按年（或等长的期）列出时，求收益率",
    when_to_use_en="The return of a project whose flows are listed by years or other equal periods",
    purpose="deal",
    unit="a period",
)
