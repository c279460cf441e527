"""Site visits: when the place was seen, who was there, what was found, with photos."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import keys
from bank.agencies.records import said
from bank.calendar import local_date
from bank.commissions import standing
from bank.commissions.refusals import (
    NotAPhoto,
    NotVisitable,
    PhotosTooFew,
    VisitDayUnsound,
)
from bank.files.kinds import PICTURES
from bank.files.tables import Document
from bank.rules import whole
from database.actor import Actor
from valuation.appraisals.appraising import require_fit
from valuation.commissions.commissioning import get_commission
from valuation.commissions.tables import SitePhoto, SiteVisit


def record(
    session: Session,
    commission_id: UUID,
    *,
    asset_id: UUID,
    visited_on: date,
    present: str,
    findings: str,
    photos: Sequence[Document],
    actor: Actor,
    at: datetime,
    key: str,
) -> SiteVisit:
    """Record a visit to one asset's place, with its photos in the order given.

    Refuses: NoSuchCommission, NotTheAgency, NotQualified, OwnAppraisal, Recused, CommissionEnded,
    KeyReused, NotVisitable, VisitDayUnsound, TextMissing, NotAPhoto, PhotosTooFew.
    """
    commission = get_commission(session, commission_id, lock=True)
    today = local_date(at)
    interested = standing.parties_of(session, commission)
    require_fit(session, commission, actor, interested=interested, today=today)
    body = {
        "commission": commission_id, "asset": asset_id, "day": visited_on, "present": present,
        "findings": findings, "photos": [photo.sha256 for photo in photos],
    }  # fmt: skip
    if first := keys.earlier(session, key, "commissions.visit", **body):
        return session.get_one(SiteVisit, first)
    if asset_id not in standing.assets_of(commission):
        raise NotVisitable("the commission is not for this", field="asset_id")
    if not local_date(commission.requested_at) <= visited_on <= today:
        raise VisitDayUnsound("the day is ahead, or before the commission", field="visited_on")
    told = said(present, "present"), said(findings, "findings")
    _refuse_photos(session, photos, today)

    visit = SiteVisit(
        commission_id=commission.id,
        asset_id=asset_id,
        visited_on=visited_on,
        present=told[0],
        findings=told[1],
        recorded_by=actor.id,
        recorded_at=at,
        photos=[
            SitePhoto(number=number, document_id=photo.id)
            for number, photo in enumerate(photos, start=1)
        ],
    )
    session.add(visit)
    session.flush()
    session.expire(commission, ["visits"])
    keys.settle(session, key, visit.id)
    return visit


def _refuse_photos(session: Session, photos: Sequence[Document], today: date) -> None:
    """Refuses: NotAPhoto, PhotosTooFew."""
    taken = select(SitePhoto.document_id).where(
        SitePhoto.document_id.in_([photo.id for photo in photos])
    )
    used = set(session.scalars(taken))
    for photo in photos:
        if photo.media_type not in PICTURES or photo.id in used:
            raise NotAPhoto("a picture of this visit is needed", field="photos", name=photo.name)
        used.add(photo.id)
    needed = whole("appraisal.site_visit.photos.minimum", today)
    if len(photos) < needed:
        raise PhotosTooFew(
            "the visit needs photos", field="photos", needed=needed, found=len(photos)
        )
