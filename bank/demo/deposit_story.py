"""What happens to each deposit of the demonstration county, from the first sitting to its end."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Final

from bank.calendar import local_date, notice_ends
from bank.demo import appraisal_deeds, deposit_deeds as deeds, withdrawal_deeds, words
from bank.demo.people import Person
from bank.demo.plans import DepositPlan, End
from bank.demo.scene import Event, at_home, home_after, office_after
from bank.parties.tables import PartyKind
from bank.rules import whole

SITTING: Final = timedelta(minutes=35)
"""How long an application takes to fill in."""
MENDED: Final = 0.06
"""Part of the deposits that are sent back once, mended and handed in again."""
DISMISSED: Final = 0.05
"""Part of the deposits against which somebody objects in vain."""


def begins(plan: DepositPlan) -> datetime:
    """Before when the owner must have signed up."""
    return plan.anchor - timedelta(days=14)


def story(plan: DepositPlan, rng: Random, neighbour: Person | None) -> Iterator[Event]:
    """All events of a deposit, in order; `neighbour` is who objects, if somebody does."""
    anchor = plan.anchor
    match plan.end:
        case End.DRAFT:
            steps = rng.randint(1, 6)
            yield Event(anchor, partial(deeds.fill_in, plan, steps=steps))
        case End.SUBMITTED:
            yield from _handed_in(plan, anchor)
        case End.SENT_BACK | End.REFUSED:
            yield from _handed_in(plan, anchor)
            deed = deeds.send_back if plan.end is End.SENT_BACK else deeds.refuse
            reasons = words.SEND_BACK if plan.end is End.SENT_BACK else words.REFUSE
            told = partial(deed, plan, rng.randint(0, 1), rng.choice(reasons))
            yield Event(office_after(rng, anchor, 1, 4), told)
        case _:
            yield from _posted(plan, rng)
            yield from _shown(plan, rng, neighbour)


def _handed_in(plan: DepositPlan, at: datetime, round_: int = 1) -> Iterator[Event]:
    if round_ == 1:
        yield Event(at - SITTING, partial(deeds.fill_in, plan, steps=deeds.ALL_STEPS))
    yield Event(at, partial(deeds.submit, plan, round_))


def _posted(plan: DepositPlan, rng: Random) -> Iterator[Event]:
    """Handed in, perhaps sent back and mended, and passed to notice at the anchor."""
    day = local_date(plan.anchor)
    if rng.random() < MENDED:
        first = at_home(rng, day - timedelta(days=rng.randint(9, 12)))
        back = office_after(rng, first, 1, 2)
        yield from _handed_in(plan, first)
        told = partial(deeds.send_back, plan, 0, rng.choice(words.SEND_BACK))
        yield Event(back, told)
        yield from _handed_in(plan, home_after(rng, back, 1, 2), round_=2)
    else:
        yield from _handed_in(plan, at_home(rng, day - timedelta(days=rng.randint(1, 4))))
    yield Event(plan.anchor, partial(deeds.pass_to_notice, plan, rng.randint(0, 1)))


def _shown(plan: DepositPlan, rng: Random, neighbour: Person | None) -> Iterator[Event]:
    """On notice, valued meanwhile, and what follows."""
    anchor = plan.anchor
    over = notice_ends(anchor, whole("notice.deposit.days", local_date(anchor)))
    if plan.end is End.OBJECTED and neighbour:
        grounds = rng.choice(words.GROUNDS)
        yield Event(
            home_after(rng, anchor, 1, 3), partial(deeds.object_to, plan, neighbour, grounds)
        )
        return
    if neighbour and (plan.end is End.UPHELD or rng.random() < DISMISSED):
        yield from _disputed(plan, rng, neighbour)
        if plan.end is End.UPHELD:
            return
    drafted = office_after(rng, anchor, 2, 9)
    signed = office_after(rng, drafted, 1, 2)
    done = rng.randint(0, 4) if plan.end in (End.CLEARED, End.ON_NOTICE) else 4
    appraisal = (
        Event(drafted - timedelta(minutes=5), partial(appraisal_deeds.visit, plan)),
        Event(drafted, partial(appraisal_deeds.value, plan)),
        Event(drafted + timedelta(minutes=40), partial(appraisal_deeds.sign, plan, 0)),
        Event(signed, partial(appraisal_deeds.sign, plan, 1)),
    )
    yield from appraisal[:done]
    if plan.end is End.ON_NOTICE:
        return
    yield Event(over + timedelta(minutes=5), partial(deeds.clear, plan))
    if plan.end is End.CLEARED:
        return
    in_force = signed
    if plan.owner.kind is PartyKind.COLLECTIVE:
        in_force = notice_ends(signed, whole("notice.appraisal.days", local_date(signed)))
    stored = office_after(rng, max(over, in_force), 1, 4)
    yield Event(stored, partial(deeds.store, plan, rng.randint(0, 1)))
    if plan.end in (End.RETURNED, End.RETURNING):
        yield from _taken_home(plan, rng, stored)


def _disputed(plan: DepositPlan, rng: Random, neighbour: Person) -> Iterator[Event]:
    upheld = plan.end is End.UPHELD
    raised = home_after(rng, plan.anchor, 2, 7)
    answer = rng.choice(words.UPHELD if upheld else words.DISMISSED)
    grounds = rng.choice(words.GROUNDS)
    yield Event(raised, partial(deeds.object_to, plan, neighbour, grounds))
    decided = office_after(rng, raised, 1, 4)
    yield Event(decided, partial(deeds.decide, plan, answer, upheld=upheld))


def _taken_home(plan: DepositPlan, rng: Random, stored: datetime) -> Iterator[Event]:
    """Asked back, and for those that are returned, checked and confirmed."""
    asked = home_after(rng, stored, 40, 120)
    yield Event(asked, partial(deeds.ask_back, plan))
    if plan.end is End.RETURNED:
        checked = office_after(rng, asked, 1, 3)
        confirmed = office_after(rng, checked, 1, 2)
        key = deeds.key(plan, "return")
        yield Event(checked, partial(withdrawal_deeds.check, key, 1))
        yield Event(confirmed, partial(withdrawal_deeds.confirm, key, 2))
