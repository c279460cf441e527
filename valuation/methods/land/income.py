"""Owns 收益还原法, income capitalisation: net income discounted over a term or for ever.

    level       V = A·a(r,n)                     a(r,n) = [1−(1+r)^−n]/r;  A/r for ever
    arithmetic  V = A·a(r,n) + b·h(r,n)          h = [a(r,n)−n(1+r)^−n]/r; A/r + b/r² for ever
    geometric   V = A/(r−g)·[1−((1+g)/(1+r))^n]  n·A/(1+r) when g = r;     A/(r−g) for ever, g < r
    listed      V = ΣAᵢ(1+r)^−i (i ≤ m) + A·a(r,n−m)·(1+r)^−m

A net income of year 1 (income − expense; with a list, of every year after it), b its increase a
year, g its growth a year, r capitalisation rate, n *remaining* years. Amounts fall due at the end
of the year; at mid-year V is multiplied by (1+r)^½, at the start by 1+r.
Source: GB/T 18508-2014, annex A.
"""

from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.parameters import labelled
from valuation.methods.quantities import GrowthRate, Rate, SignedYuan, Years, Yuan, as_items
from valuation.methods.result import (
    Method,
    Step,
    Valuation,
    factor_step,
    settled_by_area,
    yuan_step,
)
from valuation.methods.wording import RATE_HINT_EN, RATE_HINT_ZH, TIMINGS
from valuation.refusals import (
    GrowthNotBelowRate,
    IncomeRunsOut,
    ListedPastTerm,
    NetIncomeNotPositive,
    TermMissing,
    TermNotWanted,
    TwoGrowths,
    WholeYearsWanted,
)

NAME: Final = "income"


class IncomeParameters(PerArea):
    """Inputs of income capitalisation.

    Refuses: TermMissing, TermNotWanted, NetIncomeNotPositive, TwoGrowths, GrowthNotBelowRate,
    IncomeRunsOut, ListedPastTerm, WholeYearsWanted, AreaMissing, and what the field types refuse.
    """

    income_yuan: Yuan = Field(
        description="Gross income of year 1, yuan a year (with a list: of each year after it)",
        json_schema_extra=labelled(
            "年总收益",
            "Yearly income",
            unit="yuan/year",
            hint_zh="第一年的收益；逐年列出时，为列出年份之后每年的收益",
            hint_en="Of the first year; where years are listed, of each year after them",
        ),
    )
    expense_yuan: Yuan = Field(
        default=ZERO,
        description="Yearly expense that the income must bear, yuan a year",
        json_schema_extra=labelled(
            "年总费用",
            "Yearly expense",
            unit="yuan/year",
            hint_zh="生产、管护、税费等；没有则填 0",
            hint_en="Production, care, taxes; 0 when there is none",
        ),
    )
    rate: Rate = Field(
        description="Capitalisation rate, a fraction a year (0.06 = 6 %)",
        json_schema_extra=labelled(
            "还原率",
            "Capitalisation rate",
            unit="a year",
            hint_zh=RATE_HINT_ZH,
            hint_en=RATE_HINT_EN,
        ),
    )
    duration: Literal["term", "perpetual"] = Field(
        default="term",
        description="A limited term, or perpetuity",
        json_schema_extra=labelled(
            "年期",
            "Duration",
            kind="choice",
            choices={
                "term": ("有限年期", "a limited term"),
                "perpetual": ("无限年期", "perpetual"),
            },
        ),
    )
    term_years: Years | None = Field(
        default=None,
        description="Remaining years of the right (never the full grant)",
        json_schema_extra=labelled(
            "剩余年限",
            "Remaining years",
            unit="years",
            hint_zh="从估价期日起的剩余年限，不是出让或承包的总年限",
            hint_en="Left from the valuation date, not the years first granted",
        ),
    )
    timing: Timing = Field(
        default="end",
        description="When in the year the income falls due",
        json_schema_extra=labelled("收益时点", "Income falls due", kind="choice", choices=TIMINGS),
    )
    growth_yuan: SignedYuan | None = Field(
        default=None,
        description="Increase of net income each year, yuan (arithmetic growth)",
        json_schema_extra=labelled(
            "每年递增额",
            "Yearly increase",
            unit="yuan",
            hint_zh="净收益每年增加的金额；递减填负数；没有则留空",
            hint_en="By how much net income rises each year; negative when it falls; else empty",
        ),
    )
    growth_rate: GrowthRate | None = Field(
        default=None,
        description="Growth of net income, a fraction a year (geometric growth)",
        json_schema_extra=labelled(
            "年增长率",
            "Growth rate",
            unit="a year",
            hint_zh="净收益每年增长的比率；没有则留空",
            hint_en="By what rate net income grows each year; else empty",
        ),
    )
    listed_yuan: Annotated[tuple[SignedYuan, ...], BeforeValidator(as_items)] = Field(
        default=(),
        max_length=200,
        description="Net income of the first years, one by one, yuan",
        json_schema_extra=labelled(
            "前若干年净收益",
            "Net income of the first years",
            unit="yuan/year",
            kind="list",
            hint_zh="逐年填写，用空格或逗号隔开；没有则留空",
            hint_en="One figure a year, separated by spaces or commas; else empty",
        ),
    )

    @property
    def net_yuan(self) -> Decimal:
        """Net income a year."""
        return self.income_yuan - self.expense_yuan

    @model_validator(mode="after")
    def _duration_is_whole(self) -> Self:
        if self.duration == "term" and self.term_years is None:
            raise TermMissing.at("term_years")
        if self.duration == "perpetual" and self.term_years is not None:
            raise TermNotWanted.at("term_years")
        return self

    @model_validator(mode="after")
    def _something_to_capitalise(self) -> Self:
        if self.net_yuan < ZERO or (self.net_yuan == ZERO and not self.listed_yuan):
            raise NetIncomeNotPositive.at(
                "income_yuan", income=shown(self.income_yuan), expense=shown(self.expense_yuan)
            )
        return self

    @model_validator(mode="after")
    def _one_pattern(self) -> Self:
        patterns = {
            "growth_rate": self.growth_rate is not None,
            "growth_yuan": self.growth_yuan is not None,
            "listed_yuan": bool(self.listed_yuan),
        }
        given = [field for field, is_given in patterns.items() if is_given]
        if len(given) > 1:
            raise TwoGrowths.at(given[0])
        if self.duration == "perpetual":
            growth = self.growth_rate or ZERO
            if growth >= self.rate:
                raise GrowthNotBelowRate.at(
                    "rate" if self.growth_rate is None else "growth_rate",
                    growth=shown(growth),
                    rate=shown(self.rate),
                )
        return self

    @model_validator(mode="after")
    def _years_fit(self) -> Self:
        falls = self.growth_yuan is not None and self.growth_yuan < ZERO
        if self.term_years is None:
            if falls:
                raise IncomeRunsOut.at("growth_yuan")
            return self
        by_the_year = self.growth_yuan is not None or bool(self.listed_yuan)
        if by_the_year and self.term_years != self.term_years.to_integral_value():
            raise WholeYearsWanted.at("term_years", given=shown(self.term_years))
        if len(self.listed_yuan) > self.term_years:
            raise ListedPastTerm.at(
                "listed_yuan", listed=len(self.listed_yuan), term=shown(self.term_years)
            )
        last = self.net_yuan + (self.growth_yuan or ZERO) * (self.term_years - ONE)
        if falls and last < ZERO:
            raise IncomeRunsOut.at("growth_yuan")
        return self


@exactly
def compute(given: IncomeParameters) -> Valuation:
    """Capitalise the income, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    net = yuan_step(
        "年净收益", "Net income a year", "A = 总收益 − 总费用", given.net_yuan, given.yearly_unit
    )
    if given.listed_yuan:
        at_year_end, steps = _listed(given)
    elif given.growth_yuan is not None:
        at_year_end, steps = _arithmetic(given, given.growth_yuan)
    elif given.growth_rate is not None:
        at_year_end, steps = _geometric(given, given.growth_rate)
    else:
        at_year_end, steps = _level(given)
    shift = annuity.timing_factor(given.rate, given.timing)
    if given.timing != "end":
        formula = "(1+r)^½" if given.timing == "mid" else "1+r"
        steps = [*steps, factor_step("收益时点修正", "Timing of income", formula, shift)]
    value = at_year_end * shift
    worth = yuan_step("还原价格", "Capitalised", "v", value, given.price_unit)
    return settled_by_area(NAME, given, value, [net, *steps, worth])


def _level(given: IncomeParameters) -> tuple[Decimal, list[Step]]:
    factor = annuity.annuity(given.rate, given.term_years)
    formula = "1/r" if given.term_years is None else "a(r,n) = [1−(1+r)^−n]/r"
    return given.net_yuan * factor, [factor_step("年金现值系数", "Annuity", formula, factor)]


def _arithmetic(given: IncomeParameters, growth: Decimal) -> tuple[Decimal, list[Step]]:
    level, steps = _level(given)
    factor = annuity.gradient(given.rate, given.term_years)
    formula = "1/r²" if given.term_years is None else "h(r,n) = [a(r,n)−n(1+r)^−n]/r"
    step = factor_step("等差递增系数", "Gradient", formula, factor)
    return level + growth * factor, [*steps, step]


def _geometric(given: IncomeParameters, growth: Decimal) -> tuple[Decimal, list[Step]]:
    factor = annuity.growing(given.rate, growth, given.term_years)
    if given.term_years is None:
        formula = "1/(r−g)"
    elif growth == given.rate:
        formula = "n/(1+r)"
    else:
        formula = "[1−((1+g)/(1+r))^n]/(r−g)"
    step = factor_step("等比递增年金系数", "Growing annuity", formula, factor)
    return given.net_yuan * factor, [step]


def _listed(given: IncomeParameters) -> tuple[Decimal, list[Step]]:
    count = Decimal(len(given.listed_yuan))
    first = annuity.listed(given.rate, given.listed_yuan)
    rest = None if given.term_years is None else given.term_years - count
    later = given.net_yuan * annuity.annuity(given.rate, rest) if rest != ZERO else ZERO
    later *= annuity.discount(given.rate, count)
    years = f"1–{count}"
    return first + later, [
        yuan_step(
            f"第 {years} 年现值",
            f"Present value of years {years}",
            "ΣAᵢ(1+r)^−i",
            first,
            given.price_unit,
        ),
        yuan_step(
            "以后各年现值",
            "Present value of the years after",
            "A·a(r,n−m)·(1+r)^−m",
            later,
            given.price_unit,
        ),
    ]


METHOD: Final = Method(
    name=NAME,
    name_zh="收益还原法",
    name_en="Income capitalisation",
    parameters=IncomeParameters,
    compute=compute,
    standard="GB/T 18508-2014",
    when_to_use_zh="有稳定净收益或可合理预测收益的资产，如农地、果园、出租的房屋和水面",
    when_to_use_en="Assets with a net income that is steady or can be foreseen: farmland, "
    "orchards, let houses, water",
)
