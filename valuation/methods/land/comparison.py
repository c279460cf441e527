"""Owns 市场比较法, market comparison: prices of like assets, each corrected by five factors.

    vⱼ = Pⱼ·A·B·C·D·E      V = mean, median or Σwⱼ·vⱼ of the corrected prices

Pⱼ price of comparable j (yuan, for the whole asset or a unit of area), A transaction (交易情况),
B date (期日), C region (区域因素), D individual (个别因素), E term (年期): multipliers, which may
be written as quotients such as 100/105; wⱼ weights that sum to 1. The reconciliation is always
stated. How many comparables a standard asks for is a rule of the bank, not of this arithmetic.
Source: GB/T 18508-2014, 市场比较法.
"""

from collections.abc import Sequence
from decimal import Decimal
from statistics import median
from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import AfterValidator, Field, model_validator

from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.parameters import Parameters, labelled
from valuation.methods.quantities import Factor, PositiveYuan, Share, wrong
from valuation.methods.result import Method, Step, Valuation, settled_by_area, yuan_step
from valuation.refusals import (
    ComparablesMissing,
    SharesDoNotSum,
    WeightMissing,
    WeightNotWanted,
)

NAME: Final = "comparison"
_HINT_ZH: Final = "无差异填 1；可写作 100/105"
_HINT_EN: Final = "1 where there is no difference; may be written 100/105"


def _factor(zh: str, en: str) -> Any:
    return Field(
        default=ONE,
        description=f"Correction for {en.lower()}, a multiplier",
        json_schema_extra=labelled(zh, en, hint_zh=_HINT_ZH, hint_en=_HINT_EN),
    )


class Comparable(Parameters):
    """One comparable: its price and the five factors that make it like the asset."""

    label: str = Field(
        default="",
        max_length=200,
        description="What the comparable is and where it is documented",
        json_schema_extra=labelled(
            "可比实例",
            "Comparable",
            kind="text",
            hint_zh="位置与来源",
            hint_en="Where it is, and the source",
        ),
    )
    price_yuan: PositiveYuan = Field(
        description="Its price, yuan, for the basis of the amounts",
        json_schema_extra=labelled("成交价格", "Price", unit="yuan"),
    )
    transaction_factor: Factor = _factor("交易情况修正", "Transaction")
    date_factor: Factor = _factor("期日修正", "Date")
    region_factor: Factor = _factor("区域因素修正", "Region")
    individual_factor: Factor = _factor("个别因素修正", "Individual features")
    term_factor: Factor = _factor("年期修正", "Term")
    weight: Share | None = Field(
        default=None,
        description="Weight in a weighted reconciliation, a part of 1",
        json_schema_extra=labelled(
            "权重",
            "Weight",
            unit="part of 1",
            hint_zh="仅加权平均时填写；合计 100%",
            hint_en="For a weighted mean; summing to 100 %",
        ),
    )

    @property
    def factors(self) -> tuple[Decimal, ...]:
        """The five factors, in the order of the formula."""
        return (
            self.transaction_factor,
            self.date_factor,
            self.region_factor,
            self.individual_factor,
            self.term_factor,
        )

    @exactly
    def corrected_yuan(self) -> Decimal:
        """Its price after the five corrections."""
        price = self.price_yuan
        for factor in self.factors:
            price *= factor
        return price


def _at_least_one(rows: tuple[Comparable, ...]) -> tuple[Comparable, ...]:
    if not rows:
        raise wrong(ComparablesMissing)
    return rows


class ComparisonParameters(PerArea):
    """Inputs of market comparison.

    Refuses: ComparablesMissing, WeightMissing, WeightNotWanted, SharesDoNotSum, AreaMissing, and
    what the field types refuse.
    """

    comparables: Annotated[tuple[Comparable, ...], AfterValidator(_at_least_one)] = Field(
        max_length=100,
        description="The comparables, each with its price and factors",
        json_schema_extra=labelled("可比实例", "Comparables", kind="comparables"),
    )
    reconciliation: Literal["mean", "median", "weighted"] = Field(
        description="How the corrected prices become one",
        json_schema_extra=labelled(
            "比准价格确定方式",
            "Reconciliation",
            kind="choice",
            choices={
                "mean": ("算术平均", "mean"),
                "median": ("中位数", "median"),
                "weighted": ("加权平均", "weighted mean"),
            },
        ),
    )

    @model_validator(mode="after")
    def _weights_fit(self) -> Self:
        for number, each in enumerate(self.comparables):
            field = f"comparables.{number}.weight"
            if self.reconciliation == "weighted" and each.weight is None:
                raise WeightMissing.at(field)
            if self.reconciliation != "weighted" and each.weight is not None:
                raise WeightNotWanted.at(field)
        if self.reconciliation == "weighted":
            total = sum((each.weight or ZERO for each in self.comparables), ZERO)
            if total != ONE:
                raise SharesDoNotSum.at("comparables.0.weight", total=shown(total))
        return self


def _reconciled(given: ComparisonParameters, prices: Sequence[Decimal]) -> Decimal:
    match given.reconciliation:
        case "mean":
            return sum(prices, ZERO) / len(prices)
        case "median":
            return median(prices)
        case "weighted":
            weights = (cast(Decimal, each.weight) for each in given.comparables)
            return sum((w * v for w, v in zip(weights, prices, strict=True)), ZERO)


_RECONCILED: Final = {
    "mean": ("算术平均", "Mean", "Σvⱼ/m"),
    "median": ("中位数", "Median", "median(vⱼ)"),
    "weighted": ("加权平均", "Weighted mean", "Σwⱼ·vⱼ"),
}


@exactly
def compute(given: ComparisonParameters) -> Valuation:
    """Correct and reconcile the prices. Refuses: WorthNothing, ValueTooLarge."""
    prices = [each.corrected_yuan() for each in given.comparables]
    steps = [
        _comparable_step(number, each, price, given.price_unit)
        for number, (each, price) in enumerate(zip(given.comparables, prices, strict=True), start=1)
    ]
    value = _reconciled(given, prices)
    zh, en, formula = _RECONCILED[given.reconciliation]
    steps.append(
        yuan_step(
            f"比准价格（{zh}）", f"Reconciled ({en.lower()})", formula, value, given.price_unit
        )
    )
    return settled_by_area(NAME, given, value, steps)


def _comparable_step(number: int, each: Comparable, price: Decimal, unit: str) -> Step:
    formula = "×".join(shown(part) for part in (each.price_yuan, *each.factors))
    tail = f" {each.label}" if each.label else ""
    return yuan_step(f"可比实例 {number}{tail}", f"Comparable {number}{tail}", formula, price, unit)


METHOD: Final = Method(
    name=NAME,
    name_zh="市场比较法",
    name_en="Market comparison",
    parameters=ComparisonParameters,
    compute=compute,
    standard="GB/T 18508-2014",
    when_to_use_zh="近期有足够同类交易可比的资产，如农房、流转活跃的农地和林地",
    when_to_use_en="Assets of which enough like ones changed hands lately: rural houses, farmland "
    "and woodland with a lively market",
)
