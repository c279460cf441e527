"""A collective has its land appraised: two agencies quote, the members vote, one does it, is paid.

Told from top to bottom, each step by the person who really does it, in a browser of her own. The
appraiser is at her phone on the place. What the pages say is held against the ledger.
"""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from bank import accounts
from bank.agencies import purse
from bank.calendar import local_date
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import Deposit
from database.actor import Role
from database.directory import Bank
from ledger import journal
from tests.bank.commissions.asked import fund
from tests.journeys.people import Person
from tests.web.desk import days_ago
from tests.world import World
from valuation.agencies.tables import Agency, Rating
from valuation.commissions.lifecycle import Stage
from valuation.commissions.tables import Commission

FEE = "4,800.00"


class County:
    """What there is before the story: a collective with cleared land and money, two agencies."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.world = World(session, at=days_ago(40))
        collective = self.world.collective()
        party = self.world.party_of(collective)
        self.world.user("李社长", Role.COLLECTIVE, party=party, login="li")
        self.deposit: Deposit = self.world.deposit(DepositStage.CLEARED, owner=collective)
        self.world.at = days_ago(0)
        fund(self.world, collective, 1_000_000)
        self.cheap = self._agency("安吉绿水资产评估所", "sun")
        self.dear = self._agency("湖州正源资产评估所", "zhao")
        session.commit()

    def _agency(self, name: str, login: str) -> Agency:
        agency = self.world.new_agency(name)
        self.world.new_appraiser(agency, login, login=login)
        return agency

    def day(self, days: int) -> str:
        return (local_date(self.world.at) + timedelta(days=days)).isoformat()

    def commission(self) -> Commission:
        self.session.rollback()
        self.session.expire_all()
        return self.session.query(Commission).filter(Commission.scope != "").one()


def ask(collective: Person, county: County) -> None:
    collective.open("/commissions").press("Ask agencies for a quote")
    collective.choose(about=county.deposit.number).press("Go on")
    collective.choose(kind="appraisal").press("Go on")
    for agency in (county.cheap, county.dear):
        collective.choose(agencies=str(agency.id))
    collective.press("Go on").fill(scope="评估竹林，用于入股").press("Go on")
    collective.fill(quote_by=county.day(5), deliver_by=county.day(2)).press("Check your answers")
    wrong = collective.page.locator('[name="deliver_by"]')
    expect(wrong).to_have_attribute("aria-invalid", "true")
    collective.fill(deliver_by=county.day(40)).press("Check your answers")
    collective.sees(county.cheap.name, county.dear.name, "评估竹林，用于入股")
    collective.press("Ask for quotes").sees("C-20")


def quote(agency: Person, county: County, fee: str) -> None:
    number = county.commission().number
    agency.open("/agency/commissions/quotes").sees(number)
    agency.press(f"评估：{county.deposit.asset.name}", raw=True)
    agency.fill(fee_fen=fee, deliver_by=county.day(20), words=f"含现场勘查，{fee}元")
    agency.press("Send the offer")
    expect(agency.page.locator('[name="no_ties"]')).to_have_attribute("aria-invalid", "true")
    expect(agency.field("fee_fen")).to_have_value(fee)
    agency.choose(no_ties="y").press("Send the offer")


def vote_and_choose(collective: Person, county: County) -> None:
    collective.open(f"/commissions/{county.commission().number}").sees("4,800.00", "6,500.00")
    collective.press("Choose it").choose(body="members").fill(
        members="300",
        present="280",
        in_favour="150",
        notice_given_on=county.day(-20),
        held_on=county.day(0),
    )
    collective.upload(file="会议记录.pdf").press("Save and go on")
    expect(collective.field("in_favour")).to_have_attribute("aria-invalid", "true")
    collective.fill(in_favour="260").upload(file="会议记录.pdf").press("Save and go on")
    collective.sees("资产评估委托合同", county.cheap.name, FEE)
    collective.choose(agreed="y").press("Engage this agency")
    collective.reads("It lies in escrow until the result is accepted.")
    assert held(county) == 480_000


def held(county: County) -> int:
    number = county.commission().number
    return journal.balance(county.session, accounts.fee_escrow(number), accounts.CNY)


def visit(appraiser: Person, county: County) -> None:
    appraiser.open(f"/agency/commissions/{county.commission().id}").press("Record a visit")
    appraiser.fill(present="孙评估、村会计", findings="毛竹长势良好，界桩齐全。")
    appraiser.upload(photos="现场.jpg").press("Put the visit on record")
    appraiser.sees("毛竹长势良好")


def accept_and_rate(collective: Person, county: County) -> None:
    collective.open(f"/commissions/{county.commission().number}")
    collective.reads("Values by method").sees("毛竹长势良好")
    collective.press("Accept the result")
    collective.reads("It was paid to the agency when the result was accepted.")
    collective.press("Rate the agency").choose(stars="5").fill(words="勘查仔细，讲得明白")
    collective.press("Rate it")


def test_a_collective_chooses_an_agency_by_vote_accepts_its_value_and_pays_it(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    with committed_bank.session() as session:
        county = County(session)
        collective = person("li")
        cheap = person("sun", phone=True)
        dear = person("zhao")
        ask(collective, county)
        quote(cheap, county, "4800")
        quote(dear, county, "6500")
        dear.sees_not("4800", "4,800")
        vote_and_choose(collective, county)
        visit(cheap, county)
        county.world.at = days_ago(0)
        county.world.appraise(county.deposit, commission=county.commission())
        session.commit()
        accept_and_rate(collective, county)

        commission = county.commission()
        agency = purse.find_party(session, county.cheap)
        assert commission.stage is Stage.ACCEPTED
        assert held(county) == 0
        assert agency is not None
        assert journal.balance(session, accounts.cash(agency.number), accounts.CNY) == 480_000
        assert session.get_one(Rating, commission.id).stars == 5
    for someone in (collective, cheap, dear):
        assert someone.troubles == []
