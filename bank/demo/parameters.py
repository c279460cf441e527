"""The demonstration's parameter tables: made-up figures, said to be so in their source."""

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bank.calendar import SHANGHAI, local_date
from bank.parameters.keeping import add_version
from database.actor import Actor
from valuation.parameters.beginning import begin_tables, open_begin_tables

NINE: Final = time(9, 0, tzinfo=SHANGHAI)
TEN_DAYS: Final = timedelta(days=10)
"""So long before its first day an officer enters a version."""


def lay_parameters(session: Session, *, officer: Actor, at: datetime) -> None:
    """Every table with its figures; the one of rates gets its second version a year later."""
    open_begin_tables(session)
    began = local_date(at)
    for table in begin_tables():
        for version in table.demo:
            first_day = _later(began, version.years_later)
            add_version(
                session,
                table.code,
                rows=version.rows,
                valid_from=first_day,
                base_date=date(first_day.year, 1, 1),
                source=version.source,
                note=version.note,
                actor=officer,
                at=max(at, datetime.combine(first_day, NINE) - TEN_DAYS),
                key=f"demo:parameters:{table.code}:{version.years_later}",
            )


def _later(began: date, years: int) -> date:
    return date(began.year + years, 1, 1) if years else began
