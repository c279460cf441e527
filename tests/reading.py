"""What tests read back: a refusal with its field and facts, the journal, what a party has."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from bank import accounts
from bank.deposits.tables import Deposit
from bank.parties.tables import Party
from bank.projects.tables import Project
from database.actor import Actor
from database.refusals import Refusal
from ledger import journal


@contextmanager
def refused(refusal: type[Refusal], field: str | None = None, **facts: object) -> Iterator[None]:
    """What runs inside is refused by exactly this class, for this field, with these facts."""
    with pytest.raises(refusal) as found:
        yield
    assert found.type is refusal
    assert found.value.field == field
    assert {name: found.value.facts.get(name) for name in facts} == facts


def recorded(session: Session) -> list[str]:
    """The hashes of all transfers in the journal, newest first."""
    return [transfer.hash for transfer in journal.transfers(session, limit=200)]


def party_of(session: Session, actor: Actor) -> Party:
    """The one party that the actor acts for."""
    (party_id,) = actor.parties
    return session.get_one(Party, party_id)


def money(session: Session, party: Party | Actor | UUID) -> int:
    """What the bank keeps for a party, in fen."""
    if isinstance(party, Actor):
        party = party_of(session, party)
    elif isinstance(party, UUID):
        party = session.get_one(Party, party)
    return journal.balance(session, accounts.cash(party.number), accounts.CNY)


def shares(session: Session, project: Project) -> dict[str, int]:
    """Who holds how many of the project's shares, by party number."""
    found = journal.holders(session, accounts.share(project.number))
    return {balance.account.split(":")[1]: balance.quantity for balance in found}


def places(session: Session, deposit: Deposit) -> dict[str, int]:
    """The accounts in which the deposit's area lies, the world's left out, in dm2."""
    found = journal.balances(session, unit=accounts.land(deposit.number))
    return {each.account: each.quantity for each in found if each.quantity > 0}
