"""Whose business a commission's papers are: photos, reports, minutes of the choice, plans."""

from uuid import UUID

from sqlalchemy import Uuid, null, select
from sqlalchemy.orm import Session

from bank.commissions import reading, standing
from bank.files.tables import Document, Visibility
from database.actor import Actor, Role
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal
from valuation.commissions.tables import (
    ChoiceVote,
    Commission,
    DeliveredDocument,
    Plan,
    SitePhoto,
    SiteVisit,
)

OUT = (AppraisalStage.ISSUED, AppraisalStage.SUPERSEDED, AppraisalStage.SET_ASIDE)


def concerns(session: Session, document: Document, actor: Actor) -> bool:
    """Whether the document belongs to a commission that is the actor's business.

    Photos, issued reports and plans are for the client, owners, the engaged agency, the officers
    of the place and auditors; the minutes of a vote for all of these but agencies. An agency that
    was only asked for a quote sees none of them, nor the public.
    """
    if document.visibility is Visibility.PRIVATE:
        return False
    seen = _of(session, document.id)
    if seen is not None:
        commission_id, asset_id = seen
        return _is_before(session, commission_id, actor, agencies=True, asset_id=asset_id)
    voted = session.scalar(
        select(ChoiceVote.commission_id).where(ChoiceVote.document_id == document.id)
    )
    return voted is not None and _is_before(session, voted, actor, agencies=False)


def _of(session: Session, document_id: UUID) -> tuple[UUID, UUID | None] | None:
    """The commission whose work the document is, and the asset that it is about."""
    none = null().cast(Uuid())
    photo = (
        select(SiteVisit.commission_id, SiteVisit.asset_id)
        .join(SitePhoto, SitePhoto.visit_id == SiteVisit.id)
        .where(SitePhoto.document_id == document_id)
    )
    report = select(Appraisal.commission_id, Appraisal.asset_id).where(
        Appraisal.report_id == document_id, Appraisal.stage.in_(OUT)
    )
    red_line = select(Plan.commission_id, none).where(Plan.red_line_document_id == document_id)
    delivered = select(DeliveredDocument.commission_id, none).where(
        DeliveredDocument.document_id == document_id
    )
    found = session.execute(photo.union_all(report, red_line, delivered).limit(1)).first()
    return None if found is None else (found[0], found[1])


def _is_before(
    session: Session,
    commission_id: UUID,
    actor: Actor,
    *,
    agencies: bool,
    asset_id: UUID | None = None,
) -> bool:
    commission = session.get_one(Commission, commission_id)
    if actor.has(Role.APPRAISER) and actor.agency is not None:
        by_work = agencies and commission.agency_id == actor.agency
        mine = not actor.parties.isdisjoint(
            standing.parties_of(session, commission, asset_id=asset_id)
        )
        return by_work or mine
    return reading.may_see(session, commission, actor, asset_id=asset_id)
