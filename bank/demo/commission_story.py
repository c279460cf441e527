"""What agencies are commissioned for in the demonstration besides the townships' appraisals.

A collective has an agency chosen by its members, and is content; an investor has quotes to choose
from; an owner disputes what another investor had appraised, and the county's panel is to decide.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Final

from bank.calendar import local_date
from bank.demo import commission_deeds as deeds
from bank.demo.commission_deeds import CommissionPlan
from bank.demo.people import Person
from bank.demo.plans import DepositPlan, End
from bank.demo.scene import Event, at_office, home_after, office_after
from bank.parties.tables import PartyKind

SETTLED: Final = timedelta(days=120)
"""A deposit whose notice was posted so long ago is stored, whatever its appraisal waited for."""
FIRST_ASKED: Final = timedelta(days=40)
"""So long before today the companies that ask have signed up."""
CLOCK_DAYS: Final = 5
"""How often the bank's own clock looks at commissions."""


def story(
    others: Sequence[DepositPlan],
    companies: Sequence[Person],
    began: datetime,
    today: datetime,
) -> Iterator[Event]:
    """All events about commissions; `others` are the deposits that serve no project."""
    stored = [plan for plan in others if plan.end is End.STORED and plan.anchor < today - SETTLED]
    common = [plan for plan in stored if plan.owner.kind is PartyKind.COLLECTIVE]
    single = [plan for plan in stored if plan.owner.kind is not PartyKind.COLLECTIVE]
    if common:
        yield from _content(CommissionPlan("content", common[0].owner, common[0]), today)
    if len(single) > 1 and len(companies) > 1:
        yield from _choosing(CommissionPlan("choosing", companies[0], single[0]), today)
        yield from _disputed(CommissionPlan("disputed", companies[1], single[1]), today)
    at = began
    while (at := at + timedelta(days=CLOCK_DAYS)) < today:
        yield Event(at, deeds.clock)


def _begins(plan: CommissionPlan, today: datetime, days_ago: int) -> tuple[Random, datetime]:
    rng = Random(plan.deposit.n)  # noqa: S311 - a story, not a secret
    return rng, at_office(rng, local_date(today) - timedelta(days=days_ago), back=True)


def _quoted(plan: CommissionPlan, asked: datetime) -> Iterator[Event]:
    yield Event(asked, partial(deeds.request, plan))
    yield Event(asked + timedelta(days=1, minutes=20), partial(deeds.offer, plan, 0))
    yield Event(asked + timedelta(days=2, minutes=45), partial(deeds.offer, plan, 1))
    yield Event(asked + timedelta(days=3, minutes=5), partial(deeds.pay_in, plan))


def _worked(plan: CommissionPlan, rng: Random, chosen: datetime) -> Iterator[Event]:
    """Chosen, seen, valued and signed; the last event is the second signature."""
    yield Event(chosen, partial(deeds.choose, plan))
    seen = office_after(rng, chosen, 1, 2)
    yield Event(seen, partial(deeds.visit, plan))
    valued = office_after(rng, seen, 1, 2)
    yield Event(valued, partial(deeds.value, plan))
    signed = office_after(rng, valued, 1, 2)
    yield Event(signed, partial(deeds.sign, plan, 0))
    yield Event(signed + timedelta(minutes=30), partial(deeds.sign, plan, 1))


def _content(plan: CommissionPlan, today: datetime) -> Iterator[Event]:
    rng, asked = _begins(plan, today, 62)
    yield from _quoted(plan, asked)
    voted = home_after(rng, asked, 15, 17)
    yield Event(voted, partial(deeds.vote, plan))
    work = list(_worked(plan, rng, voted + timedelta(hours=2)))
    yield from work
    yield Event(home_after(rng, work[-1].at, 3, 6), partial(deeds.accept, plan))


def _choosing(plan: CommissionPlan, today: datetime) -> Iterator[Event]:
    _, asked = _begins(plan, today, 4)
    yield from _quoted(plan, asked)


def _disputed(plan: CommissionPlan, today: datetime) -> Iterator[Event]:
    rng, asked = _begins(plan, today, 24)
    yield from _quoted(plan, asked)
    work = list(_worked(plan, rng, asked + timedelta(days=4)))
    yield from work
    yield Event(home_after(rng, work[-1].at, 1, 2), partial(deeds.dispute, plan))
