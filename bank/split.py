"""Splitting a whole number among weights so that the parts sum to it exactly."""

from collections.abc import Sequence

from database.refusals import Invalid
from valuation.methods import splitting


class Unsplittable(Invalid):
    """The total or the weights allow no fair split."""


def largest_remainder(total: int, weights: Sequence[int], *, field: str | None = None) -> list[int]:
    """`total` in parts proportional to `weights`, in their order, by the largest remainder.

    See `valuation.methods.splitting`, which does it. A larger weight never gets less than a smaller
    one, and a weight of zero gets nothing. Among equal remainders the earlier one wins, so callers
    sort their holders by something that does not change (an account code, not a name).

    Refuses: Unsplittable, for a negative total, no weights, a negative weight or only zeros.
    """
    if total < 0:
        raise Unsplittable("a negative total cannot be split", field=field, total=total)
    if any(weight < 0 for weight in weights):
        raise Unsplittable("a weight is negative", field=field, least=min(weights))
    if not any(weights):
        raise Unsplittable("no weight is above zero", field=field, weights=len(weights))
    return splitting.largest_remainder(total, weights)
