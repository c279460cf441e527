"""The tables that a bank begins with, and the made-up figures that the demonstration puts in."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from valuation.parameters.checking import Row, rows_from_csv
from valuation.parameters.description import TableDescription
from valuation.parameters.keeping import open_table
from valuation.parameters.tables import ParameterKind, ParameterTable


@dataclass(frozen=True, slots=True)
class DemoVersion:
    """Made-up figures, which hold from so many years after the demonstration's first day."""

    years_later: int
    source: str
    note: str
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTable(TableDescription):
    """A table as its file describes it."""

    demo: list[DemoVersion]


@cache
def begin_tables() -> tuple[BeginTable, ...]:
    """Every table described in the folder `begin`, by code."""
    folder = files("valuation.parameters").joinpath("begin")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml"))
    return tuple(_table(tomllib.loads(folder.joinpath(name).read_text("utf-8"))) for name in names)


def open_begin_tables(session: Session) -> list[ParameterTable]:
    """Open those that the bank has not: empty, for only a county can say what its figures are."""
    known = set(session.scalars(select(ParameterTable.code)))
    return [open_table(session, each) for each in begin_tables() if each.code not in known]


def understood_heads(keys: list[dict[str, str]]) -> dict[str, list[str]]:
    """By column, the words by which a file's first line may call it."""
    return {key["name"]: [key["label_zh"], key["label_en"]] for key in keys}


def _table(told: Mapping[str, Any]) -> BeginTable:
    columns = understood_heads(told["keys"])
    return BeginTable(
        code=told["code"],
        kind=ParameterKind(told["kind"]),
        name_zh=told["name_zh"],
        name_en=told["name_en"],
        unit=told["unit"],
        keys=told["keys"],
        demo=[
            DemoVersion(
                each["years_later"],
                each["source"],
                each["note"],
                rows_from_csv(each["rows"], columns=columns),
            )
            for each in told["demo"]
        ],
    )
