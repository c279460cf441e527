"""Owns 林地期望价法, Faustmann's land expectation value: forest land by endless rotations.

    Bu = [Au + ΣDₐ(1+P)^(u−a) − ΣCᵢ(1+P)^(u−i+1)]/[(1+P)^u − 1] − V/P·(1+P)^e
    limited term:  B = Bu·[(1+P)^n − 1]/(1+P)^n

Au net income of final felling at age u, Dₐ of a thinning at age a, Cᵢ cost of establishment in
year i, at the start of that year (a single C bears interest for all u years), V overhead a year
(yuan, for the whole or a unit of area), due at the end of the year (e = 0), its middle (½) or its
start (1), P rate a year, above zero, n years of the right.
Source: LY/T 2407-2015, 林地期望价法; Faustmann 1849.
"""

from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly
from valuation.methods.extent import PerArea
from valuation.methods.parameters import asked
from valuation.methods.quantities import Age, PositiveYuan, Rate, Years, Yuan, as_items, wrong
from valuation.methods.result import Method, Valuation, factor_step, settled_by_area, yuan_step
from valuation.methods.woodland.thinnings import Thinning, check_ages
from valuation.methods.wording import list_asked, rate_asked, timing_asked
from valuation.refusals import (
    GrowthNotBelowRate,
    ListedPastTerm,
    TermMissing,
    TermNotPositive,
    TermNotWanted,
)

NAME: Final = "faustmann"


def _some_years(age: int) -> int:
    if age == 0:
        raise wrong(TermNotPositive, given="0")
    return age


class FaustmannParameters(PerArea):
    """Inputs of the land expectation value.

    Refuses: AgePastRotation (a thinning), ListedPastTerm (costs after felling), TermMissing,
    TermNotWanted, GrowthNotBelowRate (for ever at a zero rate), AreaMissing, and what the field
    types refuse.
    """

    final_yuan: PositiveYuan = asked(
        "主伐净收益", "Final felling", "Au: net income of final felling, yuan", unit="yuan"
    )
    rotation_years: Annotated[Age, AfterValidator(_some_years)] = asked(
        "主伐年龄", "Rotation age", "u: age of final felling, whole years",
        unit="years", kind="integer",
    )  # fmt: skip
    thinnings: tuple[Thinning, ...] = asked(
        "间伐", "Thinnings", "Thinnings, each with its age and net income",
        default=(), kind="rows", most=50,
    )  # fmt: skip
    costs_yuan: Annotated[tuple[Yuan, ...], BeforeValidator(as_items)] = list_asked(
        "造林成本", "Establishment costs", "Cost of each year from planting on, yuan",
        unit="yuan", default=(), most=200,
        hint_zh="从造林当年起逐年填写；只有一项时即造林成本",
        hint_en="From the year of planting, one figure a year; a single one is the planting",
    )  # fmt: skip
    overhead_yuan: Yuan = asked(
        "年管护费用", "Overhead a year", "V: care and administration each year, yuan",
        default=ZERO, unit="yuan/year",
    )  # fmt: skip
    rate: Rate = rate_asked("投资收益率", "Rate", "P: rate, a fraction a year (0.06 = 6 %)")
    timing: Timing = timing_asked(
        "管护费用支出时点", "Overhead falls due", "When in the year the overhead falls due"
    )
    duration: Literal["perpetual", "term"] = asked(
        "年期", "Duration", "For ever, or the years of the right",
        default="perpetual", kind="choice",
        choices={"perpetual": ("无限年期", "perpetual"), "term": ("有限年期", "a limited term")},
    )  # fmt: skip
    term_years: Years | None = asked(
        "剩余年限", "Remaining years", "n: remaining years of the right",
        default=None, unit="years", hint_zh="有限年期时填写，从估价期日起算",
        hint_en="For a limited term, from the valuation date",
    )  # fmt: skip

    @model_validator(mode="after")
    def _duration_is_whole(self) -> Self:
        if self.duration == "term" and self.term_years is None:
            raise TermMissing.at("term_years")
        if self.duration == "perpetual" and self.term_years is not None:
            raise TermNotWanted.at("term_years")
        if self.rate == ZERO:
            raise GrowthNotBelowRate.at("rate", growth="0", rate="0")
        return self

    @model_validator(mode="after")
    def _ages_fit(self) -> Self:
        check_ages(self.thinnings, self.rotation_years)
        if len(self.costs_yuan) > self.rotation_years:
            raise ListedPastTerm.at(
                "costs_yuan", listed=len(self.costs_yuan), term=self.rotation_years
            )
        return self


@exactly
def compute(given: FaustmannParameters) -> Valuation:
    """Value endless rotations, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    unit, u = given.price_unit, Decimal(given.rotation_years)
    thinned = [each.carried(given.rate, given.rotation_years) for each in given.thinnings]
    costs = annuity.compounded(given.rate, given.costs_yuan, u, "start")
    net = given.final_yuan + sum(thinned, ZERO) - costs
    growth = (ONE + given.rate) ** u - ONE
    shift = annuity.timing_factor(given.rate, given.timing)
    overhead = given.overhead_yuan / given.rate * shift
    for_ever = net / growth - overhead
    steps = [
        yuan_step("主伐净收益", "Final felling", "Au", given.final_yuan, unit),
        *(a.step(x, unit) for a, x in zip(given.thinnings, thinned, strict=True)),
        yuan_step("造林成本本利和", "Establishment with interest", "ΣCᵢ(1+P)^(u−i+1)", costs, unit),
        yuan_step("一个轮伐期末的净收益", "Net at the end of a rotation", "Au+ΣD−ΣC", net, unit),
        factor_step("轮伐期系数", "Rotation factor", "(1+P)^u − 1", growth),
        yuan_step("管护费用资本化", "Overhead for ever", "V/P·(1+P)^e", overhead, unit),
        yuan_step("林地期望价", "Land expectation value", "Bu", for_ever, unit),
    ]  # fmt: skip
    value = for_ever
    if given.term_years is not None:
        factor = ONE - annuity.discount(given.rate, given.term_years)
        value *= factor
        steps.append(factor_step("年期修正系数", "Term factor", "[(1+P)^n−1]/(1+P)^n", factor))
    return settled_by_area(NAME, given, value, steps)


METHOD: Final = Method(
    name=NAME,
    name_zh="林地期望价法",
    name_en="Land expectation value (Faustmann)",
    parameters=FaustmannParameters,
    compute=compute,
    standard="LY/T 2407-2015",
    when_to_use_zh="用于造林、按轮伐期经营的林地，无限年期或有限年期",
    when_to_use_en="Forest land under even-aged rotations, for ever or for a term",
)
