"""Asking for a withdrawal: nothing leaves yet, and what was asked can be taken back for a while."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bank.acts import history
from bank.calendar import grace_ends, midnight
from bank.contracts.tables import Contract
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import StorageMode
from bank.orders.lifecycle import Stage as OrderStage
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import GraceOver, IllegalMove, KeyReused, NoSuchRecord, NotAnOfficer, NotYours
from bank.withdrawals import confirming, requesting
from bank.withdrawals.lifecycle import Stage
from bank.withdrawals.refusals import (
    BankAccountMissing,
    ContractRunning,
    NotEnough,
    NothingToPay,
    RentOpen,
    WithdrawalUnderWay,
)
from bank.withdrawals.tables import Kind, Withdrawal
from database.base import new_id
from tests.reading import money, party_of, recorded, refused

ACCOUNT = "6228480402564890018"


def collect(world, order, **told):
    """Ask for a collection."""
    told = {"officer": world.county_officer, "at": world.at, "key": world.key()} | told
    return requesting.request_collection(world.session, order.id, **told)


def return_(world, deposit, actor, **told):
    """Ask for a deposit back."""
    told = {"actor": actor, "at": world.at, "key": world.key()} | told
    return requesting.request_return(world.session, deposit.id, **told)


def pay_out(world, owner, amount_fen, **told):
    """Ask for money."""
    told = {"bank_account": ACCOUNT, "actor": owner, "at": world.at, "key": world.key()} | told
    return requesting.request_payout(
        world.session, next(iter(owner.parties)), amount_fen=amount_fen, **told
    )


def rich(world):
    """An owner to whom a swap brought money."""
    owner = world.villager()
    world.collected(world.deposit(owner=owner, mode=StorageMode.SWAP), capital_fen=0)
    return owner


def requests(session):
    """How many withdrawals there are."""
    return session.scalar(select(func.count()).select_from(Withdrawal))


# -- collections ---------------------------------------------------------------------------------


def test_a_requested_collection_moves_nothing_and_binds_order_and_project(session, world, stored):
    order = world.order(stored)
    before = recorded(session)
    withdrawal = collect(world, order)

    assert (withdrawal.kind, withdrawal.stage) == (Kind.COLLECTION, Stage.REQUESTED)
    assert (withdrawal.order_id, withdrawal.party_id) == (order.id, order.party_id)
    assert order.stage is OrderStage.CONFIRMED
    assert order.project.stage is ProjectStage.COLLECTING
    assert recorded(session) == before


def test_only_a_county_officer_asks_for_a_collection(world, stored):
    order = world.order(stored)

    for actor in (world.officer, world.auditor, world.investor("别家公司")):
        with refused(NotAnOfficer):
            collect(world, order, officer=actor)


@pytest.mark.parametrize(
    ("told", "stage"),
    [({"approved": False}, "reserved"), ({"paid": False}, "reserved")],
    ids=["not approved", "not paid"],
)
def test_only_a_paid_order_is_collected(world, stored, told, stage):
    order = world.order(stored, **told)

    with refused(IllegalMove, stage=stage, act="confirm"):
        collect(world, order)


def test_a_collection_is_asked_for_once_at_a_time(world, stored):
    order = world.order(stored)
    collect(world, order)

    with refused(IllegalMove, stage="confirmed", act="confirm"):
        collect(world, order)


def test_a_collected_order_is_not_collected_again(world, stored):
    order = world.collected(stored)

    with refused(IllegalMove, stage="fulfilled", act="confirm"):
        collect(world, order)


def test_a_double_click_asks_for_one_collection(session, world, stored):
    order = world.order(stored)
    withdrawal = collect(world, order, key="the same")

    assert collect(world, order, key="the same") is withdrawal
    assert requests(session) == 1


def test_the_key_of_another_collection_is_refused(world, stored):
    first = world.order(stored)
    second = world.order(world.deposit(), investor=world.investor("别家公司"))
    collect(world, first, key="the same")

    with refused(KeyReused, key="the same"):
        collect(world, second, key="the same")


# -- returns -------------------------------------------------------------------------------------


def test_a_requested_return_moves_nothing(session, world):
    owner = world.villager()
    deposit = world.deposit(owner=owner)
    before = recorded(session)
    withdrawal = return_(world, deposit, owner)

    assert (withdrawal.kind, withdrawal.stage) == (Kind.RETURN, Stage.REQUESTED)
    assert withdrawal.deposit_id == deposit.id
    assert deposit.stage is DepositStage.STORED
    assert recorded(session) == before
    (row,) = history(session, withdrawal)
    assert (row.act, row.actor_id) == ("request", owner.id)


def test_only_the_owner_asks_for_her_deposit(world, stored):
    for actor in (world.villager("李大山"), world.county_officer):
        with refused(NotYours):
            return_(world, stored, actor)


@pytest.mark.parametrize("stage", [DepositStage.DRAFT, DepositStage.CLEARED])
def test_what_is_not_stored_cannot_come_back(world, stage):
    owner = world.villager()
    deposit = world.deposit(stage, owner=owner)

    with refused(IllegalMove, stage=stage.value, act="return"):
        return_(world, deposit, owner)


def test_what_an_order_holds_cannot_come_back(world):
    owner = world.villager()
    deposit = world.deposit(owner=owner)
    world.order(deposit)

    with refused(IllegalMove, stage="reserved", act="return"):
        return_(world, deposit, owner)


def contract_of(session, deposit):
    """Under which it serves its project."""
    return session.scalars(select(Contract).where(Contract.deposit_id == deposit.id)).one()


@pytest.mark.parametrize("mode", StorageMode)
def test_what_a_project_holds_comes_back_once_its_contract_has_ended(session, world, mode):
    owner = world.villager()
    deposit = world.deposit(owner=owner, mode=mode, term_years=1)
    world.collected(deposit)
    contract = contract_of(session, deposit)
    ended = midnight(contract.ends_on)

    world.at = ended - timedelta(seconds=1)
    with refused(ContractRunning, contract=contract.number, ends_on=contract.ends_on.isoformat()):
        return_(world, deposit, owner)
    world.at = ended
    assert return_(world, deposit, owner).stage is Stage.REQUESTED


def test_leased_land_does_not_come_back_while_a_rent_is_open(session, world):
    owner = world.villager()
    deposit = world.deposit(owner=owner, mode=StorageMode.LEASE, term_years=2)
    world.collected(deposit)
    contract = contract_of(session, deposit)
    world.at = midnight(contract.ends_on)

    with refused(RentOpen, contract=contract.number):
        return_(world, deposit, owner)


def test_a_deposit_is_asked_back_once_at_a_time(session, world):
    owner = world.villager()
    deposit = world.deposit(owner=owner)
    first = return_(world, deposit, owner)

    with refused(WithdrawalUnderWay, withdrawal=first.number):
        return_(world, deposit, owner)
    requesting.take_back(session, first.id, actor=owner, at=world.at)
    assert return_(world, deposit, owner).number != first.number


def test_a_double_click_asks_for_one_return(session, world):
    owner = world.villager()
    deposit = world.deposit(owner=owner)
    withdrawal = return_(world, deposit, owner, key="the same")

    assert return_(world, deposit, owner, key="the same") is withdrawal
    assert requests(session) == 1


def test_the_key_of_another_return_is_refused(world):
    owner = world.villager()
    return_(world, world.deposit(owner=owner), owner, key="the same")

    with refused(KeyReused, key="the same"):
        return_(world, world.deposit(owner=owner), owner, key="the same")


# -- payouts -------------------------------------------------------------------------------------


def test_a_requested_payout_moves_nothing_yet_and_cannot_be_asked_twice(session, world):
    owner = rich(world)
    party, had = party_of(session, owner), money(session, owner)
    before = recorded(session)
    withdrawal = pay_out(world, owner, had - 1)

    assert (withdrawal.kind, withdrawal.amount_fen) == (Kind.PAYOUT, had - 1)
    assert money(session, owner) == had
    assert recorded(session) == before
    assert requesting.available(session, party) == 1
    with refused(NotEnough, "amount", available_fen=1):
        pay_out(world, owner, 2)
    assert pay_out(world, owner, 1).amount_fen == 1


def test_nobody_asks_for_more_than_there_is(session, world):
    owner = rich(world)
    had = money(session, owner)

    with refused(NotEnough, "amount", available_fen=had):
        pay_out(world, owner, had + 1)


def test_a_party_without_money_has_nothing_to_ask_for(world):
    with refused(NotEnough, "amount", available_fen=0):
        pay_out(world, world.villager(), 1)


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_a_payout_is_of_money(world, amount_fen):
    with refused(NothingToPay, "amount"):
        pay_out(world, rich(world), amount_fen)


def test_nobody_asks_for_the_money_of_others(session, world):
    owner = rich(world)
    party_id = next(iter(owner.parties))

    for actor in (world.villager("李大山"), world.county_officer):
        with refused(NotYours):
            requesting.request_payout(
                session, party_id, amount_fen=1, bank_account=ACCOUNT, actor=actor,
                at=world.at, key=world.key(),
            )  # fmt: skip


def test_a_payout_needs_a_bank_account_of_eight_to_thirty_digits(world):
    owner = rich(world)

    for wrong in ("", " ", "1234567", "1" * 31, "6228 4804 0256 489O", "六二二八四八零四"):
        with refused(BankAccountMissing, "bank_account"):
            pay_out(world, owner, 1, bank_account=wrong)
    told = {"6228 4804-0256 4890": "6228480402564890", "12345678": "12345678", "1" * 30: "1" * 30}
    for typed, kept in told.items():
        assert pay_out(world, owner, 1, bank_account=typed).bank_account == kept


def test_a_double_click_asks_for_one_payout(session, world):
    owner = rich(world)
    before = requests(session)
    withdrawal = pay_out(world, owner, 5, key="the same")

    assert pay_out(world, owner, 5, key="the same") is withdrawal
    assert requests(session) == before + 1


@pytest.mark.parametrize("told", [{"amount_fen": 6}, {"bank_account": "12345678"}])
def test_a_key_that_asked_for_another_payout_is_refused(world, told):
    owner = rich(world)
    pay_out(world, owner, 5, key="the same")

    with refused(KeyReused, key="the same"):
        pay_out(world, owner, **({"amount_fen": 5, "key": "the same"} | told))


# -- taking back ---------------------------------------------------------------------------------


def test_a_request_can_be_taken_back_until_the_grace_period_ends(session, world):
    owner = rich(world)
    party = party_of(session, owner)
    had = requesting.available(session, party)
    first, second = pay_out(world, owner, 5), pay_out(world, owner, 7)
    until = grace_ends(world.at)

    requesting.take_back(session, first.id, actor=owner, at=until - timedelta(seconds=1))
    assert first.stage is Stage.TAKEN_BACK
    assert requesting.available(session, party) == had - 7
    with refused(GraceOver):
        requesting.take_back(session, second.id, actor=owner, at=until)


def test_only_its_maker_takes_a_request_back_and_once(session, world):
    owner = world.villager()
    withdrawal = return_(world, world.deposit(owner=owner), owner)

    with refused(NotYours):
        requesting.take_back(session, withdrawal.id, actor=world.villager("李大山"), at=world.at)
    requesting.take_back(session, withdrawal.id, actor=owner, at=world.at)
    with refused(IllegalMove, stage="taken_back", act="take_back"):
        requesting.take_back(session, withdrawal.id, actor=owner, at=world.at)


def test_an_investor_does_not_take_back_what_the_county_asked_for(session, world):
    investor = world.investor()
    withdrawal = collect(world, world.order(world.deposit(), investor=investor))

    with refused(GraceOver):
        requesting.take_back(session, withdrawal.id, actor=investor, at=world.at)


def test_money_of_a_refused_payout_can_be_asked_for_again(session, world):
    owner = rich(world)
    party, had = party_of(session, owner), money(session, owner)
    withdrawal = pay_out(world, owner, had)
    world.later(minutes=11)
    confirming.refuse(
        session, withdrawal.id, reason="账号有误", officer=world.county_officer, at=world.at
    )

    assert requesting.available(session, party) == had


def test_an_unknown_withdrawal_is_not_found(session, world):
    with refused(NoSuchRecord):
        requesting.get_withdrawal(session, new_id())
