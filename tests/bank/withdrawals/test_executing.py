"""What a confirmed withdrawal moves: land, money and shares, all of it and nothing else."""

import pytest

from bank import accounts
from bank.acts import history
from bank.deposits import submission
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import StorageMode
from bank.orders.lifecycle import Stage as OrderStage
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import IllegalMove
from bank.withdrawals import requesting
from ledger import journal
from tests.reading import money, party_of, places, refused


def totals(session) -> dict[str, int]:
    """The sum over all accounts of each unit."""
    sums: dict[str, int] = {}
    for balance in journal.balances(session):
        sums[balance.unit] = sums.get(balance.unit, 0) + balance.quantity
    return sums


@pytest.fixture
def owner(world):
    """Who deposited the land."""
    return world.villager()


# -- collections ---------------------------------------------------------------------------------


def test_a_collection_brings_all_land_to_the_project(session, world):
    deposits = [world.deposit(mode=mode) for mode in StorageMode]
    order = world.collected(*deposits)

    for deposit in deposits:
        assert deposit.stage is DepositStage.COLLECTED
        assert places(session, deposit) == {accounts.held(order.project.number): 1_000_000}
        assert history(session, deposit)[-1].reason == order.project.number
    assert order.stage is OrderStage.FULFILLED
    assert order.project.stage is ProjectStage.OPERATING


def test_a_collection_empties_the_escrow_to_the_fen(session, world):
    deposits = [world.deposit(mode=mode, yearly_yuan=17, rent_fen=1_001) for mode in StorageMode]
    order = world.collected(*deposits, capital_fen=12_345)

    assert journal.balance(session, accounts.escrow(order.number), accounts.CNY) == 0
    share, lease, swap = deposits
    assert money(session, share.party) == 0
    assert money(session, lease.party) == 1_001
    assert money(session, swap.party) == swap.value_fen - swap.value_fen // 3
    capital = accounts.capital(order.project.number)
    assert journal.balance(session, capital, accounts.CNY) == 12_345


def test_a_collection_is_one_transfer_of_land_money_and_shares(session, world):
    order = world.order(*[world.deposit(mode=mode) for mode in StorageMode])
    withdrawal = world.confirm(world.collection(order))

    (transfer,) = journal.transfers(session, reference=f"withdrawal:{withdrawal.number}")
    units = {posting.unit.split(":")[0] for posting in transfer.postings}
    assert (transfer.kind, units) == ("collect", {"land", "CNY", "share"})


def test_every_unit_still_sums_to_zero(session, world, owner):
    order = world.collected(*[world.deposit(owner=owner, mode=mode) for mode in StorageMode])
    world.revenue(order)
    world.round(order)
    world.confirm(world.payout(owner, money(session, owner)))

    assert set(totals(session).values()) == {0}
    assert all(
        balance.quantity > 0 or balance.account.startswith("world:")
        for balance in journal.balances(session)
    )


def test_other_deposits_of_the_owner_stay_where_they_are(session, world, owner):
    kept, collected = world.deposit(owner=owner), world.deposit(owner=owner)
    world.collected(collected)

    assert kept.stage is DepositStage.STORED
    stored = accounts.stored(party_of(session, owner).number)
    assert places(session, kept) == {stored: 1_000_000}


# -- returns -------------------------------------------------------------------------------------


@pytest.fixture
def returned(session, world, owner):
    """A deposit that went home."""
    deposit = world.deposit(owner=owner)
    withdrawal = requesting.request_return(
        session, deposit.id, actor=owner, at=world.at, key=world.key()
    )
    world.confirm(withdrawal)
    return deposit


def test_a_return_brings_the_whole_area_home(session, returned):
    assert returned.stage is DepositStage.RETURNED
    home = accounts.returned(returned.party.number)
    assert places(session, returned) == {home: returned.area_dm2}


def test_what_went_home_is_out_of_the_catalogue_for_good(session, world, owner, returned):
    with refused(IllegalMove, stage="returned", act="return"):
        requesting.request_return(session, returned.id, actor=owner, at=world.at, key=world.key())
    with refused(IllegalMove, stage="returned", act="submit"):
        submission.submit(session, returned.id, actor=owner, at=world.at, key=world.key())


# -- payouts -------------------------------------------------------------------------------------


def test_a_payout_leaves_the_bank(session, world, owner):
    world.collected(world.deposit(owner=owner, mode=StorageMode.SWAP), capital_fen=0)
    had = money(session, owner)
    outside = journal.balance(session, accounts.WORLD_CNY, accounts.CNY)

    withdrawal = world.confirm(world.payout(owner, had - 1))

    assert money(session, owner) == 1
    assert journal.balance(session, accounts.WORLD_CNY, accounts.CNY) == outside + had - 1
    (transfer,) = journal.transfers(session, reference=f"withdrawal:{withdrawal.number}")
    assert transfer.kind == "payout"


def test_the_journal_does_not_name_the_bank_account(session, world, owner):
    world.collected(world.deposit(owner=owner, mode=StorageMode.SWAP), capital_fen=0)
    withdrawal = world.confirm(world.payout(owner, 1))

    (transfer,) = journal.transfers(session, reference=f"withdrawal:{withdrawal.number}")
    assert withdrawal.bank_account not in repr(transfer)
