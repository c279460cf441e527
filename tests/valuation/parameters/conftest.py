"""A county with the tables that every bank begins with, still empty."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.beginnings import Build
from tests.world import World
from valuation.parameters.beginning import open_begin_tables
from valuation.parameters.finding import get_table
from valuation.parameters.keeping import add_version
from valuation.parameters.tables import ParameterVersion

Add = Callable[..., ParameterVersion]
FIRST = date(2025, 1, 1)


def rows_of(*rows: Sequence[str], names: Sequence[str] = ("kind",)) -> list[dict[str, Any]]:
    """Rows from tuples: the keys, then the figure."""
    return [{"keys": dict(zip(names, row[:-1], strict=True)), "value": row[-1]} for row in rows]


def with_tables(world: World) -> dict[str, Any]:
    open_begin_tables(world.session)
    return {}


@pytest.fixture
def beginning() -> Build:
    return with_tables


@pytest.fixture
def add(session: Session, world: World) -> Add:
    """Adds a version, lawful unless told otherwise."""

    def enter(code: str = "capitalisation_rate", **told: Any) -> ParameterVersion:
        lawful: dict[str, Any] = {
            "rows": rows_of(("woodland", "0.055"), ("farmland", "6%")),
            "valid_from": FIRST, "base_date": FIRST, "source": "安政发〔2025〕1号",
            "entered_by": world.county_officer.id, "at": world.at,
        }  # fmt: skip
        return add_version(session, get_table(session, code), **lawful | told)

    return enter
