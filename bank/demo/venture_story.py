"""What happens to each project of the demonstration county, from its order to its rounds."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Final

from bank.calendar import add_months, local_date
from bank.demo import part_deeds, venture_deeds as deeds, withdrawal_deeds, words
from bank.demo.scene import Event, at_home, at_office, home_after, office_after
from bank.demo.ventures import Outcome, VenturePlan
from bank.deposits.tables import StorageMode
from bank.rules import whole

ON_SHOW: Final = frozenset({0, 4, 8})
"""Projects whose latest round is on display today."""
UNRECEIVED: Final = frozenset({1, 5})
"""Projects whose latest report waits for its money."""
UNSHARED: Final = frozenset({2})
"""A project that has received money and waits for a round."""
IN_ARREARS: Final = frozenset({0, 3})
"""Projects that owe the second year's rent of their first lease."""
GATHERING: Final = timedelta(minutes=50)
"""How long an investor looks through the catalogue before she orders."""
ANSWERING: Final = timedelta(hours=2)
"""How long owners take to answer what is offered in exchange."""
QUIET: Final = 45
"""No regular report is made in the last so many days."""
SEASON: Final = (0.7, 1.0, 1.25, 1.1)
"""What a quarter brings against the average."""
RATES: Final = ("0.30", "0.30", "0.35", "0.40")


def story(plan: VenturePlan, rng: Random, today: datetime) -> Iterator[Event]:
    """All events of a project, in order of their kinds."""
    outcome = plan.idea.outcome
    yield from _ordered(plan)
    if outcome is Outcome.SUBMITTED:
        return
    swaps = [member for member in plan.members if member.mode is StorageMode.SWAP]
    for place, member in enumerate(swaps):
        then = plan.ordered_at + ANSWERING + timedelta(minutes=3 * place)
        yield Event(then, partial(deeds.accept_swap, plan, member))
    at = office_after(rng, plan.ordered_at, 1, 2)
    yield Event(at, partial(deeds.start_review, plan))
    departments = rng.sample(words.OPINIONS, 2 if outcome is Outcome.IN_REVIEW else 4)
    at = office_after(rng, at, 1, 2)
    for nth, (department, opinion) in enumerate(departments):
        told = partial(deeds.give_opinion, plan, department, opinion)
        yield Event(at + timedelta(minutes=7 * nth), told)
    if outcome is Outcome.CANCELLED:
        yield from _given_up(plan, office_after(rng, at, 3, 6))
    if outcome in (Outcome.IN_REVIEW, Outcome.CANCELLED):
        return
    at = office_after(rng, at, 1, 2)
    yield Event(at, partial(deeds.approve, plan))
    if outcome is Outcome.EXPIRED:
        days = whole("order.reservation.days", local_date(plan.ordered_at))
        over = plan.ordered_at + timedelta(days=days, hours=3)
        yield Event(over, partial(deeds.expire, plan))
    if outcome in (Outcome.APPROVED, Outcome.EXPIRED):
        return
    at = office_after(rng, at, 1, 3)
    yield Event(at, partial(deeds.pay, plan))
    if outcome is Outcome.ESCROWED:
        return
    yield from _collected(plan, rng, at, today)


def _ordered(plan: VenturePlan) -> Iterator[Event]:
    """The bundle is put together by hand or by a red line, and ordered."""
    by_hand = partial(deeds.gather, plan.investor, plan.members)
    gather = partial(part_deeds.gather, plan) if plan.line is not None else by_hand
    yield Event(plan.ordered_at - GATHERING, gather)
    yield Event(plan.ordered_at, partial(deeds.order, plan))
    if plan.line is not None:
        yield from _parts(plan)


def _parts(plan: VenturePlan) -> Iterator[Event]:
    """Two owners are asked for parts: one agrees, one keeps hers and then lets a smaller one go.

    In a project that is under review today one has just said no, and the other has not answered.
    """
    at = plan.ordered_at + ANSWERING
    if plan.idea.outcome is Outcome.IN_REVIEW:
        yield Event(at + timedelta(days=1), partial(part_deeds.answer, plan, 1, False))
        return
    yield Event(at, partial(part_deeds.answer, plan, 0, True))
    yield Event(at + timedelta(minutes=40), partial(part_deeds.answer, plan, 1, False))
    yield Event(at + timedelta(hours=20), partial(part_deeds.ask_for_less, plan, 1))
    yield Event(at + timedelta(hours=24), partial(part_deeds.answer, plan, 1, True))


def _given_up(plan: VenturePlan, at: datetime) -> Iterator[Event]:
    """Approved and paid, and then the investor wants no more of it: her money goes back."""
    rng, asked = Random(plan.n), deeds.key(plan, "refund")  # noqa: S311 - a story, not a secret
    yield Event(at, partial(deeds.approve, plan))
    at = office_after(rng, at, 1, 2)
    yield Event(at, partial(deeds.pay, plan))
    at = office_after(rng, at, 3, 5)
    yield Event(at, partial(deeds.request_refund, plan))
    at = office_after(rng, at, 1, 1)
    yield Event(at, partial(withdrawal_deeds.check, asked, 1))
    yield Event(office_after(rng, at, 1, 2), partial(withdrawal_deeds.confirm, asked, 2))


def _collected(plan: VenturePlan, rng: Random, at: datetime, today: datetime) -> Iterator[Event]:
    """Collection by two officers, and the years of operation."""
    asked = deeds.key(plan, "collect")
    at = office_after(rng, at, 1, 2)
    yield Event(at, partial(deeds.request_collection, plan))
    at = office_after(rng, at, 1, 1)
    yield Event(at, partial(withdrawal_deeds.check, asked, 1))
    if plan.idea.outcome is Outcome.COLLECTING:
        return
    at = office_after(rng, at, 1, 2)
    yield Event(at, partial(withdrawal_deeds.confirm, asked, 2))
    yield from _quarters(plan, rng, at, today)
    yield from _rents(plan, rng, at, today)


def _quarters(
    plan: VenturePlan, rng: Random, collected: datetime, today: datetime
) -> Iterator[Event]:
    """A report every quarter; a round every quarter, or every other one."""
    began, nth = local_date(collected), 0
    quiet = local_date(today - timedelta(days=QUIET))
    every = 1 if plan.n % 2 == 0 else 2
    while (ends := add_months(began, 3 * (nth + 1))) < quiet:
        period = (add_months(began, 3 * nth) + timedelta(days=1), ends)
        nth += 1
        amount_fen = _amount(plan, rng, nth)
        reported = at_home(rng, ends + timedelta(days=rng.randint(2, 7)))
        received = office_after(rng, reported, 1, 3)
        yield Event(reported, partial(deeds.report, plan, nth, amount_fen, period))
        yield Event(received, partial(deeds.receive, plan, nth, amount_fen))
        if nth % every == 0:
            opened = office_after(rng, received, 1, 3)
            paid = office_after(rng, opened, 12, 14)
            yield Event(opened, partial(deeds.open_round, plan, nth, rng.choice(RATES)))
            yield Event(paid, partial(deeds.confirm_round, plan, nth))
            yield from _payouts(plan, rng, nth, paid)
    yield from _latest(plan, rng, nth, today)


def _latest(plan: VenturePlan, rng: Random, nth: int, today: datetime) -> Iterator[Event]:
    """What some projects are in the middle of today."""
    if plan.n not in ON_SHOW | UNRECEIVED | UNSHARED:
        return
    nth, amount_fen = nth + 1, _amount(plan, rng, nth) // 3
    opened = at_office(rng, local_date(today) - timedelta(days=5), back=True)
    received = at_office(rng, local_date(opened) - timedelta(days=1), back=True)
    reported = at_home(rng, local_date(received) - timedelta(days=1))
    ends = local_date(reported) - timedelta(days=2)
    period = (ends - timedelta(days=30), ends)
    yield Event(reported, partial(deeds.report, plan, nth, amount_fen, period))
    if plan.n in UNRECEIVED:
        return
    yield Event(received, partial(deeds.receive, plan, nth, amount_fen))
    if plan.n in ON_SHOW:
        yield Event(opened, partial(deeds.open_round, plan, nth, "0.30"))


def _amount(plan: VenturePlan, rng: Random, nth: int) -> int:
    """A quarter's net income: about 2.5 % of the investor's own money, in whole hundreds."""
    yuan = plan.idea.capital_yuan * rng.uniform(0.018, 0.032) * SEASON[nth % len(SEASON)]
    return int(yuan) // 100 * 10_000


def _payouts(plan: VenturePlan, rng: Random, nth: int, paid: datetime) -> Iterator[Event]:
    """After a round some ask for their money; two officers pay it out."""
    for member in plan.members:
        if rng.random() > 0.3:
            continue
        asked = f"demo:payout:{plan.n}:{nth}:{member.n}"
        at = home_after(rng, paid, 1, 20)
        yield Event(
            at, partial(withdrawal_deeds.ask_payout, member.owner, asked, rng.choice((50, 80, 100)))
        )
        drawn = rng.random()
        if drawn < 0.04:
            soon = at + timedelta(minutes=6)
            yield Event(soon, partial(withdrawal_deeds.take_back_payout, member.owner, asked))
        elif drawn < 0.09:
            yield Event(
                office_after(rng, at, 1, 3), partial(withdrawal_deeds.refuse_payout, asked, 1)
            )
        else:
            checked = office_after(rng, at, 1, 3)
            yield Event(checked, partial(withdrawal_deeds.check, asked, 1))
            confirmed = office_after(rng, checked, 1, 2)
            yield Event(confirmed, partial(withdrawal_deeds.confirm, asked, 2))


def _rents(plan: VenturePlan, rng: Random, collected: datetime, today: datetime) -> Iterator[Event]:
    """Every year's rent from the second on, but for those in arrears."""
    leases = [member for member in plan.members if member.mode is StorageMode.LEASE]
    for place, member in enumerate(leases):
        ordinal = 2
        while (due := add_months(local_date(collected), 12 * (ordinal - 1))) < local_date(today):
            if not (place == 0 and plan.n in IN_ARREARS):
                day = due - timedelta(days=rng.randint(1, 9))
                at = at_office(rng, day, back=True)
                yield Event(at, partial(deeds.pay_rent, plan, member, ordinal))
            ordinal += 1


def asking_today(plans: list[VenturePlan], rng: Random, today: datetime) -> Iterator[Event]:
    """Payouts that the county finds on its desk today; one of them is checked already."""
    day = local_date(today)
    operating = [plan for plan in plans if plan.idea.outcome is Outcome.OPERATING]
    for place, plan in enumerate(operating[:4]):
        asked = f"demo:payout:{plan.n}:today"
        owner = plan.members[0].owner
        at = at_home(rng, day - timedelta(days=5 - place))
        yield Event(at, partial(withdrawal_deeds.ask_payout, owner, asked, 60))
        if place == 0:
            checked = at_office(rng, day - timedelta(days=2), back=True)
            yield Event(
                max(checked, at + timedelta(hours=14)),
                partial(withdrawal_deeds.check, asked, 1),
            )
