"""Two officers at the same land at the same time, on real databases: it is stored once."""

from bank.deposits import records, storing
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import OverlapsDeposit
from database.directory import Bank
from database.engine import writing
from database.refusals import Refusal
from tests.bank.deposits.turns import second_waits
from tests.bank.orders.test_races import at_once
from tests.world import World


def storing_of(deposit, officer, at):
    deposit_id = deposit.id
    return lambda session: (
        storing.store(session, deposit_id, officer=officer, at=at, key=str(deposit_id)).stage
    )


def test_of_two_deposits_of_the_same_land_one_is_stored(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        shape = world.square()
        deposits = [world.deposit(Stage.CLEARED, shape=shape) for _ in range(2)]
        for deposit in deposits:
            world.appraise(deposit)
        officers = [world.officer, world.second_officer]
        stores = [storing_of(*pair, world.at) for pair in zip(deposits, officers, strict=True)]
        numbers = [deposit.number for deposit in deposits]

    second = second_waits(committed_bank, *stores)

    assert isinstance(second, OverlapsDeposit)
    with committed_bank.session() as session:
        stages = [records.by_number(session, number).stage for number in numbers]
        assert stages == [Stage.STORED, Stage.CLEARED]


def test_neighbours_are_both_stored(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        deposits = [world.deposit(Stage.CLEARED) for _ in range(4)]
        for deposit in deposits:
            world.appraise(deposit)
        stores = [storing_of(deposit, world.officer, world.at) for deposit in deposits]

    results = at_once(committed_bank, *stores)

    assert not [result for result in results if isinstance(result, Refusal)]
