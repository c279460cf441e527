"""Finding tables, the version that held on a day, one figure, and what a version changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from valuation.parameters.checking import VALUE
from valuation.parameters.refusals import NoSuchRow, NoSuchTable, NoSuchVersion
from valuation.parameters.tables import ParameterTable, ParameterVersion


@dataclass(frozen=True, slots=True)
class Found:
    """One figure: the table and version it stands in, the keys of its row, and the decimal."""

    table: ParameterTable
    version: ParameterVersion
    keys: Mapping[str, str]
    value: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one row from one version to the next."""

    keys: Mapping[str, str]
    how: Literal["new", "gone", "changed", "same"]
    before: Decimal | None
    after: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """By how much the figure rose, in per cent to one decimal; None if it cannot be said."""
        if self.before is None or self.after is None or self.before == 0:
            return None
        return ((self.after / self.before - 1) * 100).quantize(Decimal("0.1"))


def all_tables(session: Session) -> list[ParameterTable]:
    """Every table, by kind and code."""
    return list(
        session.scalars(select(ParameterTable).order_by(ParameterTable.kind, ParameterTable.code))
    )


def get_table(session: Session, code: str, *, lock: bool = False) -> ParameterTable:
    """The table of that code. Refuses: NoSuchTable."""
    statement = select(ParameterTable).where(ParameterTable.code == code)
    table = session.scalars(statement.with_for_update() if lock else statement).first()
    if table is None:
        raise NoSuchTable("no such table", table=code)
    return table


def get_version(session: Session, code: str, number: int) -> ParameterVersion:
    """One version of a table, old or new. Refuses: NoSuchTable, NoSuchVersion."""
    for version in get_table(session, code).versions:
        if version.number == number:
            return version
    raise NoSuchVersion("the table has no such version", table=code, number=number)


def find_version_in_force(table: ParameterTable, on: date) -> ParameterVersion | None:
    """The version that holds on the day: the newest whose first day is not later."""
    return next((each for each in table.versions if each.valid_from <= on), None)


def version_in_force(session: Session, code: str, on: date) -> ParameterVersion:
    """The version that holds on the day. Refuses: NoSuchTable, NoSuchVersion."""
    version = find_version_in_force(get_table(session, code), on)
    if version is None:
        raise NoSuchVersion("no version holds on that day", table=code, on=on.isoformat())
    return version


def value(session: Session, code: str, on: date, /, **keys: str) -> Found:
    """The figure that holds on the day under those keys, all of the table's columns.

    Refuses: NoSuchTable, NoSuchVersion, NoSuchRow.
    """
    table = get_table(session, code)
    version = version_in_force(session, code, on)
    figure = figures(version).get(tuple(keys.get(name, "") for name in table.columns))
    if figure is None:
        raise NoSuchRow("no such row", table=code, keys=keys)
    return Found(table, version, keys, figure)


def figures(version: ParameterVersion) -> dict[tuple[str, ...], Decimal]:
    """The version's figures by their keys, in the order of the table's columns."""
    return {tuple(row["keys"].values()): Decimal(row[VALUE]) for row in ordered(version)}


def ordered(version: ParameterVersion) -> list[dict[str, Any]]:
    """The version's rows, each one's keys in the order of the table's columns.

    (A database that keeps JSON in its own way may have sorted them.)
    """
    columns = version.table.columns
    return [
        {"keys": {name: row["keys"][name] for name in columns}, VALUE: row[VALUE]}
        for row in version.rows
    ]


def changes(
    columns: list[str], before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> list[Change]:
    """What became of every row: the new version's rows in their order, then those that are gone."""
    old, new = _by_keys(columns, before), _by_keys(columns, after)
    told = [
        Change(
            dict(zip(columns, keys, strict=True)),
            "new" if keys not in old else "same" if old[keys] == figure else "changed",
            old.get(keys),
            figure,
        )
        for keys, figure in new.items()
    ]
    gone = [
        Change(dict(zip(columns, keys, strict=True)), "gone", figure, None)
        for keys, figure in old.items()
        if keys not in new
    ]
    return told + gone


def _by_keys(columns: list[str], rows: list[dict[str, Any]]) -> dict[tuple[str, ...], Decimal]:
    return {tuple(row["keys"][name] for name in columns): Decimal(row[VALUE]) for row in rows}
