"""Days as the county counts them: local dates, notices, grace periods, terms and rent days.

Moments are aware and kept in UTC; a *day* is a day in China (Asia/Shanghai). Periods follow the
Civil Code 200-204: the day on which a period starts is not counted, a period in months or years
ends on the corresponding day, and where the month has no such day, on the month's last day.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bank.rules import whole

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_date(at: datetime) -> date:
    """The day in China at that moment. A naive moment is an error, not a guess."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return at.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """The moment, in UTC, at which that day begins in China."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def notice_ends(posted_at: datetime, days: int) -> datetime:
    """When a notice of so many days is over: a midnight in China, given in UTC.

    The day of posting is not counted; then come `days` full days. Posted at any hour of 1 March
    for 15 days, it runs through 16 March and ends as 17 March begins.
    """
    return midnight(local_date(posted_at) + timedelta(days=days + 1))


def grace_ends(at: datetime) -> datetime:
    """Until when what was submitted at `at` can be taken back (rule `grace.minutes`)."""
    return at + timedelta(minutes=whole("grace.minutes", local_date(at)))


def add_months(day: date, months: int) -> date:
    """The corresponding day so many months later, or that month's last day if it has none."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """The corresponding day so many years later; 29 February becomes 28 in a common year."""
    return add_months(day, 12 * years)


def longer_than(first_day: date, last_day: date, years: int) -> bool:
    """Whether a term from one day to the other, that day included, goes beyond so many years.

    The first day is not counted, so a term that ends on the corresponding day is just long enough:
    2026-03-01 to 2046-03-01 is 20 years, one day more is beyond them.
    """
    return last_day > add_years(first_day, years)


def due_days(first: date, *, every_months: int, until: date) -> list[date]:
    """The days on which rent falls due: `first`, then every so many months, before `until`.

    Each is counted from `first`, so the end of a month does not drift: from 31 January monthly
    come 28 February, 31 March, 30 April. `until` itself (the day after the term) is not one.
    """
    if every_months < 1:
        raise ValueError("rent falls due at least a month apart")
    days: list[date] = []
    while (day := add_months(first, every_months * len(days))) < until:
        days.append(day)
    return days
