"""The stage on which the demonstration's events play: who acts, when, and how records are found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.calendar import SHANGHAI, local_date
from bank.demo.people import Person
from bank.keys import UsedKey
from bank.land.parcels import candidates
from bank.land.polygons import Shape
from bank.land.tables import Parcel
from bank.parties.tables import User
from database.actor import Actor, Role
from valuation.agencies.tables import Agency, AgencyKind

SATURDAY = 5


def at_office(rng: Random, day: date, *, back: bool = False) -> datetime:
    """A moment in office hours on that day, or the next working day (the one before, if `back`)."""
    while day.weekday() >= SATURDAY:
        day += timedelta(days=-1 if back else 1)
    return _moment(rng, day, 9, 16)


def at_home(rng: Random, day: date) -> datetime:
    """A moment of that day when people are up."""
    return _moment(rng, day, 7, 20)


def _moment(rng: Random, day: date, first_hour: int, last_hour: int) -> datetime:
    clock = time(rng.randint(first_hour, last_hour), rng.randint(0, 59), rng.randint(0, 59))
    return datetime.combine(day, clock, SHANGHAI)


def office_after(rng: Random, at: datetime, least: int, most: int) -> datetime:
    """A moment in office hours so many days later, at least one."""
    return at_office(rng, local_date(at) + timedelta(days=rng.randint(max(1, least), most)))


def home_after(rng: Random, at: datetime, least: int, most: int) -> datetime:
    """A moment so many days later, at least one."""
    return at_home(rng, local_date(at) + timedelta(days=rng.randint(max(1, least), most)))


class Scene:
    """One session of the bank, and everybody who can act in it so far.

    Records are found by the keys that their commands were given, so that a load that was
    interrupted finds again what it had made.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._made: dict[str, UUID] = {}

    @cached_property
    def _actors(self) -> dict[str, Actor]:
        return {user.login: user.actor() for user in self.session.scalars(select(User))}

    @cached_property
    def _officers(self) -> dict[str, list[Actor]]:
        found: dict[str, list[Actor]] = {}
        for _, actor in sorted(self._actors.items()):
            if actor.has(Role.TOWNSHIP, Role.COUNTY):
                found.setdefault(actor.township or "county", []).append(actor)
        return found

    @cached_property
    def _agencies(self) -> list[tuple[UUID, list[Actor]]]:
        logins = sorted(self._actors.items())
        return [
            (agency, [actor for _, actor in logins if actor.agency == agency])
            for agency in self.session.scalars(
                select(Agency.id)
                .where(Agency.qualifications.any(kind=AgencyKind.APPRAISAL))
                .order_by(Agency.number)
            )
        ]

    def enter(self, login: str, actor: Actor) -> None:
        """Somebody has signed up."""
        self._actors[login] = actor

    def actor(self, who: Person | str) -> Actor:
        """A party's representative, or the official of that login."""
        return self._actors[who if isinstance(who, str) else who.login]

    def party(self, who: Person) -> UUID:
        """The party that the person acts for."""
        return next(iter(self.actor(who).parties))

    def officer(self, town: str, which: int) -> Actor:
        """One of the town's officers."""
        officers = self._officers[town]
        return officers[which % len(officers)]

    def county(self, which: int) -> Actor:
        """One of the county's officers."""
        return self.officer("county", which)

    def agency(self, which: int) -> tuple[UUID, list[Actor]]:
        """An agency and its appraisers."""
        return self._agencies[which % len(self._agencies)]

    def parcel(self, shape: Shape) -> UUID:
        """The imported parcel of that shape."""
        same = Parcel.wkb == shapely.to_wkb(shape)
        found: UUID = candidates(self.session, shape.bounds, among=same, limit=1)[0].id
        return found

    def find(self, key: str) -> UUID | None:
        """What the command of that key made, if it was given."""
        if key not in self._made:
            used = self.session.get(UsedKey, key)
            if used is None or used.result_id is None:
                return None
            self._made[key] = used.result_id
        return self._made[key]

    def get(self, key: str) -> UUID:
        """What the command of that key made."""
        found = self.find(key)
        if found is None:
            raise LookupError(f"nothing was made under {key}")
        return found


Deed = Callable[[Scene, datetime], None]
"""What happens, in the scene and at the moment given."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at a moment."""

    at: datetime
    deed: Deed
