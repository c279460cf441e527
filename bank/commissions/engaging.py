"""Choosing one offer: a collective's vote, the contract, and the fee into escrow."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move
from bank.calendar import local_date
from bank.commissions import ending, escrow, standing, ties
from bank.commissions.contracting import contract_text
from bank.commissions.deadlines import choose_by
from bank.commissions.quoting import get_quote
from bank.commissions.refusals import (
    ChoosingOver,
    NotOffered,
    VoteDayUnsound,
    VoteMissing,
    VoteNotNeeded,
)
from bank.files.tables import Document
from bank.lifecycle import after
from bank.parties.signing_up import get_party
from bank.parties.tables import PartyKind
from bank.refusals import NoSuchRecord
from bank.rules import check_vote
from bank.rules.consent import Body
from database.actor import Actor
from valuation.commissions.commissioning import get_commission, require_admitted
from valuation.commissions.lifecycle import (
    LIFECYCLE,
    QUOTE_LIFECYCLE,
    Act,
    QuoteAct,
    QuoteStage,
)
from valuation.commissions.tables import ChoiceVote, Commission, Quote

__all__ = ["choose", "contract_text", "needs_vote", "record_vote", "vote_of"]


def needs_vote(session: Session, commission: Commission) -> bool:
    """Whether the client is a collective, whose members choose the agency."""
    if commission.client_id is None:
        return False
    return get_party(session, commission.client_id).kind is PartyKind.COLLECTIVE


def vote_of(session: Session, commission: Commission) -> ChoiceVote | None:
    """The vote that is on file for the commission's choice of an agency."""
    return session.get(ChoiceVote, commission.id)


def record_vote(
    session: Session,
    commission_id: UUID,
    *,
    quote_id: UUID,
    body: Body,
    members: int,
    present: int,
    in_favour: int,
    notice_given_on: date,
    held_on: date,
    document: Document,
    actor: Actor,
    at: datetime,
) -> ChoiceVote:
    """Put on file the vote by which a collective chose one offer; a later vote takes its place.

    `document` are the minutes. The rules are those of every vote (`bank.rules.consent`).
    Refuses: NoSuchCommission, NotTheClient, IllegalMove, VoteNotNeeded, NoSuchRecord, NotOffered,
    VoteDayUnsound, and what `check_vote` refuses.
    """
    commission = get_commission(session, commission_id, lock=True)
    standing.require_client(session, commission, actor)
    after(LIFECYCLE, commission.stage, Act.ENGAGE)
    if not needs_vote(session, commission):
        raise VoteNotNeeded("only a collective's members vote")
    quote = get_quote(session, quote_id)
    if quote.commission_id != commission.id:
        raise NoSuchRecord("no such quote", field="quote_id")
    _refuse_not_offered(quote)
    earliest = local_date(commission.requested_at)
    if not earliest <= held_on <= local_date(at):
        raise VoteDayUnsound(
            "the vote is about offers that are there",
            field="held_on",
            earliest_on=earliest.isoformat(),
        )
    check_vote(body, members, present, in_favour, held_on, notice_given_on)

    vote = session.get(ChoiceVote, commission.id) or ChoiceVote(commission_id=commission.id)
    vote.quote_id, vote.body = quote.id, body
    vote.members, vote.present, vote.in_favour = members, present, in_favour
    vote.notice_given_on, vote.held_on = notice_given_on, held_on
    vote.document_id, vote.recorded_by, vote.recorded_at = document.id, actor.id, at
    session.add(vote)
    session.flush()
    return vote


def choose(session: Session, quote_id: UUID, *, actor: Actor, at: datetime, key: str) -> Commission:
    """Engage the agency of this offer: the contract is kept as it stands now, its fee held.

    Refuses: NoSuchRecord, NotTheClient, OwnBusiness, KeyReused, IllegalMove, NotOffered,
    ChoosingOver, VoteMissing, AgencyNotAdmitted, QuotesOnItself, AgencyTied, Overdrawn.
    """
    quote = get_quote(session, quote_id)
    commission = get_commission(session, quote.commission_id, lock=True)
    quote = get_quote(session, quote_id, lock=True)
    standing.require_client(session, commission, actor)
    if keys.earlier(session, key, "commissions.choose", quote=quote_id):
        return commission
    after(LIFECYCLE, commission.stage, Act.ENGAGE)
    today = local_date(at)
    _refuse_not_offered(quote)
    _refuse_late(commission, quote, today)
    vote = vote_of(session, commission)
    if needs_vote(session, commission) and (vote is None or vote.quote_id != quote.id):
        raise VoteMissing("the members have not chosen this agency", agency=quote.agency.name)
    agency = require_admitted(session, quote.agency_id, commission.kind, today)
    ties.refuse_tied(session, commission, agency)

    # From here on only the ledger may refuse.
    commission.agency, commission.fee_fen = agency, quote.fee_fen or 0
    commission.deliver_by = quote.deliver_by
    commission.engaged_by, commission.engaged_at = actor.id, at
    escrow.hold(session, commission, at=at)
    commission.contract = contract_text(session, commission, quote, on=today)
    move(session, quote, QUOTE_LIFECYCLE, QuoteAct.CHOOSE, actor=actor, at=at)
    ending.leave_quotes(session, commission, but=quote.id, actor=actor, at=at)
    move(session, commission, LIFECYCLE, Act.ENGAGE, actor=actor, at=at)
    session.flush()
    keys.settle(session, key, commission.id)
    return commission


def _refuse_not_offered(quote: Quote) -> None:
    if quote.stage is not QuoteStage.OFFERED:
        raise NotOffered("there is no offer", field="quote_id", stage=quote.stage.value)


def _refuse_late(commission: Commission, quote: Quote, today: date) -> None:
    """Refuses: ChoosingOver."""
    last = [day for day in (choose_by(commission), quote.deliver_by) if day is not None]
    if last and today > min(last):
        raise ChoosingOver("it is too late to choose", until=min(last).isoformat())
