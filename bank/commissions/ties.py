"""Conflicts of interest: what ties an agency to a party, and appraisers who keep out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.agencies import purse
from bank.agencies.records import get_agency, said
from bank.agencies.refusals import NotOurAgency
from bank.commissions import standing
from bank.commissions.refusals import (
    AgencyTied,
    CountysTie,
    NotItsAppraiser,
    QuotesOnItself,
    RecusedAlready,
    TieDeclared,
    TieEnded,
)
from bank.parties.signing_up import get_party
from bank.parties.tables import Membership, User
from bank.refusals import NoSuchRecord, NotYours
from database.actor import Actor, Role
from valuation.agencies.tables import Agency, Appraiser
from valuation.commissions.commissioning import get_commission
from valuation.commissions.lifecycle import WORKING
from valuation.commissions.refusals import CommissionEnded
from valuation.commissions.tables import Commission, Recusal, Tie, TieKind


def declare(
    session: Session,
    agency_id: UUID,
    *,
    party_id: UUID,
    kind: TieKind,
    note: str,
    actor: Actor,
    at: datetime,
) -> Tie:
    """Write down what binds an agency to a party; while it lasts, it may not work for that party.

    By whoever works there, or a county officer. Refuses: NoSuchRecord, NotOurAgency, TieDeclared.
    """
    agency = _speaker_of(session, agency_id, actor)
    party = get_party(session, party_id)
    if any(each.kind is kind for each in tied(session, agency.id, [party.id])):
        raise TieDeclared("it is declared already", field="party_id")
    tie = Tie(
        agency_id=agency.id,
        party_id=party.id,
        kind=kind,
        note=note.strip(),
        declared_by=actor.id,
        declared_at=at,
    )
    session.add(tie)
    session.flush()
    return tie


def end(session: Session, tie_id: UUID, *, actor: Actor, at: datetime) -> Tie:
    """The tie is over: by the agency, unless the county declared it, or by a county officer.

    Refuses: NoSuchRecord, NotOurAgency, TieEnded, CountysTie.
    """
    tie = session.get(Tie, tie_id, with_for_update=True)
    if tie is None:
        raise NoSuchRecord("no such tie")
    agency = _speaker_of(session, tie.agency_id, actor)
    if tie.ended_at is not None:
        raise TieEnded("it is over already")
    declarer = session.get_one(User, tie.declared_by)
    if not actor.has(Role.COUNTY) and declarer.agency_id != agency.id:
        raise CountysTie("the county declared this")
    tie.ended_at = at
    session.flush()
    return tie


def _speaker_of(session: Session, agency_id: UUID, actor: Actor) -> Agency:
    agency = get_agency(session, agency_id, lock=True)
    if actor.agency != agency.id and not actor.has(Role.COUNTY):
        raise NotOurAgency("this is another agency")
    return agency


def tied(session: Session, agency_id: UUID, parties: Collection[UUID]) -> Sequence[Tie]:
    """What binds the agency to any of these parties now."""
    return session.scalars(
        select(Tie)
        .where(Tie.agency_id == agency_id, Tie.party_id.in_(parties), Tie.ended_at.is_(None))
        .order_by(Tie.declared_at, Tie.id)
    ).all()


def of_agency(session: Session, agency_id: UUID) -> Sequence[Tie]:
    """All ties that were ever declared of the agency, those that last first."""
    return session.scalars(
        select(Tie)
        .where(Tie.agency_id == agency_id)
        .order_by(Tie.ended_at.is_not(None), Tie.declared_at.desc(), Tie.id)
    ).all()


def refuse_tied(session: Session, commission: Commission, agency: Agency) -> None:
    """Nothing binds the agency to a party of the commission, and none of them is the agency.

    Refuses: QuotesOnItself, AgencyTied.
    """
    parties = standing.parties_of(session, commission)
    if own := parties & _own_parties(session, agency):
        name = get_party(session, min(own)).name
        raise QuotesOnItself("an agency does not work on itself", party=name)
    for tie in tied(session, agency.id, parties):
        name = get_party(session, tie.party_id).name
        raise AgencyTied("something ties the agency to a party", party=name, kind=tie.kind.value)


def _own_parties(session: Session, agency: Agency) -> set[UUID]:
    """The party that the agency is, those that its people act for, and those that they are."""
    itself = purse.find_party(session, agency)
    acted_for = session.scalars(
        select(Membership.party_id)
        .join(User, User.id == Membership.user_id)
        .where(User.agency_id == agency.id)
    )
    people = session.scalars(select(User.person_id).where(User.agency_id == agency.id))
    own = {*acted_for, *(each for each in people if each is not None)}
    return own | {itself.id} if itself is not None else own


def recuse(
    session: Session, commission_id: UUID, user_id: UUID, *, reason: str, actor: Actor, at: datetime
) -> Recusal:
    """An appraiser keeps out of a commission: she says so herself, or a party to it asks for it.

    Her agency cannot use her there from now on. Refuses: NoSuchCommission, NotItsAppraiser,
    NotYours, TextMissing, CommissionEnded, RecusedAlready.
    """
    commission = get_commission(session, commission_id, lock=True)
    appraiser = session.get(Appraiser, user_id)
    asked = {quote.agency_id for quote in commission.quotes} | {commission.agency_id}
    if appraiser is None or appraiser.agency_id not in asked:
        raise NotItsAppraiser("she does not appraise here", field="user_id")
    concerned = standing.parties_of(session, commission)
    a_party = not actor.parties.isdisjoint(concerned)
    if not (actor.id == user_id or a_party or standing.is_client(session, commission, actor)):
        raise NotYours("only she herself or a party to it asks for this")
    why = said(reason, "reason")
    if commission.stage not in WORKING:
        raise CommissionEnded("the work is over", stage=commission.stage.value)
    if any(each.user_id == user_id for each in commission.recusals):
        raise RecusedAlready("she keeps out already", field="user_id")
    recusal = Recusal(
        commission_id=commission.id, user_id=user_id, reason=why, asked_by=actor.id, asked_at=at
    )
    session.add(recusal)
    session.flush()
    session.expire(commission, ["recusals"])
    return recusal
