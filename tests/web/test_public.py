"""The pages for everyone: figures, rules, checking a number, reading aids, the demonstration."""

from collections.abc import Callable, Iterator
from re import search

import pytest
from flask import Flask
from pydantic import SecretStr

from bank import overview
from bank.demo.clock import days_ahead
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.parties.tables import Party
from database.directory import Bank
from database.settings import Settings
from ledger import journal
from tests.web.desk import Desk, days_ago
from tests.world import World
from web.app import create_app

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_first_page_says_what_the_bank_is_and_how_it_stands(desk: Desk) -> None:
    with desk.world(days=60) as world:
        world.deposit()
        on_notice = world.deposit(Stage.ON_NOTICE)

    page = desk.browser(language="zh_Hans_CN").get("/").text

    assert "15.00" in page
    assert on_notice.number in page
    assert "/sign-up/person" in page


def test_a_signed_in_reader_sees_her_own_next_steps(desk: Desk) -> None:
    with desk.world(days=1) as world:
        villager, officer = world.villager(), world.officer

    assert 'href="/money"' in desk.browser(villager).get("/").text
    assert "/township" in desk.browser(officer).get("/").text
    assert "Your next steps" not in desk.browser().get("/").text


def test_an_empty_bank_has_a_first_page_too(desk: Desk) -> None:
    assert desk.browser().get("/").status_code == 200


def test_money_paid_to_owners_counts_rents_and_dividends_and_no_companys(desk: Desk) -> None:
    with desk.world(days=400) as world:
        owner = world.villager()
        lease = world.deposit(mode=StorageMode.LEASE, rent_fen=800_000, owner=owner)
        share = world.deposit(owner=owner)
        order = world.collected(lease, share)
        world.revenue(order, 5_000_000)
        round_ = world.round(order)
        read = overview.read_overview(world.session)
        owners = {each.party_id for each in round_.lines} - {order.party_id}
        dividends = sum(each.amount_fen for each in round_.lines if each.party_id in owners)

        assert len(round_.lines) == 2
        assert (read.deposits, read.projects, read.towns) == (2, 1, 1)
        assert read.paid_fen == 800_000 + dividends


def test_the_figures_are_kept_for_a_minute_and_for_one_bank_only(
    new_bank: Callable[..., Bank],
) -> None:
    first, second = new_bank(), new_bank(county="330502")
    at = days_ago(1)
    with first.session() as session:
        world = World(session, at=days_ago(30))
        assert overview.overview(session, at=at).deposits == 0
        world.deposit()
        assert overview.overview(session, at=at).deposits == 0
        assert overview.overview(session, at=at + overview.KEPT_FOR).deposits == 1
    with second.session() as session:
        assert overview.overview(session, at=at).deposits == 0


def test_the_rulebook_says_each_rule_with_its_source_and_unit(desk: Desk) -> None:
    english, chinese = (
        desk.browser(language=each).get("/rules").text for each in ("en", "zh_Hans_CN")
    )

    assert "30%" in english
    assert "2/3" in english
    assert "set by the county" in english
    assert "三分之二" in chinese
    assert "《" in chinese


@pytest.mark.parametrize("typed", ["{number}", " {lower} ", "D－2026－{serial}"])
def test_a_passbooks_number_leads_to_its_page(desk: Desk, typed: str) -> None:
    with desk.world(days=60) as world:
        deposit = world.deposit()
    year_and_serial = deposit.number.split("-")
    text = typed.format(
        number=deposit.number, lower=deposit.number.lower(), serial=year_and_serial[2]
    ).replace("2026", year_and_serial[1])

    answer = desk.browser().get("/verify", query_string={"number": text})

    assert answer.status_code == 302
    assert answer.location == f"/verify/{deposit.number}"


def test_a_transfers_number_and_an_orders_number_lead_to_the_ledger(desk: Desk) -> None:
    with desk.world(days=60) as world:
        order = world.order(world.deposit(), paid=False)
        transfer = journal.transfers(world.session, limit=1)[0]
    browser = desk.browser()

    found = browser.get("/verify", query_string={"number": f"{transfer.number}"})
    assert found.location == f"/ledger/transfers/{transfer.id}"
    found = browser.get("/verify", query_string={"number": order.number})
    assert found.location == f"/ledger/journal?reference=order:{order.number}"


@pytest.mark.parametrize(
    "typed", ["D-2026-999999", "4711", "9" * 40, "W-1", "<b>", "land:", "Ｄ", "D-'--"]
)
def test_an_unknown_number_has_a_friendly_page(desk: Desk, typed: str) -> None:
    browser = desk.browser()

    answer = browser.get("/verify", query_string={"number": typed})
    direct = browser.get(f"/verify/{typed.replace('/', '')}")

    assert (answer.status_code, direct.status_code) == (404, 404)
    assert "There is no such number here" in answer.text
    assert "There is no such number here" in direct.text
    assert "<b>" not in answer.text


def test_a_passbooks_page_says_where_the_ledger_has_the_land(desk: Desk) -> None:
    with desk.world(days=60) as world:
        owner = world.villager("王桂花")
        deposit = world.deposit(owner=owner)
        party = world.session.get_one(Party, next(iter(owner.parties)))
    browser = desk.browser()

    stored = browser.get(f"/verify/{deposit.number}").text

    assert party.number not in stored
    assert "party:*:stored" in stored
    assert "stored land of its owner" in stored
    assert "王*花" in stored
    assert "王桂花" not in stored
    assert party.id_number not in stored
    assert "This number is real" in stored
    assert "15.00 mu" in stored
    assert "Written down. It is sealed within a second; look again." in stored
    assert stored.count('href="/ledger/proof/') == 1


def test_a_passbooks_page_follows_the_land_into_a_project(desk: Desk) -> None:
    with desk.world(days=60) as world:
        deposit = world.deposit()
        order = world.collected(deposit)
    browser = desk.browser()

    page = browser.get(f"/verify/{deposit.number}").text

    assert f"land held by project {order.project.number}" in page
    assert page.count('href="/ledger/transfers/') == 3
    assert deposit.party.number not in page


def test_a_sealed_move_is_proved_against_the_checkpoint(desk: Desk) -> None:
    with desk.world(days=60) as world:
        deposit = world.deposit()
    desk.app.config["SIGNING_KEY"] = "11" * 32
    made = desk.app.test_cli_runner().invoke(args=["ledger", "checkpoint"])
    assert made.exit_code == 0, made.output

    page = desk.browser().get(f"/verify/{deposit.number}").text

    assert search(r"Sealed as leaf \d+, proved against the signed checkpoint", page)

    desk.app.config["SIGNING_KEY"] = "22" * 32
    page = desk.browser().get(f"/verify/{deposit.number}").text
    assert "The proof does not lead to the checkpoint" in page


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED])
def test_an_application_is_not_public_before_its_notice(desk: Desk, stage: Stage) -> None:
    with desk.world(days=10) as world:
        deposit = world.deposit(stage)

    assert desk.browser().get(f"/verify/{deposit.number}").status_code == 404


def test_land_on_notice_has_no_passbook_yet(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)

    page = desk.browser().get(f"/verify/{deposit.number}").text

    assert "not in the bank yet" in page
    assert "This number is real" not in page


def test_reading_aids_and_the_empty_form_are_there(desk: Desk) -> None:
    browser = desk.browser()

    assert browser.get("/accessibility").status_code == 200
    assert browser.get("/verify").status_code == 200


def test_how_one_reads_is_kept_and_leads_back(desk: Desk) -> None:
    browser = desk.browser()

    answer = browser.post("/preferences/display", data={"large": "1", "next": "/rules"})
    assert answer.location == "/rules"
    assert 'class="large ' in browser.get("/rules").text

    answer = browser.post(
        "/preferences/language", data={"language": "zh_Hans_CN", "next": "//evil.example"}
    )
    assert answer.location == "/"
    assert '<html lang="zh-Hans-CN"' in browser.get("/").text
    browser.post("/preferences/language", data={"language": "xx"})
    assert '<html lang="zh-Hans-CN"' in browser.get("/").text


# -- the demonstration ---------------------------------------------------------------------------


@pytest.fixture
def demo(committed_bank: Bank) -> Iterator[Flask]:
    app = create_app(
        Settings(
            secret_key=SecretStr("tests only"),
            banks=(committed_bank.settings,),
            rate_limits=False,
            secure_cookies=False,
            demo=True,
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    for bank in app.extensions["banks"].banks.values():
        bank.engine.dispose()


def test_the_demonstrations_day_moves_and_finished_notices_end(
    demo: Flask, committed_bank: Bank
) -> None:
    with committed_bank.session() as session:
        deposit = World(session, at=days_ago(1)).deposit(Stage.ON_NOTICE)
        session.commit()
    browser = demo.test_client()

    answer = browser.post("/demo/forward", data={"days": "16", "next": "/rules"})

    assert answer.location == "/rules"
    with committed_bank.session() as session:
        assert days_ahead(session) == 16
        assert session.get_one(Deposit, deposit.id).stage is Stage.CLEARED


@pytest.mark.parametrize("days", ["0", "-3", "x", "", "100000"])
def test_the_day_never_goes_back(demo: Flask, committed_bank: Bank, days: str) -> None:
    assert demo.test_client().post("/demo/forward", data={"days": days}).status_code == 400
    with committed_bank.session() as session:
        assert days_ahead(session) == 0


def test_a_real_bank_has_no_tour_and_no_clock(desk: Desk) -> None:
    browser = desk.browser()

    assert browser.get("/tour").status_code == 404
    assert browser.post("/demo/forward", data={"days": "1"}).status_code == 404


def test_the_tour_tells_the_loop(demo: Flask) -> None:
    answer = demo.test_client().get("/tour")

    assert answer.status_code == 200
    assert answer.text.count("<li><h3>") >= 8
