"""Owns the value of water for hydropower over the life of a plant, as InVEST has it.

    E = 0.00272·β·h·η·Q      V = (p·E − k)·a(r,T)·(1+r)^e      a(r,T) = [1−(1+r)^−T]/r

E energy a year (kWh), Q water that reaches the plant a year (m³), β part of it used for power, h
head (m), η efficiency of the turbine (a part of 1), 0.00272 kWh that a cubic metre falling a metre
yields (ρg/3.6·10⁶, as InVEST rounds it), p price of energy (yuan/kWh), k cost of the plant a year
(yuan), r rate a year, T years of life, e = 1, ½ or 0 for amounts at the start, in the middle or at
the end of each year (InVEST: the start).
It is the value of an ecosystem's yearly flow, discounted: a gross ecosystem product (GEP) made of
such flows is *never* added to an appraised value, which is a stock.
Source: InVEST Annual Water Yield, hydropower valuation.
"""

from decimal import Decimal
from typing import Final

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ZERO, exactly, shown
from valuation.methods.parameters import Parameters, asked
from valuation.methods.quantities import Positive, Quantity, Rate, Share, Years, Yuan
from valuation.methods.result import (
    FIGURE_DECIMALS,
    Method,
    Step,
    Valuation,
    factor_step,
    settled,
    yuan_step,
)
from valuation.methods.wording import rate_asked, timing_asked

NAME: Final = "hydropower_value"
KWH_PER_M3_M: Final = Decimal("0.00272")


class HydropowerParameters(Parameters):
    """Inputs of the value of water for hydropower; refused as the field types refuse."""

    volume_m3: Quantity = asked(
        "年供水量", "Water a year", "Q: water that reaches the plant a year, m³", unit="m3"
    )
    fraction: Share = asked(
        "发电用水比例", "Part used for power", "β: part of the water used for power",
        unit="part of 1",
    )  # fmt: skip
    head_m: Positive = asked("水头", "Head", "h: head of the dam, m", unit="m")
    efficiency: Share = asked(
        "水轮机效率", "Efficiency", "η: efficiency of the turbine, a part of 1", unit="part of 1"
    )
    price_yuan: Yuan = asked("电价", "Price", "p: price of energy, yuan/kWh", unit="yuan/kWh")
    cost_yuan: Yuan = asked(
        "年运行成本", "Cost a year", "k: cost of the plant a year, yuan",
        default=ZERO, unit="yuan/year",
    )  # fmt: skip
    rate: Rate = rate_asked("折现率", "Rate", "r: discount rate, a fraction a year")
    term_years: Years = asked("使用年限", "Years of life", "T: years of life", unit="years")
    timing: Timing = timing_asked(
        "收支时点", "Amounts fall due", "When in the year amounts fall due", default="start"
    )


@exactly
def compute(given: HydropowerParameters) -> Valuation:
    """Price the energy over the plant's life, as the module says. Refuses: ValueTooLarge.

    Where the cost is more than the energy earns, the value is below zero.
    """
    energy = KWH_PER_M3_M * given.fraction * given.head_m * given.efficiency * given.volume_m3
    net = given.price_yuan * energy - given.cost_yuan
    factor = annuity.annuity(given.rate, given.term_years)
    shift = annuity.timing_factor(given.rate, given.timing)
    yearly = Step(
        name_zh="年发电量", name_en="Energy a year", formula="E = 0.00272·β·h·η·Q",
        figure=shown(energy, FIGURE_DECIMALS), unit="kWh",
    )  # fmt: skip
    steps = [
        yearly,
        yuan_step("年净收益", "Net a year", "p·E − k", net, "yuan/year"),
        factor_step("年金现值系数", "Annuity", "a(r,T)", factor),
        factor_step("收支时点修正", "Timing", "(1+r)^e", shift),
    ]
    return settled(
        NAME, given, net * factor * shift, steps, formula="V = (p·E − k)·a·(1+r)^e",
        name_zh="水电价值", name_en="Value for hydropower", parts=[yearly], signed=True,
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="水力发电价值",
    name_en="Value of water for hydropower",
    parameters=HydropowerParameters,
    compute=compute,
    standard="InVEST Annual Water Yield",
    when_to_use_zh="核算水源供给的生态产品价值（流量价值，不与评估值相加）",
    when_to_use_en="Accounting for water supply: the worth of a flow, never added to an appraised "
    "value",
    purpose="measure",
)
