"""A report's sensitivity table: the value with rate, prices and term varied one by one."""

from collections.abc import Mapping, Sequence
from typing import Final

from bank.money import format_yuan
from database.refusals import Refusal
from valuation.appraisals.reconciling import reconcile
from valuation.appraisals.tables import Appraisal
from valuation.reports.facts import Table
from valuation.sensitivity import Driver, Line, lines_of, reconciled

STEPS: Final = (-20, -10, 0, 10, 20)
"""Per cent by which each is varied in the report."""
DRIVERS: Final[Mapping[Driver, str]] = {
    "rate": "利率（还原率）",
    "price": "价格、收益",
    "term": "年期",
}


def sensitivity_table(appraisal: Appraisal) -> Table | None:
    """What the value would be, in yuan; None for a draft or where nothing can be varied."""
    how, results = appraisal.reconciliation, appraisal.results
    if how is None or appraisal.value_fen is None:
        return None
    weights = [each.weight_ppm for each in results if each.weight_ppm is not None] or None

    def one_value(values: Sequence[int]) -> int:
        return reconcile(values, how, weights)

    try:
        parts = [lines_of(each.method, each.inputs, steps=STEPS) for each in results]
        found = reconciled(parts, one_value)
    except Refusal:  # stored inputs that a method refuses by now: recomputing names them
        return None
    if not found.lines:
        return None
    heads = ("变动因素", *(f"{step:+d}%" if step else "不变" for step in STEPS))
    rows = tuple(_row(line) for line in found.lines)
    return Table(heads, rows, (2.4, *(2.0 for _ in STEPS)), tuple(range(1, len(STEPS) + 1)))


def _row(line: Line) -> tuple[str, ...]:
    values = (each.value_fen for each in line.points)
    return (
        DRIVERS[line.driver],
        *("—" if value is None else format_yuan(value) for value in values),
    )
