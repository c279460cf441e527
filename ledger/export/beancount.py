"""The journal as text that Beancount reads."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta, tzinfo
from itertools import chain
from typing import Final

from sqlalchemy.orm import Session

from ledger.export.beancount_names import beancount_account, beancount_commodity
from ledger.export.closing import Closing
from ledger.export.movements import Movement, Movements
from ledger.model import moment_text

_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b"}
)


def export_beancount(session: Session, *, zone: tzinfo = UTC) -> Iterator[str]:
    """What moved balances as Beancount text, entry by entry, oldest first; balances at the end.

    Transfers, reversals and settled holds are transactions on their day in `zone`; open holds and
    the acts that only open or freeze move nothing and are left out. Accounts and units get names
    that Beancount's grammar takes (see `beancount_names`), their codes are metadata; id, number,
    key, nonce, reference and moments too. An account opens on the day of its opening, or of its
    first movement where that is told to have occurred earlier. Every balance is asserted on the day
    after the last movement; where one account's code begins with another's (`a` and `a:b`), the
    balance of the shorter includes the longer's, as Beancount means it.
    It names everybody: it is for those who may see everything.
    """
    movements = Movements(session)
    names = {
        code: beancount_account(code, may_go_negative=account.may_go_negative)
        for code, account in movements.accounts.items()
    }
    symbols = {code: beancount_commodity(code) for code in movements.units}
    closing = Closing(zone)
    first: dict[str, date] = {}
    yield 'option "title" "Ledger"\n'
    for movement in movements:
        on = closing.follow(movement)
        for line in movement.lines:
            for account in (line.source, line.target):
                first[account] = min(on, first.get(account, on))
        yield _transaction(movement, on, names, symbols)
    yield from _opened(movements, closing, names, first)
    yield from _units(movements, symbols, min(first.values(), default=date(1970, 1, 1)))
    yield from _balances(closing, names, symbols)


def _transaction(
    movement: Movement, on: date, names: dict[str, str], symbols: dict[str, str]
) -> str:
    text = [
        f'\n{on.isoformat()} * "{_escaped(movement.kind)}" "{_escaped(movement.memo)}"\n'
        f'  id: "{movement.id}"\n  number: {movement.number}\n  key: "{_escaped(movement.key)}"\n'
        f'  nonce: "{movement.nonce}"\n  reference: "{_escaped(movement.reference)}"\n'
        f'  occurred-at: "{moment_text(movement.occurred_at)}"\n'
        f'  recorded-at: "{moment_text(movement.recorded_at)}"\n'
    ]
    if movement.reverses is not None:
        text.append(f'  reverses: "{movement.reverses}"\n')
    if movement.ends is not None:
        text.append(f'  settles: "{movement.ends}"\n')
    for line in movement.lines:
        symbol = symbols[line.unit]
        text.append(
            f"  {names[line.target]}  {line.quantity} {symbol}\n"
            f"  {names[line.source]}  -{line.quantity} {symbol}\n"
        )
    return "".join(text)


def _opened(
    movements: Movements, closing: Closing, names: dict[str, str], first: dict[str, date]
) -> Iterator[str]:
    yield "\n"
    for code, account in movements.accounts.items():
        opened = [] if account.opened_at is None else [closing.day(account.opened_at)]
        moved = [first[code]] if code in first else []
        on = min(chain(opened, moved), default=date(1970, 1, 1))
        yield (
            f'{on.isoformat()} open {names[code]}\n  code: "{_escaped(code)}"\n'
            f'  standing: "{account.standing.value}"\n'
        )


def _units(movements: Movements, symbols: dict[str, str], on: date) -> Iterator[str]:
    for code, unit in movements.units.items():
        yield (
            f'{on.isoformat()} commodity {symbols[code]}\n  code: "{_escaped(code)}"\n'
            f'  name: "{_escaped(unit.name)}"\n'
        )


def _balances(closing: Closing, names: dict[str, str], symbols: dict[str, str]) -> Iterator[str]:
    yield "\n"
    asserted = {(names[a], symbols[unit]): quantity for a, unit, quantity in closing.balances()}
    within = dict.fromkeys(asserted, 0)
    for (name, symbol), quantity in asserted.items():
        above = name
        while above:
            if (above, symbol) in within:
                within[above, symbol] += quantity
            above = above.rpartition(":")[0]
    for (name, symbol), quantity in within.items():
        day = (closing.last_day + timedelta(days=1)).isoformat()
        yield f"{day} balance {name}  {quantity} {symbol}\n"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
