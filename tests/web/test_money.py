"""A party's money pages: history in words, payouts in three steps, shares and rents."""

import pytest
from sqlalchemy import select

from bank.deposits.tables import StorageMode
from bank.withdrawals.lifecycle import Stage
from bank.withdrawals.tables import Withdrawal
from database.base import new_id
from tests.web.visiting import Site, text_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

CARD = "6228 4804 0256 4890 018"


def key() -> str:
    return str(new_id())


def home_of(actor) -> str:
    return f"/money/{next(iter(actor.parties))}"


def with_a_dividend(site):
    """A villager whose woodland works in a project that has paid one dividend."""
    villager = site.world.villager()
    order = site.world.collected(site.world.deposit(owner=villager))
    site.world.revenue(order)
    site.world.round(order)
    return villager, order


def withdrawals(site):
    return site.fresh().scalars(select(Withdrawal).where(Withdrawal.kind == "payout")).all()


def test_one_account_is_opened_at_once(site):
    villager = site.world.villager()

    assert site.visitor(villager).get("/money").location == home_of(villager)


def test_money_comes_in_sentences_with_their_entries(site):
    villager, _ = with_a_dividend(site)
    client = site.visitor(villager)

    page = client.get(home_of(villager))

    assert "dividend of the project 大竹海民宿" in text_of(page)
    assert "/ledger/proof/" in page.get_data(as_text=True)
    assert "Shares you hold" in text_of(page)


def test_a_payout_is_checked_asked_for_and_confirmed(site):
    villager, _ = with_a_dividend(site)
    client, home = site.visitor(villager), home_of(villager)
    told = {"key": key(), "amount": "1,000.50", "bank_account": CARD}

    page = client.post(f"{home}/payout", data=told | {"step": "check"})
    assert page.status_code == 200
    assert "¥1,000.50" in text_of(page)
    assert withdrawals(site) == []

    answer = client.post(f"{home}/payout", data=told | {"step": "request"})
    again = client.post(f"{home}/payout", data=told | {"step": "request"})
    assert answer.location == again.location
    (payout,) = withdrawals(site)
    assert payout.amount_fen == 100_050

    page = client.get(answer.location)
    assert payout.number in text_of(page)
    assert "6228" not in text_of(page).replace("622848", "")
    assert "take-back" in page.get_data(as_text=True)
    assert "on its way" in text_of(client.get(home))


def test_change_keeps_what_was_typed(site):
    villager, _ = with_a_dividend(site)
    told = {"key": key(), "amount": "12.30", "bank_account": CARD, "step": "change"}

    page = site.visitor(villager).post(f"{home_of(villager)}/payout", data=told)

    assert page.status_code == 200
    assert 'value="12.30"' in page.get_data(as_text=True)
    assert f'value="{CARD}"' in page.get_data(as_text=True)


@pytest.mark.parametrize("step", ["check", "request"])
@pytest.mark.parametrize(
    ("amount", "account", "field"),
    [
        ("", CARD, "amount"),
        ("many", CARD, "amount"),
        ("0", CARD, "amount"),
        ("99999999", CARD, "amount"),
        ("10.005", CARD, "amount"),
        ("10", "", "bank_account"),
        ("10", "12", "bank_account"),
    ],
)
def test_what_cannot_be_paid_is_said_beside_its_field(site, step, amount, account, field):
    villager, _ = with_a_dividend(site)
    told = {"key": key(), "amount": amount, "bank_account": account, "step": step}

    answer = site.visitor(villager).post(f"{home_of(villager)}/payout", data=told)

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert f'id="{field}-error"' in page
    assert f'value="{amount}"' in page
    assert withdrawals(site) == []


def test_a_request_can_be_taken_back(site):
    villager, _ = with_a_dividend(site)
    client, home = site.visitor(villager), home_of(villager)
    told = {"key": key(), "amount": "10", "bank_account": CARD, "step": "request"}
    location = client.post(f"{home}/payout", data=told).location

    client.post(f"{location}/take-back", data={"key": key()})

    assert [payout.stage for payout in withdrawals(site)] == [Stage.TAKEN_BACK]
    assert "on its way" not in text_of(client.get(home))


def test_other_peoples_money_does_not_exist(site):
    villager, _ = with_a_dividend(site)
    site.to_the_present()
    payout = site.world.payout(villager, 1_000)
    stranger = site.visitor(site.world.villager(name="李四妹"))
    home = home_of(villager)

    for page in (home, f"{home}/payout", f"{home}/payout/{payout.id}"):
        assert stranger.get(page).status_code == 404
    assert stranger.post(f"{home}/payout/{payout.id}/take-back").status_code == 404
    assert stranger.post(f"{home}/payout", data={"step": "request"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_a_lease_shows_its_rents(site, language):
    villager = site.world.villager()
    site.world.collected(site.world.deposit(owner=villager, mode=StorageMode.LEASE))

    page = text_of(site.visitor(villager, language=language).get(home_of(villager)))

    assert "8,000.00" in page
    if language == "en":
        assert "paid" in page
        assert "not due yet" in page
        assert "first payment of the contract with the project 大竹海民宿" in page


def test_unpaid_rent_is_overdue_from_the_day_after(committed_bank):
    site = Site(committed_bank, days_ago=420)
    villager = site.world.villager()
    site.world.collected(site.world.deposit(owner=villager, mode=StorageMode.LEASE))

    page = text_of(site.visitor(villager).get(home_of(villager)))

    assert "overdue" in page
    site.close()


def test_an_empty_account_says_what_will_be_here(site):
    page = text_of(site.visitor(villager := site.world.villager()).get(home_of(villager)))

    assert "Rents and dividends will stand here" in page
