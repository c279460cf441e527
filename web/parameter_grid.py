"""The rows of a parameter table as inputs: read from what was posted, shown again as typed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from bank.assets.tables import AssetKind
from bank.land.tables import Division, DivisionKind
from database.refusals import Refusal
from valuation.parameters.checking import LONGEST_KEY, MOST_ROWS, VALUE, Row
from valuation.parameters.tables import ParameterTable
from web import parameter_words as words
from web.labels import label
from web.refusal_texts import refusal_text
from web.session import request_session

SPARE: Final = 2
"""So many empty rows follow those that are filled."""
FIRST_SPARE: Final = 5
MORE: Final = 5
CELL: Final = "cell"
OUT: Final = "out"
_NAME: Final = re.compile(r"(cell|out)-([0-9]{1,5})(?:-([a-z][a-z0-9_]{0,47}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of inputs; one with `options` (value, text) is chosen from a list."""

    name: str
    label: str
    options: Sequence[tuple[str, str]] = ()
    longest: int = LONGEST_KEY

    @property
    def is_figure(self) -> bool:
        """Whether it holds the figures."""
        return self.name == VALUE

    def known(self, text: str) -> bool:
        """Whether the list has it; what it has not stays a choice in its row."""
        return not text or any(text == value for value, _ in self.options)


@dataclass(slots=True)
class Line:
    """One row as typed; `out` when it is to be left out, `errors` by column."""

    cells: Mapping[str, str]
    out: bool = False
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(text.strip() for text in self.cells.values())


class Grid:
    """The rows of one table's next version, as a person edits them."""

    def __init__(self, table: ParameterTable, lines: Iterable[Line], *, spare: int = SPARE) -> None:
        self.table = table
        self.columns = columns_of(table)
        self.lines = [*lines, *(Line({}) for _ in range(spare))]

    @classmethod
    def of_rows(cls, table: ParameterTable, rows: Sequence[Mapping[str, Any]]) -> "Grid":
        """The grid with these rows, to be changed."""
        lines = (Line(dict(row["keys"]) | {VALUE: _typed(row[VALUE], table)}) for row in rows)
        return cls(table, lines, spare=SPARE if rows else FIRST_SPARE)

    @classmethod
    def of_posted(
        cls, table: ParameterTable, posted: Iterable[tuple[str, str]], *, spare: int = SPARE
    ) -> "Grid":
        """The grid as it was sent; rows without anything in them are dropped."""
        names = {*table.columns, VALUE}
        cells: dict[int, dict[str, str]] = {}
        out: set[int] = set()
        for name, text in posted:
            match = _NAME.fullmatch(name)
            if match is None:
                continue
            what, number, column = match.groups()
            if what == OUT:
                out.add(int(number))
            elif column in names:
                cells.setdefault(int(number), {})[column] = text
        lines = (Line(cells[number], number in out) for number in sorted(cells))
        return cls(table, [each for each in lines if not each.blank][: MOST_ROWS + 1], spare=spare)

    def given(self) -> list[Row]:
        """The rows that are to be kept, in order: neither empty nor left out."""
        return [
            {
                "keys": {name: line.cells.get(name, "") for name in self.table.columns},
                VALUE: line.cells.get(VALUE, "").strip(),
            }
            for line in self._kept()
        ]

    def mark(self, refusals: Iterable[Refusal]) -> None:
        """Put each refusal of a row at its cell; rows are counted as the grid shows them."""
        kept, numbers = self._kept(), {id(line): n for n, line in enumerate(self.lines, start=1)}
        for refusal in refusals:
            line = kept[refusal.facts["row"] - 1]
            column = refusal.facts.get("column") or VALUE
            told = with_words(refusal, self.table)
            told.facts["row"] = numbers[id(line)]
            if first := refusal.facts.get("first"):
                told.facts["first"] = numbers[id(kept[first - 1])]
            line.errors.setdefault(column, []).append(refusal_text(told))

    def wrong(self) -> list[tuple[str, str]]:
        """The id of each cell at fault, and what is wrong there."""
        return [
            (f"{CELL}-{number}-{column}", text)
            for number, line in enumerate(self.lines)
            for column, texts in line.errors.items()
            for text in texts
        ]

    def _kept(self) -> list[Line]:
        return [line for line in self.lines if not line.blank and not line.out]


def with_words(refusal: Refusal, table: ParameterTable) -> Refusal:
    """The refusal of a row, with its column called as people read it."""
    heads = words.heads(table)
    facts = dict(refusal.facts)
    if column := facts.get("column"):
        facts["column"] = heads.get(column, column)
    return type(refusal)(refusal.message, field=refusal.field, **facts)


def columns_of(table: ParameterTable) -> list[Column]:
    """The table's columns: towns and kinds of assets are chosen, all else is typed."""
    keys = [Column(name, text, _options(name)) for name, text in words.heads(table).items()]
    return [*keys, Column(VALUE, words.value_head(table))]


def _options(column: str) -> list[tuple[str, str]]:
    if column == "kind":
        return [(each.value, str(label(each))) for each in AssetKind]
    if column == "town":
        towns = (
            select(Division.code, Division.name)
            .where(Division.kind == DivisionKind.TOWN)
            .order_by(Division.code)
        )
        return [(row.code, row.name) for row in request_session().execute(towns)]
    return []


def _typed(figure: str, table: ParameterTable) -> str:
    """A figure as a person types it: a rate or a correction in per cent."""
    return words.figure(Decimal(figure), table).replace(",", "")
