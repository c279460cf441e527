"""The county's decisions on agencies: admitting, sending back, refusing, suspending, removing."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from bank.acts import move
from bank.agencies.applying import require_complete
from bank.agencies.records import get_agency
from bank.authority import require_county_officer
from bank.refusals import NoSuchRecord, OwnBusiness, ReasonMissing
from database.actor import Actor
from valuation.agencies.lifecycle import LIFECYCLE, Act
from valuation.agencies.tables import Agency, Appraiser, Qualification

NEEDS_NO_REASON = frozenset({Act.ADMIT, Act.RESTORE})
Paper = TypeVar("Paper", Qualification, Appraiser)
"""What an officer checks of an agency."""


def decide(
    session: Session, agency_id: UUID, act: Act, *, reason: str = "", actor: Actor, at: datetime
) -> Agency:
    """Admit, send back, refuse, suspend, restore or remove an agency, with the reason.

    To admit is to have checked what it handed in: its qualifications and appraisers hold from now
    on. A suspended or removed agency gets no new commission; what it is working at, it finishes.
    Refuses: NoSuchRecord, NotAnOfficer, OwnBusiness, IllegalMove, ReasonMissing,
    QualificationMissing, TooFewAppraisers.
    """
    agency = _to_decide(session, agency_id, actor)
    if act not in NEEDS_NO_REASON and not reason.strip():
        raise ReasonMissing("say why", field="reason")
    if act is Act.ADMIT:
        require_complete(agency, at=at)
    move(session, agency, LIFECYCLE, act, actor=actor, at=at, reason=reason.strip())
    if act is Act.ADMIT:
        agency.admitted_at = at
        for paper in agency.qualifications:
            paper.checked_at = paper.checked_at or at
        for person in agency.appraisers:
            person.checked_at = person.checked_at or at
    session.flush()
    return agency


def check_qualification(
    session: Session, qualification_id: UUID, *, actor: Actor, at: datetime
) -> Qualification:
    """An officer has seen a qualification that was entered later: it holds from now on.

    Refuses: NoSuchRecord, NotAnOfficer, OwnBusiness.
    """
    return _checked(session, session.get(Qualification, qualification_id), actor, at)


def check_appraiser(session: Session, user_id: UUID, *, actor: Actor, at: datetime) -> Appraiser:
    """An officer has seen the qualification of an appraiser who was entered later.

    Refuses: NoSuchRecord, NotAnOfficer, OwnBusiness.
    """
    return _checked(session, session.get(Appraiser, user_id), actor, at)


def _checked(session: Session, found: Paper | None, actor: Actor, at: datetime) -> Paper:
    """The qualification, checked now if it was not before."""
    if found is None:
        raise NoSuchRecord("no such qualification")
    _to_decide(session, found.agency_id, actor)
    found.checked_at = found.checked_at or at
    return found


def _to_decide(session: Session, agency_id: UUID, actor: Actor) -> Agency:
    require_county_officer(actor)
    agency = get_agency(session, agency_id, lock=True)
    if actor.agency == agency.id:
        raise OwnBusiness("an officer cannot decide on her own agency")
    return agency
