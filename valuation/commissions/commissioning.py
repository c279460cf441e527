"""Engaging an agency at once, without quotes, and finding a commission."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from database.actor import Actor
from database.rows import find_row
from valuation.agencies.lifecycle import Stage as AgencyStage
from valuation.agencies.tables import Agency, AgencyKind
from valuation.commissions.lifecycle import LIFECYCLE, Act, Stage
from valuation.commissions.refusals import AgencyNotAdmitted, NoSuchCommission
from valuation.commissions.tables import Commission, CommissionAsset


def engage(
    session: Session,
    *,
    number: str,
    assets: Collection[UUID],
    agency_id: UUID,
    today: date,
    actor: Actor,
    at: datetime,
) -> Commission:
    """The county has an agency appraise assets, by the fee that they agreed on beforehand.

    Refuses: AgencyNotAdmitted, also for one whose qualification has expired.
    """
    agency = require_admitted(session, agency_id, AgencyKind.APPRAISAL, today)
    commission = Commission(
        number=number,
        kind=AgencyKind.APPRAISAL,
        stage=Stage.ENGAGED,
        agency=agency,
        assets=[CommissionAsset(asset_id=each) for each in assets],
        requested_by=actor.id,
        requested_at=at,
        engaged_by=actor.id,
        engaged_at=at,
    )
    session.add(commission)
    session.flush()
    return commission


def require_admitted(session: Session, agency_id: UUID, kind: AgencyKind, today: date) -> Agency:
    """The agency, if the county lists it for such work today. Refuses: AgencyNotAdmitted."""
    agency = session.get(Agency, agency_id)
    if (
        agency is None
        or agency.stage is not AgencyStage.ADMITTED
        or kind not in agency.kinds(today)
    ):
        raise AgencyNotAdmitted(
            "choose an agency that is admitted to such work", field="agency_id", kind=kind.value
        )
    return agency


def deliver(commission: Commission, *, at: datetime, answer_by: datetime) -> None:
    """The work is done; its client has until `answer_by` to answer.

    The caller has locked the commission and knows that it is engaged.
    """
    commission.stage = LIFECYCLE[commission.stage, Act.DELIVER]
    commission.delivered_at, commission.answer_by = at, answer_by


def get_commission(session: Session, commission_id: UUID, *, lock: bool = False) -> Commission:
    """The commission of this id, its row locked if asked. Refuses: NoSuchCommission."""
    commission = find_row(session, Commission, commission_id, lock=lock)
    if commission is None:
        raise NoSuchCommission("no such commission")
    return commission
