"""How values are written for people: money, area, days and moments, and the names of choices."""

from datetime import date, datetime
from enum import StrEnum

from flask import Flask
from flask_babel import format_date, format_datetime

from bank.area import format_mu
from bank.calendar import SHANGHAI, local_date
from bank.codes import mask
from bank.deposits import lifecycle as deposit_cycle
from bank.income.lifecycle import RevenueStage, RoundStage
from bank.money import format_yuan
from bank.orders import lifecycle as order_cycle
from bank.projects import lifecycle as project_cycle
from bank.withdrawals import lifecycle as withdrawal_cycle
from valuation.agencies import lifecycle as agency_cycle
from web.forms import new_key
from web.labels import label
from web.locale import chinese
from web.split_shown import split_shown


def day(value: date | datetime | None) -> str:
    """A day in China: 2026年3月1日, or 1 Mar 2026."""
    if value is None:
        return "—"
    on = local_date(value) if isinstance(value, datetime) else value
    if chinese():
        return f"{on.year}年{on.month}月{on.day}日"
    return str(format_date(on, "d MMM y"))


def moment(value: datetime | None) -> str:
    """A moment in China, to the minute."""
    if value is None:
        return "—"
    local = value.astimezone(SHANGHAI)
    if chinese():
        return f"{day(value)} {local:%H:%M}"
    return str(format_datetime(local, "d MMM y HH:mm", rebase=False))


def yuan(fen: int | None) -> str:
    """Fen as yuan."""
    return "—" if fen is None else format_yuan(fen)


def mu(dm2: int | None) -> str:
    """Square decimetres as mu."""
    return "—" if dm2 is None else format_mu(dm2)


def label_or_dash(value: StrEnum | None) -> str:
    """The name of a choice in the reader's language."""
    return "—" if value is None else str(label(value))


STAGES: dict[str, type[StrEnum]] = {
    "deposit": deposit_cycle.Stage,
    "project": project_cycle.Stage,
    "order": order_cycle.Stage,
    "withdrawal": withdrawal_cycle.Stage,
    "revenue": RevenueStage,
    "round": RoundStage,
    "agency": agency_cycle.Stage,
}


def stage_label(stage: str, of: str) -> str:
    """The name of a stage as the history keeps it, of that kind of record."""
    return str(label(STAGES[of](stage)))


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(
        yuan=yuan,
        mu=mu,
        day=day,
        moment=moment,
        label=label_or_dash,
        mask=mask,
        stage_label=stage_label,
        split_shown=split_shown,
    )
    app.jinja_env.globals.update(new_key=new_key)
