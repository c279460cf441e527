"""Agencies' pages of commissions: quoting, ties, visits with photos, keeping out."""

import pytest
from flask.testing import FlaskClient

from bank.commissions import answering
from bank.files.tables import Document
from database.base import new_id
from tests.bank.commissions.asked import Asked
from tests.web.visiting import Site, paper, picture, text_of
from valuation.commissions.lifecycle import QuoteStage
from valuation.commissions.tables import Quote, Recusal, SiteVisit, Tie

pytestmark = pytest.mark.usefixtures("in_the_present")


def offered(site: Site, **told: str) -> dict[str, str]:
    lawful = {
        "fee_fen": "6,000", "deliver_by": site.day(30), "words": "两名评估师", "no_ties": "y",
    }  # fmt: skip
    return lawful | told


def test_an_agency_quotes_betters_its_offer_and_sees_whom_it_concerns(
    site: Site, asked: Asked
) -> None:
    agency = site.visitor(site.world.appraiser)
    quote_id = asked.quote_of().id
    url = f"/agency/commissions/quotes/{quote_id}"
    party = site.world.party_of(asked.client)
    shown = text_of(agency.get(url))

    assert asked.commission.number in text_of(agency.get("/agency/commissions/quotes"))
    assert party.name in shown
    assert party.number in shown
    assert agency.post(f"{url}/offer", data=offered(site)).status_code == 302
    assert agency.post(f"{url}/offer", data=offered(site, fee_fen="5500")).status_code == 302

    kept = site.fresh().get_one(Quote, quote_id)
    assert (kept.stage, kept.fee_fen) == (QuoteStage.OFFERED, 550_000)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"fee_fen": "sechs"}, "fee_fen"),
        ({"fee_fen": "-1"}, "fee_fen"),
        ({"fee_fen": ""}, "fee_fen"),
        ({"deliver_by": "2020-01-01"}, "deliver_by"),
        ({"deliver_by": "bald"}, "deliver_by"),
        ({"no_ties": ""}, "no_ties"),
    ],
)
def test_an_unsound_offer_is_said_beside_its_field_with_the_words_kept(
    site: Site, asked: Asked, told: dict[str, str], field: str
) -> None:
    agency = site.visitor(site.world.appraiser)
    url = f"/agency/commissions/quotes/{asked.quote_of().id}/offer"

    answer = agency.post(url, data={k: v for k, v in offered(site, **told).items() if v})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page
    assert "两名评估师" in page


def test_a_quote_is_the_agencys_own(site: Site, asked: Asked) -> None:
    rival = site.visitor(site.world.appraisers_of(asked.other)[0])
    client = site.visitor(asked.client)
    url = f"/agency/commissions/quotes/{asked.quote_of().id}"

    assert rival.get(url).status_code == 404
    assert rival.post(f"{url}/offer", data=offered(site)).status_code == 404
    assert rival.post(f"{url}/decline", data={}).status_code == 404
    assert client.get(url).status_code == 403


def test_an_agency_declines_and_the_client_reads_why(site: Site, asked: Asked) -> None:
    agency = site.visitor(site.world.appraiser)
    agency.post(
        f"/agency/commissions/quotes/{asked.quote_of().id}/decline", data={"words": "人手不足"}
    )

    assert "人手不足" in text_of(
        site.visitor(asked.client).get(f"/commissions/{asked.commission.number}")
    )


def test_a_tie_is_declared_hides_the_persons_name_and_stops_the_offer(
    site: Site, asked: Asked
) -> None:
    agency = site.visitor(site.world.appraiser)
    party = site.world.party_of(asked.client)
    unknown = {"party_id": "P-1999-000001", "kind": "kin", "note": "表亲"}
    wrong = agency.post("/agency/profile/ties", data=unknown)

    assert wrong.status_code == 404
    assert 'id="party_id-error"' in wrong.get_data(as_text=True)
    assert "表亲" in wrong.get_data(as_text=True)
    agency.post("/agency/profile/ties", data=unknown | {"party_id": party.number})
    shown = text_of(agency.get("/agency/profile/ties"))
    assert party.number in shown
    assert party.name not in shown
    url = f"/agency/commissions/quotes/{asked.quote_of().id}/offer"
    assert agency.post(url, data=offered(site)).status_code == 409

    tie = site.fresh().query(Tie).one()
    rival = site.visitor(site.world.appraisers_of(asked.other)[0])
    assert rival.post(f"/agency/profile/ties/{tie.id}/end").status_code == 404
    agency.post(f"/agency/profile/ties/{tie.id}/end")
    assert agency.post(url, data=offered(site)).status_code == 302


def visit(site: Site, asked: Asked, **told: object) -> dict[str, object]:
    lawful: dict[str, object] = {
        "key": str(new_id()), "asset_id": str(asked.deposits[0].asset_id),
        "visited_on": site.day(0), "present": "孙评估、村会计", "findings": "毛竹长势好",
        "photos": [picture("远景.jpg"), picture("界桩.jpg")],
    }  # fmt: skip
    return lawful | told


def post_visit(client: FlaskClient, asked: Asked, told: dict[str, object]) -> tuple[int, str]:
    url = f"/agency/commissions/{asked.id}/visit"
    answer = client.post(url, data=told, content_type="multipart/form-data")
    return answer.status_code, answer.get_data(as_text=True)


def test_a_visit_is_recorded_with_its_photos_once(site: Site, asked: Asked) -> None:
    asked.choose()
    agency = site.visitor(site.world.appraiser)
    told = visit(site, asked)
    documents = site.fresh().query(Document).count()

    first = post_visit(agency, asked, told)
    again = told | {"photos": [picture("远景.jpg"), picture("界桩.jpg")]}
    second = post_visit(agency, asked, again)

    assert (first[0], second[0]) == (302, 302)
    kept = site.fresh().query(SiteVisit).one()
    assert len(kept.photos) == 2
    assert site.fresh().query(Document).count() == documents + 2
    assert "Record a visit" in text_of(agency.get(f"/agency/commissions/{asked.id}"))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"findings": " "}, "findings"),
        ({"present": ""}, "present"),
        ({"visited_on": "2999-01-01"}, "visited_on"),
        ({"photos": []}, "photos"),
    ],
)
def test_a_poor_visit_is_said_beside_its_field(
    site: Site, asked: Asked, told: dict[str, object], field: str
) -> None:
    asked.choose()
    agency = site.visitor(site.world.appraiser)

    status, page = post_visit(agency, asked, visit(site, asked, **told))

    assert status == 422
    assert f'id="{field}-error"' in page


def test_a_photo_is_a_picture(site: Site, asked: Asked) -> None:
    asked.choose()
    agency = site.visitor(site.world.appraiser)

    status, page = post_visit(agency, asked, visit(site, asked, photos=[paper("现场.pdf")]))

    assert status == 422
    assert 'id="photos-error"' in page
    assert "毛竹长势好" in page


def test_only_the_engaged_agency_tells_of_visits(site: Site, asked: Asked) -> None:
    asked.choose()
    rival = site.visitor(site.world.appraisers_of(asked.other)[0])

    assert post_visit(rival, asked, visit(site, asked))[0] == 403
    assert post_visit(site.visitor(asked.client), asked, visit(site, asked))[0] == 403


def test_an_appraiser_keeps_out_by_her_own_wish(site: Site, asked: Asked) -> None:
    asked.choose()
    agency = site.visitor(site.world.appraiser)
    url = f"/agency/commissions/{asked.id}/keep-out"

    assert agency.post(url, data={}).status_code == 422
    assert agency.post(url, data={"reason": "权利人是我舅舅"}).status_code == 302
    assert agency.post(url, data={"reason": "权利人是我舅舅"}).status_code == 409
    assert site.fresh().query(Recusal).one().user_id == site.world.appraiser.id


def test_an_agency_finds_its_first_fee_and_only_who_represents_it_takes_it_out(
    site: Site, asked: Asked
) -> None:
    first, second = site.world.appraisers_of(site.world.agency)
    assert "opens with the first one" in text_of(site.visitor(first).get("/money"))

    asked.deliver()
    answering.accept(site.session, asked.id, actor=asked.client, at=site.world.at)
    site.to_the_present()

    account = site.visitor(first).get("/money").location
    assert "6,000.00" in text_of(site.visitor(first).get(account))
    assert site.visitor(first).get(f"{account}/payout").status_code == 200
    assert site.visitor(second).get(account).status_code == 404
