"""The offices' pages of commissions: what is overdue, and the panel's finding about a dispute."""

import pytest

from bank.commissions import answering
from bank.deposits.lifecycle import Stage as DepositStage
from tests.bank.commissions.asked import Asked
from tests.web.visiting import Site, text_of
from valuation.commissions.lifecycle import Stage
from valuation.commissions.tables import Commission, PanelFinding


@pytest.fixture
def asked(site: Site) -> Asked:
    deposit = site.world.deposit(DepositStage.CLEARED)
    return Asked(site.world, deposit)


def disputed(site: Site) -> Asked:
    deposit = site.world.deposit(DepositStage.CLEARED)
    site.to_the_present()
    asked = Asked(site.world, deposit)
    asked.deliver()
    answering.dispute(
        site.session, asked.id, grounds="面积算少了", actor=asked.client, at=site.world.at
    )
    return asked


def stage_of(site: Site, asked: Asked) -> Stage:
    return site.fresh().get_one(Commission, asked.id).stage


def test_the_county_sees_all_and_what_is_overdue_first(site: Site, asked: Asked) -> None:
    asked.choose()
    site.to_the_present()
    late = asked.commission.number
    newer = Asked(site.world, site.world.deposit(DepositStage.CLEARED)).commission.number
    county = site.visitor(site.world.county_officer)
    all_of_them = text_of(county.get("/county/commissions"))

    assert all_of_them.index(late) < all_of_them.index(newer)
    overdue = text_of(county.get("/county/commissions?work=late"))
    assert late in overdue
    assert newer not in overdue
    assert "Overdue: it was to be done by" in overdue


def test_a_township_sees_its_own_and_accepts_for_the_county(site: Site) -> None:
    deposit = site.world.deposit(DepositStage.CLEARED)
    site.to_the_present()
    commission = site.world.commission_of(deposit)
    site.world.appraise(deposit)
    elsewhere = site.world.user("邻镇干部", *site.world.officer.roles, township="330523107")
    officer, neighbour = site.visitor(site.world.officer), site.visitor(elsewhere)
    url = f"/commissions/{commission.number}"

    assert commission.number in text_of(officer.get("/county/commissions"))
    assert commission.number not in text_of(neighbour.get("/county/commissions"))
    assert neighbour.get(url).status_code == 404
    assert neighbour.post(f"{url}/accept").status_code == 404
    assert "Accept the result" in text_of(officer.get(url))
    officer.post(f"{url}/accept")
    assert site.fresh().get_one(Commission, commission.id).stage is Stage.ACCEPTED


def test_the_desk_is_for_officers(site: Site) -> None:
    world = site.world
    assert site.visitor(world.villager()).get("/county/commissions").status_code == 403
    assert site.visitor(world.appraiser).get("/county/commissions").status_code == 403
    assert site.visitor().get("/county/commissions").status_code == 302


def test_the_panel_sees_both_sides_and_its_finding_settles_it_once(site: Site) -> None:
    asked = disputed(site)
    county = site.visitor(site.world.county_officer)
    url = f"/county/commissions/{asked.commission.number}/panel"
    shown = text_of(county.get(url))
    told = {"upheld": "overturned", "members": "吴科长\n郑科员\n沈教授", "reason": "面积确有误"}

    assert "面积算少了" in shown
    assert "Values by method" in shown
    assert county.post(url, data=told).status_code == 302
    assert county.post(url, data=told).status_code == 302
    assert stage_of(site, asked) is Stage.OVERTURNED
    assert site.fresh().query(PanelFinding).one().members == "吴科长、郑科员、沈教授"
    client = text_of(site.visitor(asked.client).get(f"/commissions/{asked.commission.number}"))
    assert "面积确有误" in client
    assert "It went back to who paid it." in client


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"members": "吴科长"}, "members"),
        ({"reason": ""}, "panel-reason"),
        ({"upheld": ""}, "upheld"),
    ],
)
def test_a_poor_finding_is_said_beside_its_field(
    site: Site, told: dict[str, str], field: str
) -> None:
    asked = disputed(site)
    county = site.visitor(site.world.county_officer)
    lawful = {"upheld": "upheld", "members": "吴科长\n郑科员\n沈教授", "reason": "方法无误"}
    answer = county.post(f"/county/commissions/{asked.commission.number}/panel", data=lawful | told)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert stage_of(site, asked) is Stage.DISPUTED


def test_the_panel_is_the_countys(site: Site) -> None:
    asked = disputed(site)
    url = f"/county/commissions/{asked.commission.number}/panel"

    assert site.visitor(site.world.officer).get(url).status_code == 403
    assert site.visitor(asked.client).get(url).status_code == 403
