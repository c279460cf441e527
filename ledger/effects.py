"""What a transfer does to the balances it touches, computed before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ledger.model import MAX_QUANTITY, Posting
from ledger.refusals import BalanceTooLarge, Overdrawn, UnknownAccount, UnknownUnit

Pair: TypeAlias = tuple[str, str]
"""The codes of an account and a unit: what has one balance."""

Seen: TypeAlias = tuple[int | None, int | None, bool | None, int | None, int | None]
"""What a database knows of a pair: row ids of account and unit, whether the account may go below
zero, and the balance's quantity and version; None for what is not there."""

Line: TypeAlias = tuple[int, int, int, int, int, int, int, int, int]
"""A posting row without its transfer: ordinal, source, target, unit, quantity, and version and
balance of source and target after it."""


@dataclass(slots=True)
class Held:
    """One balance while a transfer is applied to it."""

    account: int
    unit: int
    may_go_negative: bool
    before: int
    quantity: int
    version: int


def touched(postings: Sequence[Posting]) -> list[Pair]:
    """The pairs whose balances the postings move, sorted."""
    pairs = {(p.source, p.unit) for p in postings}
    pairs.update((p.target, p.unit) for p in postings)
    return sorted(pairs)


def known(pairs: Sequence[Pair], seen: Sequence[Seen]) -> dict[Pair, Held]:
    """The balances by their pairs. Refuses: UnknownAccount, UnknownUnit."""
    held = {}
    for pair, (account, unit, may_go_negative, quantity, version) in zip(pairs, seen, strict=True):
        if account is None:
            raise UnknownAccount("no account of this code is open", account=pair[0])
        if unit is None:
            raise UnknownUnit("no unit of this code is open", unit=pair[1])
        held[pair] = Held(
            account, unit, bool(may_go_negative), quantity or 0, quantity or 0, version or 0
        )
    return held


def apply(postings: Sequence[Posting], held: dict[Pair, Held]) -> list[Line]:
    """Move the balances; the posting rows. Refuses: BalanceTooLarge, Overdrawn."""
    lines = []
    for ordinal, posting in enumerate(postings):
        quantity = posting.quantity
        source, target = held[posting.source, posting.unit], held[posting.target, posting.unit]
        source.quantity -= quantity
        source.version += 1
        target.quantity += quantity
        target.version += 1
        if source.quantity < -MAX_QUANTITY:
            raise _too_large(posting.source, posting.unit, source.quantity)
        if target.quantity > MAX_QUANTITY:
            raise _too_large(posting.target, posting.unit, target.quantity)
        lines.append(
            (
                ordinal,
                source.account,
                target.account,
                source.unit,
                quantity,
                source.version,
                source.quantity,
                target.version,
                target.quantity,
            )
        )
    for (account, unit), row in held.items():
        if row.quantity < 0 and not row.may_go_negative:
            asked = row.before - row.quantity
            raise Overdrawn(
                f"{account} holds {row.before} {unit}, {asked} were asked",
                account=account,
                unit=unit,
                available=row.before,
                asked=asked,
            )
    return lines


def _too_large(account: str, unit: str, quantity: int) -> BalanceTooLarge:
    return BalanceTooLarge(
        "the balance would leave 64 bits", account=account, unit=unit, balance=quantity
    )
