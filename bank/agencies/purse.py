"""The party that an agency is: whose cash its fees go to, and who may ask for them to be paid."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.land.tables import Division, DivisionKind
from bank.numbers import next_number
from bank.parties.tables import Membership, Party, PartyKind, User
from database.secrecy import fingerprint
from valuation.agencies.tables import Agency


def find_party(session: Session, agency: Agency) -> Party | None:
    """The party of the agency's licence, if the bank knows one."""
    return session.scalar(select(Party).where(Party.id_fingerprint == fingerprint(agency.licence)))


def party_of(session: Session, agency: Agency, *, at: datetime) -> Party:
    """The agency as a party, made if there is none.

    One that is made is confirmed, for the county admitted the agency by the same licence; the
    agency's representative (its first login) acts for it, and so may ask for its money.
    """
    if found := find_party(session, agency) or _made_meanwhile(session, agency):
        return found
    county = session.scalars(select(Division).where(Division.kind == DivisionKind.COUNTY)).one()
    party = Party(
        number=next_number(session, "P", at),
        kind=PartyKind.COMPANY,
        name=agency.name,
        id_number=agency.licence,
        id_fingerprint=fingerprint(agency.licence),
        phone=agency.phone or None,
        division_code=county.code,
        created_at=at,
        confirmed_at=at,
    )
    session.add(party)
    session.flush()
    first = session.scalar(
        select(User).where(User.agency_id == agency.id).order_by(User.created_at, User.id).limit(1)
    )
    if first is not None:
        first.memberships.append(Membership(party=party, since=at))
    session.flush()
    return party


def _made_meanwhile(session: Session, agency: Agency) -> Party | None:
    """The party that another fee, paid at the same time, made; who makes it holds the agency."""
    session.execute(select(Agency.id).where(Agency.id == agency.id).with_for_update(key_share=True))
    return find_party(session, agency)
