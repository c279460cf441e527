"""By when what is due in a commission: quotes, the choice, the work, the answer."""

from datetime import date, datetime, timedelta

from bank.calendar import local_date
from bank.rules import whole
from valuation.commissions.tables import Commission


def choose_by(commission: Commission) -> date | None:
    """The last day on which an agency is chosen (rule `commission.choose.days`)."""
    if commission.quote_by is None:
        return None
    on = local_date(commission.requested_at)
    return commission.quote_by + timedelta(days=whole("commission.choose.days", on))


def answer_on(commission: Commission) -> date | None:
    """The last day on which what was delivered is accepted or disputed."""
    if commission.answer_by is None:
        return None
    return local_date(commission.answer_by) - timedelta(days=1)


def is_overdue(commission: Commission, *, at: datetime) -> bool:
    """Whether the last day of the work is past."""
    return commission.deliver_by is not None and local_date(at) > commission.deliver_by


def silent(commission: Commission, *, at: datetime) -> bool:
    """Whether the time to answer is over, so that silence is acceptance."""
    return commission.answer_by is not None and at >= commission.answer_by
