"""Owns the rates of return of a series of payments: every one there is, none missed.

    f(y) = Σ cᵢ·e^(−tᵢy) = 0      y = ln(1+r)

cᵢ amounts (yuan, either sign), tᵢ times (years or periods), r rate a year or a period, above −1.

By Descartes' rule, which holds for any real exponents, f has at most as many zeros as its amounts,
in the order of time, have changes of sign. Multiplied by e^(py), with p a time between two amounts
of unlike sign, f keeps its zeros, and its derivative has one change of sign less. Between two
neighbouring zeros of that derivative the product is monotone and has at most one zero, which a
bracket with Newton's steps finds. So the zeros of f follow from those of a simpler function, down
to one without any.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from valuation.methods.arithmetic import ONE, ZERO, exactly

CLOSE: Final = Decimal("1e-40")
"""Values below this part of their terms count as zero; so close are roots found."""
MOST_STEPS: Final = 1000


class Flow(NamedTuple):
    """One payment: when, counted from the first one, and how much."""

    time: Decimal
    amount: Decimal


@exactly
def rates_of_return(flows: Sequence[Flow]) -> list[Decimal]:
    """Every rate above −1 at which the flows are worth nothing, the lowest first."""
    return [zero.exp() - ONE for zero in zeros(_by_time(flows))]


def sign_changes(flows: Sequence[Flow]) -> int:
    """How often the sum of what is paid at a time changes its sign; zeros do not count."""
    return sum(_unlike(a, b) for a, b in pairwise(_by_time(flows)))


def _by_time(flows: Sequence[Flow]) -> list[Flow]:
    sums: dict[Decimal, Decimal] = {}
    for time, amount in flows:
        sums[time] = sums.get(time, ZERO) + amount
    return [Flow(time, sums[time]) for time in sorted(sums) if sums[time] != ZERO]


def _unlike(a: Flow, b: Flow) -> bool:
    return (a.amount < ZERO) != (b.amount < ZERO)


def zeros(flows: Sequence[Flow]) -> list[Decimal]:
    """All y at which Σ cᵢe^(−tᵢy) vanishes, ascending; times ascend and amounts are not zero."""
    turn = next((i for i, pair in enumerate(pairwise(flows)) if _unlike(*pair)), None)
    if turn is None:
        return []
    pivot = (flows[turn].time + flows[turn + 1].time) / 2
    centred = [Flow(time - pivot, amount) for time, amount in flows]
    turning = zeros([Flow(time, -time * amount) for time, amount in centred])
    found = []
    edges: list[Decimal | None] = [None, *turning, None]
    for low, high in pairwise(edges):
        if (zero := _zero_between(centred, low, high)) is not None:
            found.append(zero)
        if high is not None and _sign(centred, high) == 0:
            found.append(high)
    return found


def _zero_between(
    flows: Sequence[Flow], low: Decimal | None, high: Decimal | None
) -> Decimal | None:
    """The one zero strictly between two neighbouring turning points; None is without end."""
    left = _sign(flows, low) if low is not None else _sign_of(flows[-1].amount)
    right = _sign(flows, high) if high is not None else _sign_of(flows[0].amount)
    if left * right >= 0:
        return None
    if low is None:
        low = _walk(flows, ZERO if high is None else high, -ONE, until=left)
    if high is None:
        high = _walk(flows, low, ONE, until=right)
    return _narrow(flows, low, high, left)


def _walk(flows: Sequence[Flow], start: Decimal, step: Decimal, *, until: int) -> Decimal:
    """A point beyond the start where the function has the sign that it keeps for ever."""
    while _sign(flows, start + step) != until:
        step *= 2
    return start + step


def _narrow(flows: Sequence[Flow], low: Decimal, high: Decimal, left: int) -> Decimal:
    """The zero in a bracket: Newton's steps, or halves where those would leave or linger."""
    y, last = (low + high) / 2, high - low
    for _ in range(MOST_STEPS):
        value, slope, size = _at(flows, y)
        if abs(value) <= CLOSE * size:
            break
        if _sign_of(value) == left:
            low = y
        else:
            high = y
        step = -value / slope if slope else last
        if not low < y + step < high or 2 * abs(step) > abs(last):
            step = (low + high) / 2 - y
        y, last = y + step, step
        if abs(step) <= CLOSE:
            break
    return y


def _sign(flows: Sequence[Flow], y: Decimal) -> int:
    value, _, size = _at(flows, y)
    return 0 if abs(value) <= CLOSE * size else _sign_of(value)


def _sign_of(number: Decimal) -> int:
    return 1 if number > ZERO else -1


def _at(flows: Sequence[Flow], y: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Value, slope and size of the terms at y, all scaled so that the largest power is 1."""
    greatest = max(-flows[0].time * y, -flows[-1].time * y)
    value = slope = size = ZERO
    for time, amount in flows:
        term = amount * (-time * y - greatest).exp()
        value += term
        slope -= time * term
        size += abs(term)
    return value, slope, size
