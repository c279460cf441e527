"""Whose business a document is: the offices before which the matter lies that it belongs to."""

from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from bank.assets.tables import Asset, Evidence
from bank.deposits.tables import Consent, Deposit
from bank.files.tables import Document
from bank.land.tables import Parcel, ParcelShape
from database.actor import Actor, Role
from valuation.appraisals.tables import Appraisal
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.tables import Commission, SitePhoto, SiteVisit


def is_before(session: Session, document: Document, actor: Actor) -> bool:
    """Whether the document's matter lies before the actor's office.

    The county's officers and auditors have every matter before them; a township's those of the
    assets in it; an appraiser the evidence of what her agency was commissioned to value, and the
    agency's own reports and photos of its visits.
    """
    if actor.has(Role.COUNTY, Role.AUDITOR):
        return True
    return _in_township(session, document.id, actor) or _commissioned(session, document.id, actor)


def _in_township(session: Session, document_id: UUID, actor: Actor) -> bool:
    if not (actor.has(Role.TOWNSHIP) and actor.township):
        return False
    assets: CompoundSelect[Any] = union(
        select(Evidence.asset_id).where(Evidence.document_id == document_id),
        select(Deposit.asset_id).join(Consent).where(Consent.document_id == document_id),
        select(Appraisal.asset_id).where(Appraisal.report_id == document_id),
        select(Parcel.asset_id).join(ParcelShape).where(ParcelShape.document_id == document_id),
        select(SiteVisit.asset_id).join(SitePhoto).where(SitePhoto.document_id == document_id),
    )
    here = Asset.division_code.startswith(actor.township, autoescape=True)
    found = session.scalar(select(Asset.id).where(Asset.id.in_(assets), here).limit(1))
    return found is not None


def _commissioned(session: Session, document_id: UUID, actor: Actor) -> bool:
    if not (actor.has(Role.APPRAISER) and actor.agency):
        return False
    evidence = select(Evidence.asset_id).where(Evidence.document_id == document_id)
    reports = select(Appraisal.commission_id).where(Appraisal.report_id == document_id)
    photos = (
        select(SiteVisit.commission_id).join(SitePhoto).where(SitePhoto.document_id == document_id)
    )
    found = session.scalar(
        select(Commission.id)
        .where(
            Commission.agency_id == actor.agency,
            Commission.stage != CommissionStage.WITHDRAWN,
            Commission.of(evidence) | Commission.id.in_(reports.union(photos)),
        )
        .limit(1)
    )
    return found is not None
