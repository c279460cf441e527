"""Agencies on pages: a firm applies, the county admits it, owners rate it, everybody finds it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from bank.calendar import local_date
from bank.deposits.lifecycle import Stage as DepositStage
from tests.web.visiting import Site, paper, text_of
from tests.world import credit_code, resident_id
from valuation.agencies.lifecycle import Stage
from valuation.agencies.tables import Agency, Rating

pytestmark = pytest.mark.usefixtures("in_the_present")

PASSWORD = "zhuhai-liangshan-26"


def apply(client: FlaskClient, **told: str) -> str:
    """Begin an application, lawful unless told otherwise; what the page after it says."""
    lawful = {
        "name": "湖州正源评估所", "licence": credit_code(901), "representative": "沈所长",
        "id_number": resident_id(601), "phone": "13900000001", "password": PASSWORD,
    }  # fmt: skip
    return text_of(client.post("/agencies/apply", data=lawful | told, follow_redirects=True))


def firm_of(site: Site, name: str = "湖州正源评估所") -> Agency:
    return site.fresh().query(Agency).filter_by(name=name).one()


def enter(site: Site, client: FlaskClient) -> None:
    """Enter all that an appraisal agency needs."""
    until = (local_date(site.world.at) + timedelta(days=365)).isoformat()
    lines: list[tuple[str, dict[str, object]]] = [
        ("qualifications", {"kind": "appraisal", "name": "备案", "number": "浙评 1",
                            "valid_until": until, "scan": paper()}),
        ("appraisers", {"herself": "y", "qualification_number": "A1", "qualified_until": until}),
        ("appraisers", {"name": "赵评估", "id_number": resident_id(602), "phone": "13900000002",
                        "password": PASSWORD, "qualification_number": "A2",
                        "qualified_until": until}),
        ("fees", {"service": "单宗评估", "basis": "share", "amount": "1.5%"}),
        ("works", {"title": "毛竹林入股评估", "client": "某村", "year": "2025"}),
    ]  # fmt: skip
    for line, data in lines:
        answer = client.post(f"/agency/profile/{line}/new", data=data)
        assert answer.status_code == 302, text_of(answer)


def test_a_firm_applies_enters_its_papers_and_is_found_once_the_county_admits_it(
    site: Site,
) -> None:
    firm, visitor = site.visitor(), site.visitor()
    assert "Now enter qualifications" in apply(firm)
    enter(site, firm)
    handed_in = text_of(firm.post("/agency/profile/submit", follow_redirects=True))
    officer = site.visitor(site.world.county_officer)
    agency = firm_of(site)

    assert "Waiting for the county" in handed_in
    assert agency.name not in text_of(visitor.get("/agencies"))
    assert visitor.get(f"/agencies/{agency.number}").status_code == 404
    assert agency.name in text_of(officer.get("/county/agencies"))
    case = text_of(officer.get(f"/county/agencies/{agency.id}"))
    assert "赵评估" in case
    assert "Scan" in case
    officer.post(f"/county/agencies/{agency.id}", data={"act": "admit"})

    found = text_of(visitor.get("/agencies?text=毛竹林"))
    shown = text_of(visitor.get(f"/agencies/{agency.number}"))
    assert "1 agency" in found
    assert "1.5 % of the value" in shown
    assert "Holds" in shown
    assert resident_id(602) not in shown
    assert "13900000002" not in shown


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(site: Site) -> None:
    client = site.visitor()

    assert "One character seems mistyped" in apply(client, licence=credit_code(901)[:-1] + "W")
    assert site.fresh().query(Agency).filter_by(name="湖州正源评估所").count() == 0
    apply(client)
    assert "has applied already" in apply(site.visitor(), phone="13900000009")
    answer = client.post(
        "/agency/profile/fees/new", data={"service": "评估", "basis": "share", "amount": "100"}
    )
    assert answer.status_code == 422
    assert "below 100 per cent" in text_of(answer)
    assert "Enter a qualification that has not expired" in text_of(
        client.post("/agency/profile/submit", follow_redirects=True)
    )


def test_the_county_gives_its_reason_and_the_firm_reads_it(site: Site) -> None:
    firm = site.visitor()
    apply(firm)
    enter(site, firm)
    firm.post("/agency/profile/submit")
    officer, agency = site.visitor(site.world.county_officer), firm_of(site)
    case = f"/county/agencies/{agency.id}"

    missing = officer.post(case, data={"act": "send_back", "reason": " "})
    assert missing.status_code == 422
    assert firm_of(site).stage is Stage.SUBMITTED
    officer.post(case, data={"act": "send_back", "reason": "请补交扫描件"})

    assert firm_of(site).stage is Stage.DRAFT
    assert "请补交扫描件" in text_of(firm.get("/agency/profile"))
    assert officer.post(case, data={"act": "promote"}).status_code == 404


def test_only_the_county_decides_and_only_the_firm_edits(site: Site) -> None:
    world, agency = site.world, site.world.agency
    case = f"/county/agencies/{agency.id}"

    for stranger in (world.appraiser, world.officer, world.villager(), world.auditor):
        assert site.visitor(stranger).post(case, data={"act": "suspend"}).status_code == 403
    assert site.visitor(world.county_officer).get("/agency/profile").status_code == 403
    other = world.new_agency("别家评估所")
    theirs = other.qualifications[0].id
    site.session.commit()
    own = site.visitor(world.appraiser)
    own.post(f"/agency/profile/qualification/{theirs}/remove")
    assert site.fresh().get_one(Agency, other.id).qualifications


def test_an_owner_rates_what_was_delivered_to_her_and_the_public_reads_it_without_her_name(
    site: Site,
) -> None:
    world = site.world
    owner = world.villager("杨春兰")
    deposit = world.deposit(DepositStage.ON_NOTICE, owner=owner)
    world.appraise(deposit)
    commission = world.accept(world.commission_of(deposit))
    rating = f"/agencies/commissions/{commission.id}/rating"
    client = site.visitor(owner)

    assert "Rate 安吉诚信资产评估所" in text_of(client.get(f"/deposits/{deposit.id}"))
    assert site.visitor(world.villager("别人")).get(rating).status_code == 404
    assert client.post(rating, data={"stars": "9"}).status_code == 422
    assert client.post(rating, data={"stars": "4", "words": "看得很细"}).status_code == 302
    assert client.post(rating, data={"stars": "1"}).status_code == 409

    shown = text_of(site.visitor().get(f"/agencies/{world.agency.number}"))
    assert "4.0 of 5 from 1 ratings" in shown
    assert "看得很细" in shown
    assert "杨春兰" not in shown
    assert site.fresh().query(Rating).count() == 1
