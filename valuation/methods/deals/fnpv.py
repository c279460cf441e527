"""Owns 财务净现值, the net present value (FNPV) of a project's flows.

    FNPV = Σ cᵢ(1+r)^−(i−e)      i = 0, 1, 2 … (or 1, 2, 3 …); that of year 0 is not discounted

cᵢ net flow of year i (yuan, paid below zero), r benchmark rate a year, e = 0, ½ or 1 for flows at
the end, in the middle or at the start of their year. At or above zero the project earns the rate.
Source: 建设项目经济评价方法与参数 (第三版), FNPV.
"""

from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly
from valuation.methods.deals.flows import First, first_asked, flow_steps, flows_asked, times
from valuation.methods.parameters import Parameters
from valuation.methods.quantities import Rate, SignedYuan, as_items, some
from valuation.methods.result import Method, Valuation, settled
from valuation.methods.roots import Flow
from valuation.methods.wording import rate_asked, timing_asked

NAME: Final = "fnpv"


class FnpvParameters(Parameters):
    """Inputs of the net present value; refused as the field types refuse."""

    flows_yuan: Annotated[
        tuple[SignedYuan, ...], BeforeValidator(as_items), AfterValidator(some)
    ] = flows_asked()
    rate: Rate = rate_asked("基准收益率", "Rate", "r: benchmark rate, a fraction a year")
    first: First = first_asked()
    timing: Timing = timing_asked("收支时点", "Flows fall due", "When in their year flows fall due")


@exactly
def compute(given: FnpvParameters) -> Valuation:
    """The net present value, of either sign. Refuses: ValueTooLarge."""
    due = times(len(given.flows_yuan), given.first, given.timing)
    flows = [Flow(time, amount) for time, amount in zip(due, given.flows_yuan, strict=True)]
    value = sum((flow.amount / (ONE + given.rate) ** flow.time for flow in flows), ZERO)
    return settled(
        NAME, given, value, flow_steps(flows, given.rate), name_zh="财务净现值",
        name_en="Net present value", formula="FNPV = Σc(1+r)^−t", signed=True,
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="财务净现值",
    name_en="Net present value (FNPV)",
    parameters=FnpvParameters,
    compute=compute,
    standard="建设项目经济评价方法与参数（第三版）",
    when_to_use_zh="按基准收益率判断项目是否可行",
    when_to_use_en="Whether a project earns its benchmark rate",
    purpose="deal",
)
