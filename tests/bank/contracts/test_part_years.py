"""A lease that ends within a year owes rent for its days, not for the whole year."""

from datetime import date, timedelta

import pytest

from bank.calendar import add_years, local_date
from bank.contracts import rents
from bank.contracts.tables import Contract
from bank.deposits.tables import StorageMode
from tests.queries import counting

RENT = 365_000


@pytest.fixture
def deposit(world):
    return world.deposit(mode=StorageMode.LEASE, rent_fen=RENT, term_years=3)


def contract_of(session, world, deposit, ends_on: date) -> Contract:
    """The contract of a lease whose right ends on that day."""
    deposit.asset.right.ends_on = ends_on
    session.flush()
    order = world.collected(deposit)
    found: Contract = session.query(Contract).filter_by(project_id=order.project_id).one()
    return found


def test_a_last_year_that_is_cut_short_is_paid_by_its_days(session, world, deposit):
    begins_on = local_date(world.at)
    ends_on = add_years(begins_on, 1) + timedelta(days=73)
    contract = contract_of(session, world, deposit, ends_on)

    by_days = 72_801  # 73 of 366
    assert [instalment.amount_fen for instalment in contract.instalments] == [RENT, by_days]


def test_a_whole_last_year_is_paid_whole(session, world, deposit):
    contract = contract_of(session, world, deposit, date(2053, 12, 31))

    assert [instalment.amount_fen for instalment in contract.instalments] == [RENT] * 3


def test_the_first_rent_was_agreed_and_stays_whole(session, world, deposit):
    contract = contract_of(session, world, deposit, local_date(world.at) + timedelta(days=100))

    assert [instalment.amount_fen for instalment in contract.instalments] == [RENT]


def test_rents_in_arrears_are_read_with_their_contracts_by_two_queries(session, world):
    deposits = [world.deposit(mode=StorageMode.LEASE) for _ in range(3)]
    world.collected(*deposits)
    world.later(days=800)
    session.expire_all()

    with counting(session) as queries:
        found = rents.contracts_in_arrears(session, today=local_date(world.at), limit=5)
        names = [contract.deposit.asset.name + contract.project.name for contract, _ in found]

    assert len(names) == 5
    assert len(queries) == 2
    assert all(contract.id == instalment.contract_id for contract, instalment in found)
