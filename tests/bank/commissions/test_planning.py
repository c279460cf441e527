"""A plan is delivered by its agency, sound in its figures, and becomes the project's."""

from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy.orm import Session

from bank.commissions import answering, planning
from bank.commissions.plan_files import keep_red_line
from bank.commissions.planning import Phase, deliver_plan
from bank.commissions.refusals import (
    InvestmentUnsound,
    NotAPlan,
    PhasesMissing,
    PhasesUnsound,
)
from bank.files.tables import Document
from bank.land import polygons
from bank.parties.tables import User
from bank.refusals import NotYours
from database.actor import Actor
from database.directory import bank_of
from database.refusals import Refusal
from tests.bank.commissions.asked import Asked
from tests.world import World
from valuation.agencies.tables import AgencyKind, Qualification
from valuation.commissions.lifecycle import Stage
from valuation.commissions.refusals import CommissionEnded, NotTheAgency
from valuation.commissions.tables import Commission, Plan

FIRST = Phase("一期", date(2026, 6, 1), date(2026, 12, 31), "修路、接水电", 30_000_000)
SECOND = Phase("二期", date(2027, 1, 1), date(2027, 12, 31), "建民宿十二间", 70_000_000)
HECTARE_DM2 = 1_000_000


class Planned:
    """A planning commission of an operating project's investor, at work at the world's agency."""

    def __init__(self, world: World) -> None:
        self.world, self.session = world, world.session
        self.project = world.collected().project
        self.investor = self._investor()
        world.agency.qualifications.append(
            Qualification(
                kind=AgencyKind.PLANNING, name="城乡规划编制乙级", number="2",
                valid_until=date(2036, 12, 31), checked_at=world.at,
            )
        )  # fmt: skip
        self.planner = world.appraiser
        self.asked = Asked(
            world,
            client=self.investor,
            kind=AgencyKind.PLANNING,
            project_id=self.project.id,
            agencies=[world.agency.id],
            scope="编制项目策划方案",
        )
        self.commission: Commission = self.asked.choose()

    def _investor(self) -> Actor:
        return self.session.get_one(User, self.project.submitted_by).actor()

    def red_line(self, actor: Actor | None = None) -> Document:
        """A file with one hectare."""
        square = shapely.to_wkb(self.world.square())
        text = polygons.to_geojson(square, srid=bank_of(self.session).settings.srid)
        return keep_red_line(
            self.session, name="红线.geojson", content=text.encode(),
            actor=actor or self.planner, at=self.world.at,
        )  # fmt: skip

    def deliver(self, **told: Any) -> Plan:
        """The agency delivers a sound plan of two phases, unless told otherwise."""
        lawful: dict[str, Any] = {
            "use": "竹林康养与民宿", "phases": [FIRST, SECOND], "investment_fen": 100_000_000,
            "red_line": self.red_line(), "documents": [self.world.document(self.planner)],
            "actor": self.planner, "at": self.world.at, "key": self.world.key(),
        }  # fmt: skip
        return deliver_plan(self.session, self.commission.id, **(lawful | told))


@pytest.fixture
def planned(session: Session) -> Planned:
    return Planned(World(session))


def test_a_plan_that_is_accepted_becomes_the_projects(planned: Planned) -> None:
    plan = planned.deliver()

    assert planned.commission.stage is Stage.DELIVERED
    assert plan.area_dm2 == pytest.approx(HECTARE_DM2, rel=1e-3)
    assert planning.plan_of(planned.session, planned.project.id) is None

    answering.accept(
        planned.session, planned.commission.id, actor=planned.investor, at=planned.world.at
    )

    assert planning.plan_of(planned.session, planned.project.id) is plan
    assert plan.attached_at == planned.world.at
    assert len(planning.papers_of(planned.session, plan)) == 2


def test_the_same_key_delivers_a_plan_once(planned: Planned) -> None:
    told = {"red_line": planned.red_line(), "documents": [], "key": "plan-1"}

    assert planned.deliver(**told) is planned.deliver(**told)


LATE = Phase("二期", date(2026, 12, 31), date(2027, 12, 31), "建民宿", 70_000_000)
BACKWARDS = Phase("二期", date(2027, 6, 1), date(2027, 5, 31), "建民宿", 70_000_000)
NAMELESS = Phase(" ", date(2027, 1, 1), date(2027, 12, 31), "建民宿", 70_000_000)
NEGATIVE = Phase("二期", date(2027, 1, 1), date(2027, 12, 31), "建民宿", -1)


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"phases": []}, PhasesMissing),
        ({"phases": [FIRST, NAMELESS]}, PhasesMissing),
        ({"phases": [FIRST, LATE]}, PhasesUnsound),
        ({"phases": [SECOND, FIRST]}, PhasesUnsound),
        ({"phases": [FIRST, BACKWARDS]}, PhasesUnsound),
        ({"phases": [FIRST, NEGATIVE]}, InvestmentUnsound),
        ({"investment_fen": 99_999_999}, InvestmentUnsound),
        ({"phases": [FIRST], "investment_fen": 0}, InvestmentUnsound),
    ],
)
def test_unsound_phases_are_refused(
    planned: Planned, told: dict[str, Any], refused: type[Refusal]
) -> None:
    with pytest.raises(refused):
        planned.deliver(**told)
    assert planned.commission.stage is Stage.ENGAGED


def test_only_the_engaged_agency_delivers_with_files_of_its_own(planned: Planned) -> None:
    world = planned.world
    stranger = world.appraisers_of(world.new_agency("湖州正源规划设计院"))[0]

    with pytest.raises(NotTheAgency):
        planned.deliver(actor=stranger)
    with pytest.raises(NotYours):
        planned.deliver(red_line=planned.red_line(world.second_appraiser))


def test_a_plan_is_delivered_once_and_only_where_one_is_asked(planned: Planned) -> None:
    planned.deliver()
    with pytest.raises(CommissionEnded):
        planned.deliver()

    deposit = planned.world.deposit()
    other = planned.world.commission_of(deposit)
    with pytest.raises(NotAPlan):
        deliver_plan(
            planned.session, other.id, use="民宿", phases=[FIRST], investment_fen=30_000_000,
            red_line=planned.red_line(), documents=[], actor=planned.planner,
            at=planned.world.at + timedelta(days=1), key="plan-2",
        )  # fmt: skip
