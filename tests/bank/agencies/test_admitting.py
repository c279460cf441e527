"""The county decides on agencies, with reasons; only what an officer has checked counts."""

from datetime import timedelta
from typing import Any

import pytest

from bank.acts import history
from bank.agencies import admitting, directory
from bank.agencies.admitting import decide
from bank.agencies.refusals import QualificationMissing
from bank.calendar import local_date
from bank.refusals import IllegalMove, NotAnOfficer, OwnBusiness, ReasonMissing
from database.actor import Actor, Role
from tests.bank.agencies.firm import Firm
from tests.reading import refused
from tests.world import World
from valuation.agencies.lifecycle import Act, Stage
from valuation.agencies.tables import Agency, AgencyKind
from valuation.appraisals.appraising import require_appraiser
from valuation.appraisals.refusals import NotQualified


@pytest.fixture
def firm(world: World) -> Firm:
    firm = Firm(world).complete()
    firm.submit()
    return firm


def county(firm: Firm, act: Act, reason: str = "已核实", **told: Any) -> Agency:
    said: dict[str, Any] = {
        "reason": reason,
        "actor": firm.world.county_officer,
        "at": firm.world.at,
    } | told
    return decide(firm.world.session, firm.id, act, **said)


def commissioned(firm: Firm, kind: AgencyKind = AgencyKind.APPRAISAL) -> bool:
    """Whether it may be commissioned today."""
    found = directory.admitted_for(firm.world.session, kind, local_date(firm.world.at))
    return firm.agency in found


def test_to_admit_is_to_have_checked_certificates_and_appraisers(firm: Firm) -> None:
    assert firm.agency.kinds(firm.after(0)) == frozenset()
    with pytest.raises(NotQualified):
        require_appraiser(firm.world.session, firm.actor, firm.id, firm.after(0))

    county(firm, Act.ADMIT, reason="")

    assert commissioned(firm)
    assert firm.agency.kinds(firm.after(365)) == {AgencyKind.APPRAISAL}
    assert firm.agency.kinds(firm.after(366)) == frozenset()
    require_appraiser(firm.world.session, firm.actor, firm.id, firm.after(0))


def test_each_decision_leads_where_the_life_cycle_says_and_is_written_down(firm: Firm) -> None:
    for act in (Act.SEND_BACK,):
        assert county(firm, act, reason="缺扫描件").stage is Stage.DRAFT
    firm.submit()
    stages = [
        county(firm, act).stage
        for act in (Act.ADMIT, Act.SUSPEND, Act.RESTORE, Act.SUSPEND, Act.REMOVE)
    ]

    assert stages == [
        Stage.ADMITTED, Stage.SUSPENDED, Stage.ADMITTED, Stage.SUSPENDED, Stage.REMOVED,
    ]  # fmt: skip
    told = [(act.act, act.reason) for act in history(firm.world.session, firm.agency)]
    assert ("send_back", "缺扫描件") in told
    assert told[-1] == ("remove", "已核实")
    with refused(IllegalMove):
        county(firm, Act.RESTORE)


@pytest.mark.parametrize("act", [Act.SEND_BACK, Act.REFUSE])
def test_what_goes_against_a_firm_needs_its_reason(firm: Firm, act: Act) -> None:
    with refused(ReasonMissing, "reason"):
        county(firm, act, reason=" ")


def test_a_suspended_firm_gets_no_new_commission_until_it_is_restored(firm: Firm) -> None:
    county(firm, Act.ADMIT)
    county(firm, Act.SUSPEND)
    assert not commissioned(firm)

    county(firm, Act.RESTORE, reason="")
    assert commissioned(firm)


def test_only_a_county_officer_of_no_interest_decides(firm: Firm) -> None:
    world = firm.world
    of_the_firm = Actor(
        id=world.county_officer.id, name="周科员", roles=frozenset({Role.COUNTY}), agency=firm.id
    )

    for actor in (world.officer, world.auditor, firm.actor):
        with refused(NotAnOfficer):
            county(firm, Act.ADMIT, actor=actor)
    with refused(OwnBusiness):
        county(firm, Act.ADMIT, actor=of_the_firm)


def test_what_expired_before_the_county_came_to_it_is_not_admitted(firm: Firm) -> None:
    with refused(QualificationMissing):
        county(firm, Act.ADMIT, at=firm.world.at + timedelta(days=366))


def test_what_a_listed_firm_adds_counts_once_an_officer_has_checked_it(firm: Firm) -> None:
    session, world = firm.world.session, firm.world
    county(firm, Act.ADMIT)
    planning = firm.qualify(AgencyKind.PLANNING, number="规 1")
    person = firm.employ(2)
    waiting = [agency.id for agency in directory.unchecked(session)]
    assert (waiting, commissioned(firm, AgencyKind.PLANNING)) == ([firm.id], False)

    with refused(NotAnOfficer):
        admitting.check_qualification(session, planning.id, actor=world.officer, at=world.at)
    admitting.check_qualification(session, planning.id, actor=world.county_officer, at=world.at)
    assert [agency.id for agency in directory.unchecked(session)] == [firm.id]
    admitting.check_appraiser(session, person.user_id, actor=world.county_officer, at=world.at)

    assert commissioned(firm, AgencyKind.PLANNING)
    assert list(directory.unchecked(session)) == []
