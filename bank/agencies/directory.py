"""The directory of agencies: searching it, one agency in it, and who may be commissioned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bank.refusals import NoSuchRecord
from valuation.agencies.lifecycle import LISTED, Stage
from valuation.agencies.tables import (
    Agency,
    AgencyKind,
    Appraiser,
    PastWork,
    Qualification,
    Rating,
)
from valuation.commissions.lifecycle import FINISHED
from valuation.commissions.tables import Commission

PAGE_SIZE: Final = 20


@dataclass(frozen=True)
class Record:
    """What an agency did for this bank: finished commissions, and their ratings' sum and count."""

    finished: int = 0
    ratings: int = 0
    stars: int = 0

    @property
    def average_tenths(self) -> int | None:
        """The mean of its stars in tenths, rounded half up; None without a rating."""
        if not self.ratings:
            return None
        return (self.stars * 20 + self.ratings) // (2 * self.ratings)


@dataclass(frozen=True)
class Listed:
    """An agency in the directory, and what it did for this bank."""

    agency: Agency
    record: Record


@dataclass(frozen=True)
class Page:
    """One page of the directory, and how many agencies there are in all."""

    rows: Sequence[Listed]
    number: int
    total: int


def search(
    session: Session, *, text: str = "", kind: AgencyKind | None = None, page: int = 1, on: date
) -> Page:
    """Listed agencies by name: those whose name, introduction or past work has the text.

    With a kind, those that are qualified for it on the day.
    """
    asked = select(Agency).where(Agency.stage.in_(LISTED))
    if text.strip():
        asked = asked.where(_says(text.strip()))
    if kind is not None:
        asked = asked.where(qualified(kind, on))
    total = session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    found = session.scalars(
        asked.options(selectinload(Agency.qualifications))
        .order_by(Agency.name, Agency.id)
        .limit(PAGE_SIZE)
        .offset((max(1, page) - 1) * PAGE_SIZE)
    ).all()
    records = _records(session, [agency.id for agency in found])
    return Page([Listed(each, records[each.id]) for each in found], max(1, page), total)


def _says(text: str) -> ColumnElement[bool]:
    work = select(PastWork.id).where(
        PastWork.agency_id == Agency.id, PastWork.title.icontains(text, autoescape=True)
    )
    return or_(
        Agency.name.icontains(text, autoescape=True),
        Agency.introduction.icontains(text, autoescape=True),
        work.exists(),
    )


def qualified(kind: AgencyKind, on: date) -> ColumnElement[bool]:
    """The condition on Agency: a checked qualification of the kind holds on the day."""
    return (
        select(Qualification.id)
        .where(
            Qualification.agency_id == Agency.id,
            Qualification.kind == kind,
            Qualification.checked_at.is_not(None),
            Qualification.valid_until >= on,
        )
        .exists()
    )


def admitted_for(session: Session, kind: AgencyKind, on: date) -> Sequence[Agency]:
    """The agencies that may be commissioned for this on the day, by name."""
    asked = select(Agency).where(Agency.stage == Stage.ADMITTED, qualified(kind, on))
    return session.scalars(asked.order_by(Agency.name)).all()


def listed_for(session: Session, kind: AgencyKind, on: date) -> list[Listed]:
    """The same with what each did for this bank, to choose from."""
    agencies = admitted_for(session, kind, on)
    records = _records(session, [agency.id for agency in agencies])
    return [Listed(agency, records[agency.id]) for agency in agencies]


def find_listed(session: Session, number: str) -> Listed:
    """The agency of this number, if the public may see it. Refuses: NoSuchRecord."""
    agency = session.scalar(select(Agency).where(Agency.number == number, Agency.stage.in_(LISTED)))
    if agency is None:
        raise NoSuchRecord("no such agency in the list")
    return Listed(agency, record_of(session, agency.id))


def record_of(session: Session, agency_id: UUID) -> Record:
    """What the agency did for this bank."""
    return _records(session, [agency_id])[agency_id]


def _records(session: Session, agencies: Sequence[UUID]) -> dict[UUID, Record]:
    rows = session.execute(
        select(
            Commission.agency_id,
            func.count(),
            func.count(Rating.commission_id),
            func.coalesce(func.sum(Rating.stars), 0),
        )
        .join(Rating, Rating.commission_id == Commission.id, isouter=True)
        .where(Commission.agency_id.in_(agencies), Commission.stage.in_(FINISHED))
        .group_by(Commission.agency_id)
    )
    found = {row[0]: Record(row[1], row[2], int(row[3])) for row in rows}
    return {agency: found.get(agency, Record()) for agency in agencies}


def ratings(session: Session, agency_id: UUID, *, most: int) -> Sequence[Rating]:
    """The agency's latest ratings; who gave them is not for the public."""
    asked = select(Rating).where(Rating.agency_id == agency_id)
    return session.scalars(asked.order_by(Rating.rated_at.desc()).limit(most)).all()


def at_stage(session: Session, stage: Stage) -> Sequence[Agency]:
    """For the county: the agencies at a stage, the latest application first."""
    return session.scalars(_of(Agency.stage == stage)).all()


def counts(session: Session) -> dict[Stage, int]:
    """For the county: how many agencies stand where."""
    rows = session.execute(select(Agency.stage, func.count()).group_by(Agency.stage))
    found = {row[0]: row[1] for row in rows}
    return {stage: found.get(stage, 0) for stage in Stage}


def unchecked(session: Session) -> Sequence[Agency]:
    """For the county: listed agencies with a qualification or appraiser yet to be checked."""
    paper = select(Qualification.id).where(
        Qualification.agency_id == Agency.id, Qualification.checked_at.is_(None)
    )
    person = select(Appraiser.user_id).where(
        Appraiser.agency_id == Agency.id, Appraiser.checked_at.is_(None)
    )
    waits = or_(paper.exists(), person.exists())
    return session.scalars(_of(and_(Agency.stage.in_(LISTED), waits))).all()


def _of(condition: ColumnElement[bool]) -> Select[Agency]:
    return select(Agency).where(condition).order_by(Agency.applied_at.desc(), Agency.id)
