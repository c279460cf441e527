"""Owns splitting a whole number among weights, by the largest remainder."""

from collections.abc import Sequence


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """`total` ≥ 0 in parts proportional to `weights` ≥ 0, of which one is above zero.

    Each part is the exact share rounded down, or that plus one, and the parts sum to `total`.
    Among equal remainders the earlier one wins.
    """
    whole = sum(weights)
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [floor for floor, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: shares[i][1], reverse=True)
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
