"""Owns 收益净现值法, the income value of a stand: its yearly net income over the years it has left.

    V = K·A·a(P, u−n+1)·(1+P)^e          a(P,m) = [1−(1+P)^−m]/P

A net income a year (income − expense, yuan for the whole or a unit of area), K stand quality
factor, P rate a year, u rotation age or economic life, n stand age, both whole years. The
remaining years are u−n+1: the year of valuation still bears. e = 0, ½ or 1 for income at the end,
in the middle or at the start of each year.
Source: LY/T 2407-2015.
"""

from decimal import Decimal
from typing import Final, Self

from pydantic import Field, model_validator

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.parameters import labelled
from valuation.methods.quantities import Age, Factor, Rate, Yuan
from valuation.methods.result import (
    Method,
    Step,
    Valuation,
    factor_step,
    settled_by_area,
    yuan_step,
)
from valuation.methods.wording import RATE_HINT_EN, RATE_HINT_ZH, timing_asked
from valuation.refusals import AgePastRotation, NetIncomeNotPositive

NAME: Final = "woodland_income"


class WoodlandIncomeParameters(PerArea):
    """Inputs of the income value of a stand.

    Refuses: AgePastRotation, NetIncomeNotPositive, AreaMissing, and what the field types refuse.
    """

    income_yuan: Yuan = Field(
        description="Gross income a year, yuan",
        json_schema_extra=labelled("年总收益", "Yearly income", unit="yuan/year"),
    )
    expense_yuan: Yuan = Field(
        default=ZERO,
        description="Expense a year, yuan",
        json_schema_extra=labelled("年总费用", "Yearly expense", unit="yuan/year"),
    )
    rate: Rate = Field(
        description="Rate, a fraction a year (0.06 = 6 %)",
        json_schema_extra=labelled(
            "投资收益率", "Rate", unit="a year", hint_zh=RATE_HINT_ZH, hint_en=RATE_HINT_EN
        ),
    )
    rotation_years: Age = Field(
        description="Rotation age or economic life of the stand, whole years",
        json_schema_extra=labelled(
            "经营期",
            "Rotation age",
            unit="years",
            kind="integer",
            hint_zh="主伐年龄，或经济林的经济寿命",
            hint_en="Age of final felling, or the economic life of an orchard",
        ),
    )
    stand_age_years: Age = Field(
        description="Present age of the stand, whole years",
        json_schema_extra=labelled("林龄", "Stand age", unit="years", kind="integer"),
    )
    quality_factor: Factor = Field(
        default=ONE,
        description="Stand quality factor K, a multiplier",
        json_schema_extra=labelled(
            "林分质量调整系数",
            "Stand quality factor",
            hint_zh="与参照林分相当时填 1",
            hint_en="1 where the stand is like the reference",
        ),
    )

    timing: Timing = timing_asked(
        "收益时点", "Income falls due", "When in the year the income falls due"
    )

    @model_validator(mode="after")
    def _years_are_left(self) -> Self:
        if self.stand_age_years > self.rotation_years:
            raise AgePastRotation.at(
                "stand_age_years", age=self.stand_age_years, rotation=self.rotation_years
            )
        return self

    @model_validator(mode="after")
    def _something_to_capitalise(self) -> Self:
        if self.income_yuan <= self.expense_yuan:
            raise NetIncomeNotPositive.at(
                "income_yuan", income=shown(self.income_yuan), expense=shown(self.expense_yuan)
            )
        return self


@exactly
def compute(given: WoodlandIncomeParameters) -> Valuation:
    """Value the years that are left, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    net = given.income_yuan - given.expense_yuan
    remaining = Decimal(given.rotation_years - given.stand_age_years + 1)
    factor = annuity.annuity(given.rate, remaining)
    shift = annuity.timing_factor(given.rate, given.timing)
    value = given.quality_factor * net * factor * shift
    steps = [
        yuan_step("年净收益", "Net income a year", "A = 总收益 − 总费用", net, given.yearly_unit),
        Step(
            name_zh="剩余收益年数",
            name_en="Bearing years left",
            formula="u−n+1",
            figure=shown(remaining),
            unit="years",
        ),
        factor_step("年金现值系数", "Annuity", "a(P, u−n+1)", factor),
        factor_step("林分质量调整系数", "Stand quality", "K", given.quality_factor),
        factor_step("收益时点修正", "Timing of income", "(1+P)^e", shift),
        yuan_step("收益净现值", "Income value", "v = K·A·a·(1+P)^e", value, given.price_unit),
    ]
    return settled_by_area(NAME, given, value, steps)


METHOD: Final = Method(
    name=NAME,
    name_zh="收益净现值法",
    name_en="Income value of a stand",
    parameters=WoodlandIncomeParameters,
    compute=compute,
    standard="LY/T 2407-2015",
    when_to_use_zh="每年有收益的经济林、竹林，尚在经济寿命之内",
    when_to_use_en="Stands that bear every year within their economic life: orchards, bamboo",
)
