"""Handing over what an agency delivers as documents: a plan's, or a financing's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import keys
from bank.acts import note
from bank.calendar import local_date, notice_ends
from bank.commissions.refusals import NoFinancing, PapersMissing
from bank.files.tables import Document
from bank.refusals import NotYours
from bank.rules import whole
from database.actor import Actor
from valuation.agencies.tables import AgencyKind
from valuation.commissions.commissioning import deliver, get_commission, require_admitted
from valuation.commissions.lifecycle import Act, Stage
from valuation.commissions.refusals import CommissionEnded, NotTheAgency
from valuation.commissions.tables import Commission, DeliveredDocument


def deliver_financing(
    session: Session,
    commission_id: UUID,
    *,
    documents: Sequence[Document],
    actor: Actor,
    at: datetime,
    key: str,
) -> Commission:
    """Deliver the papers of a financing; its client answers next.

    Refuses: NoSuchCommission, NotTheAgency, KeyReused, NoFinancing, CommissionEnded,
    AgencyNotAdmitted, NotYours, PapersMissing.
    """
    commission = get_commission(session, commission_id, lock=True)
    if actor.agency is None or actor.agency != commission.agency_id:
        raise NotTheAgency("the commission is another agency's")
    body = {"commission": commission_id, "files": [each.sha256 for each in documents]}
    if keys.earlier(session, key, "commissions.deliver_financing", **body):
        return commission
    if commission.kind is not AgencyKind.FINANCE:
        raise NoFinancing("the commission asks for no financing")
    if commission.stage is not Stage.ENGAGED:
        raise CommissionEnded("the commission is not at work", stage=commission.stage.value)
    require_admitted(session, actor.agency, AgencyKind.FINANCE, local_date(at))
    if any(each.uploaded_by != actor.id for each in documents):
        raise NotYours("hand in your own files")
    if not documents:
        raise PapersMissing("add the papers", field="documents")

    hand_over(session, commission, documents, actor=actor, at=at)
    keys.settle(session, key, commission.id)
    return commission


def hand_over(
    session: Session,
    commission: Commission,
    documents: Sequence[Document],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep the documents with the commission, in their order; it is delivered now."""
    several = {each.id: each for each in documents}
    session.add_all(
        DeliveredDocument(commission_id=commission.id, number=number, document_id=each)
        for number, each in enumerate(several, start=1)
    )
    days = whole("commission.answer.days", local_date(at))
    deliver(commission, at=at, answer_by=notice_ends(at, days))
    note(session, commission, Act.DELIVER, actor=actor, at=at)
    session.flush()


def delivered(session: Session, commission_id: UUID) -> Sequence[Document]:
    """The documents that were delivered under the commission, in their order."""
    return session.scalars(
        select(Document)
        .join(DeliveredDocument, DeliveredDocument.document_id == Document.id)
        .where(DeliveredDocument.commission_id == commission_id)
        .order_by(DeliveredDocument.number)
    ).all()
