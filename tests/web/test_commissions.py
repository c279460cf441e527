"""Clients' pages of commissions: asking, who sees what, choosing, and answering the result."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from bank import accounts
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import Deposit
from database.actor import Actor
from database.base import new_id
from ledger import journal
from tests.bank.commissions.asked import FEE_FEN, Asked
from tests.web.visiting import Site, paper, text_of
from valuation.commissions.lifecycle import Stage
from valuation.commissions.tables import ChoiceVote, Commission, Recusal

pytestmark = pytest.mark.usefixtures("in_the_present")


def hidden(answer: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer)
    assert found, f"no hidden {name}"
    return found[1]


def answer_questions(client: FlaskClient, site: Site, deposit: Deposit, *agencies: UUID) -> str:
    """From a deposit to the page that shows all answers."""
    client.get(f"/commissions/new?deposit={deposit.number}")
    client.post("/commissions/new/kind", data={"kind": "appraisal"})
    client.post("/commissions/new/agencies", data={"agencies": [str(each) for each in agencies]})
    client.post("/commissions/new/scope", data={"scope": "竹林入股评估"})
    days = {"quote_by": site.day(7), "deliver_by": site.day(40)}
    answer = client.post("/commissions/new/days", data=days)
    assert answer.status_code == 302, text_of(answer)
    return client.get("/commissions/new/check").get_data(as_text=True)


def sent(checked: str) -> dict[str, str]:
    names = ("key", "kind", "client", "assets", "project_id", "agencies", "scope", "second_of",
             "quote_by", "deliver_by")  # fmt: skip
    return {name: hidden(checked, name) for name in names}


def commissions_of(site: Site, number: str) -> Commission:
    return site.fresh().query(Commission).filter_by(number=number).one()


# -- asking ----------------------------------------------------------------------------------------


def test_an_owner_asks_two_agencies_and_gets_a_number_for_it_once(site: Site) -> None:
    deposit = site.world.deposit(DepositStage.CLEARED)
    other = site.world.new_agency("湖州正源资产评估事务所")
    owner = site.visitor(site.world.owner_of(deposit))
    checked = answer_questions(owner, site, deposit, site.world.agency.id, other.id)

    assert "竹林入股评估" in checked
    assert other.name in checked
    first = owner.post("/commissions/new/check", data=sent(checked))
    second = owner.post("/commissions/new/check", data=sent(checked))

    assert first.status_code == second.status_code == 302
    assert first.location == second.location
    assert "C-" in text_of(owner.get(first.location))
    rows = [each for each in site.fresh().query(Commission) if each.scope == "竹林入股评估"]
    assert [len(each.quotes) for each in rows] == [2]


def test_an_unsound_day_is_said_beside_it_and_what_was_typed_stays(site: Site) -> None:
    deposit = site.world.deposit(DepositStage.CLEARED)
    owner = site.visitor(site.world.owner_of(deposit))
    answer_questions(owner, site, deposit, site.world.agency.id)
    wrong = {"quote_by": site.day(9), "deliver_by": site.day(3)}

    answer = owner.post("/commissions/new/days", data=wrong)

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="deliver_by-error"' in page
    assert site.day(3) in page


@pytest.mark.parametrize(
    ("step", "field"),
    [("kind", "kind"), ("agencies", "agencies"), ("scope", "scope"), ("days", "deliver_by")],
)
def test_a_question_left_open_is_asked_again(site: Site, step: str, field: str) -> None:
    deposit = site.world.deposit(DepositStage.CLEARED)
    owner = site.visitor(site.world.owner_of(deposit))
    answer_questions(owner, site, deposit, site.world.agency.id)

    answer = owner.post(f"/commissions/new/{step}", data={})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)


def test_nobody_asks_about_anothers_land_before_it_is_in_the_catalogue(site: Site) -> None:
    deposit = site.world.deposit(DepositStage.CLEARED)
    stranger = site.visitor(site.world.villager("李四"))
    investor = site.visitor(site.world.investor())

    assert stranger.get(f"/commissions/new?deposit={deposit.number}").status_code == 404
    assert investor.get(f"/commissions/new?deposit={deposit.number}").status_code == 404


def test_an_officer_types_the_numbers_and_asks_for_the_county(site: Site) -> None:
    deposit = site.world.deposit(DepositStage.CLEARED)
    officer = site.visitor(site.world.officer)
    wrong = officer.post("/commissions/new/about", data={"numbers": "D-2020-000001"})
    assert wrong.status_code == 404
    assert "D-2020-000001" in wrong.get_data(as_text=True)
    checked = answer_questions(officer, site, deposit, site.world.agency.id)
    answer = officer.post("/commissions/new/check", data=sent(checked), follow_redirects=True)

    (found,) = [each for each in site.fresh().query(Commission) if each.quotes]
    assert found.client_id is None
    assert found.number in text_of(answer)


def test_an_agency_may_not_ask(site: Site) -> None:
    assert site.visitor(site.world.appraiser).get("/commissions/new").status_code == 403
    assert site.visitor().get("/commissions/new").status_code == 302


# -- who sees what ---------------------------------------------------------------------------------


def test_a_commission_is_shown_to_those_whose_business_it_is(site: Site, asked: Asked) -> None:
    world = site.world
    url = f"/commissions/{asked.commission.number}"
    seen = [asked.client, world.officer, world.county_officer, world.auditor, world.appraiser]
    unseen = [
        world.villager("李四"), world.investor(), world.appraisers_of(world.new_agency("外人所"))[0]
    ]  # fmt: skip

    assert [site.visitor(each).get(url).status_code for each in seen] == [200] * len(seen)
    assert [site.visitor(each).get(url).status_code for each in unseen] == [404] * len(unseen)
    assert site.visitor().get(url).status_code == 302


def test_no_agency_sees_anothers_quote_and_the_client_sees_all(site: Site, asked: Asked) -> None:
    asked.offer(fee_fen=510_000, words="三天完成")
    asked.offer(asked.other, fee_fen=430_000, words="价格从优")
    url = f"/commissions/{asked.commission.number}"
    rival = site.world.appraisers_of(asked.other)[0]

    client = text_of(site.visitor(asked.client).get(url))
    agency = text_of(site.visitor(rival).get(url))

    assert "三天完成" in client
    assert "价格从优" in client
    assert client.index("价格从优") < client.index("三天完成")
    assert "价格从优" in agency
    assert "三天完成" not in agency
    assert "5,100.00" not in agency


def test_the_list_shows_what_is_to_be_done(site: Site, asked: Asked) -> None:
    asked.offer()
    mine = text_of(site.visitor(asked.client).get("/commissions"))
    others = text_of(site.visitor(site.world.villager("李四")).get("/commissions"))

    assert "Quotes to choose from 1" in mine
    assert asked.commission.number in mine
    assert "No commissions yet" in others
    assert site.visitor(site.world.appraiser).get("/commissions").status_code == 403


# -- choosing --------------------------------------------------------------------------------------


def held(site: Site, commission: Commission) -> int:
    account = accounts.fee_escrow(commission.number)
    return journal.balance(site.fresh(), account, accounts.CNY)


def test_choosing_puts_the_fee_into_escrow_once(site: Site, asked: Asked) -> None:
    quote = asked.offer()
    client = site.visitor(asked.client)
    url = f"/commissions/{asked.commission.number}/choose/{quote.id}"
    shown = client.get(url)
    told = {"key": str(new_id()), "agreed": "y"}

    assert "资产评估委托合同" in text_of(shown)
    unread = client.post(url, data={"key": told["key"]})
    assert unread.status_code == 422
    assert 'id="agreed-error"' in unread.get_data(as_text=True)
    first, second = client.post(url, data=told), client.post(url, data=told)

    assert first.status_code == second.status_code == 302
    assert held(site, asked.commission) == FEE_FEN
    after = text_of(client.get(f"/commissions/{asked.commission.number}"))
    assert "It lies in escrow until the result is accepted." in after
    assert "甲方" in text_of(client.get(f"/commissions/{asked.commission.number}/contract"))
    rival = site.visitor(site.world.appraisers_of(asked.other)[0])
    assert rival.get(f"/commissions/{asked.commission.number}/contract").status_code == 404


def test_a_collective_votes_first_and_a_short_vote_is_said_beside_its_field(site: Site) -> None:
    collective = site.world.collective()
    deposit = site.world.deposit(DepositStage.CLEARED, owner=collective)
    site.to_the_present()
    asked = Asked(site.world, deposit)
    quote = asked.offer()
    client = site.visitor(collective)
    choose = f"/commissions/{asked.commission.number}/choose/{quote.id}"
    vote = f"/commissions/{asked.commission.number}/vote/{quote.id}"
    figures = {
        "body": "members", "members": "300", "present": "280", "in_favour": "100",
        "notice_given_on": site.day(-20), "held_on": site.day(0),
    }  # fmt: skip

    assert client.get(choose).location.endswith(vote)
    short = client.post(vote, data=figures | {"file": paper("会议记录.pdf")})
    assert short.status_code == 422
    assert 'id="in_favour-error"' in short.get_data(as_text=True)
    assert 'value="280"' in short.get_data(as_text=True)
    assert site.fresh().query(ChoiceVote).count() == 0
    carried = client.post(vote, data=figures | {"in_favour": "260", "file": paper("会议记录.pdf")})

    assert carried.location.endswith(choose)
    assert "260 of 300 in favour" in text_of(client.get(choose))
    client.post(choose, data={"key": str(new_id()), "agreed": "y"})
    assert commissions_of(site, asked.commission.number).stage is Stage.ENGAGED


def test_only_the_client_chooses(site: Site, asked: Asked) -> None:
    quote = asked.offer()
    url = f"/commissions/{asked.commission.number}/choose/{quote.id}"

    officer = site.visitor(site.world.officer).post(url, data={"agreed": "y"})
    stranger = site.visitor(site.world.villager("李四")).post(url, data={"agreed": "y"})

    assert officer.status_code == 302
    assert stranger.status_code == 404
    assert commissions_of(site, asked.commission.number).stage is Stage.QUOTED


def test_too_little_money_is_said_and_nothing_is_chosen(site: Site) -> None:
    deposit = site.world.deposit(DepositStage.CLEARED)
    site.to_the_present()
    asked = Asked(site.world, deposit, cash_fen=100)
    quote = asked.offer()
    client = site.visitor(asked.client)
    url = f"/commissions/{asked.commission.number}/choose/{quote.id}"

    answer = client.post(url, data={"agreed": "y", "key": str(new_id())})

    assert answer.status_code == 409
    assert commissions_of(site, asked.commission.number).stage is Stage.QUOTED


# -- at work ---------------------------------------------------------------------------------------


def test_a_client_asks_that_an_appraiser_keeps_out(site: Site, asked: Asked) -> None:
    asked.choose()
    client = site.visitor(asked.client)
    url = f"/commissions/{asked.commission.number}/recuse"
    appraiser = site.world.appraiser

    silent = client.post(url, data={"user_id": str(appraiser.id)})
    assert silent.status_code == 422
    assert 'id="reason-error"' in silent.get_data(as_text=True)
    client.post(url, data={"user_id": str(appraiser.id), "reason": "她是我表妹"})

    assert site.fresh().query(Recusal).one().user_id == appraiser.id
    shown = text_of(client.get(f"/commissions/{asked.commission.number}"))
    assert "keeps out: 她是我表妹" in shown


def photo_url(site: Site, commission: Commission) -> str:
    visit = commissions_of(site, commission.number).visits[0]
    return f"/documents/{visit.photos[0].document_id}"


def status(site: Site, reader: Actor | None, url: str) -> int:
    with site.visitor(reader).get(url) as response:
        return response.status_code


def test_photos_are_for_the_circle_of_the_commission_alone(site: Site, asked: Asked) -> None:
    asked.choose()
    asked.visit()
    world = site.world
    url = photo_url(site, asked.commission)
    seen = [
        asked.client,
        world.second_appraiser,
        world.officer,
        world.county_officer,
        world.auditor,
    ]
    rival = world.appraisers_of(asked.other)[0]
    elsewhere = world.user("邻镇干部", *world.officer.roles, township="330523107")
    unseen: list[Actor | None] = [None, rival, elsewhere, world.villager("李四"), world.investor()]

    assert [status(site, each, url) for each in seen] == [200] * len(seen)
    assert [status(site, each, url) for each in unseen] == [404] * len(unseen)
    shown = site.visitor(asked.client).get(f"/commissions/{asked.commission.number}")
    assert "四至清楚" in text_of(shown)
    assert f"{url}/preview" in shown.get_data(as_text=True)


# -- answering -------------------------------------------------------------------------------------


def test_accepting_twice_pays_once_and_then_the_agency_is_rated(site: Site, asked: Asked) -> None:
    asked.deliver()
    client = site.visitor(asked.client)
    url = f"/commissions/{asked.commission.number}"
    assert "Values by method" in text_of(client.get(url))

    first, second = client.post(f"{url}/accept"), client.post(f"{url}/accept")

    assert first.status_code == second.status_code == 302
    assert commissions_of(site, asked.commission.number).stage is Stage.ACCEPTED
    assert held(site, asked.commission) == 0
    shown = client.get(url).get_data(as_text=True)
    assert "It was paid to the agency" in shown
    rating = f"/agencies/commissions/{asked.id}/rating"
    assert rating in shown
    assert client.post(rating, data={"stars": "5"}).location.endswith(url)
    assert rating not in client.get(url).get_data(as_text=True)


def test_a_dispute_needs_grounds_and_leads_to_a_second_opinion(site: Site, asked: Asked) -> None:
    asked.deliver()
    client = site.visitor(asked.client)
    url = f"/commissions/{asked.commission.number}"

    empty = client.post(f"{url}/dispute", data={"grounds": " "})
    assert empty.status_code == 422
    assert 'id="grounds-error"' in empty.get_data(as_text=True)
    client.post(f"{url}/dispute", data={"grounds": "面积算少了两亩"})

    assert "面积算少了两亩" in text_of(client.get(url))
    assert client.get(f"{url}/dispute").location.endswith(url)
    begun = client.get(f"/commissions/new?second_of={asked.commission.number}")
    agencies = text_of(client.get(begun.location))
    assert asked.other.name in agencies
    assert site.world.agency.name not in agencies
    assert held(site, asked.commission) == FEE_FEN


def test_what_is_accepted_cannot_be_disputed(site: Site, asked: Asked) -> None:
    asked.deliver()
    client = site.visitor(asked.client)
    url = f"/commissions/{asked.commission.number}"
    client.post(f"{url}/accept")

    client.post(f"{url}/dispute", data={"grounds": "还是不对"})

    assert "It stands at “Result accepted”, where this cannot be done." in text_of(client.get(url))
    assert commissions_of(site, asked.commission.number).stage is Stage.ACCEPTED


def test_a_request_is_called_off_with_a_reason_but_not_while_the_agency_works(
    site: Site, asked: Asked
) -> None:
    client = site.visitor(asked.client)
    url = f"/commissions/{asked.commission.number}/withdraw"
    assert client.post(url, data={}).status_code == 422

    client.post(url, data={"reason": "改变主意"})

    assert "改变主意" in text_of(client.get(f"/commissions/{asked.commission.number}"))
    assert commissions_of(site, asked.commission.number).stage is Stage.WITHDRAWN
