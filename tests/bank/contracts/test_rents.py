"""Rents after the first year: paid on to the holders at once, in arrears the day after due."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bank import accounts
from bank.contracts import rents
from bank.contracts.tables import Contract
from bank.deposits.tables import StorageMode
from bank.orders.refusals import ReceiptMissing, ReceiptUsed, WrongAmount
from bank.orders.tables import Receipt, ReceiptPurpose
from bank.refusals import IllegalMove, KeyReused, NoSuchRecord, NotAnOfficer, OwnBusiness
from database.actor import Role
from database.base import new_id
from ledger import journal
from tests.reading import money, party_of, recorded, refused

RENT = 100_001
DAY = timedelta(days=1)


def leased(world):
    """A lease of three years, shared two to one, its first rent paid."""
    owner = world.villager()
    mine, other = party_of(world.session, owner), world.party(name="王小花")
    deposit = world.deposit(
        owner=owner, mode=StorageMode.LEASE, term_years=3, rent_fen=RENT,
        holders={mine.id: 2, other.id: 1},
    )  # fmt: skip
    world.collected(deposit, capital_fen=0)
    return {"contract": world.session.scalars(select(Contract)).one()}


@pytest.fixture
def beginning():
    return leased


@pytest.fixture
def contract(begun):
    return begun["contract"]


def pay(world, contract, ordinal=2, **told):
    """Record the second rent unless told otherwise."""
    told = {
        "bank_receipt_number": world.key(), "amount_fen": RENT, "officer": world.county_officer,
        "at": world.at, "key": world.key(),
    } | told  # fmt: skip
    return rents.pay_rent(world.session, contract.id, ordinal=ordinal, **told)


def kept(session, contract) -> list[int]:
    """What each holder has."""
    return [money(session, holder.party_id) for holder in contract.deposit.asset.holders]


def test_a_rent_is_passed_on_to_the_holders_to_the_last_fen(session, world, contract):
    before = kept(session, contract)
    rent = pay(world, contract, bank_receipt_number="NH0002")

    assert rent.paid_at == world.at
    assert before == [66_667, 33_334]
    assert kept(session, contract) == [2 * 66_667, 2 * 33_334]


def test_a_rent_is_no_income_of_the_project(session, world, contract):
    pay(world, contract)

    income = accounts.income(contract.project.number)
    assert journal.balance(session, income, accounts.CNY) == 0


def test_a_rent_is_one_transfer_under_one_receipt(session, world, contract):
    before = len(recorded(session))
    pay(world, contract, bank_receipt_number="NH0002")

    assert len(recorded(session)) == before + 1
    (transfer,) = journal.transfers(session, reference=f"contract:{contract.number}")
    assert (transfer.kind, transfer.memo) == ("rent", "NH0002")
    receipt = session.scalars(select(Receipt).order_by(Receipt.received_at.desc())).first()
    assert (receipt.purpose, receipt.amount_fen) == (ReceiptPurpose.RENT, RENT)


def test_a_rent_can_be_paid_before_it_is_due_and_out_of_turn(world, contract):
    assert pay(world, contract, ordinal=3).paid_at
    assert pay(world, contract, ordinal=2).paid_at


def test_a_rent_is_paid_once(world, contract):
    pay(world, contract)

    for ordinal in (1, 2):
        with refused(IllegalMove, stage="paid", act="pay"):
            pay(world, contract, ordinal=ordinal)


@pytest.mark.parametrize("amount_fen", [RENT - 1, RENT + 1, 0])
def test_a_rent_is_paid_whole(world, contract, amount_fen):
    with refused(WrongAmount, "amount", open_fen=RENT):
        pay(world, contract, amount_fen=amount_fen)


def test_a_rent_beyond_the_term_is_unknown(session, world, contract):
    for ordinal in (0, 4):
        with refused(NoSuchRecord):
            pay(world, contract, ordinal=ordinal)
    contract_id = new_id()
    with refused(NoSuchRecord):
        rents.pay_rent(
            session, contract_id, ordinal=1, bank_receipt_number="NH1", amount_fen=RENT,
            officer=world.county_officer, at=world.at, key="k",
        )  # fmt: skip


def test_a_rent_needs_a_receipt_that_was_not_used(world, contract):
    with refused(ReceiptMissing, "bank_receipt_number"):
        pay(world, contract, bank_receipt_number="")
    pay(world, contract, ordinal=3, bank_receipt_number="NH0003")
    with refused(ReceiptUsed, "bank_receipt_number", number="NH0003"):
        pay(world, contract, bank_receipt_number="NH0003")


def test_only_a_county_officer_records_a_rent(world, contract):
    tenant = world.user("张经理", Role.INVESTOR, party=contract.project.party)

    for actor in (tenant, world.officer):
        with refused(NotAnOfficer):
            pay(world, contract, officer=actor)


def test_no_officer_records_a_rent_that_she_pays_or_gets(world, contract):
    tenant = contract.project.party
    holders = [holder.party for holder in contract.deposit.asset.holders]

    for party in (tenant, *holders):
        with refused(OwnBusiness):
            pay(world, contract, officer=world.user("周科员", Role.COUNTY, party=party))


def test_a_double_click_records_one_rent(session, world, contract):
    told = {"bank_receipt_number": "NH0002", "key": "the same"}
    rent = pay(world, contract, **told)
    before, had = recorded(session), kept(session, contract)

    assert pay(world, contract, **told) is rent
    assert recorded(session) == before
    assert kept(session, contract) == had


@pytest.mark.parametrize(
    "told", [{"ordinal": 3}, {"bank_receipt_number": "NH0003"}, {"amount_fen": 1}]
)
def test_a_key_that_recorded_another_rent_is_refused(world, contract, told):
    first = {"ordinal": 2, "bank_receipt_number": "NH0002", "key": "the same"}
    pay(world, contract, **first)

    with refused(KeyReused, key="the same"):
        pay(world, contract, **(first | told))


# -- arrears -------------------------------------------------------------------------------------


def test_a_rent_is_in_arrears_from_the_day_after_it_was_due(session, contract):
    second = contract.instalments[1]

    assert rents.arrears(session, today=second.due_on) == []
    assert rents.arrears(session, today=second.due_on + DAY) == [second]


def test_arrears_are_listed_oldest_first_until_they_are_paid(session, world, contract):
    _, second, third = contract.instalments
    today = third.due_on + DAY

    assert rents.arrears(session, today=today) == [second, third]
    pay(world, contract, ordinal=2)
    assert rents.arrears(session, today=today) == [third]
    pay(world, contract, ordinal=3)
    assert rents.arrears(session, today=today) == []
