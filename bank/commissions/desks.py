"""Desks of commissions: a client's, an agency's requests, an office's, by what is to be done."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import Session, selectinload

from bank.assets.tables import Asset
from bank.commissions import reading
from bank.commissions.reading import Page
from bank.deposits.queues import PAGE_SIZE, pages_of
from database.actor import Actor
from valuation.commissions.lifecycle import QuoteStage, Stage
from valuation.commissions.refusals import NoSuchCommission
from valuation.commissions.tables import Commission, Quote


class Work(StrEnum):
    """What a commission waits for."""

    QUOTES = "quotes"
    CHOICE = "choice"
    RESULT = "result"
    ANSWER = "answer"
    PANEL = "panel"
    ENDED = "ended"


STAGES: Final[Mapping[Work, tuple[Stage, ...]]] = {
    Work.QUOTES: (Stage.REQUESTED,),
    Work.CHOICE: (Stage.QUOTED,),
    Work.RESULT: (Stage.ENGAGED,),
    Work.ANSWER: (Stage.DELIVERED,),
    Work.PANEL: (Stage.DISPUTED,),
    Work.ENDED: (Stage.ACCEPTED, Stage.OVERTURNED, Stage.WITHDRAWN, Stage.LAPSED),
}


def find(session: Session, number: str, actor: Actor) -> Commission:
    """The commission of this number, for those whose business it is. Refuses: NoSuchCommission."""
    commission_id = session.scalar(select(Commission.id).where(Commission.number == number))
    if commission_id is None:
        raise NoSuchCommission("no such commission")
    return reading.get(session, commission_id, actor)


def of_office(town: str | None) -> ColumnElement[bool]:
    """The condition that some asset lies in a township (a division code); none: all there are."""
    if town is None:
        return true()
    there = select(Asset.id).where(Asset.division_code.startswith(town, autoescape=True))
    return Commission.of(there)


def overdue(today: date) -> ColumnElement[bool]:
    """The condition that an agency is at work and its last day is past."""
    return and_(Commission.stage == Stage.ENGAGED, Commission.deliver_by < today)


def counts(session: Session, whose: ColumnElement[bool]) -> dict[Work, int]:
    """How many of these commissions wait for what."""
    rows = session.execute(
        select(Commission.stage, func.count()).where(whose).group_by(Commission.stage)
    )
    found = {row[0]: row[1] for row in rows}
    return {work: sum(found.get(stage, 0) for stage in stages) for work, stages in STAGES.items()}


def waiting(
    session: Session,
    whose: ColumnElement[bool],
    work: Work | None,
    *,
    today: date,
    page: int = 1,
) -> Page:
    """These commissions that wait for this (none: all): overdue ones first, then the latest."""
    asked = select(Commission).where(whose)
    if work is not None:
        asked = asked.where(Commission.stage.in_(STAGES[work]))
    late = case((overdue(today), 0), else_=1)
    return _page(session, asked, (late, Commission.requested_at.desc()), page)


def _page(
    session: Session,
    asked: Select[Commission],
    order: tuple[ColumnElement[Any], ...],
    page: int,
) -> Page:
    total = session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    number = min(max(1, page), pages_of(total))
    items = session.scalars(
        asked.options(selectinload(Commission.assets), selectinload(Commission.quotes))
        .order_by(*order, Commission.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Page(items, number, total)


def of_asset(session: Session, asset_id: UUID) -> list[Commission]:
    """The commissions about an asset, the latest first; for those whose asset it is."""
    found = select(Commission).where(Commission.of(asset_id))
    return list(session.scalars(found.order_by(Commission.requested_at.desc())).unique())


def of_project(session: Session, project_id: UUID, actor: Actor) -> list[Commission]:
    """The commissions about a project that are the actor's business, the latest first."""
    found = session.scalars(
        select(Commission)
        .where(Commission.project_id == project_id)
        .order_by(Commission.requested_at.desc())
    )
    return [each for each in found.unique() if reading.may_see(session, each, actor)]


def quotes_of(
    session: Session, agency_id: UUID, stages: tuple[QuoteStage, ...], *, most: int = PAGE_SIZE
) -> list[Quote]:
    """The agency's quotes at these stages, the latest asked first."""
    asked = select(Quote).where(Quote.agency_id == agency_id, Quote.stage.in_(stages))
    return list(session.scalars(asked.order_by(Quote.asked_at.desc(), Quote.id).limit(most)))


def quote_counts(session: Session, agency_id: UUID) -> dict[QuoteStage, int]:
    """How many of the agency's quotes stand where."""
    rows = session.execute(
        select(Quote.stage, func.count()).where(Quote.agency_id == agency_id).group_by(Quote.stage)
    )
    found = {row[0]: row[1] for row in rows}
    return {stage: found.get(stage, 0) for stage in QuoteStage}
