"""Several people at one deposit that red lines cut: one part at a time, and one answer counts."""

from typing import Any

import pytest

from bank import accounts
from bank.deposits.tables import Deposit
from bank.orders import asking, changing, placing
from bank.orders.lifecycle import PartStage
from bank.orders.refusals import NotInCatalogue
from bank.orders.tables import Order
from bank.refusals import GraceRunning, IllegalMove, NoSuchRecord
from bank.withdrawals import confirming
from database.directory import Bank
from database.engine import writing
from database.refusals import Refusal
from ledger import journal
from tests.bank.orders.test_parts import west
from tests.bank.orders.test_races import at_once, ordering
from tests.world import World


@pytest.mark.parametrize("turn", range(3))
def test_two_investors_who_cut_the_same_deposit_end_with_one_part(
    committed_bank: Bank, turn: int
) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        wood = world.deposit()
        bundles = [
            world.bundle(wood, investor=world.investor(name), red_lines={wood.id: west(wood, m)})
            for name, m in (("甲公司", 30), ("乙公司", 60))
        ]
        told = [(bundle.id, investor) for bundle, investor in bundles]
        at, unit, party = world.at, accounts.land(wood.number), wood.party.number

    results = at_once(committed_bank, *(ordering(*each, at=at) for each in told))

    losers = [result for result in results if isinstance(result, Refusal)]
    assert [type(loser) for loser in losers] == [NotInCatalogue]
    (winner,) = (result for result in results if isinstance(result, str))
    with committed_bank.session() as session:
        held = {
            each.account: each.quantity
            for each in journal.balances(session, unit=unit)
            if each.quantity > 0
        }
    part = {0: 300_000, 1: 600_000}[results.index(winner)]
    assert held == {accounts.reserved(winner): part, accounts.stored(party): 1_000_000 - part}


@pytest.mark.parametrize("turn", range(3))
def test_a_yes_and_a_no_at_once_leave_one_answer(committed_bank: Bank, turn: int) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        owner = world.villager()
        wood = world.deposit(owner=owner)
        order = world.order(
            wood, accepted=False, approved=False, red_lines={wood.id: west(wood, 30)}
        )
        part = asking.parts_of(session, order)[wood.id]
        told: dict[str, Any] = {
            "deposit_id": wood.id, "shape_digest": part.shape_digest,
            "actor": owner, "at": world.at,
        }  # fmt: skip
        order_id = order.id

    results = at_once(
        committed_bank,
        lambda session: asking.agree(session, order_id, **told).stage,
        lambda session: asking.decline(session, order_id, **told).stage,
    )

    answers = [result for result in results if isinstance(result, PartStage)]
    assert len(answers) == 1
    assert [type(each) for each in results if each not in answers] == [IllegalMove]
    with committed_bank.session() as session:
        order = session.get_one(Order, order_id)
        assert [each.stage for each in asking.parts_of(session, order).values()] == answers


@pytest.mark.parametrize("turn", range(3))
def test_whole_and_without_at_once_leave_every_dm2_in_its_place(
    committed_bank: Bank, turn: int
) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        owner, investor = world.villager(), world.investor()
        wood, other = world.deposit(owner=owner), world.deposit()
        order = world.order(
            wood, other, investor=investor, accepted=False, approved=False,
            red_lines={wood.id: west(wood, 30)},
        )  # fmt: skip
        part = asking.parts_of(session, order)[wood.id]
        asking.decline(
            session, order.id, deposit_id=wood.id, shape_digest=part.shape_digest,
            actor=owner, at=world.at,
        )  # fmt: skip
        told: dict[str, Any] = {"deposit_id": wood.id, "actor": investor, "at": world.at}
        order_id, wood_id, unit = order.id, wood.id, accounts.land(wood.number)
        reserved = accounts.reserved(order.number)
        officer, at = world.county_officer, world.at

    results = at_once(
        committed_bank,
        lambda session: changing.change(session, order_id, line=None, **told).area_dm2,
        lambda session: changing.drop(session, order_id, **told).stage,
        lambda session: placing.cancel(
            session, order_id, reason="", officer=officer, at=at
        ).stage,
    )  # fmt: skip

    losers = [result for result in results if isinstance(result, Refusal)]
    assert {type(loser) for loser in losers} <= {IllegalMove, NoSuchRecord}
    with committed_bank.session() as session:
        order = session.get_one(Order, order_id)
        lines = {line.deposit_id: line.area_dm2 for line in order.lines}
        assert order.stage == "cancelled"
        assert journal.balance(session, reserved, unit) == 0
        wood = session.get_one(Deposit, wood_id)
        assert wood.stage == "stored"
        assert lines.get(wood_id) in (None, 300_000, 1_000_000)


def test_two_confirmations_at_once_cut_a_deposit_once(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        wood = world.deposit()
        order = world.order(wood, red_lines={wood.id: west(wood, 30)})
        withdrawal = world.collection(order)
        confirming.check(session, withdrawal.id, officer=world.other_county_officer, at=world.at)
        told = [
            (officer, str(nth))
            for nth, officer in enumerate(
                (world.third_county_officer, world.user("冯", *world.county_officer.roles))
            )
        ]
        withdrawal_id, at, wood_id = withdrawal.id, world.at, wood.id

    def confirm(officer, key):
        return lambda session: (
            confirming.confirm(session, withdrawal_id, officer=officer, at=at, key=key).stage
        )

    results = at_once(committed_bank, *(confirm(*each) for each in told))

    assert [type(each) for each in results if isinstance(each, Refusal)] == [IllegalMove]
    with committed_bank.session() as session:
        areas = sorted(deposit.area_dm2 for deposit in session.query(Deposit))
        assert areas == [300_000, 700_000]
        assert session.get_one(Deposit, wood_id).area_dm2 == 700_000


@pytest.mark.parametrize("turn", range(3))
def test_taking_a_yes_back_while_the_project_is_approved(committed_bank: Bank, turn: int) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        owner = world.villager()
        wood = world.deposit(owner=owner)
        order = world.order(
            wood, accepted=False, approved=False, red_lines={wood.id: west(wood, 30)}
        )
        world.later(minutes=11)
        world.agree_to_parts(order)
        told: dict[str, Any] = {"deposit_id": wood.id, "actor": owner, "at": world.at}
        order_id = order.id

    def approve(session):
        again = World.__new__(World)
        again.session, again.at, again.county_officer = session, world.at, world.county_officer
        again.approve(session.get_one(Order, order_id))

    results = at_once(
        committed_bank,
        lambda session: asking.take_back(session, order_id, **told).stage,
        approve,
    )

    assert results[0] is PartStage.ASKED
    assert isinstance(results[1], GraceRunning | Refusal)
