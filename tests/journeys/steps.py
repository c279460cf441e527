"""The steps of the story, each by the person who really does it; see test_first_dividend."""

from collections.abc import Callable
from typing import TypeAlias

from flask import Flask
from playwright.sync_api import expect
from pydantic import SecretStr
from sqlalchemy import select

from bank import accounts
from bank.area import format_mu
from bank.calendar import local_date
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.income.tables import Round
from bank.land.parcels import shape_of
from bank.land.polygons import area_dm2
from bank.land.tables import Parcel
from bank.money import format_yuan
from bank.orders.tables import Order
from bank.parties.tables import Party
from bank.projects.tables import Project
from database.directory import Bank
from database.settings import Settings
from ledger import journal
from tests.journeys.people import Person
from tests.web.desk import days_ago
from tests.world import PASSWORD, credit_code, resident_id
from web.app import create_app

Facts: TypeAlias = dict[str, str]
"""What the story begins with, by name."""
TOWN = "330523106"
VILLAGE = "330523106201"
ID_NUMBER = resident_id(700)
VILLAGER, COLLECTIVE, INVESTOR = "13857200011", "13857200012", "13857200013"


# -- 1. the villager and the collective ------------------------------------------------------


def sign_up_villager(villager: Person) -> None:
    villager.open("/").press("Sign up", within=".strip")
    villager.open("/sign-up/person")
    wrong = ID_NUMBER[:-1] + ("0" if ID_NUMBER[-1] != "0" else "1")
    answers = {"name": "王桂花", "phone": VILLAGER, "password": PASSWORD}
    villager.choose(division_code=VILLAGE).fill(**answers, id_number=wrong)
    villager.press("Sign up")
    expect(villager.page.locator("#id_number")).to_have_value(wrong)
    expect(villager.page.locator("#id_number")).to_have_attribute("aria-invalid", "true")
    expect(villager.page.locator('[name="name"]')).to_have_value("王桂花")
    villager.fill(id_number=ID_NUMBER, password=PASSWORD).press("Sign up")
    villager.sees("王桂花").open("/account").sees_not(ID_NUMBER)


def deposit_woodland(villager: Person, told: Facts) -> str:
    villager.open("/deposits").press("Deposit something")
    villager.choose(kind="woodland", division_code=VILLAGE).fill(name="屋后竹林")
    villager.press("Save and go on")
    if "surveyed" in told:
        villager.press("Choose a surveyed parcel instead")
        villager.fill(parcel=told["surveyed"]).press("Save and go on")
    else:
        type_corners(villager, told["corners"])
    villager.choose(type="forest_contract").fill(
        certificate_number="浙(2019)安吉县不动产权第0012345号", ends_on="2020-01-01"
    )
    villager.press("Save and go on")
    expect(villager.page.locator('[name="ends_on"]')).to_have_attribute("aria-invalid", "true")
    villager.fill(ends_on="2053-12-31").press("Save and go on")
    villager.upload(certificate="林权证.pdf", photos="竹林.jpg").press("Save and go on")
    villager.choose(mode="share").press("Go on")
    villager.fill(term_years="99").press("Save and go on")
    expect(villager.page.locator('[name="term_years"]')).to_have_attribute("aria-invalid", "true")
    villager.fill(term_years="15").press("Save and go on")
    villager.fill(held_on=ago(1)).upload(file="家庭同意书.pdf").press("Save and go on")
    villager.sees("屋后竹林", "浙(2019)安吉县不动产权第0012345号")
    villager.press("Submit the application").sees("D-")
    return number_on(villager)


def type_corners(villager: Person, corners: str) -> None:
    villager.page.locator(
        "summary", has_text=villager.says("I have the coordinates of the corners")
    ).click()
    villager.fill(shape="30.46, 119.38\n30.47, 119.38\n30.47, 119.39").press("Save and go on")
    expect(villager.page.locator('textarea[name="shape"]')).to_have_value(
        "30.46, 119.38\n30.47, 119.38\n30.47, 119.39"
    )
    villager.fill(shape=corners).press("Save and go on")


def ago(days: int) -> str:
    return local_date(days_ago(days)).isoformat()


def number_on(person: Person, letter: str = "D") -> str:
    text = person.main().inner_text()
    return next(word for word in text.split() if word.startswith(f"{letter}-20"))


def sign_up_collective(collective: Person) -> None:
    collective.open("/sign-up/organisation").choose(kind="collective", division_code=VILLAGE)
    collective.fill(
        name="景溪村股份经济合作社",
        uscc=credit_code(900, "N2330523"),
        representative="李社长",
        phone=COLLECTIVE,
        password=PASSWORD,
    ).press("Sign up")


def deposit_construction_land(collective: Person, told: Facts) -> str:
    collective.open("/deposits").press("Deposit something")
    collective.choose(kind="construction_land", division_code=VILLAGE).fill(name="老茶厂地块")
    collective.press("Save and go on").press("Choose a surveyed parcel instead")
    collective.fill(parcel=told["parcel"]).press("Save and go on")
    collective.choose(type="collective_ownership").fill(certificate_number="浙(2021)第000777号")
    collective.press("Save and go on")
    collective.upload(certificate="土地证.pdf").press("Save and go on")
    collective.choose(mode="lease").press("Go on")
    collective.choose(use="commerce").fill(term_years="20", rent="60000").press("Save and go on")
    collective.choose(kind="members").fill(
        notice_given_on=ago(30),
        held_on=ago(1),
        members="300",
        present="280",
        in_favour="150",
    )
    collective.upload(file="会议记录.pdf").press("Save and go on")
    expect(collective.page.locator('[name="in_favour"]')).to_have_attribute("aria-invalid", "true")
    collective.fill(in_favour="260").upload(file="会议记录.pdf").press("Save and go on")
    collective.sees("老茶厂地块", "280", "260").press("Submit the application").sees("D-")
    return number_on(collective)


# -- 2. the township, and the public notice --------------------------------------------------


def deposit_of(bank: Bank, number: str) -> Deposit:
    with bank.session() as session:
        return session.scalars(select(Deposit).where(Deposit.number == number)).unique().one()


def pass_to_notice(township: Person, bank: Bank, number: str, told: Facts) -> None:
    township.open(f"/township/{deposit_of(bank, number).id}")
    township.choose(evidence_seen="y", consent_seen="y", agency_id=told["agency"])
    township.press("Post the notice")
    assert deposit_of(bank, number).stage is Stage.ON_NOTICE


def objection_stops_it_until_decided(
    neighbour: Person, township: Person, bank: Bank, number: str
) -> None:
    neighbour.open("/notices").sees("屋后竹林")
    neighbour.open(f"/notices/{number}/object").fill(grounds="东边的界线占了我家三分地。")
    neighbour.press("Send the objection").sees("O-")
    township.open(f"/township/{deposit_of(bank, number).id}").sees("东边的界线占了我家三分地。")
    township.choose(decision="dismissed").fill(answer="现场核对,界线以林权证为准。")
    township.press("Decide the objection")
    neighbour.open(f"/notices/{number}").sees("现场核对,界线以林权证为准。")


# -- 3. the agency, and 4. storing -----------------------------------------------------------


def appraise(person: Callable[..., Person], bank: Bank, number: str, *, yearly: str) -> None:
    deposit = deposit_of(bank, number)
    first, second = person("sun"), person("zhao")
    first.open("/agency").sees(deposit.asset.name).press(deposit.asset.name, raw=True)
    see_the_place(first)
    first.press("Begin to value it")
    draft = first.page.url.removesuffix("/methods")
    first.open(f"{draft}/methods/income")
    first.choose(amounts_per="whole", duration="term")
    first.fill(income_yuan=yearly, rate="6%", term_years="0")
    first.press("Compute the value")
    expect(first.page.locator('[name="term_years"]')).to_have_attribute("aria-invalid", "true")
    first.fill(term_years="20").press("Compute the value").reads("Nothing is kept yet.")
    first.press("Keep this value").press("State the value").reads("Why one method suffices")
    first.open(f"{draft}/methods/annuity").choose(amounts_per="whole")
    first.fill(income_yuan=yearly, rate="8.5%").press("Keep this value")
    first.press("State the value").choose(reconciliation="mean")
    first.fill(reason="两种方法结果相近,同样可靠。").upload(report="评估报告.pdf")
    first.press("State the value")
    second.open(draft).sees("两种方法结果相近,同样可靠。").press("It is sound")
    first.open(draft).press("Sign this appraisal")
    second.open(draft).press("Sign this appraisal")
    second.sees("sun评估", "zhao评估")


def see_the_place(appraiser: Person) -> None:
    appraiser.press("Record a visit").fill(present="sun评估、村会计", findings="四至清楚。")
    appraiser.press("Put the visit on record")
    expect(appraiser.page.locator('[name="photos"]')).to_have_count(1)
    appraiser.fill(present="sun评估、村会计", findings="四至清楚。").upload(photos="现场.jpg")
    appraiser.press("Put the visit on record").sees("四至清楚。")


def store(township: Person, bank: Bank, number: str) -> None:
    deposit = deposit_of(bank, number)
    township.open(f"/township/{deposit.id}").press("Store it in the bank")
    stored = deposit_of(bank, number)
    assert stored.stage is Stage.STORED
    with bank.session() as session:
        party = session.get_one(Party, stored.party_id)
        held = journal.balance(session, accounts.stored(party.number), accounts.land(number))
        parcel = session.scalars(select(Parcel).where(Parcel.asset_id == stored.asset_id)).one()
    assert held == stored.area_dm2 == parcel.area_dm2 == area_dm2(shape_of(parcel))


def passbook_is_open_to_all(villager: Person, anyone: Person, bank: Bank, number: str) -> None:
    villager.open(f"/deposits/{deposit_of(bank, number).id}/passbook")
    villager.sees(number, format_mu(deposit_of(bank, number).area_dm2))
    qr = villager.page.locator("img.passbook__code")
    assert qr.evaluate("image => image.naturalWidth") > 0
    anyone.open(f"/verify/{number}").sees(number).sees_not("王桂花", ID_NUMBER)


# -- 5. the investors ------------------------------------------------------------------------


def sign_up_investor(investor: Person) -> None:
    investor.open("/sign-up/organisation").choose(kind="company", division_code=VILLAGE)
    investor.fill(
        name="浙江竹海文旅有限公司",
        uscc=credit_code(901),
        representative="张经理",
        phone=INVESTOR,
        password=PASSWORD,
    ).press("Sign up")


def late_comer_bundles_first(late: Person, bank: Bank, number: str) -> None:
    late.open(f"/catalogue/{deposit_of(bank, number).id}").press("Put in the bundle")


def order(investor: Person, bank: Bank, numbers: list[str], house: str) -> str:
    investor.open("/catalogue?kind=woodland").sees("屋后竹林").sees_not("老茶厂地块", "王桂花")
    for number in [*numbers, house]:
        investor.open(f"/catalogue/{deposit_of(bank, number).id}").press("Put in the bundle")
    swapped = deposit_of(bank, house)
    investor.open(f"/bundle/offer/{swapped.id}")
    investor.fill(swap_offer="镇上安置房一套", swap_offer_fen="20000").press("Keep this offer")
    investor.open("/bundle/order").fill(
        name="大竹海民宿", purpose="竹林康养与民宿", capital="100000"
    )
    investor.press("Check your answers").sees("大竹海民宿").press("Place this order").sees("B-")
    with bank.session() as session:
        return str(session.scalars(select(Project)).one().id)


def owner_accepts_the_swap(owner: Person, bank: Bank, house: str) -> None:
    owner.open("/deposits").press("Read what is offered in exchange, and answer")
    owner.sees("镇上安置房一套").press("I accept this swap")
    owner.open(f"/deposits/{deposit_of(bank, house).id}").sees("镇上安置房一套")


def late_comer_is_told(late: Person, number: str) -> None:
    late.open("/bundle/order").sees(number)


# -- 6. the county's officers ----------------------------------------------------------------


def approve_and_collect(
    county: Person, person: Callable[..., Person], bank: Bank, project_id: str
) -> None:
    county.open(f"/county/projects/{project_id}").press("Begin the joint review")
    county.fill(department="自然资源和规划局", opinion="符合规划,同意。").press(
        "Record the opinion"
    )
    county.press("Approve the project")
    due = county.page.locator('[name="amount"]')
    with bank.session() as session:
        project = session.scalars(select(Project)).one()
        amount = session.scalars(select(Order)).one().amount_fen
    county.fill(bank_receipt_number="NH-2026-0001", amount=format_yuan(amount + 1))
    county.press("Record the payment in escrow")
    expect(due).to_have_attribute("aria-invalid", "true")
    county.fill(amount=format_yuan(amount)).press("Record the payment in escrow")
    county.press("Ask for the collection")
    withdrawal = county.page.url
    person("wu").open(withdrawal).press("I have checked it").sees_not("Confirm and carry out")
    person("zheng").open(withdrawal).press("Confirm and carry out")
    county.open(f"/county/projects/{project_id}").reads("Contracts")
    with bank.session() as session:
        escrow = [b for b in journal.balances(session, unit="CNY") if ":escrow" in b.account]
        capital = journal.balance(session, accounts.capital(project.number), accounts.CNY)
    assert escrow == []
    assert capital == 10_000_000


# -- 7. revenue, the round, and the owner's money --------------------------------------------


def distribute(
    investor: Person,
    county: Person,
    person: Callable[..., Person],
    bank: Bank,
    project_id: str,
) -> None:
    investor.open(f"/projects/{project_id}/report").fill(
        amount="123456.78",
        period_from=ago(60),
        period_to=ago(1),
    )
    investor.press("Check your answers").press("Hand in this report").sees("R-")
    county.open("/county").days_pass(1)
    county.open("/county").press("大竹海民宿", raw=True)
    county.fill(bank_receipt_number="NH-2026-0002", amount="123456.78").press("Record the revenue")
    county.fill(reserve_rate="10").press("Open the round and show its plan")
    expect(county.page.locator('[name="reserve_rate"]')).to_have_attribute("aria-invalid", "true")
    county.fill(reserve_rate="30").press("Open the round and show its plan")
    plan = county.page.url
    county.days_pass(16)
    person("wu").open(plan).press("Confirm and pay")
    with bank.session() as session:
        paid = session.scalars(select(Round)).one()
        assert paid.income_fen == 12_345_678
        assert paid.reserve_fen == 3_703_704
        assert sum(line.amount_fen for line in paid.lines) == 8_641_974


def owner_is_paid(villager: Person, person: Callable[..., Person], bank: Bank, number: str) -> None:
    deposit = deposit_of(bank, number)
    with bank.session() as session:
        party = session.get_one(Party, deposit.party_id)
        line = next(
            line for line in session.scalars(select(Round)).one().lines
            if line.party_id == party.id
        )  # fmt: skip
    dividend = format_yuan(line.amount_fen)
    villager.open(f"/money/{party.id}").sees(dividend, "大竹海民宿")
    villager.open(f"/money/{party.id}/payout")
    villager.fill(amount=format_yuan(line.amount_fen + 1), bank_account="6228480402564890018")
    villager.press("Check and go on")
    expect(villager.page.locator('[name="amount"]')).to_have_attribute("aria-invalid", "true")
    villager.fill(amount=dividend).press("Check and go on").press("Ask for the payout").sees("W-")
    first, second = person("wu").days_pass(1), person("zheng")
    first.open("/withdrawals").press(number_on(first, "W"), raw=True).press("I have checked it")
    second.open(first.page.url).press("Confirm and carry out")
    villager.open(f"/money/{party.id}").sees("0.00")
    with bank.session() as session:
        assert journal.balance(session, accounts.cash(party.number), accounts.CNY) == 0


# -- 8. the auditor, and everybody -----------------------------------------------------------


def everyone_can_check(person: Callable[..., Person], bank: Bank, number: str) -> None:
    auditor = person("qian")
    auditor.open(f"/ledger/journal?reference=deposit:{number}").sees(number)
    auditor.open("/audit")
    anyone = person().open("/ledger")
    anyone.sees_not("王桂花", VILLAGER)
    app: Flask = create_app(Settings(banks=(bank.settings,), signing_key=SecretStr("5e" * 32)))
    signed = app.test_cli_runner().invoke(args=["ledger", "checkpoint"])
    verified = app.test_cli_runner().invoke(args=["ledger", "verify", "--json"])
    app.extensions["banks"].default.engine.dispose()
    assert signed.exit_code == 0, signed.output
    assert verified.exit_code == 0, verified.output
    assert '"ok": true' in verified.output
