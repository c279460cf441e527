"""What falls due in commissions: requests that lapse, silence that accepts, reminders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bank.acts import move
from bank.calendar import local_date, midnight
from bank.commissions import ending
from bank.commissions.answering import accept_silently
from bank.commissions.deadlines import answer_on, choose_by, is_overdue, silent
from bank.rules import whole
from valuation.commissions.commissioning import get_commission
from valuation.commissions.lifecycle import LIFECYCLE, Act, QuoteStage, Stage
from valuation.commissions.tables import Commission, Due, Reminder


@dataclass(frozen=True)
class Done:
    """How many commissions lapsed and were accepted by silence, and how many reminders given."""

    lapsed: int
    accepted: int
    reminded: int


def run(session: Session, *, at: datetime) -> Done:
    """Do all that is due; late or twice changes nothing.

    All rows are locked before a fee is paid: whoever accepts locks first the commission, then the
    agency's account, and two fees of one agency would else wait for each other.
    """
    lapsed = accepted = reminded = 0
    waiting = [get_commission(session, each, lock=True) for each in _waiting(session, at)]
    for commission in waiting:
        if has_lapsed(commission, at=at):
            move(session, commission, LIFECYCLE, Act.LAPSE, actor=None, at=at)
            ending.leave_quotes(session, commission, actor=None, at=at)
            lapsed += 1
        elif commission.stage is Stage.DELIVERED and silent(commission, at=at):
            accept_silently(session, commission, at=at)
            accepted += 1
        else:
            reminded += _remind(session, commission, at)
    session.flush()
    return Done(lapsed, accepted, reminded)


def _waiting(session: Session, at: datetime) -> list[UUID]:
    """Commissions of which something is due by now, or somebody is to be reminded."""
    soon = local_date(at) + timedelta(days=whole("commission.reminder.days", local_date(at)))
    quoting = Commission.stage.in_((Stage.REQUESTED, Stage.QUOTED))
    conditions = (
        and_(quoting, Commission.quote_by <= soon),
        and_(Commission.stage == Stage.ENGAGED, Commission.deliver_by <= soon),
        and_(
            Commission.stage == Stage.DELIVERED,
            Commission.answer_by <= midnight(soon + timedelta(days=1)),
        ),
    )
    found = select(Commission.id).where(or_(*conditions)).order_by(Commission.id)
    return list(session.scalars(found))


def has_lapsed(commission: Commission, *, at: datetime) -> bool:
    """Whether nobody quoted, or nobody chose, in time."""
    today = local_date(at)
    if commission.stage is Stage.REQUESTED:
        return commission.quote_by is not None and today > commission.quote_by
    last = choose_by(commission)
    return commission.stage is Stage.QUOTED and last is not None and today > last


@dataclass(frozen=True)
class _Deadline:
    due: Due
    day: date
    agencies: tuple[UUID | None, ...]
    """Who is reminded; none is the client."""


def _dues(commission: Commission, at: datetime) -> Iterator[_Deadline]:
    """What somebody is to be reminded of at the stage that the commission has reached."""
    agency = commission.agency_id
    match commission.stage:
        case Stage.REQUESTED | Stage.QUOTED:
            yield from _while_quoting(commission, at)
        case Stage.ENGAGED if commission.deliver_by is not None:
            if is_overdue(commission, at=at):
                yield _Deadline(Due.OVERDUE, commission.deliver_by, (agency, None))
            else:
                yield _Deadline(Due.DELIVERY, commission.deliver_by, (agency,))
        case Stage.DELIVERED if (day := answer_on(commission)) is not None:
            yield _Deadline(Due.ANSWER, day, (None,))


def _while_quoting(commission: Commission, at: datetime) -> Iterator[_Deadline]:
    asked = tuple(q.agency_id for q in commission.quotes if q.stage is QuoteStage.ASKED)
    quote_by, last = commission.quote_by, choose_by(commission)
    if quote_by is not None and local_date(at) <= quote_by:
        yield _Deadline(Due.QUOTE, quote_by, asked)
    elif commission.stage is Stage.QUOTED and last is not None:
        yield _Deadline(Due.CHOICE, last, (None,))


def _remind(session: Session, commission: Commission, at: datetime) -> int:
    """Give the reminders whose time has come, each once; the row is locked."""
    today, given = local_date(at), 0
    days = timedelta(days=whole("commission.reminder.days", today))
    for deadline in _dues(commission, at):
        if deadline.day - days > today:
            continue
        told = set(
            session.scalars(
                select(Reminder.agency_id).where(
                    Reminder.commission_id == commission.id,
                    Reminder.due == deadline.due,
                    Reminder.day == deadline.day,
                )
            )
        )
        for agency_id in deadline.agencies:
            if agency_id not in told:
                session.add(
                    Reminder(
                        commission_id=commission.id,
                        agency_id=agency_id,
                        due=deadline.due,
                        day=deadline.day,
                        reminded_at=at,
                    )
                )
                given += 1
    session.flush()
    return given
