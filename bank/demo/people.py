"""The demonstration county's people: names of their generation, sound numbers, and their logins."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from random import Random
from typing import Final

from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc

from bank.acts import note
from bank.calendar import local_date
from bank.demo import words
from bank.demo.data import TOWNS
from bank.numbers import next_number
from bank.parties.passwords import hash_password
from bank.parties.tables import Grant, Membership, Party, PartyKind, User
from bank.rules import whole
from database.actor import Actor, Role
from database.secrecy import fingerprint
from valuation.agencies.lifecycle import Act as AgencyAct, Stage as AgencyStage
from valuation.agencies.tables import (
    Agency,
    AgencyKind,
    Appraiser,
    Fee,
    FeeBasis,
    PastWork,
    Qualification,
)

PASSWORD: Final = "anji-zhuhai-2026"  # noqa: S105 - everyone may know it: the logins are shown
"""Of every demonstration login."""
COUNTY_OFFICERS: Final = 4
FEW_VILLAGES: Final = 10
"""A town of more villages than this has two officers."""

ROLE_OF: Final = {
    PartyKind.PERSON: Role.OWNER,
    PartyKind.HOUSEHOLD: Role.OWNER,
    PartyKind.COLLECTIVE: Role.COLLECTIVE,
    PartyKind.COMPANY: Role.INVESTOR,
}
PHONE_OF: Final = {
    Role.OWNER: "138572",
    Role.COLLECTIVE: "139572",
    Role.INVESTOR: "137572",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A party to be, and who signs in for it; `login` is her phone number."""

    login: str
    name: str
    kind: PartyKind
    party_name: str
    id_number: str
    division_code: str


@dataclass(frozen=True, slots=True)
class Official:
    """A login without a party: an officer, auditor or administrator, or who works at a firm."""

    login: str
    name: str
    role: Role
    id_number: str
    township: str | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    """An agency to be, with the logins of those who work there: appraisers, if it appraises."""

    name: str
    kind: AgencyKind
    licence: str
    staff: tuple[Official, ...]


class People:
    """Makes people one after another, no number twice; the same random source, the same people."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._staff = Random(330523)  # noqa: S311 - their own: villagers stay as they are
        self._ids: set[str] = set()
        self._codes = 0
        self._phones = dict.fromkeys(PHONE_OF, 0)

    def name(self, year: int) -> str:
        """A name that somebody born in that year may have."""
        rng = self._rng
        began = max(begin for begin, _ in words.GIVEN if begin <= year)
        return rng.choice(words.SURNAMES) + rng.choice(words.GIVEN[began, rng.choice("mf")].split())

    def villager(self, division_code: str) -> Person:
        """Someone with a household book in that village."""
        year = self._rng.randint(1948, 1994)
        name = self.name(year)
        household = self._rng.random() < 0.35
        return Person(
            login=self._phone(Role.OWNER),
            name=name,
            kind=PartyKind.HOUSEHOLD if household else PartyKind.PERSON,
            party_name=f"{name}户" if household else name,
            id_number=self._resident_id(year, self._rng),
            division_code=division_code,
        )

    def official(
        self, login: str, role: Role, *, born: int, township: str | None = None
    ) -> Official:
        """An officer, appraiser, auditor or administrator."""
        number = self._resident_id(born, self._staff)
        return Official(login, self.name(born), role, number, township)

    def collective(self, town: str, village: str, division_code: str) -> Person:
        """A village's collective and its representative."""
        return Person(
            login=self._phone(Role.COLLECTIVE),
            name=self.name(self._rng.randint(1962, 1985)),
            kind=PartyKind.COLLECTIVE,
            party_name=f"{town}{village}股份经济合作社",
            id_number=self.credit_code("N2330523"),
            division_code=division_code,
        )

    def investor(self, name: str, division_code: str) -> Person:
        """A company and its manager."""
        return Person(
            login=self._phone(Role.INVESTOR),
            name=self.name(self._rng.randint(1968, 1992)),
            kind=PartyKind.COMPANY,
            party_name=name,
            id_number=self.credit_code("91330523"),
            division_code=division_code,
        )

    def credit_code(self, start: str) -> str:
        """A unified social credit code with its check digit."""
        self._codes += self._rng.randint(3, 997)
        body = f"{start}{300_000_000 + self._codes:09d}0"
        return body[:17] + uscc.calc_check_digit(body)

    def _phone(self, role: Role) -> str:
        self._phones[role] += 1
        return f"{PHONE_OF[role]}{self._phones[role]:05d}"

    def _resident_id(self, year: int, rng: Random) -> str:
        while True:
            born = date.fromordinal(date(year, 1, 1).toordinal() + rng.randrange(365))
            body = f"330523{born:%Y%m%d}{rng.randint(1, 499):03d}0"
            number = body[:17] + ric.calc_check_digit(body)
            if number not in self._ids:
                self._ids.add(number)
                return number


def officials(people: People) -> list[Official]:
    """One or two officers per town, the county's four, the auditor, the administrator."""
    staff = [
        people.official(
            f"{words.PINYIN[town.code]}{n}", Role.TOWNSHIP, born=1980, township=town.code
        )
        for town in TOWNS
        for n in range(1, 3 if town.villages > FEW_VILLAGES or town.code == "330523106" else 2)
    ]
    staff += [
        people.official(f"county{n}", Role.COUNTY, born=1976) for n in range(1, COUNTY_OFFICERS + 1)
    ]
    staff.append(people.official("auditor1", Role.AUDITOR, born=1972))
    staff.append(people.official("admin1", Role.ADMINISTRATOR, born=1985))
    return staff


def firms(people: People) -> list[Firm]:
    """The county's list of agencies; an appraisal takes two, so that those have two logins each."""
    listed = []
    for kind, names, login, logins in (
        (AgencyKind.APPRAISAL, words.APPRAISERS, "pinggu", 2),
        (AgencyKind.PLANNING, words.PLANNERS, "cehua", 1),
        (AgencyKind.FINANCE, words.FINANCERS, "rongzi", 1),
    ):
        for place, name in enumerate(names):
            staff = tuple(
                people.official(f"{login}{logins * place + n:02d}", Role.APPRAISER, born=1978)
                for n in range(1, logins + 1)
            )
            listed.append(Firm(name, kind, people.credit_code("91330523"), staff))
    return listed


def register_person(session: Session, person: Person, *, at: datetime) -> Actor:
    """Enter a party and its login, as signing up does but for the common password's hash.

    A villager is confirmed by her id; a collective and a company wait for an officer.
    """
    villager = person.kind in (PartyKind.PERSON, PartyKind.HOUSEHOLD)
    party = Party(
        number=next_number(session, "P", at),
        kind=person.kind,
        name=person.party_name,
        id_number=person.id_number,
        id_fingerprint=fingerprint(person.id_number),
        phone=person.login,
        division_code=person.division_code,
        created_at=at,
        confirmed_at=at if villager else None,
    )
    session.add(party)
    session.flush()
    user = _user(
        person.login,
        person.name,
        ROLE_OF[person.kind],
        person.id_number if villager else None,
        at=at,
    )
    user.memberships = [Membership(party=party, since=at)]
    session.add(user)
    session.flush()
    return user.actor()


def register_official(session: Session, official: Official, *, at: datetime) -> Actor:
    """Enter an officer's login."""
    user = _user(official.login, official.name, official.role, official.id_number, at=at)
    user.township_code = official.township
    session.add(user)
    session.flush()
    return user.actor()


def register_firm(session: Session, firm: Firm, *, at: datetime) -> None:
    """Enter an admitted agency with its staff; appraisers' qualifications last."""
    year = local_date(at).year
    until = date(year + 8, 12, 31)
    certificate, service, basis, amount = words.SERVICES[firm.kind]
    agency = Agency(
        number=next_number(session, "G", at),
        name=firm.name,
        licence=firm.licence,
        stage=AgencyStage.ADMITTED,
        phone=words.AGENCY_PHONE,
        address=words.AGENCY_ADDRESS,
        introduction=words.INTRODUCTIONS[firm.kind],
        applied_at=at,
        admitted_at=at,
        qualifications=[
            Qualification(
                kind=firm.kind, name=certificate, number=f"浙{year - 6}-{firm.licence[-6:]}",
                valid_until=until, checked_at=at,
            )
        ],
        fees=[Fee(service=service, basis=FeeBasis(basis), amount=amount)],
        works=[PastWork(title=words.WORKS[firm.kind], client="安吉县某村集体", year=year - 1)],
    )  # fmt: skip
    session.add(agency)
    session.flush()
    note(session, agency, AgencyAct.ADMIT, actor=None, at=at)
    for official in firm.staff:
        user = _user(official.login, official.name, official.role, official.id_number, at=at)
        user.agency_id = agency.id
        session.add(user)
        session.flush()
        if firm.kind is not AgencyKind.APPRAISAL:
            continue
        session.add(
            Appraiser(
                user_id=user.id,
                agency_id=agency.id,
                name=official.name,
                qualification_number=f"3305{official.login.removeprefix('pinggu'):0>6}",
                qualified_until=until,
                checked_at=at,
            )
        )


def _user(login: str, name: str, role: Role, id_number: str | None, *, at: datetime) -> User:
    return User(
        login=login,
        login_fingerprint=fingerprint(login),
        id_fingerprint=fingerprint(id_number) if id_number else None,
        password_hash=_common_hash(local_date(at)),
        name=name,
        created_at=at,
        granted=[Grant(role=role)],
        memberships=[],
    )


@lru_cache(maxsize=1)
def _hash(min_length: int) -> str:
    return hash_password(PASSWORD, min_length=min_length)


def _common_hash(on: date) -> str:
    """Hashing is slow on purpose: all logins share one hash of the password they share."""
    return _hash(whole("password.length.minimum", on))
