"""A firm applies: its licence is checked, it speaks for itself, and hands in what is complete."""

import pytest

from bank.acts import history
from bank.agencies import applying, presenting
from bank.agencies.presenting import Line
from bank.agencies.refusals import (
    AlreadyApplied,
    BadFee,
    BadYear,
    EnteredAlready,
    NotEditable,
    NotOurAgency,
    QualificationMissing,
    QualificationOver,
    TextMissing,
    TooFewAppraisers,
)
from bank.codes import WrongCheckDigit
from bank.parties.refusals import AlreadySignedUp
from bank.refusals import NoSuchRecord
from database.actor import Role
from tests.bank.agencies.firm import Firm
from tests.reading import refused
from tests.world import World, credit_code
from valuation.agencies.lifecycle import Stage
from valuation.agencies.tables import AgencyKind, FeeBasis


@pytest.fixture
def firm(world: World) -> Firm:
    return Firm(world)


def test_an_application_begins_as_a_draft_with_a_login_that_speaks_for_the_firm(firm: Firm) -> None:
    agency = firm.agency

    assert agency.stage is Stage.DRAFT
    assert agency.admitted_at is None
    assert firm.actor.roles == {Role.APPRAISER}
    assert [act.act for act in history(firm.world.session, agency)] == ["begin"]


def test_a_collective_of_an_n_code_may_apply_too(firm: Firm) -> None:
    user = firm.begin(licence=credit_code(7, "N2330523"), phone="13900009999")

    assert user.agency_id != firm.id


def test_a_firm_applies_once_and_with_a_sound_licence(firm: Firm) -> None:
    with refused(AlreadyApplied, "licence"):
        firm.begin(phone="13900009999")
    with refused(AlreadySignedUp, "phone"):
        firm.begin(licence=credit_code(77))
    sound = credit_code(78)
    with refused(WrongCheckDigit, "licence"):
        firm.begin(licence=sound[:-1] + ("0" if sound[-1] != "0" else "1"), phone="13900009999")
    with refused(TextMissing, "name"):
        firm.begin(name=" ", licence=sound, phone="13900009999")


def test_it_hands_in_only_what_is_complete(firm: Firm) -> None:
    with refused(QualificationMissing):
        firm.submit()
    firm.qualify()
    firm.employ(1)
    with refused(TooFewAppraisers, needed=2, found=1):
        firm.submit()
    firm.employ(0, herself=True)

    assert firm.submit().stage is Stage.SUBMITTED


def test_a_planner_needs_no_appraisers(firm: Firm) -> None:
    firm.qualify(AgencyKind.PLANNING)

    assert firm.submit().stage is Stage.SUBMITTED


def test_what_was_handed_in_stays_still_until_the_county_has_decided(firm: Firm) -> None:
    line = firm.complete().agency.qualifications[0]
    firm.submit()

    with refused(NotEditable, stage="submitted"):
        firm.qualify(number="2")
    with refused(NotEditable, stage="submitted"):
        presenting.remove(
            firm.world.session, firm.id, Line.QUALIFICATION, line.id, actor=firm.actor
        )


def test_only_who_works_there_speaks_for_a_firm(firm: Firm) -> None:
    other = Firm(firm.world, 2, "别家评估所")

    for stranger in (other.actor, firm.world.county_officer):
        with refused(NotOurAgency):
            firm.qualify(actor=stranger)
        with refused(NotOurAgency):
            applying.submit(firm.world.session, firm.id, actor=stranger, at=firm.world.at)


def test_a_certificate_that_has_expired_or_is_there_already_is_refused(firm: Firm) -> None:
    firm.qualify()

    with refused(EnteredAlready, "number"):
        firm.qualify()
    with refused(QualificationOver, "valid_until"):
        firm.qualify(number="2", valid_until=firm.after(-1))
    assert firm.qualify(number="3", valid_until=firm.after(0)).checked_at is None


def test_an_appraiser_is_entered_once_with_a_qualification_that_holds(firm: Firm) -> None:
    firm.employ(0, herself=True)
    firm.employ(1)

    with refused(EnteredAlready, "herself"):
        firm.employ(2, herself=True)
    with refused(EnteredAlready, "qualification_number"):
        firm.employ(3, qualification_number="评 101")
    with refused(AlreadySignedUp, "phone"):
        firm.employ(1, qualification_number="评 9")
    with refused(QualificationOver, "qualified_until"):
        firm.employ(4, qualified_until=firm.after(-1))


def test_fees_and_past_work_are_checked_kept_and_taken_off(firm: Firm) -> None:
    session = firm.world.session

    def fee(basis: FeeBasis, amount: int) -> object:
        return presenting.add_fee(
            session, firm.id, service="单宗评估", basis=basis, amount=amount, actor=firm.actor
        )

    def work(year: int) -> object:
        return presenting.add_work(
            session, firm.id, title="竹林评估", client="", year=year, actor=firm.actor,
            at=firm.world.at,
        )  # fmt: skip

    for basis, amount in ((FeeBasis.FIXED, 0), (FeeBasis.SHARE, 1_000_000), (FeeBasis.PER_MU, -1)):
        with refused(BadFee, "amount"):
            fee(basis, amount)
    for year in (1948, firm.after(0).year + 1):
        with refused(BadYear, "year"):
            work(year)
    fee(FeeBasis.SHARE, 999_999)
    work(firm.after(0).year)
    assert (len(firm.agency.fees), len(firm.agency.works)) == (1, 1)

    other = Firm(firm.world, 2)
    with refused(NoSuchRecord):
        presenting.remove(session, other.id, Line.FEE, firm.agency.fees[0].id, actor=other.actor)
    presenting.remove(session, firm.id, Line.FEE, firm.agency.fees[0].id, actor=firm.actor)
    presenting.remove(session, firm.id, Line.WORK, firm.agency.works[0].id, actor=firm.actor)
    assert (firm.agency.fees, firm.agency.works) == ([], [])
