"""Parameter tables: what a version must say, which one holds on a day, what it changed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.valuation.parameters.conftest import FIRST, rows_of
from valuation.parameters import finding
from valuation.parameters.beginning import begin_tables, open_begin_tables
from valuation.parameters.checking import digest_of, faults, rows_from_csv, sound_rows
from valuation.parameters.description import TableDescription
from valuation.parameters.keeping import open_table, sound_version
from valuation.parameters.refusals import (
    BaseDateLate,
    DayFarOff,
    FigureUnfit,
    FileColumnsUnfit,
    NoSuchRow,
    NoSuchTable,
    NoSuchVersion,
    RowKeysUnfit,
    RowsEmpty,
    RowTwice,
    SourceMissing,
    TableExists,
    TableUnsound,
    VersionTooEarly,
)
from valuation.parameters.tables import ParameterKind

RATES = "capitalisation_rate"
KEY = {"name": "kind", "label_zh": "类", "label_en": "Kind"}


def test_a_figure_is_found_with_the_version_that_held_on_the_day(session, add):
    add()
    later = FIRST + timedelta(days=365)
    add(rows=rows_of(("woodland", "0.05")), valid_from=later, base_date=later)

    before = finding.value(session, RATES, later - timedelta(days=1), kind="woodland")
    after = finding.value(session, RATES, later, kind="woodland")

    assert (before.version.number, before.value) == (1, Decimal("0.055"))
    assert (after.version.number, after.value) == (2, Decimal("0.05"))
    with pytest.raises(NoSuchVersion):
        finding.value(session, RATES, FIRST - timedelta(days=1), kind="woodland")
    with pytest.raises(NoSuchRow):
        finding.value(session, RATES, later, kind="farmland")
    with pytest.raises(NoSuchTable):
        finding.value(session, "no_such", later, kind="farmland")
    with pytest.raises(NoSuchVersion):
        finding.get_version(session, RATES, 3)


def test_of_two_versions_from_one_day_the_later_entered_counts(session, add):
    add()
    add(rows=rows_of(("woodland", "0.07")), note="更正")

    assert finding.value(session, RATES, FIRST, kind="woodland").value == Decimal("0.07")


def test_a_version_keeps_plain_decimals_and_their_digest(session, add):
    version = add()

    session.expire_all()
    kept = finding.get_version(session, RATES, 1)
    assert [row["value"] for row in kept.rows] == ["0.055", "0.06"]
    assert kept.digest == digest_of(kept.rows) == version.digest


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"source": "  "}, SourceMissing),
        ({"base_date": FIRST + timedelta(days=1)}, BaseDateLate),
        ({"base_date": date(225, 1, 1)}, DayFarOff),
        ({"valid_from": date(2205, 1, 1)}, DayFarOff),
        ({"rows": []}, RowsEmpty),
        ({"rows": rows_of(("woodland", "1.5"))}, FigureUnfit),
        ({"rows": rows_of(("woodland", "-0.01"))}, FigureUnfit),
        ({"rows": rows_of(("woodland", "six"))}, FigureUnfit),
        ({"rows": rows_of(("woodland", "0.06"), ("woodland ", "0.07"))}, RowTwice),
        ({"rows": rows_of(("", "0.06"))}, RowKeysUnfit),
        ({"rows": rows_of(("woodland", "0.06"), names=("use",))}, RowKeysUnfit),
    ],
)
def test_an_unsound_version_is_refused(add, told, refusal):
    with pytest.raises(refusal):
        add(**told)


def test_every_faulty_row_is_told_with_its_column():
    rows = rows_of(("woodland", "six"), ("farmland", "0.06"), ("", "0.06"), ("farmland", "9"))

    told = faults(rows, columns=["kind"], kind=ParameterKind.RATE, unit="a year")

    assert [(type(each), each.facts["row"], each.facts["column"]) for each in told] == [
        (FigureUnfit, 1, "value"), (RowKeysUnfit, 3, "kind"), (RowTwice, 4, "kind"),
    ]  # fmt: skip


def test_what_would_be_kept_is_told_without_keeping_it(session, add):
    newest = add()
    told = {
        "newest": newest, "rows": rows_of(("woodland", "6%")), "valid_from": FIRST,
        "base_date": FIRST, "source": "安政发〔2025〕2号", "at": newest.entered_at,
    }  # fmt: skip

    assert sound_version(newest.table, **told) == rows_of(("woodland", "0.06"))
    with pytest.raises(VersionTooEarly):
        sound_version(newest.table, **told | {"valid_from": FIRST - timedelta(days=1),
                                              "base_date": FIRST - timedelta(days=1)})  # fmt: skip
    assert [each.number for each in finding.get_table(session, RATES).versions] == [1]


def test_a_version_does_not_hold_from_before_the_newest(add):
    add()

    with pytest.raises(VersionTooEarly) as refused:
        add(valid_from=FIRST - timedelta(days=1), base_date=FIRST - timedelta(days=1))
    assert refused.value.facts["newest"] == "2025-01-01"


@pytest.mark.parametrize(
    ("kind", "unit", "given", "sound"),
    [
        (ParameterKind.RATE, "a year", "0", True),
        (ParameterKind.RATE, "a year", "1.01", False),
        (ParameterKind.COEFFICIENT, "", "1.06", True),
        (ParameterKind.COEFFICIENT, "", "0", False),
        (ParameterKind.COEFFICIENT, "", "-0.1", False),
        (ParameterKind.COEFFICIENT, "part of 1", "-0.1", True),
        (ParameterKind.COEFFICIENT, "part of 1", "-1.1", False),
        (ParameterKind.PRICE, "yuan/m2", "1,250.50", True),
        (ParameterKind.PRICE, "yuan/m2", "0", False),
        (ParameterKind.COST, "yuan/mu", "-3", False),
        (ParameterKind.COST, "yuan/mu", "nan", False),
    ],
)
def test_a_figure_makes_sense_for_the_kind_of_table(kind, unit, given, sound):
    rows = rows_of(("a", given))
    if sound:
        assert sound_rows(rows, columns=["kind"], kind=kind, unit=unit)
    else:
        with pytest.raises(FigureUnfit):
            sound_rows(rows, columns=["kind"], kind=kind, unit=unit)


def test_what_changed_is_told_row_by_row():
    before = rows_of(("woodland", "0.05"), ("farmland", "0.06"), ("water", "0.07"))
    after = rows_of(("farmland", "0.060"), ("woodland", "0.055"), ("house", "0.06"))

    told = finding.changes(["kind"], before, after)

    assert [(each.keys["kind"], each.how) for each in told] == [
        ("farmland", "same"), ("woodland", "changed"), ("house", "new"), ("water", "gone"),
    ]  # fmt: skip
    assert told[1].percent == Decimal("10.0")
    assert told[2].percent is None


@pytest.mark.parametrize(
    "text",
    [
        "town,class,value\nA,05,620\n",
        "\ufeff乡镇,地类,数值\r\nA,05,620\r\n\r\n",
        "value\tclass\ttown\n620\t05\tA",
    ],
)
def test_rows_are_read_from_csv_and_from_pasted_cells(text):
    columns = {"town": ["乡镇"], "class": ["地类"]}

    assert rows_from_csv(text, columns=columns) == [
        {"keys": {"town": "A", "class": "05"}, "value": "620"}
    ]


@pytest.mark.parametrize("text", ["town,value\nA,1", "town,class,class,value\nA,1,2,3", "A,05,620"])
def test_a_file_with_other_columns_is_refused(text):
    with pytest.raises(FileColumnsUnfit) as refused:
        rows_from_csv(text, columns={"town": [], "class": []})
    assert refused.value.facts["columns"] == "town, class, value"


def test_a_new_bank_has_tables_and_no_figures(session):
    opened = open_begin_tables(session)

    assert {each.code for each in opened} == {each.code for each in begin_tables()}
    assert all(table.versions == [] for table in finding.all_tables(session))
    assert open_begin_tables(session) == []


@pytest.mark.parametrize("table", begin_tables(), ids=lambda each: each.code)
def test_the_demonstrations_figures_are_sound_and_say_that_they_are_made_up(table):
    for version in table.demo:
        columns = [key["name"] for key in table.keys]
        assert sound_rows(version.rows, columns=columns, kind=table.kind, unit=table.unit)
        assert version.source == "演示数据，非发布价"
    assert [each.years_later for each in table.demo] == list(range(len(table.demo)))


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"code": RATES}, TableExists),
        ({"code": "Rates"}, TableUnsound),
        ({"name_zh": " "}, TableUnsound),
        ({"name_en": ""}, TableUnsound),
        ({"unit": "furlong"}, TableUnsound),
        ({"unit": "a year"}, TableUnsound),
        ({"kind": ParameterKind.RATE}, TableUnsound),
        ({"keys": []}, TableUnsound),
        ({"keys": [KEY, KEY]}, TableUnsound),
        ({"keys": [KEY | {"name": "value"}]}, TableUnsound),
        ({"keys": [KEY | {"label_en": ""}]}, TableUnsound),
    ],
)
def test_an_unsound_table_is_refused(session, world, told, refusal):
    lawful = {
        "code": "rents", "kind": ParameterKind.PRICE, "name_zh": "租金", "name_en": "Rents",
        "unit": "yuan/mu/year", "keys": [KEY],
    }  # fmt: skip
    with pytest.raises(refusal):
        open_table(session, TableDescription(**lawful | told))


def test_a_table_of_ones_own_is_opened(session):
    told = TableDescription(
        code="rents", kind=ParameterKind.PRICE, name_zh="租金", name_en="Rents",
        unit="yuan/mu/year", keys=[KEY],
    )  # fmt: skip
    table = open_table(session, told)

    assert finding.get_table(session, "rents") is table
    assert table.columns == ["kind"]
    assert finding.find_version_in_force(table, date(2026, 1, 1)) is None
