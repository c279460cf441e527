"""Owns 年期修正, term conversion: the price of one term of years, from the price of another.

    V₂ = V₁·a(r₂,n₂)/a(r₁,n₁)      a(r,n) = [1−(1+r)^−n]/r;  1/r for ever

V₁ known price (yuan), r rates a year, n years, where no years mean for ever.
Source: GB/T 18508-2014, annex A.
"""

from decimal import Decimal
from typing import Final, Self

from pydantic import Field, model_validator

from valuation.methods import annuity
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown, shown_yuan
from valuation.methods.parameters import Parameters, labelled
from valuation.methods.quantities import PositiveYuan, Rate, Years
from valuation.methods.result import Method, Step, Valuation, factor_step, settled
from valuation.methods.wording import RATE_HINT_EN, RATE_HINT_ZH
from valuation.refusals import GrowthNotBelowRate

NAME: Final = "term"
_FOR_EVER_ZH: Final = "无限年期请留空"
_FOR_EVER_EN: Final = "Empty means for ever"


class TermParameters(Parameters):
    """Inputs of term conversion. Refuses: GrowthNotBelowRate (for ever at a zero rate)."""

    price_yuan: PositiveYuan = Field(
        description="Known price, yuan, for the whole or any unit",
        json_schema_extra=labelled("已知价格", "Known price", unit="yuan"),
    )
    from_years: Years | None = Field(
        default=None,
        description="Years of the known price; none means for ever",
        json_schema_extra=labelled(
            "已知价格的年限",
            "Years of the known price",
            unit="years",
            hint_zh=_FOR_EVER_ZH,
            hint_en=_FOR_EVER_EN,
        ),
    )
    from_rate: Rate = Field(
        description="Rate of the known price, a fraction a year",
        json_schema_extra=labelled(
            "已知价格的还原率",
            "Rate of the known price",
            unit="a year",
            hint_zh=RATE_HINT_ZH,
            hint_en=RATE_HINT_EN,
        ),
    )
    to_years: Years | None = Field(
        default=None,
        description="Years wanted; none means for ever",
        json_schema_extra=labelled(
            "目标年限", "Years wanted", unit="years", hint_zh=_FOR_EVER_ZH, hint_en=_FOR_EVER_EN
        ),
    )
    to_rate: Rate = Field(
        description="Rate for the years wanted, a fraction a year",
        json_schema_extra=labelled(
            "目标还原率", "Rate wanted", unit="a year", hint_zh=RATE_HINT_ZH, hint_en=RATE_HINT_EN
        ),
    )

    @model_validator(mode="after")
    def _for_ever_has_a_value(self) -> Self:
        for side, years, rate in (
            ("from_rate", self.from_years, self.from_rate),
            ("to_rate", self.to_years, self.to_rate),
        ):
            if years is None and rate == ZERO:
                raise GrowthNotBelowRate.at(side, growth="0", rate=shown(rate))
        return self


@exactly
def converted(
    price: Decimal,
    *,
    from_years: Decimal | None,
    from_rate: Decimal,
    to_years: Decimal | None,
    to_rate: Decimal,
) -> Decimal:
    """V₁·a(r₂,n₂)/a(r₁,n₁), unrounded, in the unit of the price."""
    return price * annuity.annuity(to_rate, to_years) / annuity.annuity(from_rate, from_years)


@exactly
def compute(given: TermParameters) -> Valuation:
    """Convert the price, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    value = converted(
        given.price_yuan,
        from_years=given.from_years,
        from_rate=given.from_rate,
        to_years=given.to_years,
        to_rate=given.to_rate,
    )
    factor = converted(
        ONE,
        from_years=given.from_years,
        from_rate=given.from_rate,
        to_years=given.to_years,
        to_rate=given.to_rate,
    )
    known = Step(
        name_zh="已知价格",
        name_en="Known price",
        formula="V₁",
        figure=shown_yuan(given.price_yuan),
        unit="yuan",
    )
    steps = [known, factor_step("年期修正系数", "Term factor", "a(r₂,n₂)/a(r₁,n₁)", factor)]
    return settled(NAME, given, value, steps, formula="V₂ = V₁·a(r₂,n₂)/a(r₁,n₁)")


METHOD: Final = Method(
    name=NAME,
    name_zh="年期修正",
    name_en="Term conversion",
    parameters=TermParameters,
    compute=compute,
    standard="GB/T 18508-2014",
    when_to_use_zh="已知某一年期的价格，要换算为剩余年期的价格",
    when_to_use_en="A price is known for one term of years and wanted for the years that remain",
)
