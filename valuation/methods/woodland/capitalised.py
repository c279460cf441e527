"""Owns 年金资本化法, the capitalised value of woodland that bears the same income for ever.

    V = K·A/P      × (1+P)^½ at mid-year, × (1+P) at the start of the year

A average net income a year (income − expense, yuan for the whole or a unit of area), P rate a
year, above zero, K quality factor of the stand or the land.
Source: LY/T 2407-2015, 年金资本化法.
"""

from typing import Final, Self

from pydantic import model_validator

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.parameters import asked
from valuation.methods.quantities import Factor, Rate, Yuan
from valuation.methods.result import Method, Valuation, factor_step, settled_by_area, yuan_step
from valuation.methods.wording import rate_asked, timing_asked
from valuation.refusals import GrowthNotBelowRate, NetIncomeNotPositive

NAME: Final = "annuity"


class CapitalisedParameters(PerArea):
    """Inputs of the capitalised value.

    Refuses: NetIncomeNotPositive, GrowthNotBelowRate (for ever at a zero rate), AreaMissing, and
    what the field types refuse.
    """

    income_yuan: Yuan = asked(
        "年平均收益", "Yearly income", "Average gross income a year, yuan", unit="yuan/year"
    )
    expense_yuan: Yuan = asked(
        "年平均费用", "Yearly expense", "Average expense a year, yuan",
        default=ZERO, unit="yuan/year",
    )  # fmt: skip
    rate: Rate = rate_asked("投资收益率", "Rate", "P: rate, a fraction a year (0.06 = 6 %)")
    timing: Timing = timing_asked(
        "收益时点", "Income falls due", "When in the year the income falls due"
    )
    quality_factor: Factor = asked(
        "质量调整系数", "Quality factor", "K: quality factor of the stand or land, a multiplier",
        default=ONE, hint_zh="与参照林分、林地相当时填 1", hint_en="1 where like the reference",
    )  # fmt: skip

    @model_validator(mode="after")
    def _something_to_capitalise(self) -> Self:
        if self.income_yuan <= self.expense_yuan:
            raise NetIncomeNotPositive.at(
                "income_yuan", income=shown(self.income_yuan), expense=shown(self.expense_yuan)
            )
        if self.rate == ZERO:
            raise GrowthNotBelowRate.at("rate", growth="0", rate="0")
        return self


@exactly
def compute(given: CapitalisedParameters) -> Valuation:
    """Capitalise the income, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    net = given.income_yuan - given.expense_yuan
    factor = annuity.annuity(given.rate, None)
    shift = annuity.timing_factor(given.rate, given.timing)
    value = given.quality_factor * net * factor * shift
    steps = [
        yuan_step("年净收益", "Net income a year", "A = 收益 − 费用", net, given.yearly_unit),
        factor_step("资本化系数", "Capitalisation", "1/P", factor),
        factor_step("收益时点修正", "Timing of income", "(1+P)^e", shift),
        factor_step("质量调整系数", "Quality", "K", given.quality_factor),
        yuan_step("资本化价值", "Capitalised", "v = K·A/P·(1+P)^e", value, given.price_unit),
    ]
    return settled_by_area(NAME, given, value, steps)


METHOD: Final = Method(
    name=NAME,
    name_zh="年金资本化法",
    name_en="Capitalised annuity",
    parameters=CapitalisedParameters,
    compute=compute,
    standard="LY/T 2407-2015",
    when_to_use_zh="每年收益稳定、可永续经营的林木和林地，如择伐经营的竹林",
    when_to_use_en="Woodland with a steady income for ever, such as bamboo under selective cutting",
)
