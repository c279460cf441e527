"""Money that a party pays in: into its own account, once per receipt, and useful for a fee."""

from dataclasses import replace

import pytest

from bank.orders.refusals import ReceiptUsed
from bank.orders.tables import ReceiptPurpose
from bank.parties import paying_in
from bank.parties.refusals import NothingPaidIn
from bank.refusals import KeyReused, NoSuchRecord, NotAnOfficer, OwnBusiness
from tests.reading import money, refused

AMOUNT = 480_000


@pytest.fixture
def holder(world):
    """A villager's party."""
    return world.party_of(world.villager())


def pay_in(world, holder, **told):
    """Record a payment into the account, under a receipt number of its own unless told."""
    told = {
        "bank_receipt_number": world.key(), "amount_fen": AMOUNT, "officer": world.county_officer,
        "at": world.at, "key": world.key(),
    } | told  # fmt: skip
    return paying_in.pay_in(world.session, holder.id, **told)


def test_what_is_paid_in_stands_in_the_account_of_who_paid(world, holder):
    receipt = pay_in(world, holder, bank_receipt_number="nh 20261123-7")

    assert money(world.session, holder) == AMOUNT
    assert (receipt.purpose, receipt.party_id) == (ReceiptPurpose.ACCOUNT, holder.id)
    assert receipt.project_id is None
    [(entry, party, officer)] = paying_in.latest(world.session)
    assert (entry.bank_receipt_number, party) == ("NH202611237", holder)
    assert officer.id == world.county_officer.id


def test_a_receipt_counts_once_and_a_double_click_once(world, holder):
    told = {"bank_receipt_number": "NH7001", "key": world.key()}
    first = pay_in(world, holder, **told)

    assert pay_in(world, holder, **told) is first
    with refused(ReceiptUsed, field="bank_receipt_number", number="NH7001"):
        pay_in(world, holder, bank_receipt_number="NH7001")
    with refused(KeyReused):
        pay_in(world, holder, **told, amount_fen=1)
    assert money(world.session, holder) == AMOUNT


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_nothing_is_not_paid_in(world, holder, amount_fen):
    with refused(NothingPaidIn, field="amount"):
        pay_in(world, holder, amount_fen=amount_fen)


def test_only_a_county_officer_records_it_and_not_for_herself(world, holder):
    with refused(NotAnOfficer):
        pay_in(world, holder, officer=world.villager("周阿根"))
    own = replace(world.county_officer, parties=frozenset({holder.id}))
    with refused(OwnBusiness):
        pay_in(world, holder, officer=own)


def test_a_holder_is_found_by_the_number_as_the_payer_wrote_it(world, holder):
    assert paying_in.get_holder(world.session, f" {holder.number.lower()} ") is holder
    with refused(NoSuchRecord, field="number"):
        paying_in.get_holder(world.session, "P-1999-000001")
