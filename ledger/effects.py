"""What an entry does to the balances it touches, computed before anything is written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ledger.model import MAX_QUANTITY, Posting, Standing
from ledger.refusals import (
    AboveZero,
    AccountClosed,
    AccountFrozen,
    AccountNotEmpty,
    BalanceTooLarge,
    Overdrawn,
    UnknownAccount,
    UnknownUnit,
)

Pair: TypeAlias = tuple[str, str]
"""The codes of an account and a unit: what has one balance."""

Seen: TypeAlias = Sequence[Any]
"""What a database knows of a pair: row ids of account and unit (None for what is not there), the
account's two rules and standing, and the balance's quantity, version, held_out, held_in and as_of
(None where there is no balance yet)."""

Line: TypeAlias = tuple[int, int, int, int, int, int, int, int, int, int]
"""A posting row: transfer, ordinal, source, target, unit, quantity, and version and balance of
source and target after it."""


OPEN: Final = Standing.OPEN.value


@dataclass(slots=True)
class Row:
    """One balance while entries are applied to it; `found` is the quantity before the entry."""

    account: int
    unit: int
    may_go_negative: bool
    may_go_positive: bool
    standing: str
    quantity: int
    version: int
    held_out: int
    held_in: int
    as_of: Any
    is_new: bool
    found: int = 0
    found_out: int = 0
    found_in: int = 0

    def is_over(self) -> bool:
        """Whether it went beyond what its account's rules let it."""
        if not self.may_go_negative and self.quantity < self.held_out:
            return True
        return not self.may_go_positive and self.quantity + self.held_in > 0


def touched(postings: Sequence[Posting]) -> set[Pair]:
    """The pairs whose balances the postings move."""
    if len(postings) == 1:
        only = postings[0]
        return {(only.source, only.unit), (only.target, only.unit)}
    pairs = {(p.source, p.unit) for p in postings}
    pairs.update((p.target, p.unit) for p in postings)
    return pairs


def known(pairs: Sequence[Pair], seen: Sequence[Seen]) -> dict[Pair, Row]:
    """The balances by their pairs. Refuses: UnknownAccount, UnknownUnit."""
    rows = {}
    for pair, (account, unit, negative, positive, standing, *balance) in zip(
        pairs, seen, strict=True
    ):
        if account is None:
            raise UnknownAccount("no account of this code is open", account=pair[0])
        if unit is None:
            raise UnknownUnit("no unit of this code is open", unit=pair[1])
        quantity, version, held_out, held_in, as_of = balance
        rows[pair] = Row(
            account,
            unit,
            bool(negative),
            bool(positive),
            standing,
            quantity or 0,
            version or 0,
            held_out or 0,
            held_in or 0,
            as_of,
            quantity is None,
        )
    return rows


def begin(rows: Mapping[Pair, Row], pairs: Collection[Pair], recorded_at: Any) -> Any:
    """Begin an entry on these balances: the moment from which on it counts (`as_of`)."""
    as_of = recorded_at
    begun = [rows[pair] for pair in pairs]
    for row in begun:
        row.found, row.found_out, row.found_in = row.quantity, row.held_out, row.held_in
        if row.as_of is not None and row.as_of > as_of:
            as_of = row.as_of
    for row in begun:
        row.as_of = as_of
    return as_of


def move(
    number: int, postings: Sequence[Posting], rows: Mapping[Pair, Row], lines: list[Line]
) -> None:
    """Move the balances, and add the posting rows to the lines.

    Refuses: AccountFrozen, AccountClosed, BalanceTooLarge.
    """
    for ordinal, posting in enumerate(postings):
        quantity = posting.quantity
        source, target = rows[posting.source, posting.unit], rows[posting.target, posting.unit]
        _refuse_standing(posting, source, target)
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
                number,
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


def move_plain(
    number: int, posting: Posting, rows: Mapping[Pair, Row], recorded_at: Any, lines: list[Line]
) -> Any:
    """What `begin`, `move` and `refuse_unavailable` do for a single posting, in one turn.

    None, and nothing is moved, where any of the three might refuse.
    """
    unit, quantity = posting.unit, posting.quantity
    source, target = rows[posting.source, unit], rows[posting.target, unit]
    left, come, as_of = source.quantity - quantity, target.quantity + quantity, recorded_at
    if (
        not (source.standing == OPEN == target.standing)
        or left < (-MAX_QUANTITY if source.may_go_negative else source.held_out)
        or come > (MAX_QUANTITY if target.may_go_positive else -target.held_in)
    ):
        return None
    if source.as_of is not None and source.as_of > as_of:
        as_of = source.as_of
    if target.as_of is not None and target.as_of > as_of:
        as_of = target.as_of
    source.quantity, target.quantity = left, come
    source.as_of = target.as_of = as_of
    source.version = out = source.version + 1
    target.version = into = target.version + 1
    lines.append(
        (number, 0, source.account, target.account, source.unit, quantity, out, left, into, come)
    )
    return as_of


def keep(postings: Sequence[Posting], rows: Mapping[Pair, Row]) -> None:
    """Hold the quantities. Refuses: BalanceTooLarge, AccountFrozen, AccountClosed."""
    for posting in postings:
        source, target = rows[posting.source, posting.unit], rows[posting.target, posting.unit]
        _refuse_standing(posting, source, target)
        source.held_out += posting.quantity
        target.held_in += posting.quantity
        for code, held in ((posting.source, source.held_out), (posting.target, target.held_in)):
            if held > MAX_QUANTITY:
                raise _too_large(code, posting.unit, held)


def release(postings: Sequence[Posting], rows: Mapping[Pair, Row]) -> None:
    """Let go what a hold kept."""
    for posting in postings:
        rows[posting.source, posting.unit].held_out -= posting.quantity
        rows[posting.target, posting.unit].held_in -= posting.quantity


def refuse_unavailable(rows: Mapping[Pair, Row], pairs: Collection[Pair]) -> None:
    """Judge an entry by its net effect on each balance. Refuses: Overdrawn, AboveZero."""
    over = [pair for pair in pairs if rows[pair].is_over()]
    for pair in sorted(over):  # so that the same one of two refusals comes each time
        row = rows[pair]
        if row.quantity < row.held_out and not row.may_go_negative:
            available = row.found - row.found_out
            asked = available - (row.quantity - row.held_out)
            raise overdrawn(*pair, available=available, held=row.found_out, asked=asked)
        available = -(row.found + row.found_in)
        asked = available + row.quantity + row.held_in
        raise above_zero(*pair, available=available, held=row.found_in, asked=asked)


def refuse_not_empty(rows: Mapping[Pair, Row], pairs: Collection[Pair]) -> None:
    """Refuse to close what is not empty. Refuses: AccountNotEmpty."""
    for account, unit in sorted(pairs):
        row = rows[account, unit]
        if row.quantity or row.held_out or row.held_in:
            raise AccountNotEmpty(
                "an account that holds something stays open", account=account, unit=unit
            )


def overdrawn(
    account: str, unit: str, *, available: int | None, held: int | None, asked: int | None
) -> Overdrawn:
    """The refusal of what an account does not have."""
    return Overdrawn(
        f"{account} has {available} {unit} available, {asked} were asked",
        account=account,
        unit=unit,
        available=available,
        held=held,
        asked=asked,
    )


def above_zero(
    account: str, unit: str, *, available: int | None, held: int | None, asked: int | None
) -> AboveZero:
    """The refusal of what an account has no room for."""
    return AboveZero(
        f"{account} has room for {available} {unit}, {asked} were to come",
        account=account,
        unit=unit,
        available=available,
        held=held,
        asked=asked,
    )


def _refuse_standing(posting: Posting, source: Row, target: Row) -> None:
    if source.standing == Standing.OPEN == target.standing:
        return
    for code, row in ((posting.source, source), (posting.target, target)):
        if row.standing == Standing.CLOSED:
            raise AccountClosed("the account is closed", account=code)
    if source.standing == Standing.FROZEN:
        raise AccountFrozen("nothing may go out of a frozen account", account=posting.source)


def _too_large(account: str, unit: str, quantity: int) -> BalanceTooLarge:
    return BalanceTooLarge(
        "the balance would leave 64 bits", account=account, unit=unit, balance=quantity
    )
