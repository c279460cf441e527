"""Signing up, the office's confirmation of organisations, and telling who signs in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bank.authority import require_county_officer, require_disinterested, require_officer_of
from bank.calendar import local_date
from bank.codes import read_credit_code, read_phone, read_resident_id
from bank.land.tables import Division
from bank.numbers import next_number
from bank.parties.passwords import check_password, hash_password
from bank.parties.refusals import (
    AlreadySignedUp,
    IdNumberMissing,
    NameMissing,
    NotConfirmed,
    UnknownDivision,
    WrongOrganisation,
)
from bank.parties.tables import Grant, Membership, Party, PartyKind, User
from bank.refusals import NoSuchRecord
from bank.rules import whole
from database.actor import OFFICERS, Actor, Role
from database.secrecy import fingerprint

KNOWN_BY_ID = OFFICERS | {Role.APPRAISER}
"""Roles whose holders decide on others' matters, and so on nobody's who is themselves."""
COLLECTIVE_CODES = ("N1", "N2", "N3")
"""How the credit codes of group, village and township collectives begin."""


def sign_up_person(
    session: Session,
    *,
    name: str,
    id_number: str,
    phone: str,
    password: str,
    division_code: str,
    at: datetime,
) -> User:
    """A villager's own party and login; she signs in with her phone number.

    Refuses: NameMissing, WrongLength, WrongDate, WrongCheckDigit, WrongPhone, WeakPassword,
    UnknownDivision, AlreadySignedUp.
    """
    resident = read_resident_id(id_number, on=local_date(at))
    party = _new_party(
        session,
        kind=PartyKind.PERSON,
        name=name,
        id_number=resident.number,
        phone=phone,
        division_code=division_code,
        at=at,
    )
    party.confirmed_at = at
    return create_user(
        session,
        login=read_phone(phone),
        name=name,
        password=password,
        roles={Role.OWNER},
        party=party,
        id_number=resident.number,
        at=at,
    )


def sign_up_organisation(
    session: Session,
    *,
    kind: PartyKind,
    name: str,
    uscc: str,
    representative: str,
    phone: str,
    password: str,
    division_code: str,
    at: datetime,
) -> User:
    """A collective's or a company's party and its representative's login, to be confirmed.

    Refuses: as `sign_up_person`, and WrongOrganisation if the code is not of that kind.
    """
    code = read_credit_code(uscc).number
    if (kind is PartyKind.COLLECTIVE) != code.startswith(COLLECTIVE_CODES):
        raise WrongOrganisation(
            "the credit code is of another kind of organisation", field="uscc", kind=kind.value
        )
    party = _new_party(
        session,
        kind=kind,
        name=name,
        id_number=code,
        phone=phone,
        division_code=division_code,
        at=at,
    )
    return create_user(
        session,
        login=read_phone(phone),
        name=representative,
        password=password,
        roles={Role.COLLECTIVE if kind is PartyKind.COLLECTIVE else Role.INVESTOR},
        party=party,
        at=at,
    )


def _new_party(
    session: Session,
    *,
    kind: PartyKind,
    name: str,
    id_number: str,
    phone: str,
    division_code: str,
    at: datetime,
) -> Party:
    if not name.strip():
        raise NameMissing("a name is needed", field="name")
    if session.get(Division, division_code) is None:
        raise UnknownDivision("no such village here", field="division_code", code=division_code)
    digest = fingerprint(id_number)
    field = "id_number" if kind is PartyKind.PERSON else "uscc"
    refusal = AlreadySignedUp("this number has signed up already", field=field)
    if session.scalar(select(Party.id).where(Party.id_fingerprint == digest)):
        raise refusal
    party = Party(
        number=next_number(session, "P", at),
        kind=kind,
        name=name.strip(),
        id_number=id_number,
        id_fingerprint=digest,
        phone=read_phone(phone),
        division_code=division_code,
        created_at=at,
    )
    _add(session, party, unless=Party.id_fingerprint == digest, refusal=refusal)
    return party


def _add(
    session: Session, new: Party | User, *, unless: ColumnElement[bool], refusal: AlreadySignedUp
) -> None:
    """Write the record; the refusal, if somebody else wrote the same a moment ago."""
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        if session.scalar(select(type(new).id).where(unless)):
            raise refusal from None
        raise


def create_user(
    session: Session,
    *,
    login: str,
    name: str,
    password: str,
    roles: set[Role],
    at: datetime,
    party: Party | None = None,
    township_code: str | None = None,
    agency_id: UUID | None = None,
    id_number: str | None = None,
) -> User:
    """A login with its roles. Of the resident id the fingerprint is kept, nothing else.

    Refuses: NameMissing, IdNumberMissing, WrongLength, WrongDate, WrongCheckDigit, WeakPassword,
    AlreadySignedUp.
    """
    if not name.strip():
        raise NameMissing("a name is needed", field="representative" if party else "name")
    if not id_number and not roles.isdisjoint(KNOWN_BY_ID):
        raise IdNumberMissing("officers and appraisers give their id number", field="id_number")
    resident = read_resident_id(id_number, on=local_date(at)) if id_number else None
    digest = fingerprint(login)
    refusal = AlreadySignedUp("this login is taken", field="phone")
    if session.scalar(select(User.id).where(User.login_fingerprint == digest)):
        raise refusal
    user = User(
        login=login,
        login_fingerprint=digest,
        id_fingerprint=fingerprint(resident.number) if resident else None,
        password_hash=hash_password(
            password,
            min_length=whole("password.length.minimum", local_date(at)),
            familiar=(login, name),
        ),
        name=name.strip(),
        township_code=township_code,
        agency_id=agency_id,
        created_at=at,
        granted=[Grant(role=role) for role in sorted(roles)],
    )
    if party is not None:
        user.memberships = [Membership(party_id=party.id, since=at)]
    _add(session, user, unless=User.login_fingerprint == digest, refusal=refusal)
    return user


def confirm_party(session: Session, party_id: UUID, *, officer: Actor, at: datetime) -> Party:
    """An officer has seen the papers of a collective or company and lets it act.

    A collective is confirmed by its township, a company by the county. Refuses: NotAnOfficer,
    OwnBusiness.
    """
    party = get_party(session, party_id)
    if party.kind is PartyKind.COLLECTIVE:
        require_officer_of(officer, party.division_code)
    else:
        require_county_officer(officer)
    require_disinterested(officer, filed_by=None, parties={party.id})
    if party.confirmed_at is None:
        party.confirmed_at, party.confirmed_by = at, officer.id
    return party


def get_party(session: Session, party_id: UUID) -> Party:
    """The party of this id. Refuses: NoSuchRecord."""
    party = session.get(Party, party_id)
    if party is None:
        raise NoSuchRecord("no such party")
    return party


def require_confirmed(party: Party) -> None:
    """Refuses: NotConfirmed, while no officer has confirmed the organisation."""
    if party.confirmed_at is None:
        raise NotConfirmed("an officer has not confirmed this organisation yet", name=party.name)


def find_by_login(session: Session, login: str, password: str) -> User | None:
    """The user whose login and password these are; it takes as long when there is none."""
    user = session.scalar(select(User).where(User.login_fingerprint == fingerprint(login.strip())))
    checked = check_password(user.password_hash if user else None, password)
    if user is None or user.disabled_at is not None or not checked.matches:
        return None
    if checked.new_hash:
        user.password_hash = checked.new_hash
    return user
