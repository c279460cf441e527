"""Owns 重置成本法, replacement cost: what it takes to grow a young stand as it stands now.

    V = K·ΣCᵢ(1+P)^(n−i+e)      i = 1 … n      K = K₁·K₂

Cᵢ cost of year i (yuan, for the whole or a unit of area), P rate a year, n stand age in years,
e = 1, ½ or 0 for costs at the start, in the middle or at the end of each year (the standard's
n−i+1 is the start), K₁ survival factor: 1 where the survival rate meets the required one, else the
survival rate itself; K₂ every other quality factor (height, diameter). Without a survival rate,
K = K₂. The required survival is the afforestation standard's, and an input.
Source: LY/T 2407-2015, 重置成本法.
"""

from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, exactly
from valuation.methods.extent import PerArea
from valuation.methods.parameters import asked
from valuation.methods.quantities import Age, Factor, Rate, Share, Yuan, as_items, some
from valuation.methods.result import (
    Method,
    Valuation,
    factor_step,
    figure_step,
    settled_by_area,
    yuan_step,
)
from valuation.methods.wording import list_asked, rate_asked, timing_asked
from valuation.refusals import ListedPastTerm, PairIncomplete

NAME: Final = "replacement"


class ReplacementParameters(PerArea):
    """Inputs of replacement cost.

    Refuses: RowsMissing (no costs), ListedPastTerm (more years of costs than the stand is old),
    PairIncomplete (one survival without the other), AreaMissing, and what the field types refuse.
    """

    costs_yuan: Annotated[
        tuple[Yuan, ...], BeforeValidator(as_items), AfterValidator(some)
    ] = list_asked(
        "各年营林成本", "Costs by year", "Cost of each year from the first, yuan",
        unit="yuan", most=200,
        hint_zh="从造林第一年起逐年填写，用空格或逗号隔开",
        hint_en="From the year of planting, one figure a year, separated by spaces or commas",
    )  # fmt: skip
    stand_age_years: Age | None = asked(
        "林龄", "Stand age", "Age of the stand in years; as many as costs are listed, if not given",
        default=None, unit="years", kind="integer",
        hint_zh="留空则与所列成本的年数相同", hint_en="Empty: as many years as costs are listed",
    )  # fmt: skip
    rate: Rate = rate_asked("投资收益率", "Rate", "Rate, a fraction a year (0.06 = 6 %)")
    timing: Timing = timing_asked(
        "成本支出时点", "Costs fall due", "When in the year the costs fall due", default="start"
    )
    quality_factor: Factor = asked(
        "林分质量调整系数", "Stand quality factor",
        "Stand quality factor apart from survival (height, diameter), a multiplier",
        default=ONE, hint_zh="与参照林分相当时填 1；株数保存率另填",
        hint_en="1 where the stand is like the reference; survival is asked for apart",
    )  # fmt: skip
    survival_rate: Share | None = asked(
        "株数保存率", "Survival rate", "Part of the planted trees that stand",
        default=None, unit="part of 1", hint_zh="与合格保存率一并填写，或都留空",
        hint_en="Together with the required rate, or both empty",
    )  # fmt: skip
    required_survival: Share | None = asked(
        "合格保存率", "Required survival", "Survival at which the stand counts as whole",
        default=None, unit="part of 1", hint_zh="造林技术规程规定的合格率",
        hint_en="As the afforestation standard requires it",
    )  # fmt: skip

    @property
    def age_years(self) -> int:
        """n: the stand's age."""
        return len(self.costs_yuan) if self.stand_age_years is None else self.stand_age_years

    @model_validator(mode="after")
    def _no_cost_after_today(self) -> Self:
        if len(self.costs_yuan) > self.age_years:
            raise ListedPastTerm.at(
                "costs_yuan", listed=len(self.costs_yuan), term=self.stand_age_years
            )
        return self

    @model_validator(mode="after")
    def _survival_with_its_measure(self) -> Self:
        if self.survival_rate is not None and self.required_survival is None:
            raise PairIncomplete.at(
                "required_survival", other_zh="株数保存率", other_en="survival rate"
            )
        if self.required_survival is not None and self.survival_rate is None:
            raise PairIncomplete.at(
                "survival_rate", other_zh="合格保存率", other_en="required survival"
            )
        return self

    def survival_factor(self) -> Decimal:
        """K₁."""
        if self.survival_rate is None or self.required_survival is None:
            return ONE
        return ONE if self.survival_rate >= self.required_survival else self.survival_rate


@exactly
def compute(given: ReplacementParameters) -> Valuation:
    """Compound the costs, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    age = given.age_years
    cost = annuity.compounded(given.rate, given.costs_yuan, Decimal(age), given.timing)
    exponent = {"start": "n−i+1", "mid": "n−i+½", "end": "n−i"}[given.timing]
    factor = given.survival_factor() * given.quality_factor
    value = factor * cost
    steps = [
        figure_step("林龄", "Stand age", "n", age, "years"),
        yuan_step(
            "营林成本本利和", "Costs with interest", f"ΣCᵢ(1+P)^({exponent})", cost,
            given.price_unit,
        ),
        factor_step("株数保存系数", "Survival factor", "K₁", given.survival_factor()),
        factor_step("林分质量综合调整系数", "Stand quality", "K = K₁·K₂", factor),
        yuan_step("重置价值", "Replacement value", "v = K·ΣCᵢ(1+P)^…", value, given.price_unit),
    ]  # fmt: skip
    return settled_by_area(NAME, given, value, steps)


METHOD: Final = Method(
    name=NAME,
    name_zh="重置成本法",
    name_en="Replacement cost of a stand",
    parameters=ReplacementParameters,
    compute=compute,
    standard="LY/T 2407-2015",
    when_to_use_zh="幼龄林和未成林造林地",
    when_to_use_en="Young stands and new plantations",
)
