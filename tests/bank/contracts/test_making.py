"""Contracts: shares at appraised value, a lease with its rents, a swap with its balance."""

from datetime import date

import pytest
from sqlalchemy import select

from bank import accounts
from bank.calendar import add_years, local_date
from bank.contracts import making
from bank.contracts.tables import Contract
from bank.deposits.tables import StorageMode
from ledger import journal
from tests.reading import money, party_of, shares


def contract_of(session, deposit):
    """The contract that the collection made for it."""
    return session.scalars(select(Contract).where(Contract.deposit_id == deposit.id)).one()


def three_holders(world):
    """An owner with two others, who hold a half, a third and a sixth; all as numbers of parties."""
    owner = world.villager()
    mine = party_of(world.session, owner)
    second, third = world.party(name="王小花"), world.party(name="王大山")
    return owner, {mine: 3, second: 2, third: 1}


def held_by(world, holders, **told):
    """A stored deposit of these holders."""
    owner, weights = holders
    return world.deposit(
        owner=owner, holders={party.id: weight for party, weight in weights.items()}, **told
    )


# -- shares --------------------------------------------------------------------------------------


def test_a_share_is_worth_one_yuan_of_the_appraised_value(session, world, stored):
    order = world.collected(stored, capital_fen=10_000_000)
    contract = contract_of(session, stored)

    assert contract.mode is StorageMode.SHARE
    assert contract.value_fen == stored.value_fen
    whole = (stored.value_fen + 10_000_000) // 100
    given = shares(session, order.project)
    assert sum(given.values()) == whole
    assert given[stored.party.number] == contract.shares
    assert abs(contract.shares - stored.value_fen / 100) < 1
    assert abs(given[order.party.number] - 100_000) < 1


@pytest.mark.parametrize("capital_fen", [0, 1, 99, 101])
def test_every_share_of_the_whole_value_is_given_out(session, world, capital_fen):
    deposits = [world.deposit(yearly_yuan=yearly) for yearly in (13, 17)]
    order = world.collected(*deposits, capital_fen=capital_fen + 1)

    staked = sum(deposit.value_fen for deposit in deposits) + capital_fen + 1
    assert sum(shares(session, order.project).values()) == staked // 100


def test_the_shares_of_one_deposit_are_split_among_its_holders_to_the_last(session, world):
    holders = three_holders(world)
    deposit = held_by(world, holders, yearly_yuan=17)
    order = world.collected(deposit)

    given = shares(session, order.project)
    parts = [given[party.number] for party in holders[1]]
    total = contract_of(session, deposit).shares
    assert sum(parts) == total
    assert all(
        abs(part - total * weight / 6) < 1 for part, weight in zip(parts, (3, 2, 1), strict=True)
    )


def test_stakes_too_small_for_a_share_get_none(session, world):
    parts = making.split_shares([99, 0], at=world.at)

    assert parts == [0, 0]
    assert making.split_shares([0, 0], at=world.at) == [0, 0]


def test_shares_are_split_by_largest_remainder(world):
    assert making.split_shares([150, 150, 100], at=world.at) == [2, 1, 1]


def test_a_lease_and_a_swap_bring_no_shares(session, world):
    lease, swap = world.deposit(mode=StorageMode.LEASE), world.deposit(mode=StorageMode.SWAP)
    order = world.collected(lease, swap, capital_fen=10_000)

    assert shares(session, order.project) == {order.party.number: 100}


def test_a_project_without_stakes_has_no_shares(session, world):
    order = world.collected(world.deposit(mode=StorageMode.LEASE), capital_fen=0)

    assert shares(session, order.project) == {}


def test_the_investors_capital_goes_to_the_project(session, world, stored):
    order = world.collected(stored, capital_fen=1_234_567)

    capital = accounts.capital(order.project.number)
    assert journal.balance(session, capital, accounts.CNY) == 1_234_567
    assert journal.balance(session, accounts.escrow(order.number), accounts.CNY) == 0


# -- the term ------------------------------------------------------------------------------------


def test_a_contract_runs_for_the_term_from_the_day_of_collection(session, world):
    deposit = world.deposit(term_years=15)
    world.collected(deposit)
    contract = contract_of(session, deposit)

    assert contract.starts_on == local_date(world.at)
    assert contract.ends_on == add_years(contract.starts_on, 15)


def test_a_contract_ends_with_the_right_if_that_ends_first(session, world):
    deposit = world.deposit(term_years=27)
    world.at = world.at.replace(year=2027)
    world.commission_of(deposit).stage = "engaged"
    world.appraise(deposit)
    world.collected(deposit)

    assert contract_of(session, deposit).ends_on == date(2053, 12, 31)


# -- leases --------------------------------------------------------------------------------------


def test_a_lease_has_a_rent_on_the_same_day_of_every_year_of_its_term(session, world):
    deposit = world.deposit(mode=StorageMode.LEASE, term_years=3, rent_fen=800_000)
    world.collected(deposit)
    contract, today = contract_of(session, deposit), local_date(world.at)

    assert contract.rent_fen == 800_000
    assert [(rent.ordinal, rent.due_on, rent.amount_fen) for rent in contract.instalments] == [
        (1, today, 800_000),
        (2, add_years(today, 1), 800_000),
        (3, add_years(today, 2), 800_000),
    ]


def test_the_first_rent_is_paid_from_escrow_and_the_later_ones_are_open(session, world):
    owner = world.villager()
    deposit = world.deposit(owner=owner, mode=StorageMode.LEASE, term_years=3, rent_fen=800_000)
    world.collected(deposit)

    paid = [rent.paid_at for rent in contract_of(session, deposit).instalments]
    assert paid == [world.at, None, None]
    assert money(session, owner) == 800_000


def test_a_rent_is_split_among_the_holders_to_the_last_fen(session, world):
    holders = three_holders(world)
    world.collected(held_by(world, holders, mode=StorageMode.LEASE, rent_fen=100_001))

    assert [money(session, party) for party in holders[1]] == [50_000, 33_334, 16_667]


# -- swaps ---------------------------------------------------------------------------------------


def test_a_swap_pays_the_balance_between_value_and_offer(session, world):
    owner = world.villager()
    deposit = world.deposit(owner=owner, mode=StorageMode.SWAP)
    world.collected(deposit)
    contract = contract_of(session, deposit)

    assert contract.swap_offer == "安置房 90 平方米"
    assert contract.swap_offer_fen == deposit.value_fen // 3
    assert contract.balance_fen == deposit.value_fen - deposit.value_fen // 3
    assert money(session, owner) == contract.balance_fen


def test_a_swap_lasts_as_long_as_the_right_and_owes_no_rent(session, world):
    deposit = world.deposit(mode=StorageMode.SWAP)
    endless = world.deposit(mode=StorageMode.SWAP, owner=world.collective())
    world.collected(deposit, endless)
    contract = contract_of(session, deposit)

    assert contract.ends_on == date(2053, 12, 31)
    assert (contract.instalments, contract.shares) == ([], 0)
    assert contract_of(session, endless).ends_on is None


def test_a_balance_is_split_among_the_holders_to_the_last_fen(session, world):
    holders = three_holders(world)
    deposit = held_by(world, holders, mode=StorageMode.SWAP, yearly_yuan=17)
    world.collected(deposit)

    parts = [money(session, party) for party in holders[1]]
    assert sum(parts) == contract_of(session, deposit).balance_fen
    assert parts == sorted(parts, reverse=True)


# -- together ------------------------------------------------------------------------------------


def test_one_order_makes_one_contract_for_each_deposit(session, world):
    deposits = [world.deposit(mode=mode) for mode in StorageMode]
    order = world.collected(*deposits)

    contracts = [contract_of(session, deposit) for deposit in deposits]
    assert [contract.mode for contract in contracts] == list(StorageMode)
    assert len({contract.number for contract in contracts}) == 3
    assert {contract.project_id for contract in contracts} == {order.project_id}


def test_holders_and_the_investor_see_their_contracts_and_nobody_else(session, world):
    holders = three_holders(world)
    deposit = held_by(world, holders)
    order = world.collected(deposit)
    contract = contract_of(session, deposit)

    for party in [*holders[1], order.party]:
        assert making.contracts_of(session, frozenset({party.id})) == [contract]
    assert making.contracts_of(session, world.villager("李大山").parties) == []
