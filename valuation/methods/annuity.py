"""Owns the time value of money: present values of one yuan a year in its several patterns.

All factors are for payments at the end of each year; `timing_factor` moves them. Rates are
fractions a year (0.06 = 6 %), at or above zero; `years` may be broken (27.5) where the formula is
used beyond whole years, as term correction of land prices does, and None means perpetuity.
Callers hold the decimal context (`arithmetic.exactly`) and have checked their inputs.
Source: GB/T 18508-2014, annex A; the limits at zero rate are the formulas' own.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from valuation.methods.arithmetic import HALF, ONE, ZERO

Timing = Literal["end", "mid", "start"]


def discount(rate: Decimal, years: Decimal) -> Decimal:
    """(1+r)^−n."""
    return ONE / (ONE + rate) ** years


def annuity(rate: Decimal, years: Decimal | None) -> Decimal:
    """a(r,n) = [1−(1+r)^−n]/r; n when r = 0; 1/r in perpetuity."""
    if years is None:
        return ONE / rate
    if rate == ZERO:
        return years
    return (ONE - discount(rate, years)) / rate


def growing(rate: Decimal, growth: Decimal, years: Decimal | None) -> Decimal:
    """[1−((1+g)/(1+r))^n]/(r−g); n/(1+r) when g = r; 1/(r−g) in perpetuity (g < r)."""
    if years is None:
        return ONE / (rate - growth)
    if rate == growth:
        return years / (ONE + rate)
    return (ONE - ((ONE + growth) / (ONE + rate)) ** years) / (rate - growth)


def gradient(rate: Decimal, years: Decimal | None) -> Decimal:
    """Present value of 0, 1, 2 … a year: [a(r,n)−n(1+r)^−n]/r; n(n−1)/2 at r = 0; 1/r² for ever."""
    if years is None:
        return ONE / rate**2
    if rate == ZERO:
        return years * (years - ONE) / 2
    return (annuity(rate, years) - years * discount(rate, years)) / rate


def listed(rate: Decimal, amounts: Sequence[Decimal]) -> Decimal:
    """ΣAᵢ/(1+r)^i over the listed years, the first at the end of year 1."""
    worth = ZERO
    for amount in reversed(amounts):
        worth = (worth + amount) / (ONE + rate)
    return worth


YEARS_EARLIER: Final[Mapping[Timing, Decimal]] = {"end": ZERO, "mid": HALF, "start": ONE}
"""How long before the end of its year a payment falls due."""


def timing_factor(rate: Decimal, timing: Timing) -> Decimal:
    """1 for the end of the year, (1+r)^½ for its middle, 1+r for its start."""
    return (ONE + rate) ** YEARS_EARLIER[timing]


def compounded(rate: Decimal, costs: Sequence[Decimal], years: Decimal, timing: Timing) -> Decimal:
    """ΣCᵢ(1+r)^(n−i+e): what is spent in years 1, 2 …, with interest to the end of year n.

    e is 0 for spending at the end of each year, ½ in its middle, 1 at its start.
    """
    earlier = YEARS_EARLIER[timing]
    growth = ONE + rate
    return sum(
        (cost * growth ** (years - year + earlier) for year, cost in enumerate(costs, start=1)),
        ZERO,
    )


def staged_interest(
    rate: Decimal, amount: Decimal, shares: Sequence[Decimal], years: Decimal, timing: Timing
) -> Decimal:
    """Σ amount·wⱼ·[(1+r)^tⱼ − 1]: compound interest to the end of a period in equal stages.

    Part wⱼ is laid out in stage j of m, at its end, in its middle or at its start, and bears
    interest for tⱼ = n·(m−j+e)/m years, e = 0, ½ or 1.
    """
    stages, earlier = Decimal(len(shares)), YEARS_EARLIER[timing]
    due = ZERO
    for number, share in enumerate(shares, start=1):
        bearing = years * (stages - number + earlier) / stages
        due += amount * share * ((ONE + rate) ** bearing - ONE)
    return due
