"""An agency's desk: its commissions by what waits, and what they are about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bank.assets.tables import Asset
from bank.deposits.latest import latest_deposits
from bank.deposits.queues import PAGE_SIZE, pages_of
from bank.deposits.tables import Deposit
from database.actor import Actor
from valuation.agencies.tables import AgencyKind
from valuation.appraisals import appraising
from valuation.appraisals.lifecycle import UNFINISHED, Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal
from valuation.commissions import commissioning
from valuation.commissions.lifecycle import Stage
from valuation.commissions.refusals import NotTheAgency
from valuation.commissions.tables import Commission, CommissionAsset

CARD: Final = (
    selectinload(Deposit.asset).selectinload(Asset.division),
    selectinload(Deposit.asset).selectinload(Asset.parcel),
)
"""What a card of a deposit shows besides it."""
DELIVERED: Final = (Stage.DELIVERED, Stage.ACCEPTED, Stage.DISPUTED, Stage.OVERTURNED)


MOST_DELIVERIES: Final = 50
"""So many plans and papers an agency's desk shows at the most."""


class Work(StrEnum):
    """What a commission waits for at its agency."""

    VALUE = "value"
    CONCLUDE = "conclude"
    REVIEW = "review"
    SIGN = "sign"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


ENDED: Final = frozenset({Work.DELIVERED, Work.WITHDRAWN})


@dataclass(frozen=True)
class Item:
    """One asset of a commission in an agency's list, with the deposit it is about."""

    commission: Commission
    deposit: Deposit
    unfinished: Appraisal | None


@dataclass(frozen=True)
class Page:
    """One page of commissions, and how many there are in all."""

    items: Sequence[Item]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return pages_of(self.total)


def _waiting() -> dict[Work, ColumnElement[bool]]:
    engaged = Commission.stage == Stage.ENGAGED
    return {
        Work.VALUE: and_(engaged, ~_appraised(UNFINISHED), ~_appraised({AppraisalStage.ISSUED})),
        Work.CONCLUDE: and_(engaged, _appraised({AppraisalStage.DRAFT})),
        Work.REVIEW: and_(engaged, _appraised({AppraisalStage.CONCLUDED})),
        Work.SIGN: and_(engaged, _appraised({AppraisalStage.REVIEWED, AppraisalStage.SIGNED})),
        Work.DELIVERED: or_(
            Commission.stage.in_(DELIVERED),
            and_(engaged, _appraised({AppraisalStage.ISSUED}), ~_appraised(UNFINISHED)),
        ),
        Work.WITHDRAWN: Commission.stage == Stage.WITHDRAWN,
    }


def _appraised(stages: Collection[AppraisalStage]) -> ColumnElement[bool]:
    """An appraisal of the asset, made under the commission, stands at one of these stages."""
    return (
        select(Appraisal.id)
        .where(
            Appraisal.commission_id == CommissionAsset.commission_id,
            Appraisal.asset_id == CommissionAsset.asset_id,
            Appraisal.stage.in_(stages),
        )
        .exists()
    )


def counts(session: Session, agency_id: UUID) -> dict[Work, int]:
    """How many assets of the agency's commissions wait for what."""
    waiting = _waiting()
    row = session.execute(
        select(*(func.count().filter(condition) for condition in waiting.values()))
        .select_from(Commission)
        .join(CommissionAsset)
        .where(Commission.agency_id == agency_id)
    ).one()
    return dict(zip(waiting, row, strict=True))


def commissions(session: Session, agency_id: UUID, work: Work, *, page: int = 1) -> Page:
    """The agency's commissions that wait for this: oldest first, ended ones newest first."""
    conditions = (Commission.agency_id == agency_id, _waiting()[work])
    asked = select(Commission, CommissionAsset.asset_id).join(CommissionAsset).where(*conditions)
    total = session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    number = min(max(1, page), pages_of(total))
    by_age = Commission.engaged_at
    found = session.execute(
        asked.order_by(
            by_age.desc() if work in ENDED else by_age.asc(),
            Commission.id,
            CommissionAsset.asset_id,
        )
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    deposits = latest_deposits(session, {asset_id for _, asset_id in found}, *CARD)
    items = [
        Item(
            commission,
            deposits[asset_id],
            appraising.find_unfinished(session, commission.id, asset_id),
        )
        for commission, asset_id in found
    ]
    return Page(items, number, total)


def deliveries(session: Session, agency_id: UUID) -> Sequence[Commission]:
    """The plans and papers that the agency is or was engaged for: what is at work first."""
    return session.scalars(
        select(Commission)
        .where(Commission.agency_id == agency_id, Commission.kind != AgencyKind.APPRAISAL)
        .order_by(Commission.stage != Stage.ENGAGED, Commission.engaged_at.desc(), Commission.id)
        .limit(MOST_DELIVERIES)
    ).all()


def get_commission(session: Session, commission_id: UUID, actor: Actor) -> Commission:
    """The commission, for an appraiser of its agency. Refuses: NoSuchCommission, NotTheAgency."""
    commission = commissioning.get_commission(session, commission_id)
    if commission.agency_id != actor.agency:
        raise NotTheAgency("the commission is another agency's")
    return commission


def get_appraisal(session: Session, appraisal_id: UUID, actor: Actor) -> Appraisal:
    """The appraisal, for an appraiser of its agency. Refuses: NoSuchAppraisal, NotTheAgency."""
    appraisal = appraising.get_appraisal(session, appraisal_id)
    get_commission(session, appraisal.commission_id, actor)
    return appraisal
