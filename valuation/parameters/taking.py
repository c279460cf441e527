"""The figures that tables offer for a method's inputs, and taking them with their version."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from pydantic_core import PydanticCustomError
from sqlalchemy import select
from sqlalchemy.orm import Session

from valuation.methods.extent import PRICE_UNITS
from valuation.methods.quantities import as_decimal, as_factor, as_items
from valuation.parameters.checking import VALUE
from valuation.parameters.finding import find_version_in_force, ordered
from valuation.parameters.refusals import BaseDatesMixed, ParameterDiffers, ParameterUnknown
from valuation.parameters.tables import ParameterKind, ParameterTable, ParameterVersion

Inputs = Mapping[str, Any]
PER_AREA: Final = MappingProxyType({unit: basis for basis, unit in PRICE_UNITS.items() if basis})
DATED: Final = frozenset({ParameterKind.PRICE, ParameterKind.COST})
"""Kinds whose figures are money of a date: one computation mixes no two dates."""
_PLACE: Final = re.compile(r"([a-z_0-9]+)(?:\.(\d{1,3})\.([a-z_0-9]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A figure that a version in force offers for one field of a method.

    `field` is a field's name, or `rows.column` where it goes into a row. `value` is decimal text;
    of rows that make up a list, all of them with commas. `place` finds it again in what is posted.
    """

    field: str
    table: ParameterTable
    version: ParameterVersion
    row: Mapping[str, str]
    value: str

    @property
    def place(self) -> str:
        """Table, version and row as one text."""
        return "|".join([self.table.code, str(self.version.number), *self.row.values()])


@dataclass(frozen=True, slots=True)
class _Offer:
    """For which fields a table offers figures, and by which key its rows make up a list."""

    fields: tuple[str, ...]
    gathered: str | None


@cache
def _offers() -> Mapping[str, _Offer]:
    text = files("valuation.parameters").joinpath("offers.toml").read_text("utf-8")
    return MappingProxyType(
        {
            code: _Offer(tuple(told["fields"]), told.get("gathered"))
            for code, told in tomllib.loads(text).items()
        }
    )


def suggested(
    session: Session, method: str, *, facts: Mapping[str, str], on: date
) -> list[Suggestion]:
    """What the tables in force on the day offer for the method's fields.

    `facts` tell what is valued by the names of key columns (`town`, `class`, `kind`): a row is
    offered if each fact it speaks of begins with the row's text, so that class 0301 is of 03.
    Of rows that fit, those with the longest texts are kept. Columns without a fact leave a choice.
    """
    codes = [code for code, offer in _offers().items() if _fields_of(offer, method)]
    tables = session.scalars(
        select(ParameterTable)
        .where(ParameterTable.code.in_(codes))
        .order_by(ParameterTable.kind, ParameterTable.code)
    )
    found: list[Suggestion] = []
    for table in tables:
        version = find_version_in_force(table, on)
        if version is not None:
            offer = _offers()[table.code]
            for field in _fields_of(offer, method):
                found += _of_version(field, table, version, facts, offer.gathered)
    return found


def _fields_of(offer: _Offer, method: str) -> list[str]:
    named = (each.partition(".") for each in offer.fields)
    return [field for name, _, field in named if name == method]


def _of_version(
    field: str,
    table: ParameterTable,
    version: ParameterVersion,
    facts: Mapping[str, str],
    gathered: str | None,
) -> list[Suggestion]:
    rows = _fitting(ordered(version), facts)
    if gathered is None:
        return [Suggestion(field, table, version, row["keys"], row[VALUE]) for row in rows]
    groups: dict[tuple[tuple[str, str], ...], list[dict[str, Any]]] = {}
    for row in rows:
        rest = tuple((name, text) for name, text in row["keys"].items() if name != gathered)
        groups.setdefault(rest, []).append(row)
    return [
        Suggestion(
            field,
            table,
            version,
            dict(rest),
            ", ".join(each[VALUE] for each in sorted(group, key=lambda row: _order(row, gathered))),
        )
        for rest, group in groups.items()
    ]


def _order(row: Mapping[str, Any], gathered: str) -> tuple[int, str]:
    text = row["keys"][gathered]
    return (int(text) if text.isdecimal() else 0, text)


def _fitting(rows: list[dict[str, Any]], facts: Mapping[str, str]) -> list[dict[str, Any]]:
    fits: list[tuple[int, dict[str, Any]]] = []
    for row in rows:
        spoken = {name: text for name, text in row["keys"].items() if facts.get(name)}
        if all(facts[name].startswith(text) for name, text in spoken.items()):
            fits.append((sum(map(len, spoken.values())), row))
    closest = max((length for length, _ in fits), default=0)
    return [row for length, row in fits if length == closest]


def taken(
    method: str, inputs: Inputs, chosen: Mapping[str, str], offered: Sequence[Suggestion]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The inputs with empty fields filled from what was chosen, and what an appraisal keeps of it.

    `chosen` gives, by field (`rate`; `coefficients.2.share` for a column of the third row), the
    `place` of a suggestion. The second of the two is `MethodResult.parameters`. Refuses:
    ParameterUnknown, ParameterDiffers, BaseDatesMixed.
    """
    filled = {name: _copied(value) for name, value in inputs.items()}
    kept, used = [], []
    by_place = {(each.field, each.place): each for each in offered}
    for path, place in chosen.items():
        match = _PLACE.fullmatch(path)
        if match is None:
            raise ParameterUnknown("no such input", field="parameters")
        name, number, column = match.groups()
        found = by_place.get((f"{name}.{column}" if column else name, place))
        if found is None:
            raise ParameterUnknown("no table offers this", field="parameters")
        _require_basis(filled, found)
        _fill(filled, found, name, number, column)
        used.append(found)
        kept.append(
            {
                "field": path,
                "table": found.table.code,
                "version": found.version.number,
                "row": dict(found.row),
                "value": found.value,
            }
        )
    _require_one_base_date(used)
    return filled, kept


def _copied(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [dict(each) if isinstance(each, Mapping) else each for each in value]
    return value


def _require_basis(inputs: Inputs, found: Suggestion) -> None:
    """A price a square metre is not entered among amounts a mu. Refuses: ParameterDiffers."""
    basis, wanted = inputs.get("amounts_per"), PER_AREA.get(found.table.unit)
    if basis and wanted and basis != wanted:
        raise ParameterDiffers(
            "the table's figures are for another unit of area",
            field="amounts_per",
            unit=found.table.unit,
        )


def _fill(
    inputs: dict[str, Any], found: Suggestion, name: str, number: str | None, column: str | None
) -> None:
    """Put the figure where nothing stands; what stands is the same. Refuses: ParameterDiffers."""
    holder: dict[str, Any] = inputs
    key = name
    if number is not None and column is not None:
        rows = inputs.setdefault(name, [])
        while len(rows) <= int(number):
            rows.append({})
        holder, key = rows[int(number)], column
    given = holder.get(key)
    if given in (None, "", [], ()):
        holder[key] = found.value
    elif not _same(given, found.value):
        raise ParameterDiffers(
            "the input is another figure than the table's", field=name, value=found.value
        )


def _same(given: Any, value: str) -> bool:
    try:
        if isinstance(given, list | tuple) or "," in value:
            items = as_items(given)
            if not isinstance(items, list | tuple):
                return False
            return [as_decimal(each) for each in items] == [
                as_decimal(each) for each in value.split(", ")
            ]
        return as_factor(given) == as_decimal(value)
    except PydanticCustomError:
        return False


def _require_one_base_date(used: Sequence[Suggestion]) -> None:
    dates = sorted({each.version.base_date for each in used if each.table.kind in DATED})
    if len(dates) > 1:
        raise BaseDatesMixed(
            "prices of different base dates",
            field="parameters",
            dates=", ".join(day.isoformat() for day in dates),
        )
