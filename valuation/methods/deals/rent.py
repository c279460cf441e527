"""Owns the rent that a value stands for: income capitalisation, solved for the first year's rent.

    A = V/[a(r,n)·τ]     with growth g: a(r,n) becomes [1−((1+g)/(1+r))^n]/(r−g), n/(1+r) when g = r

V value (yuan), r rate a year, n years of the lease, τ = 1, (1+r)^½ or 1+r as rent falls due at the
end, in the middle or at the start of the year. Source: GB/T 18508-2014, annex A, inverted.
"""

from typing import Final

from pydantic import Field

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ZERO, exactly, shown_yuan
from valuation.methods.parameters import Parameters, labelled
from valuation.methods.quantities import GrowthRate, PositiveYuan, Rate, Years
from valuation.methods.result import Method, Step, Valuation, factor_step, settled
from valuation.methods.wording import RATE_HINT_EN, RATE_HINT_ZH, TIMINGS

NAME: Final = "rent"


class RentParameters(Parameters):
    """Inputs of the rent that a value stands for; refused as the field types refuse."""

    value_yuan: PositiveYuan = Field(
        description="Value of the asset over the term, yuan",
        json_schema_extra=labelled("价值", "Value", unit="yuan"),
    )
    rate: Rate = Field(
        description="Rate, a fraction a year",
        json_schema_extra=labelled(
            "还原率", "Rate", unit="a year", hint_zh=RATE_HINT_ZH, hint_en=RATE_HINT_EN
        ),
    )
    term_years: Years = Field(
        description="Years of the lease",
        json_schema_extra=labelled("租赁年限", "Years of the lease", unit="years"),
    )
    timing: Timing = Field(
        default="end",
        description="When in the year the rent falls due",
        json_schema_extra=labelled(
            "租金支付时点", "Rent falls due", kind="choice", choices=TIMINGS
        ),
    )
    growth_rate: GrowthRate = Field(
        default=ZERO,
        description="Growth of the rent, a fraction a year",
        json_schema_extra=labelled(
            "租金年增长率",
            "Growth of the rent",
            unit="a year",
            hint_zh="租金不变填 0",
            hint_en="0 for a level rent",
        ),
    )


@exactly
def compute(given: RentParameters) -> Valuation:
    """The first year's rent, in fen. Refuses: WorthNothing, ValueTooLarge."""
    factor = annuity.growing(given.rate, given.growth_rate, given.term_years)
    formula = "a(r,n)"
    if given.growth_rate != ZERO:
        same = given.growth_rate == given.rate
        formula = "n/(1+r)" if same else "[1−((1+g)/(1+r))^n]/(r−g)"
    shift = annuity.timing_factor(given.rate, given.timing)
    steps = [
        Step(
            name_zh="价值",
            name_en="Value",
            formula="V",
            figure=shown_yuan(given.value_yuan),
            unit="yuan",
        ),
        factor_step("年金现值系数", "Annuity", formula, factor),
        factor_step("支付时点系数", "Timing of rent", "τ", shift),
    ]
    rent = given.value_yuan / (factor * shift)
    return settled(
        NAME,
        given,
        rent,
        steps,
        name_zh="首年租金",
        name_en="First year's rent",
        formula="A = V/(a·τ)",
        unit="yuan/year",
    )


METHOD: Final = Method(
    name=NAME,
    name_zh="由价值求租金",
    name_en="Rent from value",
    parameters=RentParameters,
    compute=compute,
    standard="GB/T 18508-2014",
    when_to_use_zh="整体出租时，由评估值求每年应付的租金",
    when_to_use_en="A lease: the yearly rent that the appraised value stands for",
    purpose="deal",
    unit="yuan/year",
)
