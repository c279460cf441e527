"""The one place that reads the clock; a demonstration's runs ahead of it by whole days."""

from datetime import UTC, date, datetime, timedelta

from flask import current_app, g

from bank.calendar import local_date
from bank.demo.clock import days_ahead
from database.directory import Bank
from web.session import request_session


def now() -> datetime:
    """This moment, aware; the same throughout one request."""
    if "now" not in g:
        ahead = days_ahead(request_session()) if current_app.config["DEMO"] else 0
        g.now = datetime.now(UTC) + timedelta(days=ahead)
    moment: datetime = g.now
    return moment


def moment_of(bank: Bank, *, demo: bool) -> datetime:
    """This moment at the bank, outside of any request."""
    if not demo:
        return datetime.now(UTC)
    with bank.session() as session:
        return datetime.now(UTC) + timedelta(days=days_ahead(session))


def today() -> date:
    """The day in China."""
    return local_date(now())
