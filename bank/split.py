"""Splitting a whole number among weights so that the parts sum to it exactly."""

from collections.abc import Sequence

from database.refusals import Invalid


class Unsplittable(Invalid):
    """The total or the weights allow no fair split."""


def largest_remainder(total: int, weights: Sequence[int], *, field: str | None = None) -> list[int]:
    """`total` in parts proportional to `weights`, in their order, by the largest remainder.

    Each part is the exact share rounded down, or that plus one; the parts sum to `total`; a larger
    weight never gets less than a smaller one, and a weight of zero gets nothing. Among equal
    remainders the earlier one wins, so callers sort their holders by something that does not
    change (an account code, not a name). Works on integers of any size, with no rounding.

    Refuses: Unsplittable, for a negative total, no weights, a negative weight or only zeros.
    """
    if total < 0:
        raise Unsplittable("a negative total cannot be split", field=field, total=total)
    if any(weight < 0 for weight in weights):
        raise Unsplittable("a weight is negative", field=field, least=min(weights))
    whole = sum(weights)
    if whole == 0:
        raise Unsplittable("no weight is above zero", field=field, weights=len(weights))

    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [floor for floor, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: shares[i][1], reverse=True)
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
