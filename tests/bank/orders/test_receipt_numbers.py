"""A bank's receipt counts once, however its number is typed."""

import pytest

from bank.orders import receipts
from bank.orders.receipts import read_receipt_number
from bank.orders.refusals import ReceiptMissing, ReceiptUnreadable, ReceiptUsed
from tests.reading import refused

SPELLINGS = ["NH-001", "nh-001", "NH 001", "ＮＨ－００１", "nh—001", " NH\u2212001\u3000"]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_one_number_has_one_spelling(typed):
    assert read_receipt_number(typed) == "NH001"


@pytest.mark.parametrize("typed", ["", "  ", " - ", "\u3000"])
def test_blanks_and_dashes_are_no_number(typed):
    with refused(ReceiptMissing, "bank_receipt_number"):
        read_receipt_number(typed)


@pytest.mark.parametrize("typed", ["12", "X" * 41, "NH/001", "回单0001", "NH_001", "NH\x00001"])
def test_what_no_bank_prints_is_refused(typed):
    with refused(ReceiptUnreadable, "bank_receipt_number", least=3, most=40):
        read_receipt_number(typed)


def test_another_spelling_is_the_same_receipt(session, world, stored):
    order = world.order(stored, paid=False)
    told = {"officer": world.county_officer, "at": world.at, "amount_fen": 1}
    receipts.pay_into_escrow(session, order.id, bank_receipt_number="NH-001", key="one", **told)

    for spelling in SPELLINGS:
        with refused(ReceiptUsed, "bank_receipt_number", number="NH001"):
            receipts.pay_into_escrow(
                session, order.id, bank_receipt_number=spelling, key=world.key(), **told
            )
