"""Agencies deliver plans and papers; a project shows its plan, an owner reads of her own land."""

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import shapely

from bank.commissions import answering, planning
from bank.commissions.handing_over import delivered
from bank.land import polygons
from database.actor import Actor
from database.base import new_id
from database.directory import bank_of
from tests.bank.commissions.asked import Asked
from tests.bank.commissions.test_financing import at_work
from tests.bank.commissions.test_planning import Planned
from tests.web.visiting import Site, paper, text_of
from valuation.commissions.lifecycle import Stage
from valuation.commissions.tables import Commission

pytestmark = pytest.mark.usefixtures("in_the_present")


@pytest.fixture
def planned(site: Site) -> Planned:
    planned = Planned(site.world)
    site.to_the_present()
    return planned


def red_line(planned: Planned) -> tuple[BytesIO, str]:
    """A red line as a surveyor's file."""
    square = shapely.to_wkb(planned.world.square())
    srid = bank_of(planned.session).settings.srid
    return BytesIO(polygons.to_geojson(square, srid=srid).encode()), "红线.geojson"


def opens(site: Site, reader: Actor, document_id: UUID | None) -> bool:
    """Whether the reader may open a document."""
    with site.visitor(reader).get(f"/documents/{document_id}") as answer:
        assert answer.status_code in (200, 404)
        return answer.status_code == 200


def typed(planned: Planned, **told: Any) -> dict[str, Any]:
    lawful = {
        "use": "竹林康养与民宿",
        "phases-0-name": "一期", "phases-0-starts_on": "2027-01-01",
        "phases-0-ends_on": "2027-12-31", "phases-0-works": "修路、接水电",
        "phases-0-investment": "300,000",
        "phases-1-name": "二期", "phases-1-starts_on": "2028-01-01",
        "phases-1-ends_on": "2028-12-31", "phases-1-works": "建民宿十二间",
        "phases-1-investment": "700,000",
        "investment": "1,000,000",
        "file": red_line(planned), "documents": [paper("策划方案.pdf")], "key": str(new_id()),
    }  # fmt: skip
    return lawful | told


def test_a_plan_is_delivered_and_shown_by_its_project(site: Site, planned: Planned) -> None:
    number, commission_id = planned.commission.number, planned.commission.id
    agency = site.visitor(planned.planner)
    url = f"/agency/commissions/{commission_id}/deliver"
    assert "Deliver the plan" in text_of(agency.get(f"/commissions/{number}"))
    assert "Phase 1" in text_of(agency.get(url))

    answer = agency.post(url, data=typed(planned))

    assert answer.status_code == 302, text_of(answer)
    session = site.fresh()
    assert session.get_one(Commission, commission_id).stage is Stage.DELIVERED
    client = site.visitor(planned.investor)
    assert "建民宿十二间" in text_of(client.get(f"/commissions/{number}"))
    project = f"/projects/{planned.project.id}"
    assert "建民宿十二间" not in text_of(client.get(project))
    answering.accept(session, commission_id, actor=planned.investor, at=site.world.at)
    shown = text_of(site.visitor(planned.investor).get(project))
    assert "建民宿十二间" in shown
    assert "1,000,000" in shown
    plan = planning.plan_of(site.session, planned.project.id)
    assert plan is not None
    for document in planning.papers_of(site.session, plan):
        assert opens(site, planned.investor, document.id)
        assert not opens(site, site.world.villager("路人"), document.id)


def test_what_is_to_be_planned_stands_on_the_agencys_desk_until_it_is_delivered(
    site: Site, planned: Planned
) -> None:
    agency = site.visitor(planned.planner)
    number = planned.commission.number

    waiting = agency.get("/agency").get_data(as_text=True)
    agency.post(f"/agency/commissions/{planned.commission.id}/deliver", data=typed(planned))

    assert f'href="/commissions/{number}"' in waiting
    assert "Result delivered" in text_of(agency.get("/agency"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"investment": "999"}, "sum to"),
        ({"phases-0-ends_on": "2026-01-01"}, "Phase 1"),
        ({"use": " "}, "used for"),
        ({"file": (b"{}", "x.geojson")}, "file"),
        ({"documents": (b"not a pdf", "plan.pdf")}, "PDF"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_and_what_was_typed_stays(
    site: Site, planned: Planned, wrong: dict[str, Any], said: str
) -> None:
    agency = site.visitor(planned.planner)
    given = {
        field: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for field, value in wrong.items()
    }

    answer = agency.post(
        f"/agency/commissions/{planned.commission.id}/deliver", data=typed(planned, **given)
    )

    assert answer.status_code in (200, 400, 409, 422)
    page = answer.get_data(as_text=True)
    assert said in text_of(answer)
    assert "建民宿十二间" in page
    session = site.fresh()
    assert session.get_one(Commission, planned.commission.id).stage is Stage.ENGAGED


def test_a_financing_is_delivered_as_papers(site: Site) -> None:
    asked = at_work(site.world)
    site.to_the_present()
    agency = site.visitor(asked.world.appraiser)
    url = f"/agency/commissions/{asked.id}/deliver"

    assert agency.post(url, data={"key": str(new_id())}).status_code != 302
    sent = {"documents": [paper("融资方案.pdf")], "key": str(new_id())}
    assert agency.post(url, data=sent).status_code == 302

    assert len(delivered(site.fresh(), asked.id)) == 1
    client = site.visitor(asked.client)
    assert "融资方案.pdf" in text_of(client.get(f"/commissions/{asked.commission.number}"))


def test_an_owner_reads_the_value_of_her_own_land_alone(site: Site) -> None:
    world = site.world
    hers, his = world.deposit(), world.deposit(owner=world.villager("李大山"))
    site.to_the_present()
    commission = Asked(world, hers, his, county=True).choose()
    site.to_the_present()
    mine = world.appraise(hers, commission=commission, yearly_yuan=20_000)
    other = world.appraise(his, commission=commission, yearly_yuan=33_000)
    url = f"/commissions/{commission.number}"

    seen = text_of(site.visitor(world.owner_of(hers)).get(url))

    assert mine.number in seen
    assert other.number not in seen
    assert f"{other.worth_fen // 100:,}" not in seen
    office = text_of(site.visitor(world.county_officer).get(url))
    assert other.number in office
    assert opens(site, world.owner_of(hers), mine.report_id)
    assert not opens(site, world.owner_of(hers), other.report_id)
