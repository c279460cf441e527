"""The county alone keeps the parameter tables, and a double click adds one version."""

from datetime import date

import pytest

from bank.parameters.keeping import add_version, open_table, open_with_version
from bank.refusals import KeyReused, NotAnOfficer
from valuation.parameters.beginning import open_begin_tables
from valuation.parameters.description import TableDescription
from valuation.parameters.finding import get_table
from valuation.parameters.refusals import TableExists
from valuation.parameters.tables import ParameterKind

DAY = date(2026, 1, 1)
ROWS = [{"keys": {"kind": "woodland"}, "value": "0.055"}]

RENTS = TableDescription(
    code="rents", kind=ParameterKind.PRICE, name_zh="租金", name_en="Rents",
    unit="yuan/mu/year", keys=[{"name": "kind", "label_zh": "类", "label_en": "Kind"}],
)  # fmt: skip


def with_tables(world):
    open_begin_tables(world.session)
    return {}


@pytest.fixture
def beginning():
    return with_tables


def enter(world, *, actor=None, key="p-1", rows=ROWS):
    return add_version(
        world.session, "capitalisation_rate", rows=rows, valid_from=DAY, base_date=DAY,
        source="安政发〔2026〕1号", actor=actor or world.county_officer, at=world.at, key=key,
    )  # fmt: skip


def test_a_county_officer_adds_a_version_once(session, world):
    first = enter(world)

    assert enter(world).id == first.id
    assert first.entered_by == world.county_officer.id
    assert [each.number for each in get_table(session, "capitalisation_rate").versions] == [1]
    with pytest.raises(KeyReused):
        enter(world, rows=[{"keys": {"kind": "woodland"}, "value": "0.06"}])


def open_rents(world, *, actor=None, key="t-1", rows=ROWS[:1]):
    return open_with_version(
        world.session, RENTS, rows=rows, valid_from=DAY, base_date=DAY,
        source="安政发〔2026〕1号", actor=actor or world.county_officer, at=world.at, key=key,
    )  # fmt: skip


def test_a_table_is_opened_with_its_first_version_once(session, world):
    first = open_rents(world)

    assert open_rents(world).id == first.id
    assert get_table(session, "rents").versions == [first]
    with pytest.raises(TableExists):
        open_rents(world, key="t-2")
    with pytest.raises(NotAnOfficer):
        open_rents(world, key="t-3", actor=world.officer)


def test_nobody_else_keeps_the_tables(session, world):
    with pytest.raises(NotAnOfficer):
        enter(world, actor=world.officer)
    with pytest.raises(NotAnOfficer):
        open_table(session, RENTS, actor=world.officer)
    assert open_table(session, RENTS, actor=world.county_officer).unit == "yuan/mu/year"
