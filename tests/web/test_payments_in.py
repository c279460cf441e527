"""Paying into one's own account: told to the payer, recorded by an officer, enough for a fee."""

import pytest

from bank.deposits.lifecycle import Stage as DepositStage
from database.base import new_id
from tests.bank.commissions.asked import FEE_FEN, Asked
from tests.reading import money
from tests.web.visiting import Site, text_of
from valuation.commissions.lifecycle import Stage

pytestmark = pytest.mark.usefixtures("in_the_present")


def payment(**told: str) -> dict[str, str]:
    return {"key": str(new_id()), "bank_receipt_number": "NH20261123", "amount": "6,000.00"} | told


def test_who_has_too_little_for_a_fee_reads_how_to_pay_and_can_choose_then(site: Site) -> None:
    deposit = site.world.deposit(DepositStage.CLEARED)
    site.to_the_present()
    asked = Asked(site.world, deposit, cash_fen=0)
    quote = asked.offer()
    payer = site.world.party_of(asked.client)
    owner, officer = site.visitor(asked.client), site.visitor(site.world.county_officer)
    choose = f"/commissions/{asked.commission.number}/choose/{quote.id}"

    shown = text_of(owner.get(choose))
    assert "¥6,000.00 are missing" in shown
    assert f"write {payer.number} as the purpose" in shown
    assert payer.number in text_of(owner.get(f"/money/{payer.id}"))

    found = officer.post("/county/payments", data={"number": f" {payer.number.lower()} "})
    assert payer.name in text_of(officer.get(found.location))
    recorded = officer.post(found.location, data=payment())
    assert "6,000.00" in text_of(officer.get(recorded.location))

    assert "are missing" not in text_of(owner.get(choose))
    assert owner.post(choose, data={"key": str(new_id()), "agreed": "y"}).status_code == 302
    assert site.fresh().merge(asked.commission).stage is Stage.ENGAGED
    assert money(site.session, asked.client) == 0
    history = text_of(owner.get(f"/money/{payer.id}"))
    assert "received at the bank, receipt NH20261123" in history


def test_a_payment_that_was_recorded_is_not_recorded_again(site: Site) -> None:
    villager = site.world.villager()
    number = site.world.party_of(villager).number
    officer = site.visitor(site.world.county_officer)
    told = payment()
    officer.post(f"/county/payments/{number}", data=told)

    officer.post(f"/county/payments/{number}", data=told)
    again = officer.post(f"/county/payments/{number}", data=payment())

    assert again.status_code == 409
    assert 'id="bank_receipt_number-error"' in again.get_data(as_text=True)
    assert 'value="6,000.00"' in again.get_data(as_text=True)
    assert money(site.fresh(), villager) == FEE_FEN


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "6000.001"}, "amount"),
        ({"bank_receipt_number": ""}, "bank_receipt_number"),
    ],
)
def test_a_fault_stands_beside_its_field(site: Site, fault: dict[str, str], field: str) -> None:
    villager = site.world.villager()
    number = site.world.party_of(villager).number
    officer = site.visitor(site.world.county_officer)

    answer = officer.post(f"/county/payments/{number}", data=payment(**fault))

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert money(site.fresh(), villager) == 0


def test_an_unknown_holder_is_said_beside_the_number(site: Site) -> None:
    officer = site.visitor(site.world.county_officer)

    answer = officer.post("/county/payments", data={"number": "P-1999-000001"})

    assert 'id="number-error"' in answer.get_data(as_text=True)
    assert "P-1999-000001" in answer.get_data(as_text=True)


def test_only_the_countys_officers_record_payments(site: Site) -> None:
    villager = site.world.villager()
    path = f"/county/payments/{site.world.party_of(villager).number}"

    for actor in (villager, site.world.officer):
        assert site.visitor(actor).post(path, data=payment()).status_code == 403
    assert money(site.fresh(), villager) == 0
