"""Quotes: what an agency that was asked offers, betters, or declines."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank.acts import move
from bank.calendar import local_date
from bank.commissions import standing, ties
from bank.commissions.refusals import (
    DeliveryLate,
    FeeUnsound,
    OfferWorse,
    QuotingOver,
    TiesUndeclared,
)
from bank.figures import LARGEST
from bank.lifecycle import after
from bank.refusals import NoSuchRecord
from database.actor import Actor
from database.rows import find_row
from valuation.commissions.commissioning import get_commission, require_admitted
from valuation.commissions.lifecycle import (
    LIFECYCLE,
    QUOTE_LIFECYCLE,
    Act,
    QuoteAct,
    QuoteStage,
)
from valuation.commissions.tables import Commission, Quote


def offer(
    session: Session,
    quote_id: UUID,
    *,
    fee_fen: int,
    deliver_by: date,
    words: str,
    no_ties: bool,
    actor: Actor,
    at: datetime,
) -> Quote:
    """Offer to do the work for a fee, in fen, by a day; an offer may be bettered, not worsened.

    `no_ties` is the agency's declaration that nothing binds it to a party of the commission.
    Refuses: NoSuchRecord, NotTheAgency, NotQualified, IllegalMove, QuotingOver,
    AgencyNotAdmitted, FeeUnsound, DeliveryLate, OfferWorse, TiesUndeclared, QuotesOnItself,
    AgencyTied.
    """
    quote, commission = _locked(session, quote_id, actor, at)
    after(QUOTE_LIFECYCLE, quote.stage, QuoteAct.OFFER)
    require_admitted(session, quote.agency_id, commission.kind, local_date(at))
    if not 0 <= fee_fen <= LARGEST:
        raise FeeUnsound("no fee", field="fee_fen")
    _refuse_day(commission, deliver_by)
    _refuse_worse(quote, fee_fen, deliver_by)
    if not no_ties:
        raise TiesUndeclared("declare that nothing ties the agency to them", field="no_ties")
    ties.refuse_tied(session, commission, quote.agency)

    move(session, quote, QUOTE_LIFECYCLE, QuoteAct.OFFER, actor=actor, at=at)
    quote.fee_fen, quote.deliver_by, quote.words = fee_fen, deliver_by, words.strip()
    quote.no_ties_at = quote.answered_at = at
    quote.answered_by = actor.id
    move(session, commission, LIFECYCLE, Act.QUOTE, actor=actor, at=at)
    session.flush()
    return quote


def _refuse_day(commission: Commission, deliver_by: date) -> None:
    """Refuses: DeliveryLate."""
    latest, quote_by = commission.deliver_by, commission.quote_by
    if latest is not None and deliver_by > latest:
        raise DeliveryLate("later than asked", field="deliver_by", latest_on=latest.isoformat())
    if quote_by is not None and deliver_by <= quote_by:
        facts = {"earliest_on": quote_by.isoformat()}
        raise DeliveryLate("before anybody is engaged", field="deliver_by", **facts)


def _refuse_worse(quote: Quote, fee_fen: int, deliver_by: date) -> None:
    """Who votes on an offer must find it as she saw it, or better. Refuses: OfferWorse."""
    if quote.stage is not QuoteStage.OFFERED or quote.fee_fen is None or quote.deliver_by is None:
        return
    facts = {"fee_fen": quote.fee_fen, "deliver_by": quote.deliver_by.isoformat()}
    if fee_fen > quote.fee_fen:
        raise OfferWorse("a higher fee than before", field="fee_fen", **facts)
    if deliver_by > quote.deliver_by:
        raise OfferWorse("a later day than before", field="deliver_by", **facts)


def decline(session: Session, quote_id: UUID, *, words: str, actor: Actor, at: datetime) -> Quote:
    """Decline to quote, or withdraw an offer, while quotes are given.

    Refuses: NoSuchRecord, NotTheAgency, NotQualified, QuotingOver, IllegalMove.
    """
    quote, _ = _locked(session, quote_id, actor, at)
    told = words.strip()
    move(session, quote, QUOTE_LIFECYCLE, QuoteAct.DECLINE, actor=actor, at=at, reason=told)
    quote.words, quote.answered_at, quote.answered_by = told, at, actor.id
    session.flush()
    return quote


def _locked(
    session: Session, quote_id: UUID, actor: Actor, at: datetime
) -> tuple[Quote, Commission]:
    """The quote with its commission, both locked, for who may answer it now."""
    quote = get_quote(session, quote_id)
    commission = get_commission(session, quote.commission_id, lock=True)
    quote = get_quote(session, quote_id, lock=True)
    standing.require_speaker(session, commission, quote.agency, actor, local_date(at))
    after(LIFECYCLE, commission.stage, Act.QUOTE)
    if commission.quote_by is not None and local_date(at) > commission.quote_by:
        raise QuotingOver("no more quotes are taken", until=commission.quote_by.isoformat())
    return quote, commission


def get_quote(session: Session, quote_id: UUID, *, lock: bool = False) -> Quote:
    """The quote of this id, its row locked if asked. Refuses: NoSuchRecord."""
    quote = find_row(session, Quote, quote_id, lock=lock)
    if quote is None:
        raise NoSuchRecord("no such quote")
    return quote
