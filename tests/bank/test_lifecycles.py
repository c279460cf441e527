"""The life cycles: what a table omits is refused, and every stage can be reached."""

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bank.deposits import lifecycle as deposits
from bank.income import lifecycle as income
from bank.jobs import lifecycle as jobs
from bank.lifecycle import after
from bank.orders import lifecycle as orders
from bank.projects import lifecycle as projects
from bank.refusals import IllegalMove
from bank.withdrawals import lifecycle as withdrawals
from tests.reading import refused
from valuation.agencies import lifecycle as agencies
from valuation.appraisals import lifecycle as appraisals
from valuation.commissions import lifecycle as commissions

ROOT = Path(__file__).parents[2]
Table = Mapping[tuple[Any, Any], Any]

FIRST: dict[str, tuple[Table, StrEnum, type[StrEnum]]] = {
    "deposit": (deposits.LIFECYCLE, deposits.Stage.DRAFT, deposits.Act),
    "order": (orders.LIFECYCLE, orders.Stage.OPEN, orders.Act),
    "part": (orders.PART_LIFECYCLE, orders.PartStage.ASKED, orders.PartAct),
    "job": (jobs.LIFECYCLE, jobs.Stage.WAITING, jobs.Act),
    "project": (projects.LIFECYCLE, projects.Stage.SUBMITTED, projects.Act),
    "revenue": (income.REVENUE_LIFECYCLE, income.RevenueStage.REPORTED, income.RevenueAct),
    "round": (income.ROUND_LIFECYCLE, income.RoundStage.OPENED, income.RoundAct),
    "withdrawal": (withdrawals.LIFECYCLE, withdrawals.Stage.REQUESTED, withdrawals.Act),
    "agency": (agencies.LIFECYCLE, agencies.Stage.DRAFT, agencies.Act),
    "commission": (commissions.LIFECYCLE, commissions.Stage.REQUESTED, commissions.Act),
    "quote": (commissions.QUOTE_LIFECYCLE, commissions.QuoteStage.ASKED, commissions.QuoteAct),
    "appraisal": (appraisals.LIFECYCLE, appraisals.Stage.DRAFT, appraisals.Act),
}
"""Each table, the stage in which a record begins, and the acts."""

TABLES = pytest.mark.parametrize(("table", "first", "acts"), FIRST.values(), ids=FIRST)
OMITTED = [
    pytest.param(table, stage, act, id=f"{name}-{stage}-{act}")
    for name, (table, first, acts) in FIRST.items()
    for stage, act in product(type(first), acts)
    if (stage, act) not in table
]
LISTED = [
    pytest.param(table, *move, stage, id=f"{name}-{move[0]}-{move[1]}")
    for name, (table, _, _) in FIRST.items()
    for move, stage in table.items()
]


def test_every_table_of_the_source_is_looked_at():
    modules = [
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for package in ("bank", "valuation")
        for path in (ROOT / package).glob("*/lifecycle.py")
    ]
    tables = [
        value
        for module in modules
        for name, value in vars(module).items()
        if name.endswith("LIFECYCLE")
    ]

    assert len(tables) == len(FIRST)
    assert all(any(table is known for known, _, _ in FIRST.values()) for table in tables)


@pytest.mark.parametrize(("table", "stage", "act"), OMITTED)
def test_what_a_table_omits_is_refused(table, stage, act):
    with refused(IllegalMove, stage=stage.value, act=act.value):
        after(table, stage, act)


@pytest.mark.parametrize(("table", "stage", "act", "reached"), LISTED)
def test_what_a_table_lists_leads_to_the_stage_it_names(table, stage, act, reached):
    assert after(table, stage, act) is reached


@TABLES
def test_every_stage_can_be_reached_from_the_first(table, first, acts):
    reached: set[StrEnum] = {first}
    while more := {to for (stage, _), to in table.items() if stage in reached} - reached:
        reached |= more

    stages: type[StrEnum] = type(first)
    assert reached == set(stages)


@TABLES
def test_a_member_is_called_by_its_value(table, first, acts):
    assert [member.name.lower() for member in type(first)] == [m.value for m in type(first)]
    assert [member.name.lower() for member in acts] == [member.value for member in acts]


@TABLES
def test_an_act_that_leads_nowhere_is_how_a_record_begins(table, first, acts):
    used = {act for _, act in table}

    assert len(set(acts) - used) <= 1


ENDS = {
    "deposit": {"returned", "refused"},
    "order": {"fulfilled", "cancelled", "expired"},
    "part": {"dropped", "collected"},
    "job": {"done", "failed", "cancelled"},
    "project": {"closed", "refused", "cancelled"},
    "revenue": {"received", "withdrawn"},
    "round": {"paid", "cancelled"},
    "withdrawal": {"executed", "refused", "taken_back"},
    "agency": {"refused", "removed"},
    "commission": {"accepted", "overturned", "withdrawn", "lapsed"},
    "quote": {"declined", "chosen", "left"},
    "appraisal": {"superseded", "set_aside", "withdrawn"},
}


@pytest.mark.parametrize("name", FIRST)
def test_what_has_ended_stays_as_it_is(name):
    table, first, _ = FIRST[name]

    assert {stage.value for stage in type(first)} - {stage.value for stage, _ in table} == ENDS[
        name
    ]
