"""The journal as text that hledger reads."""

import re
from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Final

from sqlalchemy.orm import Session

from ledger.export.closing import Closing
from ledger.export.movements import Movement, Movements

_BREAKS: Final = re.compile(r"[\s;,\x00-\x1f\x7f-\x9f]+")
_SPECIAL: Final = re.compile(r"^[(\[*!]|[%|]")
"""What would make an account's code something else: a virtual posting, a mark, our own escape."""


def export_hledger(session: Session, *, zone: tzinfo = UTC) -> Iterator[str]:
    """What moved balances as an hledger journal, entry by entry, oldest first.

    Transfers, reversals and settled holds are transactions on their day in `zone`; open holds and
    the acts that only open or freeze move nothing and are left out. Units become quoted
    commodities, quantities stay whole numbers; id, key and nonce are tags. The last transaction
    asserts every balance. Texts stand on one line, without what hledger would take as the end of
    one: Beancount's export and the audit file keep them whole.
    It names everybody: it is for those who may see everything.
    """
    movements = Movements(session)
    for unit in movements.units.values():
        yield f'commodity 1. "{unit.code}"\n'
    for account in movements.accounts:
        yield f"account {hledger_account(account)}\n"
    closing = Closing(zone)
    for movement in movements:
        yield _transaction(movement, closing.follow(movement).isoformat())
    rest = [
        f'    {hledger_account(account)}  0 "{unit}" = {quantity} "{unit}"\n'
        for account, unit, quantity in closing.balances()
    ]
    if rest:
        yield f"\n{closing.last_day.isoformat()} (closing) balances\n"
        yield from rest


def hledger_account(code: str) -> str:
    """The code as hledger takes it for an account: as it is, or with percent signs as in a URL."""
    return _SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", code)


def _transaction(movement: Movement, day: str) -> str:
    what = " | ".join(part for part in (movement.kind, _plain(movement.memo)) if part)
    lines = [
        f"\n{day} ({_plain(movement.reference).replace(')', ' ')}) {what}\n"
        f"    ; id: {movement.id}\n    ; key: {_plain(movement.key)}\n"
        f"    ; nonce: {movement.nonce}\n"
    ]
    for line in movement.lines:
        source, target = hledger_account(line.source), hledger_account(line.target)
        lines.append(
            f'    {target}  {line.quantity} "{line.unit}"\n'
            f'    {source}  -{line.quantity} "{line.unit}"\n'
        )
    return "".join(lines)


def _plain(text: str) -> str:
    """One line without what hledger would read as a comment or as the end of a tag."""
    return _BREAKS.sub(" ", text).strip()
