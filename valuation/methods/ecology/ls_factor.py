"""Owns the LS factor: how a slope's length and steepness drive erosion (RUSLE), as InVEST has it.

    LS = min(L, Lmax)·S
    S = 10.8·sinθ + 0.03 below 9 % of slope, else 16.8·sinθ − 0.5
    L = [(A + D²)^(m+1) − A^(m+1)] / [D^(m+2)·x^m·22.13^m]
    A = √((F − 1)·D²)      x = |sinθ| + |cosθ|      θ = arctan(slope/100)
    m = 0.2, 0.3, 0.4, 0.5 up to 1, 3.5, 5, 9 % of slope; above, m = β/(1+β)
    β = (sinθ/0.0896)/(3·sin^0.8 θ + 0.56)

slope in per cent, F cells that drain through the cell, itself included, D side of a cell (m), A the
contributing length that stands for the area above (m), x the flow's length over the cell's side,
22.13 m length of the standard plot, Lmax the cap of L. LS is a pure number.
It measures an ecosystem's yearly flow: a gross ecosystem product (GEP) made of such flows is
*never* added to an appraised value, which is a stock.
Source: InVEST SDR 3.14 and later (ADR-0001); Desmet and Govers 1996; Renard et al. 1997.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from valuation.methods.arithmetic import ONE, exactly
from valuation.methods.parameters import Parameters, asked
from valuation.methods.quantities import Count, Positive, Quantity
from valuation.methods.result import Method, Result, factor_step, figure_step, stated

NAME: Final = "ls_factor"

STEEP: Final = Decimal(9)
"""The slope in per cent from which the steeper line of S holds, and above which m is by β."""
GENTLE_S: Final = (Decimal("10.8"), Decimal("0.03"))
STEEP_S: Final = (Decimal("16.8"), Decimal("-0.5"))
EXPONENTS: Final = (
    (Decimal(1), Decimal("0.2")),
    (Decimal("3.5"), Decimal("0.3")),
    (Decimal(5), Decimal("0.4")),
    (STEEP, Decimal("0.5")),
)
STANDARD_PLOT_M: Final = Decimal("22.13")
RILL: Final = (Decimal("0.0896"), Decimal(3), Decimal("0.8"), Decimal("0.56"))


class LsParameters(Parameters):
    """Inputs of the LS factor; refused as the field types refuse."""

    slope_percent: Quantity = asked("坡度", "Slope", "Slope of the cell, per cent", unit="per cent")
    upslope_cells: Count = asked(
        "汇流累积量", "Flow accumulation", "F: cells that drain through the cell, itself included",
        unit="cells", kind="integer",
    )  # fmt: skip
    cell_m: Positive = asked("栅格边长", "Cell size", "D: side of a cell, m", unit="m")
    longest: Positive = asked("坡长因子上限", "Cap of L", "Lmax: greatest slope length factor")


@dataclass(frozen=True, slots=True)
class Slope:
    """θ's sine and cosine, and the exponent m."""

    sine: Decimal
    cosine: Decimal
    exponent: Decimal


def _slope(percent: Decimal) -> Slope:
    tangent = percent / 100
    cosine = ONE / (ONE + tangent * tangent).sqrt()
    sine = tangent * cosine
    for most, exponent in EXPONENTS:
        if percent <= most:
            return Slope(sine, cosine, exponent)
    at, factor, power, plus = RILL
    beta = (sine / at) / (factor * sine**power + plus)
    return Slope(sine, cosine, beta / (ONE + beta))


@exactly
def compute(given: LsParameters) -> Result:
    """Length times steepness, as the module says."""
    slope, side = _slope(given.slope_percent), given.cell_m
    m = slope.exponent
    factor, plus = GENTLE_S if given.slope_percent < STEEP else STEEP_S
    steepness = factor * slope.sine + plus
    above = ((given.upslope_cells - 1) * side * side).sqrt()
    crossing = abs(slope.sine) + abs(slope.cosine)
    length = ((above + side * side) ** (m + 1) - above ** (m + 1)) / (
        side ** (m + 2) * crossing**m * STANDARD_PLOT_M**m
    )
    steps = [
        factor_step("坡度因子", "Slope steepness factor", "S", steepness),
        factor_step("坡长指数", "Exponent", "m", m),
        figure_step("汇水长度", "Contributing length", "A = √((F−1)·D²)", above, "m"),
        factor_step("坡长因子", "Slope length factor", "L", length),
        factor_step("坡长因子（封顶后）", "Capped", "min(L, Lmax)", min(length, given.longest)),
    ]
    return stated(
        NAME, given, min(length, given.longest) * steepness, steps,
        name_zh="坡长坡度因子", name_en="LS factor", formula="LS = min(L, Lmax)·S", unit="",
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="坡长坡度因子",
    name_en="LS factor",
    parameters=LsParameters,
    compute=compute,
    standard="InVEST SDR",
    when_to_use_zh="核算水土保持等生态产品实物量（年流量，不与评估值相加）",
    when_to_use_en="Accounting for soil retention: a yearly flow, never added to an appraised "
    "value",
    purpose="measure",
    unit="",
)
