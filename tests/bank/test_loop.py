"""The whole loop by commands, from a draft to a payout, and what the ledger says of it."""

from sqlalchemy.orm import Session

from bank import accounts
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import StorageMode
from bank.parties.tables import Party
from ledger import journal
from tests.world import World


def test_a_woodland_becomes_a_projects_first_dividend(session: Session) -> None:
    world = World(session)
    owner = world.villager()
    party = session.get_one(Party, next(iter(owner.parties)))
    deposit = world.deposit(owner=owner)
    lease = world.deposit(mode=StorageMode.LEASE)
    swap = world.deposit(mode=StorageMode.SWAP)
    assert (
        journal.balance(session, accounts.stored(party.number), accounts.land(deposit.number))
        == 1_000_000
    )

    order = world.collected(deposit, lease, swap)
    assert deposit.stage is Stage.COLLECTED
    world.revenue(order)
    round_ = world.round(order)
    assert round_.reserve_fen == 1_500_000
    assert sum(line.amount_fen for line in round_.lines) == 3_500_000

    mine = journal.balance(session, accounts.cash(party.number), accounts.CNY)
    assert mine == next(line.amount_fen for line in round_.lines if line.party_id == party.id)
    world.confirm(world.payout(owner, mine))
    assert journal.balance(session, accounts.cash(party.number), accounts.CNY) == 0
