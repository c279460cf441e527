"""Reading commissions: a client's, an agency's, the county's; who sees one; reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bank.assets.tables import Asset
from bank.commissions import standing
from bank.deposits.queues import PAGE_SIZE, pages_of
from bank.deposits.tables import Deposit
from bank.projects.interest import interested
from bank.projects.tables import Project
from database.actor import Actor, Role
from valuation.commissions import commissioning
from valuation.commissions.lifecycle import Stage
from valuation.commissions.refusals import NoSuchCommission
from valuation.commissions.tables import Commission, CommissionAsset, Due, Quote, Reminder

DUE_IN: Final = {
    Due.QUOTE: (Stage.REQUESTED, Stage.QUOTED),
    Due.CHOICE: (Stage.QUOTED,),
    Due.DELIVERY: (Stage.ENGAGED,),
    Due.OVERDUE: (Stage.ENGAGED,),
    Due.ANSWER: (Stage.DELIVERED,),
}
"""In which stages of a commission something is due."""


@dataclass(frozen=True)
class Page:
    """One page of commissions, the latest first, and how many there are in all."""

    items: Sequence[Commission]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return pages_of(self.total)


def for_client(session: Session, actor: Actor, *, page: int = 1) -> Page:
    """The commissions of the actor's parties, and others' about what these own."""
    return _page(session, of_client(actor), page)


def of_client(actor: Actor) -> ColumnElement[bool]:
    """The condition that a commission is the actor's party's, or about what that owns."""
    own_assets = select(Deposit.asset_id).where(Deposit.party_id.in_(actor.parties))
    own_projects = select(Project.id).where(Project.party_id.in_(actor.parties))
    return or_(
        Commission.client_id.in_(actor.parties),
        Commission.of(own_assets),
        Commission.project_id.in_(own_projects),
    )


def for_agency(session: Session, agency_id: UUID, *, page: int = 1) -> Page:
    """The commissions that the agency was asked to quote for, or works at."""
    asked = Commission.quotes.any(Quote.agency_id == agency_id)
    return _page(session, or_(asked, Commission.agency_id == agency_id), page)


def for_county(
    session: Session, *, stage: Stage | None = None, town: str = "", page: int = 1
) -> Page:
    """All commissions, or those at a stage, or about assets in a township (a division code)."""
    conditions: list[ColumnElement[bool]] = []
    if stage is not None:
        conditions.append(Commission.stage == stage)
    if town:
        there = select(Asset.id).where(Asset.division_code.startswith(town, autoescape=True))
        conditions.append(Commission.of(there))
    return _page(session, and_(True, *conditions), page)


def counts(session: Session) -> dict[Stage, int]:
    """How many commissions stand where, for the county."""
    rows = session.execute(select(Commission.stage, func.count()).group_by(Commission.stage))
    found = {row[0]: row[1] for row in rows}
    return {stage: found.get(stage, 0) for stage in Stage}


def _page(session: Session, condition: ColumnElement[bool], page: int) -> Page:
    found = select(Commission).where(condition)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    number = min(max(1, page), pages_of(total))
    items = session.scalars(
        found.options(selectinload(Commission.assets), selectinload(Commission.quotes))
        .order_by(Commission.requested_at.desc(), Commission.id.desc())
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Page(items, number, total)


def get(session: Session, commission_id: UUID, actor: Actor) -> Commission:
    """The commission, for those whose business it is.

    That is its client, an owner of an asset, a party to the project, an agency that was asked or
    is engaged, the officers of the place and of the county, and auditors. Refuses:
    NoSuchCommission.
    """
    commission = commissioning.get_commission(session, commission_id)
    if not may_see(session, commission, actor):
        raise NoSuchCommission("no such commission of yours")
    return commission


def may_see(
    session: Session, commission: Commission, actor: Actor, *, asset_id: UUID | None = None
) -> bool:
    """Whether the commission, or what is about one asset of it, is this reader's business.

    See `get`; the owner of one asset does not see what is about another's.
    """
    if actor.has(Role.COUNTY, Role.AUDITOR):
        return True
    if actor.agency is not None and actor.agency in _agencies(commission):
        return True
    if standing.is_client(session, commission, actor):
        return True
    if not actor.parties.isdisjoint(standing.parties_of(session, commission, asset_id=asset_id)):
        return True
    if _lies_in(session, commission, actor):
        return True
    if commission.project_id is None:
        return False
    project = session.get_one(Project, commission.project_id)
    return not actor.parties.isdisjoint(interested(session, project))


def _agencies(commission: Commission) -> set[UUID | None]:
    return {commission.agency_id, *(quote.agency_id for quote in commission.quotes)}


def _lies_in(session: Session, commission: Commission, actor: Actor) -> bool:
    """Whether some of its assets lie in the officer's township."""
    if not (actor.has(Role.TOWNSHIP) and actor.township):
        return False
    found = session.scalar(
        select(Asset.id)
        .join(CommissionAsset, CommissionAsset.asset_id == Asset.id)
        .where(
            CommissionAsset.commission_id == commission.id,
            Asset.division_code.startswith(actor.township, autoescape=True),
        )
        .limit(1)
    )
    return found is not None


def quotes_seen(session: Session, commission: Commission, actor: Actor) -> list[Quote]:
    """The quotes that this reader sees: an agency its own alone, who asked all, an owner none.

    Officers of the county and auditors see all.
    """
    if actor.agency is not None:
        return [quote for quote in commission.quotes if quote.agency_id == actor.agency]
    if actor.has(Role.COUNTY, Role.AUDITOR) or standing.is_client(session, commission, actor):
        return list(commission.quotes)
    return []


def reminders(session: Session, actor: Actor) -> Sequence[Reminder]:
    """What the actor, or her agency, was reminded of, that is due still, the latest first.

    What somebody has looked at, or has been done or has come about since, is left out.
    """
    to_client = and_(Reminder.agency_id.is_(None), Commission.client_id.in_(actor.parties))
    to_agency = Reminder.agency_id == actor.agency if actor.agency else None
    to_county = and_(Reminder.agency_id.is_(None), Commission.client_id.is_(None))
    whose = [to_client]
    if to_agency is not None:
        whose.append(to_agency)
    if actor.has(Role.COUNTY):
        whose.append(to_county)
    return session.scalars(
        select(Reminder)
        .join(Commission, Commission.id == Reminder.commission_id)
        .where(Reminder.seen_at.is_(None), or_(*whose), or_(*_still_due()))
        .options(selectinload(Reminder.commission))
        .order_by(Reminder.reminded_at.desc(), Reminder.id)
    ).all()


def _still_due() -> list[ColumnElement[bool]]:
    """Each thing that is due, with the stages of a commission in which it is."""
    return [
        and_(Reminder.due == due, Commission.stage.in_(stages)) for due, stages in DUE_IN.items()
    ]


def saw(session: Session, commission: Commission, actor: Actor, *, at: datetime) -> None:
    """The actor has looked at the commission: its reminders to her, or to her agency, are seen."""
    for reminder in reminders(session, actor):
        if reminder.commission_id == commission.id:
            reminder.seen_at = at
    session.flush()
