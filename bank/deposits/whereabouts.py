"""Where a deposit's area is by the ledger's word, and the transfers that brought it there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit
from bank.refusals import NoSuchRecord
from ledger import journal, tables as t

SHOWN: Final = IN_BANK | {Stage.ON_NOTICE, Stage.CLEARED, Stage.RETURNED}
"""Stages in which a deposit may be looked up by its number; before, it is its owner's affair."""
LONGEST: Final = 200
"""How many moves of one account are read."""


@dataclass(frozen=True)
class Move:
    """Some of the area went from one account to another; in dm²."""

    transfer: UUID
    number: int
    kind: str
    reference: str
    occurred_at: datetime
    source: str
    target: str
    quantity: int


@dataclass(frozen=True)
class Whereabouts:
    """The unit of a deposit, who holds how much of it now, and its moves, newest first."""

    unit: str
    balances: tuple[journal.Balance, ...]
    moves: tuple[Move, ...]

    @property
    def area_dm2(self) -> int:
        """All area that the ledger has of this deposit, in the bank or gone home."""
        return sum(each.quantity for each in self.balances)


def find_shown(session: Session, number: str) -> Deposit | None:
    """The deposit of this number, if the public may look it up."""
    found = session.scalar(select(Deposit).where(Deposit.number == number))
    return found if found and found.stage in SHOWN else None


def get_shown(session: Session, number: str) -> Deposit:
    """The same. Refuses: NoSuchRecord."""
    found = find_shown(session, number)
    if found is None:
        raise NoSuchRecord("no such deposit", number=number)
    return found


def whereabouts(session: Session, deposit: Deposit) -> Whereabouts:
    """Where the deposit's area is; nowhere, before it was stored."""
    unit = accounts.land(deposit.number)
    touched = session.scalars(
        select(t.account.c.code)
        .join(t.balance, t.balance.c.account == t.account.c.id)
        .join(t.unit, t.unit.c.id == t.balance.c.unit)
        .where(t.unit.c.code == unit)
        .order_by(t.account.c.code)
    ).all()
    moves = [
        Move(
            transfer=line.transfer,
            number=line.number,
            kind=line.kind,
            reference=line.reference,
            occurred_at=line.occurred_at,
            source=line.other,
            target=account,
            quantity=line.quantity,
        )
        for account in touched
        for line in journal.statement(session, account, unit, limit=LONGEST)
        if line.quantity > 0  # each posting has one target: nothing is told twice
    ]
    held = journal.balances(session, unit=unit)
    return Whereabouts(
        unit=unit,
        balances=tuple(each for each in held if each.account != accounts.WORLD_LAND),
        moves=tuple(sorted(moves, key=lambda move: move.number, reverse=True)),
    )
