"""What an agency says of itself: qualifications, appraisers, fee schedule, past work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.agencies.records import own_agency, said
from bank.agencies.refusals import BadFee, BadYear, EnteredAlready, QualificationOver
from bank.calendar import local_date
from bank.codes import read_phone
from bank.files.tables import Document
from bank.parties.signing_up import create_user
from bank.refusals import NoSuchRecord
from database.actor import Actor, Role
from valuation.agencies.tables import (
    Agency,
    AgencyKind,
    Appraiser,
    Fee,
    FeeBasis,
    PastWork,
    Qualification,
)

FIRST_YEAR: Final = 1949
WHOLE_PPM: Final = 1_000_000


class Line(StrEnum):
    """What an agency enters line by line, and may take off again."""

    QUALIFICATION = "qualification"
    FEE = "fee"
    WORK = "work"


@dataclass(frozen=True)
class NewLogin:
    """Somebody of the agency who has no login yet; she signs in with her phone."""

    name: str
    id_number: str
    phone: str
    password: str


def describe(
    session: Session, agency_id: UUID, *, phone: str, address: str, introduction: str, actor: Actor
) -> Agency:
    """Say how it is reached and what it does.

    Refuses: NoSuchRecord, NotOurAgency, NotEditable, TextMissing.
    """
    agency = own_agency(session, agency_id, actor)
    agency.phone = said(phone, "phone")
    agency.address, agency.introduction = address.strip(), introduction.strip()
    return agency


def add_qualification(
    session: Session,
    agency_id: UUID,
    *,
    kind: AgencyKind,
    name: str,
    number: str,
    valid_until: date,
    document: Document | None,
    actor: Actor,
    at: datetime,
) -> Qualification:
    """Enter a certificate; it counts once an officer has checked it.

    Refuses: NoSuchRecord, NotOurAgency, NotEditable, TextMissing, QualificationOver,
    EnteredAlready.
    """
    agency = own_agency(session, agency_id, actor)
    if valid_until < local_date(at):
        raise QualificationOver("it has expired", field="valid_until")
    row = Qualification(
        kind=kind,
        name=said(name, "name"),
        number=said(number, "number"),
        valid_until=valid_until,
        document_id=document.id if document else None,
    )
    if any((each.kind, each.number) == (row.kind, row.number) for each in agency.qualifications):
        raise EnteredAlready("it is entered already", field="number")
    agency.qualifications.append(row)
    session.flush()
    return row


def add_appraiser(
    session: Session,
    agency_id: UUID,
    *,
    login: NewLogin | None,
    qualification_number: str,
    qualified_until: date,
    actor: Actor,
    at: datetime,
) -> Appraiser:
    """Enter an appraiser with her own login, or, without one, the actor herself.

    She may sign once an officer has checked her. Refuses: NoSuchRecord, NotOurAgency, NotEditable,
    TextMissing, QualificationOver, EnteredAlready, and what `create_user` refuses.
    """
    agency = own_agency(session, agency_id, actor)
    number = said(qualification_number, "qualification_number")
    if qualified_until < local_date(at):
        raise QualificationOver("it has expired", field="qualified_until")
    if session.scalar(select(Appraiser.user_id).where(Appraiser.qualification_number == number)):
        raise EnteredAlready("it is entered already", field="qualification_number")
    user_id, name = _person(session, agency, login, actor, at)
    row = Appraiser(
        user_id=user_id,
        agency_id=agency.id,
        name=name,
        qualification_number=number,
        qualified_until=qualified_until,
    )
    session.add(row)
    session.flush()
    session.expire(agency, ["appraisers"])
    return row


def _person(
    session: Session, agency: Agency, login: NewLogin | None, actor: Actor, at: datetime
) -> tuple[UUID, str]:
    if login is None:
        if session.get(Appraiser, actor.id):
            raise EnteredAlready("you are entered already", field="herself")
        return actor.id, actor.name
    user = create_user(
        session,
        login=read_phone(login.phone),
        name=login.name,
        password=login.password,
        roles={Role.APPRAISER},
        agency_id=agency.id,
        id_number=login.id_number,
        at=at,
    )
    return user.id, user.name


def add_fee(
    session: Session, agency_id: UUID, *, service: str, basis: FeeBasis, amount: int, actor: Actor
) -> Fee:
    """Enter a line of the fee schedule; see `FeeBasis` for what `amount` counts.

    Refuses: NoSuchRecord, NotOurAgency, NotEditable, TextMissing, BadFee.
    """
    agency = own_agency(session, agency_id, actor)
    if amount <= 0 or (basis is FeeBasis.SHARE and amount >= WHOLE_PPM):
        raise BadFee("a fee is above zero, a share below the whole", field="amount")
    row = Fee(service=said(service, "service"), basis=basis, amount=amount)
    agency.fees.append(row)
    session.flush()
    return row


def add_work(
    session: Session,
    agency_id: UUID,
    *,
    title: str,
    client: str,
    year: int,
    actor: Actor,
    at: datetime,
) -> PastWork:
    """Enter a work done elsewhere. Refuses: as `describe`, and BadYear."""
    agency = own_agency(session, agency_id, actor)
    if not FIRST_YEAR <= year <= local_date(at).year:
        raise BadYear("no year of a past work", field="year")
    row = PastWork(title=said(title, "title"), client=client.strip(), year=year)
    agency.works.append(row)
    session.flush()
    return row


def remove(
    session: Session,
    agency_id: UUID,
    line: Line,
    row_id: UUID,
    *,
    actor: Actor,
) -> None:
    """Take a line off. Refuses: NoSuchRecord, NotOurAgency, NotEditable."""
    agency = own_agency(session, agency_id, actor)
    all_lines: dict[Line, Sequence[Qualification | Fee | PastWork]] = {
        Line.QUALIFICATION: agency.qualifications,
        Line.FEE: agency.fees,
        Line.WORK: agency.works,
    }
    row = next((each for each in all_lines[line] if each.id == row_id), None)
    if row is None:
        raise NoSuchRecord("no such line")
    session.delete(row)
    session.flush()
    session.expire(agency)
