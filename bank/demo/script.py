"""The whole script of the demonstration: all that happens in two years, by the seed alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Final

from bank.calendar import local_date
from bank.demo import commission_story, deposit_story, venture_deeds, venture_story
from bank.demo.people import Firm, Official, People, Person, firms, officials, register_person
from bank.demo.plans import FIRST_TOWN, QUOTA, DepositPlan, End, Planner
from bank.demo.scene import Event, Scene, at_office
from bank.demo.terrain import County, PlannedParcel, terrain
from bank.demo.ventures import Chooser, Outcome, VenturePlan, ventures, with_owner
from bank.demo.words import INVESTORS
from bank.deposits.tables import StorageMode
from bank.parties.signing_up import confirm_party
from bank.parties.tables import PartyKind

SPARE: Final = 0.3
"""For every deposit so many parcels more, which stay free to be picked."""
YEARS_DAYS: Final = 730
"""How long before today it all begins."""
WAITING: Final = (End.SUBMITTED, End.ON_NOTICE, End.OBJECTED, End.CLEARED)
"""Of each of these, one lies in the town whose officer's login is shown."""


@dataclass(frozen=True)
class Script:
    """The county, who is in it from the start, what is imported, and all that happens."""

    county: County
    parcels: list[PlannedParcel]
    officials: list[Official]
    firms: list[Firm]
    events: list[Event]


def write(seed: int, deposits: int, today: datetime) -> Script:
    """The script of a seed: the same arguments give the same script."""
    rng = Random(seed)  # noqa: S311 - a story, not a secret
    county = terrain(seed, deposits + max(1, round(deposits * SPARE)))
    people = People(rng)
    staff, agencies = officials(people), firms(people)
    picked = sorted(rng.sample(range(len(county.parcels)), deposits))
    chooser = Chooser(county, [county.parcels[place] for place in picked])
    planner = Planner(rng, people, county, today)
    companies = [people.investor(name, rng.choice(county.villages[:20]).code) for name in INVESTORS]
    projects = ventures(rng, planner, chooser, companies[:-1], deposits=deposits, today=today)
    others = _others(rng, planner, chooser, deposits)
    projects, others = _with_faces(projects, others)
    plans = [member for project in projects for member in project.members] + others
    waiting = {companies[-1], _newcomer(people, county)}
    events = _events(rng, projects, others, companies, waiting, today)
    last = today - timedelta(minutes=1)
    drawn = {id(plan.place) for plan in plans if plan.drawn}
    return Script(
        county,
        [parcel for parcel in county.parcels if id(parcel) not in drawn],
        staff,
        agencies,
        sorted((event for event in events if event.at <= last), key=lambda event: event.at),
    )


def _others(rng: Random, planner: Planner, chooser: Chooser, deposits: int) -> list[DepositPlan]:
    """The deposits that serve no project, at every stage."""
    ends = list(WAITING)
    for end, part in QUOTA.items():
        ends += [end] * (max(1, round(deposits * part)) - (end in WAITING))
    left = len(chooser.left)
    plans = []
    for place, end in enumerate(ends[:left]):
        town = FIRST_TOWN if place < len(WAITING) else ""
        parcel = chooser.take(1, town)[0] if town else _any(rng, chooser)
        plans.append(planner.plan(parcel, end, planner.anchor(end)))
    while chooser.left:
        parcel = _any(rng, chooser)
        plans.append(planner.plan(parcel, End.STORED, planner.anchor(End.STORED)))
    return plans


def _any(rng: Random, chooser: Chooser) -> PlannedParcel:
    place = rng.randrange(len(chooser.left))
    chooser.left[place], chooser.left[-1] = chooser.left[-1], chooser.left[place]
    return chooser.left.pop()


def _with_faces(
    projects: list[VenturePlan], others: list[DepositPlan]
) -> tuple[list[VenturePlan], list[DepositPlan]]:
    """The same plans, where those whose logins are shown have a bit of everything.

    The first phone numbers go to a villager with shares, one with a lease and one with a swap;
    the first also has a draft, one handed in, one on notice and one stored.
    """
    members = [member for project in projects for member in project.members]
    faces: list[Person] = []
    for mode in StorageMode:
        for member in members:
            villager = member.owner.kind is not PartyKind.COLLECTIVE
            if member.mode is mode and villager and member.owner not in faces:
                faces.append(member.owner)
                break
    for place in range(1, len(faces) + 1):
        face, number = faces[place - 1], f"138572{place:05d}"
        holder = _holder(number, members + others)
        swapped = replace(face, login=number)
        if holder is not None and holder != face:
            renamed = replace(holder, login=face.login)
            projects, others = _renamed(projects, others, holder, renamed)
            faces = [renamed if each == holder else each for each in faces]
        projects, others = _renamed(projects, others, face, swapped)
        members = [member for project in projects for member in project.members]
        if place == 1:
            others = _given(others, swapped)
            projects = [_asking(project, swapped) for project in projects]
    return projects, others


def _holder(login: str, plans: list[DepositPlan]) -> Person | None:
    return next((plan.owner for plan in plans if plan.owner.login == login), None)


def _renamed(
    projects: list[VenturePlan], others: list[DepositPlan], old: Person, new: Person
) -> tuple[list[VenturePlan], list[DepositPlan]]:
    return (
        [with_owner(project, old, new) for project in projects],
        [replace(plan, owner=new) if plan.owner == old else plan for plan in others],
    )


def _asking(project: VenturePlan, owner: Person) -> VenturePlan:
    """A project under review whose red line cuts land asks this owner for the first part."""
    first, *others = project.members
    asks = project.line is not None and project.idea.outcome is Outcome.IN_REVIEW
    if not asks or first.owner.kind is PartyKind.COLLECTIVE:
        return project
    return replace(project, members=(replace(first, owner=owner), *others))


def _given(plans: list[DepositPlan], owner: Person) -> list[DepositPlan]:
    """One plan of each of some ends becomes the owner's, in her town's nearest order."""
    given = list(plans)
    for end in (End.DRAFT, End.SUBMITTED, End.ON_NOTICE, End.STORED):
        near = [
            place
            for place, plan in enumerate(given)
            if plan.end is end and plan.owner.kind is not PartyKind.COLLECTIVE
        ]
        near.sort(key=lambda place: given[place].town != owner.division_code[:9])
        if near:
            given[near[0]] = replace(given[near[0]], owner=owner)
    return given


def _events(
    rng: Random,
    projects: list[VenturePlan],
    others: list[DepositPlan],
    companies: list[Person],
    waiting: set[Person],
    today: datetime,
) -> Iterator[Event]:
    plans = [member for project in projects for member in project.members] + others
    needed: dict[Person, datetime] = {}
    villagers = [plan.owner for plan in plans if plan.owner.kind is not PartyKind.COLLECTIVE]
    for plan in plans:
        _need(needed, plan.owner, deposit_story.begins(plan))
        neighbour = next((v for v in _some(rng, villagers) if v != plan.owner), None)
        yield from deposit_story.story(plan, rng, neighbour)
        if neighbour:
            _need(needed, neighbour, plan.anchor)
    for project in projects:
        _need(needed, project.investor, project.ordered_at - timedelta(days=20))
        yield from venture_story.story(project, rng, today)
    yield from venture_story.asking_today(projects, rng, today)
    yield from _browsing(projects, others, companies, today)
    for company in companies[:2]:
        _need(needed, company, today - commission_story.FIRST_ASKED)
    began = today - timedelta(days=YEARS_DAYS)
    yield from commission_story.story(others, companies, began, today)
    for person in [*companies, *sorted(waiting, key=lambda each: each.login)]:
        _need(needed, person, today - timedelta(days=4))
    for person, by in needed.items():
        yield from _sign_up(rng, person, by, waits=person in waiting)


def _newcomer(people: People, county: County) -> Person:
    """A collective of the town whose officer's login is shown, which nobody has confirmed yet."""
    town = next(town for town in county.towns if town.code == FIRST_TOWN)
    village = next(each for each in county.villages if each.parent_code == FIRST_TOWN)
    return people.collective(town.name, "强村", village.code)


def _some(rng: Random, villagers: list[Person]) -> list[Person]:
    return rng.sample(villagers, min(2, len(villagers)))


def _need(needed: dict[Person, datetime], person: Person, by: datetime) -> None:
    needed[person] = min(by, needed.get(person, by))


def _sign_up(rng: Random, person: Person, by: datetime, *, waits: bool) -> Iterator[Event]:
    """Somebody signs up in time; an organisation is confirmed, unless it still waits for that."""
    at = at_office(rng, local_date(by) - timedelta(days=rng.randint(4, 9)), back=True)
    yield Event(at, partial(_enter, person))
    if person.kind in (PartyKind.COLLECTIVE, PartyKind.COMPANY) and not waits:
        yield Event(at + timedelta(hours=20), partial(_confirm, person))


def _enter(person: Person, scene: Scene, at: datetime) -> None:
    scene.enter(person.login, register_person(scene.session, person, at=at))


def _confirm(person: Person, scene: Scene, at: datetime) -> None:
    town = person.division_code[:9]
    collective = person.kind is PartyKind.COLLECTIVE
    officer = scene.officer(town, 0) if collective else scene.county(0)
    confirm_party(scene.session, scene.party(person), officer=officer, at=at)


def _browsing(
    projects: list[VenturePlan],
    others: list[DepositPlan],
    companies: list[Person],
    today: datetime,
) -> Iterator[Event]:
    """The first investor has three deposits in her bundle that she has not ordered."""
    stored = [plan for plan in others if plan.end is End.STORED]
    operating = any(project.idea.outcome is Outcome.OPERATING for project in projects)
    if operating and stored:
        gather = partial(_gather, companies[0], tuple(stored[:3]))
        yield Event(today - timedelta(hours=3), gather)


def _gather(investor: Person, members: tuple[DepositPlan, ...], scene: Scene, at: datetime) -> None:
    venture_deeds.gather(investor, members, scene, at)
