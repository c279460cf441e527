"""Owns 公示地价系数修正法, the benchmark land price corrected to the parcel.

    v = P·(1 + ΣK)·T·Kr·y + D      y = [1−(1+r)^−n]/[1−(1+r)^−m]

P published benchmark price (yuan, for the whole or a unit of area), K corrections for local and
individual factors, parts of 1 of either sign (±), T date factor, Kr plot ratio factor (容积率), y
term factor, given as such or by the land rate r a year, n remaining and m full years of the use,
D what the parcel's development differs from that of the benchmark (yuan, either sign).
Source: GB/T 18508-2014 and TD/T 1052-2017, 公示地价系数修正法.
"""

from decimal import Decimal
from typing import Final, Self

from pydantic import model_validator

from valuation.methods import annuity
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.land.refusals import CoefficientsTooLow, TermPastGrant, TwoTermFactors
from valuation.methods.parameters import Parameters, asked, name_of_row
from valuation.methods.quantities import (
    Factor,
    PositiveYuan,
    Rate,
    SignedShare,
    SignedYuan,
    Years,
)
from valuation.methods.result import (
    Method,
    Step,
    Valuation,
    factor_step,
    settled_by_area,
    yuan_step,
)
from valuation.methods.wording import rate_asked
from valuation.refusals import PairIncomplete

NAME: Final = "benchmark"
_TOGETHER_ZH: Final = "用还原率计算年期修正时，三项一并填写"
_TOGETHER_EN: Final = "To compute the term factor from a rate, fill in all three"


class Coefficient(Parameters):
    """One correction, such as for a road or the shape of the plot."""

    label: str = name_of_row("因素", "Factor", "What is corrected for")
    share: SignedShare = asked(
        "修正系数", "Correction", "K: correction, a part of 1 of either sign",
        unit="part of 1", hint_zh="如 -5% 或 0.03", hint_en="Such as -5% or 0.03",
    )  # fmt: skip


class BenchmarkParameters(PerArea):
    """Inputs of the benchmark method.

    Refuses: CoefficientsTooLow, TwoTermFactors, PairIncomplete, TermPastGrant, AreaMissing, and
    what the field types refuse.
    """

    benchmark_yuan: PositiveYuan = asked(
        "基准地价", "Benchmark price", "P: published benchmark price, yuan", unit="yuan",
        hint_zh="注意其基准日与开发程度", hint_en="Mind its base date and state of development",
    )  # fmt: skip
    coefficients: tuple[Coefficient, ...] = asked(
        "因素修正", "Corrections", "Corrections for local and individual factors",
        default=(), kind="rows", most=100,
    )  # fmt: skip
    date_factor: Factor = asked(
        "期日修正系数", "Date factor", "T: from the base date to the valuation date", default=ONE
    )
    plot_ratio_factor: Factor = asked(
        "容积率修正系数", "Plot ratio factor", "Kr: plot ratio factor", default=ONE
    )
    term_factor: Factor | None = asked(
        "年期修正系数", "Term factor", "y: term factor, if it is given as such", default=None,
        hint_zh="已知时填写；否则填写下面三项，或都留空",
        hint_en="If known; else fill in the three below, or leave all empty",
    )  # fmt: skip
    land_rate: Rate | None = rate_asked(
        "土地还原率", "Land rate", "r: for the term factor, a fraction a year", default=None
    )
    remaining_years: Years | None = asked(
        "剩余年限", "Remaining years", "n: remaining years of the right", default=None,
        unit="years", hint_zh=_TOGETHER_ZH, hint_en=_TOGETHER_EN,
    )  # fmt: skip
    full_years: Years | None = asked(
        "法定最高年限", "Full years", "m: years that the benchmark price is for", default=None,
        unit="years", hint_zh=_TOGETHER_ZH, hint_en=_TOGETHER_EN,
    )  # fmt: skip
    development_yuan: SignedYuan = asked(
        "开发程度差异", "Difference in development", "D: difference in development, yuan",
        default=ZERO, unit="yuan", hint_zh="宗地开发程度高于基准时为正，低于时为负",
        hint_en="Above zero where the parcel is further developed, below where less",
    )  # fmt: skip

    @model_validator(mode="after")
    def _something_is_left(self) -> Self:
        if self.corrections() <= -ONE:
            raise CoefficientsTooLow.at("coefficients.0.share", total=shown(self.corrections()))
        return self

    @model_validator(mode="after")
    def _one_term_factor(self) -> Self:
        three = {
            "land_rate": self.land_rate or None,
            "remaining_years": self.remaining_years,
            "full_years": self.full_years,
        }
        missing = [name for name, value in three.items() if value is None]
        if self.term_factor is not None and len(missing) < len(three):
            raise TwoTermFactors.at("term_factor")
        if 0 < len(missing) < len(three):
            raise PairIncomplete.at(
                missing[0], other_zh="还原率、剩余年限与法定年限",
                other_en="land rate, remaining and full years",
            )  # fmt: skip
        if self.remaining_years and self.full_years and self.remaining_years > self.full_years:
            raise TermPastGrant.at(
                "remaining_years", left=shown(self.remaining_years), full=shown(self.full_years)
            )
        return self

    def corrections(self) -> Decimal:
        """ΣK."""
        return sum((each.share for each in self.coefficients), ZERO)

    def term(self) -> Decimal:
        """y."""
        if self.land_rate and self.remaining_years and self.full_years:
            full = annuity.annuity(self.land_rate, self.full_years)
            return annuity.annuity(self.land_rate, self.remaining_years) / full
        return ONE if self.term_factor is None else self.term_factor


@exactly
def compute(given: BenchmarkParameters) -> Valuation:
    """Correct the benchmark, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    unit = given.price_unit
    total, term = given.corrections(), given.term()
    corrected = (
        given.benchmark_yuan * (ONE + total) * given.date_factor * given.plot_ratio_factor * term
    )
    value = corrected + given.development_yuan
    steps: list[Step] = [yuan_step("基准地价", "Benchmark price", "P", given.benchmark_yuan, unit)]
    for number, each in enumerate(given.coefficients, start=1):
        tail = f" {each.label}" if each.label else ""
        steps.append(
            factor_step(f"因素 {number}{tail}", f"Correction {number}{tail}", "K", each.share)
        )
    steps += [
        factor_step("因素修正", "Corrections", "1 + ΣK", ONE + total),
        factor_step("期日修正", "Date", "T", given.date_factor),
        factor_step("容积率修正", "Plot ratio", "Kr", given.plot_ratio_factor),
        factor_step("年期修正", "Term", "y", term),
        yuan_step("修正后地价", "Corrected price", "P·(1+ΣK)·T·Kr·y", corrected, unit),
        yuan_step("开发程度差异", "Difference in development", "D", given.development_yuan, unit),
        yuan_step("宗地地价", "Price of the parcel", "v", value, unit),
    ]
    return settled_by_area(NAME, given, value, steps)


METHOD: Final = Method(
    name=NAME,
    name_zh="公示地价系数修正法",
    name_en="Benchmark price with coefficients",
    parameters=BenchmarkParameters,
    compute=compute,
    standard="GB/T 18508-2014",
    when_to_use_zh="有公布的基准地价或标定地价及其修正系数的地区",
    when_to_use_en="Where a benchmark price and its coefficients are published",
)
