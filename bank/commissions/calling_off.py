"""Taking an asset out of what was commissioned, when its land may be drawn anew."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.acts import move
from bank.calendar import local_date, notice_ends
from bank.commissions import escrow
from bank.rules import whole
from database.actor import Actor
from valuation.appraisals.appraising import all_issued
from valuation.commissions.commissioning import deliver
from valuation.commissions.lifecycle import (
    LIFECYCLE,
    QUOTE_LIFECYCLE,
    WORKING,
    Act,
    QuoteAct,
    Stage,
)
from valuation.commissions.tables import Commission


def take_out(session: Session, asset_id: UUID, *, actor: Actor, at: datetime) -> None:
    """Take the asset out of every commission at which agencies quote or work.

    One that was for this asset alone is withdrawn, and its fee goes back to the client. Where
    others are left the agency goes on with them for the fee that was agreed; if all of those have
    their values, it has delivered. What was delivered before stays to be answered, so that the
    agency is paid for what it did. The deposit is locked, so that nobody signs meanwhile.
    """
    session.flush()
    found = session.scalars(
        select(Commission)
        .where(Commission.of(asset_id), Commission.stage.in_(WORKING))
        .order_by(Commission.id)
        .with_for_update(of=Commission),
        execution_options={"populate_existing": True},
    )
    for commission in found.unique().all():
        if len(commission.assets) == 1:
            _withdraw(session, commission, actor=actor, at=at)
            continue
        (gone,) = [each for each in commission.assets if each.asset_id == asset_id]
        commission.assets.remove(gone)
        session.flush()
        if commission.stage is Stage.ENGAGED and all_issued(session, commission):
            days = whole("commission.answer.days", local_date(at))
            deliver(commission, at=at, answer_by=notice_ends(at, days))


def _withdraw(session: Session, commission: Commission, *, actor: Actor, at: datetime) -> None:
    engaged = commission.stage is Stage.ENGAGED
    move(session, commission, LIFECYCLE, Act.WITHDRAW, actor=actor, at=at)
    for quote in commission.quotes:
        if (quote.stage, QuoteAct.LEAVE) in QUOTE_LIFECYCLE:
            move(session, quote, QUOTE_LIFECYCLE, QuoteAct.LEAVE, actor=actor, at=at)
    if engaged:
        escrow.refund(session, commission, at=at)
