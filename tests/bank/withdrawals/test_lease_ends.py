"""Land whose contract has ended goes home, once every rent of it is paid."""

from datetime import timedelta

import pytest

from bank import accounts
from bank.calendar import midnight
from bank.contracts import rents
from bank.contracts.tables import Contract
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import StorageMode
from bank.withdrawals import requesting
from bank.withdrawals.refusals import ContractRunning, RentOpen
from tests.reading import places, refused


@pytest.fixture
def owner(world):
    return world.villager()


@pytest.fixture
def leased(world, owner):
    deposit = world.deposit(owner=owner, mode=StorageMode.LEASE, term_years=2)
    world.collected(deposit)
    return deposit


@pytest.fixture
def contract(session, leased):
    return session.query(Contract).filter_by(deposit_id=leased.id).one()


def ask(world, deposit, owner):
    return requesting.request_return(
        world.session, deposit.id, actor=owner, at=world.at, key=world.key()
    )


def pay(world, contract):
    rents.pay_rent(
        world.session, contract.id, ordinal=2, bank_receipt_number="NH0002",
        amount_fen=contract.rent_fen, officer=world.county_officer, at=world.at, key=world.key(),
    )  # fmt: skip


def test_until_the_contract_ends_it_stays(world, owner, leased, contract):
    pay(world, contract)
    world.at = midnight(contract.ends_on) - timedelta(seconds=1)

    with refused(ContractRunning, contract=contract.number, ends_on=contract.ends_on.isoformat()):
        ask(world, leased, owner)
    assert not requesting.may_go_home(world.session, leased, world.at)


def test_an_open_rent_keeps_it(world, owner, leased, contract):
    world.at = midnight(contract.ends_on)

    with refused(RentOpen, contract=contract.number):
        ask(world, leased, owner)


def test_then_it_goes_home_from_its_project(session, world, owner, leased, contract):
    pay(world, contract)
    world.at = midnight(contract.ends_on)

    world.confirm(ask(world, leased, owner))

    assert leased.stage is Stage.RETURNED
    assert places(session, leased) == {accounts.returned(leased.party.number): leased.area_dm2}
