"""Several people at once, on real databases: one winner, nothing lost, nothing doubled."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from bank import accounts
from bank.catalogue import bundling
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.orders import placing
from bank.orders.refusals import NotInCatalogue
from bank.parties.tables import Party
from bank.refusals import IllegalMove
from bank.withdrawals import confirming, requesting
from bank.withdrawals.refusals import NotEnough
from database.actor import Actor
from database.directory import Bank
from database.engine import writing
from database.refusals import Refusal
from ledger import journal
from tests.world import World


def at_once(bank: Bank, *commands) -> list[object]:
    """Run each command in a thread and a transaction of its own, all starting together."""
    gate = Barrier(len(commands))

    def run(command) -> object:
        with bank.session() as session:
            gate.wait()
            try:
                with writing(session):
                    return command(session)
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def ordering(
    bundle_id: UUID, investor: Actor, *, at: datetime, capital_fen: int = 1
) -> Callable[[Session], str]:
    """A command for `at_once`: orders the bundle, and gives the order's number."""
    return lambda session: placing.place(
        session, bundle_id, name="民宿", purpose="民宿", capital_fen=capital_fen,
        actor=investor, at=at, key=str(bundle_id),
    ).number  # fmt: skip


def test_two_investors_who_order_the_same_deposit_end_with_one_winner(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        contested, other = world.deposit(), world.deposit()
        first, one = world.bundle(contested, other)
        second, two = world.bundle(contested, investor=world.investor("后来者有限公司"))
        bundles = [(first.id, one), (second.id, two)]
        at, unit = world.at, accounts.land(contested.number)

    results = at_once(
        committed_bank, *(ordering(*bundle, at=at, capital_fen=100) for bundle in bundles)
    )

    losers = [result for result in results if isinstance(result, Refusal)]
    assert [type(loser) for loser in losers] == [NotInCatalogue]
    (winner,) = (result for result in results if isinstance(result, str))
    with committed_bank.session() as session:
        held = journal.balances(session, unit=unit, account_prefix="order:")
        assert [balance.account for balance in held] == [accounts.reserved(winner)]
        if winner != bundles_winner(session, other.id):
            assert session.get_one(Deposit, other.id).stage is Stage.STORED


def bundles_winner(session, deposit_id) -> str | None:
    """The order that holds the deposit, by the ledger."""
    deposit = session.get_one(Deposit, deposit_id)
    held = journal.balances(session, unit=accounts.land(deposit.number), account_prefix="order:")
    return held[0].account.split(":")[1] if held else None


def test_a_double_click_makes_one_order(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        bundle, investor = world.bundle(world.deposit())
        told: dict[str, Any] = {
            "name": "民宿", "purpose": "民宿", "capital_fen": 0,
            "actor": investor, "at": world.at, "key": "the same",
        }  # fmt: skip
        bundle_id = bundle.id

    def place(session):
        return placing.place(session, bundle_id, **told).number

    results = at_once(committed_bank, place, place)

    assert results[0] == results[1]
    assert isinstance(results[0], str)


def test_two_confirmations_at_once_carry_a_collection_out_once(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        order = world.order(world.deposit())
        withdrawal = world.collection(order)
        confirming.check(session, withdrawal.id, officer=world.other_county_officer, at=world.at)
        fourth = world.user("冯科员", *world.county_officer.roles)
        officers = [world.third_county_officer, fourth]
        withdrawal_id, at, number = withdrawal.id, world.at, withdrawal.number

    def confirm(officer):
        return lambda session: (
            confirming.confirm(
                session, withdrawal_id, officer=officer, at=at, key=officer.name
            ).number
        )

    results = at_once(committed_bank, *(confirm(officer) for officer in officers))

    assert sorted(type(result).__name__ for result in results) == [IllegalMove.__name__, "str"]
    with committed_bank.session() as session:
        assert len(journal.transfers(session, reference=f"withdrawal:{number}")) == 1


def test_two_payouts_at_once_cannot_ask_for_the_same_money(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        owner = world.villager()
        order = world.collected(world.deposit(owner=owner))
        world.revenue(order)
        world.round(order)
        party = session.get_one(Party, next(iter(owner.parties)))
        party_id, at = party.id, world.at
        everything = requesting.available(session, party)

    def ask(key):
        return lambda session: requesting.request_payout(
            session, party_id, amount_fen=everything, bank_account="6228480402564890018",
            actor=owner, at=at, key=key,
        ).number  # fmt: skip

    results = at_once(committed_bank, ask("one"), ask("two"))

    assert sorted(type(result).__name__ for result in results) == [NotEnough.__name__, "str"]


@pytest.mark.parametrize("many", [4])
def test_many_deposits_can_be_put_in_bundles_while_others_are_ordered(
    committed_bank: Bank, many: int
) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        deposits = [world.deposit() for _ in range(many)]
        pairs = [
            world.bundle(deposit, investor=world.investor(f"公司{place}"))
            for place, deposit in enumerate(deposits)
        ]
        orders = [(bundle.id, investor) for bundle, investor in pairs]
        at = world.at
        watcher = world.investor("看客有限公司")
        first = deposits[0].id

    def look(session):
        bundle = bundling.open_bundle(
            session, party_id=next(iter(watcher.parties)), actor=watcher, at=at
        )
        return bundling.add(session, bundle.id, deposit_id=first, actor=watcher, at=at).id

    results = at_once(
        committed_bank, look, *(ordering(*order, at=at, capital_fen=0) for order in orders)
    )

    assert not [result for result in results[1:] if isinstance(result, Refusal)]
    assert len(set(map(str, results[1:]))) == many
