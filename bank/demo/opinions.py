"""How appraisers of the demonstration come to one value: a second method, and the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, Final

from bank.demo.worth import PLACES, Worth
from valuation.appraisals.tables import Reconciliation, SoleGround
from valuation.methods import compute

SINGLE_EACH: Final = 6
"""One appraisal in so many rests on one method."""
WIDEST: Final = 0.05
"""How far the second value's middle lies from the first, at most."""
ONLY: Final = (
    (
        SoleGround.ONLY_APPLICABLE,
        "当地近三年没有同类交易，成本与收益资料中仅此一项可得，仅此方法适用。",
    ),
    (SoleGround.CONDITIONS, "行业内普遍缺少该类资产的其他估价参数，只能采用一种方法。"),
)
MEANS: Final = (
    "两种方法的资料同样可靠，结果相近，取算术平均值。",
    "两种结果差异不大，无充分理由偏重其一，取算术平均值。",
)
WEIGHTED: Final = (
    "第一种方法所依据的资料来自该地块本身，更为可靠，权重取六成；比较案例作验证，取四成。"
)
WEIGHTS_PPM: Final = (600_000, 400_000)


@dataclass(frozen=True, slots=True)
class Opinion:
    """How the values become one, and why."""

    reconciliation: Reconciliation
    reason: str
    weights_ppm: tuple[int, ...] | None = None
    sole_ground: SoleGround | None = None


def opinion(n: int) -> Opinion:
    """What the appraiser of the deposit numbered so concludes."""
    if n % SINGLE_EACH == 0:
        ground, reason = ONLY[n // SINGLE_EACH % len(ONLY)]
        return Opinion(Reconciliation.SINGLE, reason, sole_ground=ground)
    if n % 2:
        return Opinion(Reconciliation.WEIGHTED, WEIGHTED, WEIGHTS_PPM)
    return Opinion(Reconciliation.MEAN, MEANS[n // 2 % len(MEANS)])


def second(first: Worth, n: int) -> Worth | None:
    """Another method with inputs that come near to the first, or none if one method suffices.

    The demonstration's own sequence of chance is left alone: `n` seeds this one.
    """
    if n % SINGLE_EACH == 0:
        return None
    rng = Random(f"second opinion {n}")  # noqa: S311 - a demonstration's plausible figures
    method, inputs = first
    whole = Decimal(compute(method, inputs).value_fen) / 100
    around = whole * Decimal(str(round(rng.uniform(1 - WIDEST, 1 + WIDEST), 4)))
    return (
        _benchmark(rng, inputs, around) if method == "comparison" else _sales(rng, inputs, around)
    )


def _each(inputs: Mapping[str, Any], yuan: Decimal, step: int) -> int:
    """The price of the whole, or of a mu if the inputs are by the mu, to a round step."""
    if inputs["amounts_per"] == "mu":
        yuan /= Decimal(str(inputs["area_mu"]))
    return max(step, round(yuan / step) * step)


def _sales(rng: Random, inputs: Mapping[str, Any], around: Decimal) -> Worth:
    places = rng.sample(PLACES, 3)
    return "comparison", {
        "amounts_per": inputs["amounts_per"],
        "area_mu": inputs["area_mu"],
        "comparables": [
            {
                "label": f"{place}成交案例 {number}",
                "price_yuan": _each(inputs, around * Decimal(str(share)), 10),
                "transaction_factor": "1",
                "date_factor": rng.choice(("1", "1.01")),
                "region_factor": rng.choice(("100/101", "1", "100/99")),
                "individual_factor": rng.choice(("100/101", "1")),
            }
            for number, (place, share) in enumerate(
                zip(places, (0.98, 1, 1.01), strict=True), start=1
            )
        ],
        "reconciliation": "mean",
    }


def _benchmark(rng: Random, inputs: Mapping[str, Any], around: Decimal) -> Worth:
    located, shaped = rng.choice((0.03, 0.05)), rng.choice((-0.02, 0.02))
    date_factor = rng.choice(("1.01", "1.02"))
    plain = around / Decimal(str(1 + located + shaped)) / Decimal(date_factor)
    return "benchmark", {
        "amounts_per": inputs["amounts_per"],
        "area_mu": inputs["area_mu"],
        "benchmark_yuan": _each(inputs, plain, 100),
        "coefficients": [
            {"label": "区位", "share": str(located)},
            {"label": "形状与地势", "share": str(shaped)},
        ],
        "date_factor": date_factor,
    }
