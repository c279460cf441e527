"""Owns 收获现值法, harvest value: what final felling and thinnings to come are worth today.

    V = K·[Au + ΣAₐ(1+P)^(u−a)]/(1+P)^(u−n+1−e) − ΣCᵢ/(1+P)^(i−n+1−e)      a ≥ n, i = n … u

Au net income of final felling at age u, Aₐ of a thinning at age a, Cᵢ cost at age i (yuan, for the
whole or a unit of area), P rate a year, n stand age, K stand quality factor, e = 0, ½ or 1 for
amounts at the end, in the middle or at the start of their year (the standard's u−n+1 is the end).
Thinnings already past (a < n) are dropped. Costs are listed from the present age on; after the
list a level cost goes on to age u. Ages are whole years.
Source: LY/T 2407-2015, 收获现值法.
"""

from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, model_validator

from valuation.methods import annuity
from valuation.methods.annuity import YEARS_EARLIER, Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.parameters import asked
from valuation.methods.quantities import Age, Factor, PositiveYuan, Rate, Yuan, as_items
from valuation.methods.result import (
    Method,
    Step,
    Valuation,
    factor_step,
    figure_step,
    settled_by_area,
    yuan_step,
)
from valuation.methods.woodland.thinnings import Thinning, check_ages
from valuation.methods.wording import list_asked, rate_asked, timing_asked
from valuation.refusals import AgePastRotation, ListedPastTerm

NAME: Final = "harvest_value"


class HarvestParameters(PerArea):
    """Inputs of the harvest value.

    Refuses: AgePastRotation (the stand, or a thinning), ListedPastTerm (costs after felling),
    AreaMissing, and what the field types refuse.
    """

    final_yuan: PositiveYuan = asked(
        "主伐净收益", "Final felling", "Au: net income of final felling, yuan", unit="yuan"
    )
    rotation_years: Age = asked(
        "主伐年龄", "Rotation age", "u: age of final felling, whole years",
        unit="years", kind="integer",
    )  # fmt: skip
    stand_age_years: Age = asked(
        "林龄", "Stand age", "n: present age, whole years", unit="years", kind="integer"
    )
    thinnings: tuple[Thinning, ...] = asked(
        "间伐", "Thinnings", "Thinnings, each with its age and net income",
        default=(), kind="rows", most=50, hint_zh="没有则留空；已过的间伐不计入",
        hint_en="None if empty; those already past are dropped",
    )  # fmt: skip
    costs_yuan: Annotated[tuple[Yuan, ...], BeforeValidator(as_items)] = list_asked(
        "以后各年成本", "Costs to come", "Costs year by year from the present age on, yuan",
        unit="yuan", default=(), most=200,
    )  # fmt: skip
    later_cost_yuan: Yuan = asked(
        "其后每年成本", "Yearly cost after them", "Cost of every later year up to felling, yuan",
        default=ZERO, unit="yuan/year", hint_zh="所列年份之后每年相同的成本；没有则填 0",
        hint_en="The same every year after those listed; 0 when there is none",
    )  # fmt: skip
    rate: Rate = rate_asked("投资收益率", "Rate", "P: rate, a fraction a year (0.06 = 6 %)")
    timing: Timing = timing_asked(
        "收支时点", "Amounts fall due", "When in the year incomes and costs fall due"
    )
    quality_factor: Factor = asked(
        "林分质量调整系数", "Stand quality factor", "K: stand quality factor, a multiplier",
        default=ONE, hint_zh="与参照林分相当时填 1",
        hint_en="1 where the stand is like the reference",
    )  # fmt: skip

    @model_validator(mode="after")
    def _ages_fit(self) -> Self:
        if self.stand_age_years > self.rotation_years:
            raise AgePastRotation.at(
                "stand_age_years", age=self.stand_age_years, rotation=self.rotation_years
            )
        check_ages(self.thinnings, self.rotation_years)
        years = self.rotation_years - self.stand_age_years + 1
        if len(self.costs_yuan) > years:
            raise ListedPastTerm.at("costs_yuan", listed=len(self.costs_yuan), term=years)
        return self

    def all_costs(self) -> tuple[Decimal, ...]:
        """The cost of every year from age n to age u."""
        years = self.rotation_years - self.stand_age_years + 1
        return (*self.costs_yuan, *[self.later_cost_yuan] * (years - len(self.costs_yuan)))


@exactly
def compute(given: HarvestParameters) -> Valuation:
    """Discount what is to come, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    unit = given.price_unit
    shift = annuity.timing_factor(given.rate, given.timing)
    income, steps = _income(given)
    years = given.rotation_years - given.stand_age_years + 1 - YEARS_EARLIER[given.timing]
    factor = annuity.discount(given.rate, years)
    costs = annuity.listed(given.rate, given.all_costs()) * shift
    value = given.quality_factor * income * factor - costs
    steps += [
        yuan_step("主伐时的收益", "Income at felling", "Au + ΣAₐ(1+P)^(u−a)", income, unit),
        figure_step("折现年数", "Years to felling", "u−n+1−e", years, "years"),
        factor_step("折现系数", "Discount factor", "(1+P)^−(u−n+1−e)", factor),
        factor_step("林分质量调整系数", "Stand quality", "K", given.quality_factor),
        yuan_step("以后各年成本现值", "Costs to come", "ΣCᵢ(1+P)^−(i−n+1−e)", costs, unit),
        yuan_step("收获现值", "Harvest value", "v", value, unit),
    ]
    return settled_by_area(NAME, given, value, steps)


def _income(given: HarvestParameters) -> tuple[Decimal, list[Step]]:
    """Au and the thinnings to come, at the age of final felling."""
    total, steps = given.final_yuan, []
    for each in given.thinnings:
        age = each.age_years
        if age < given.stand_age_years:
            steps.append(
                yuan_step(
                    f"{age} 年间伐（已过，不计）", f"Thinning at {age} (past, dropped)",
                    f"{shown(each.income_yuan)}×0", ZERO, given.price_unit,
                )
            )  # fmt: skip
            continue
        amount = each.carried(given.rate, given.rotation_years)
        total += amount
        steps.append(each.step(amount, given.price_unit))
    return total, steps


METHOD: Final = Method(
    name=NAME,
    name_zh="收获现值法",
    name_en="Harvest value of a stand",
    parameters=HarvestParameters,
    compute=compute,
    standard="LY/T 2407-2015",
    when_to_use_zh="中龄林和近熟林",
    when_to_use_en="Middle-aged and nearly mature stands",
)
