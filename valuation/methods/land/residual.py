"""Owns 剩余法, the residual method: what a finished building leaves for the land under it.

    G·(1−s) = V·(1+x)·(1+i)^t + C + ΣCⱼ[(1+i)^tⱼ − 1] + p·[V·(1+x) + C]      C = D·(1+q)
    V = {G·(1−s) − C − ΣCⱼ[(1+i)^tⱼ − 1] − p·C} / {(1+x)·[(1+i)^t + p]}

V land price (yuan), solved for; G value of what is built (price × floor area), s part of it that
selling costs and taxes take, D construction cost, q professional fees and other costs as a part of
D, i interest rate a year, compound, t development period in years, Cⱼ the part of C laid out in
stage j, tⱼ the years it bears interest, x part of the land price that buying it costs besides, p
profit as a part of land and construction cost (where it is a part of G instead, p·G stands for
p·[V·(1+x) + C]). The land carries interest for the whole period; construction, laid out evenly in
one stage, from its middle: for half of it. Floor area is land area × plot ratio (容积率); in m².
Source: GB/T 18508-2014, 剩余法.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.land.refusals import NothingLeft
from valuation.methods.parameters import Parameters, asked
from valuation.methods.quantities import (
    Factor,
    Positive,
    PositiveYuan,
    Rate,
    Share,
    Years,
    Yuan,
    as_items,
    some,
)
from valuation.methods.result import (
    Method,
    Step,
    Valuation,
    factor_step,
    figure_step,
    settled,
    yuan_step,
)
from valuation.methods.wording import rate_asked, timing_asked
from valuation.refusals import SharesDoNotSum, SharesExceedWhole

NAME: Final = "residual"


class ResidualParameters(Parameters):
    """Inputs of the residual method.

    Refuses: SharesExceedWhole (sale costs of 100 % or more), SharesDoNotSum (outlay by stage), and
    what the field types refuse.
    """

    land_area_m2: Positive = asked("土地面积", "Land area", "Land area, m²", unit="m2")
    plot_ratio: Factor = asked("容积率", "Plot ratio", "Floor area over land area, a multiplier")
    building_price_yuan: PositiveYuan = asked(
        "房地产售价", "Price of the building", "Price of a square metre of floor, yuan",
        unit="yuan/m2",
    )  # fmt: skip
    building_cost_yuan: Yuan = asked(
        "建筑费", "Construction cost", "Cost of building a square metre of floor, yuan",
        unit="yuan/m2",
    )  # fmt: skip
    fees_rate: Rate = rate_asked(
        "专业费及其他费用率", "Fees", "q: professional fees and the like, a part of construction",
        unit="part of 1", default=ZERO,
    )  # fmt: skip
    sale_costs_rate: Rate = rate_asked(
        "销售费用率", "Costs of sale", "Costs of selling, a part of the price",
        unit="part of 1", default=ZERO,
    )  # fmt: skip
    sale_taxes_rate: Rate = rate_asked(
        "销售税费率", "Taxes of sale", "Taxes of selling, a part of the price",
        unit="part of 1", default=ZERO,
    )  # fmt: skip
    purchase_rate: Rate = rate_asked(
        "购地税费率", "Costs of buying the land", "x: costs of buying, a part of the land price",
        unit="part of 1", default=ZERO,
    )  # fmt: skip
    development_years: Years = asked(
        "开发周期", "Development period", "t: development period, years", unit="years"
    )
    development_shares: Annotated[
        tuple[Share, ...], BeforeValidator(as_items), AfterValidator(some)
    ] = asked(
        "各期投入比例", "Outlay by stage", "Part of construction laid out in each equal stage",
        default=(ONE,), most=100, unit="part of 1", kind="list",
        hint_zh="按开发周期等分，各期投入的比例，如 40% 60%；均匀投入填 1",
        hint_en="The period in equal stages, the part spent in each: 40% 60%; 1 when even",
    )  # fmt: skip
    timing: Timing = timing_asked(
        "各期投入时点", "Outlay within a stage",
        "When in its stage an outlay is made; in the middle bears interest for half of it",
        default="mid",
    )  # fmt: skip
    interest_rate: Rate = rate_asked("利息率", "Interest rate", "i: a fraction a year, compound")
    profit_rate: Rate = rate_asked(
        "开发利润率", "Profit rate", "p: profit of the developer, a part of its base",
        unit="part of 1",
    )  # fmt: skip
    profit_base: Literal["cost", "price"] = asked(
        "利润基数", "Profit is on", "What the profit rate is a part of",
        default="cost", kind="choice",
        choices={"cost": ("地价与建筑费、专业费", "land and construction cost"),
                 "price": ("房地产总价", "the value of what is built")},
    )  # fmt: skip

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        sale = self.sale_costs_rate + self.sale_taxes_rate
        if sale >= ONE:
            raise SharesExceedWhole.at("sale_costs_rate", total=shown(sale))
        total = sum(self.development_shares, ZERO)
        if total != ONE:
            raise SharesDoNotSum.at("development_shares", total=shown(total))
        return self

    @property
    def floor_area_m2(self) -> Decimal:
        """Floor area."""
        return self.land_area_m2 * self.plot_ratio


@dataclass(frozen=True, slots=True)
class Residue:
    """The parts of the computation, yuan; `divisor` is what the land price is multiplied by."""

    built: Decimal
    sale: Decimal
    construction: Decimal
    interest: Decimal
    profit: Decimal
    divisor: Decimal

    @property
    def left(self) -> Decimal:
        """What is left for the land, its interest, its profit and the costs of buying it."""
        return self.built - self.sale - self.construction - self.interest - self.profit


@exactly
def residue(given: ResidualParameters) -> Residue:
    """Everything but the land, and what multiplies it."""
    floor = given.floor_area_m2
    built = floor * given.building_price_yuan
    construction = floor * given.building_cost_yuan * (ONE + given.fees_rate)
    on_cost = given.profit_base == "cost"
    profit = given.profit_rate * (construction if on_cost else built)
    whole_period = (ONE + given.interest_rate) ** given.development_years
    return Residue(
        built=built,
        sale=built * (given.sale_costs_rate + given.sale_taxes_rate),
        construction=construction,
        interest=annuity.staged_interest(
            given.interest_rate, construction, given.development_shares,
            given.development_years, given.timing,
        ),
        profit=profit,
        divisor=(ONE + given.purchase_rate)
        * (whole_period + (given.profit_rate if on_cost else ZERO)),
    )  # fmt: skip


@exactly
def compute(given: ResidualParameters) -> Valuation:
    """Solve for the land price, as the module says.

    Refuses: NothingLeft (the building pays no land), WorthNothing, ValueTooLarge.
    """
    parts = residue(given)
    if parts.left <= ZERO:
        raise NothingLeft.at("building_price_yuan", left=shown(parts.left, 2))
    value = parts.left / parts.divisor
    steps = [
        figure_step("建筑面积", "Floor area", "S·容积率", given.floor_area_m2, "m2"),
        yuan_step("房地产总价", "Value of what is built", "G", parts.built, "yuan"),
        yuan_step("销售税费", "Costs and taxes of sale", "s·G", parts.sale, "yuan"),
        yuan_step("建筑费与专业费", "Construction and fees", "C = D·(1+q)",
                  parts.construction, "yuan"),
        yuan_step("建筑费利息", "Interest on construction", "ΣCⱼ[(1+i)^tⱼ−1]",
                  parts.interest, "yuan"),
        yuan_step("利润（不含地价部分）", "Profit, land apart", "p·C", parts.profit, "yuan"),
        yuan_step("地价及其利息、利润", "Left for the land with its interest and profit",
                  "G − sG − C − I − P", parts.left, "yuan"),
        factor_step("地价的系数", "Factor of the land price", "(1+x)[(1+i)^t+p]", parts.divisor),
    ]  # fmt: skip
    return settled(
        NAME, given, value, steps, formula="V", name_zh="土地总价", name_en="Land value",
        parts=_unit_prices(given, value),
    )  # fmt: skip


def _unit_prices(given: ResidualParameters, value: Decimal) -> list[Step]:
    by_land, by_floor = value / given.land_area_m2, value / given.floor_area_m2
    return [
        yuan_step("单位地价", "Price of a square metre of land", "V/S", by_land, "yuan/m2"),
        yuan_step("楼面地价", "Price of a square metre of floor", "V/(S·容积率)",
                  by_floor, "yuan/m2"),
    ]  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="剩余法",
    name_en="Residual method",
    parameters=ResidualParameters,
    compute=compute,
    standard="GB/T 18508-2014",
    when_to_use_zh="待开发或待再开发的建设用地，如集体经营性建设用地、拟改建的旧村",
    when_to_use_en="Land to be built on or rebuilt: collective construction land, old villages",
)
