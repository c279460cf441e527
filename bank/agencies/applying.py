"""Applying to be listed: the firm, the login of who speaks for it, and handing in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bank.acts import move, note
from bank.agencies.records import own_agency, said
from bank.agencies.refusals import AlreadyApplied, QualificationMissing, TooFewAppraisers
from bank.calendar import local_date
from bank.codes import read_credit_code, read_phone
from bank.numbers import next_number
from bank.parties.signing_up import create_user
from bank.parties.tables import User
from bank.rules import whole
from database.actor import Actor, Role
from valuation.agencies.lifecycle import LIFECYCLE, Act, Stage
from valuation.agencies.tables import Agency, AgencyKind


def begin(
    session: Session,
    *,
    name: str,
    licence: str,
    representative: str,
    id_number: str,
    phone: str,
    password: str,
    at: datetime,
) -> User:
    """Begin an application: the firm as a draft, and the login of its representative.

    Refuses: TextMissing, WrongLength, WrongCharacter, WrongCheckDigit, WrongDate, WrongPhone,
    WeakPassword, NameMissing, AlreadyApplied, AlreadySignedUp.
    """
    code = read_credit_code(licence, field="licence").number
    agency = Agency(
        number=next_number(session, "G", at),
        name=said(name, "name"),
        licence=code,
        stage=Stage.DRAFT,
        phone=read_phone(phone),
        applied_at=at,
    )
    _add(session, agency)
    user = create_user(
        session,
        login=read_phone(phone),
        name=representative,
        password=password,
        roles={Role.APPRAISER},
        agency_id=agency.id,
        id_number=id_number,
        at=at,
    )
    note(session, agency, Act.BEGIN, actor=user.actor(), at=at)
    return user


def _add(session: Session, agency: Agency) -> None:
    """Write the agency, or refuse: one with this licence is here, perhaps since a moment ago."""
    taken = select(Agency.id).where(Agency.licence == agency.licence)
    refusal = AlreadyApplied("this firm has applied already", field="licence")
    if session.scalar(taken):
        raise refusal
    try:
        with session.begin_nested():
            session.add(agency)
    except IntegrityError:
        if session.scalar(taken):
            raise refusal from None
        raise


def submit(session: Session, agency_id: UUID, *, actor: Actor, at: datetime) -> Agency:
    """Hand the application in to the county.

    Refuses: NoSuchRecord, NotOurAgency, NotEditable, IllegalMove, QualificationMissing,
    TooFewAppraisers.
    """
    agency = own_agency(session, agency_id, actor)
    require_complete(agency, at=at)
    move(session, agency, LIFECYCLE, Act.SUBMIT, actor=actor, at=at)
    return agency


def require_complete(agency: Agency, *, at: datetime) -> None:
    """What an agency needs to be listed, whether checked by an officer yet or not.

    Refuses: QualificationMissing, TooFewAppraisers.
    """
    today = local_date(at)
    kinds = {each.kind for each in agency.qualifications if today <= each.valid_until}
    if not kinds:
        raise QualificationMissing("enter a qualification that has not expired")
    if AgencyKind.APPRAISAL not in kinds:
        return
    found = sum(today <= each.qualified_until for each in agency.appraisers)
    needed = whole("appraisal.appraisers.minimum", today)
    if found < needed:
        raise TooFewAppraisers("enter more appraisers", needed=needed, found=found)
