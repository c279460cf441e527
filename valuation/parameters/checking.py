"""What makes the rows of a parameter table sound, and reading them from CSV."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any, Final

from pydantic_core import PydanticCustomError

from database.refusals import Refusal
from valuation.methods.quantities import as_decimal
from valuation.parameters.refusals import (
    FigureUnfit,
    FileColumnsUnfit,
    RowKeysUnfit,
    RowsEmpty,
    RowTwice,
)
from valuation.parameters.tables import ParameterKind

VALUE: Final = "value"
MOST_ROWS: Final = 5000
LONGEST_KEY: Final = 60
MOST_DECIMALS: Final = 12
GREATEST_PRICE: Final = Decimal(10) ** 12
GREATEST_FACTOR: Final = Decimal(100)
CORRECTION: Final = "part of 1"
"""The unit of a coefficient that is added (±), not multiplied."""

Row = dict[str, Any]
"""{"keys": {column: text}, "value": decimal text}"""


def sound_rows(
    rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str], kind: ParameterKind, unit: str
) -> list[Row]:
    """The rows with trimmed keys and plain decimals, in the order given.

    A rate lies from 0 to 1, a price or cost above zero, a coefficient above zero; one in parts of
    1 is a correction, from −1 to 1. Refuses: RowsEmpty, RowKeysUnfit, RowTwice, FigureUnfit.
    """
    if not 0 < len(rows) <= MOST_ROWS:
        raise RowsEmpty("a version has rows", field="rows", most=MOST_ROWS)
    sound = []
    for row in _read(rows, columns, kind, unit):
        if isinstance(row, Refusal):
            raise row
        sound.append(row)
    return sound


def faults(
    rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str], kind: ParameterKind, unit: str
) -> list[Refusal]:
    """Why `sound_rows` would refuse them, one fault a row: each says its `row` and `column`."""
    return [row for row in _read(rows, columns, kind, unit) if isinstance(row, Refusal)]


def _read(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], kind: ParameterKind, unit: str
) -> Iterator[Row | Refusal]:
    """Each row as it is kept, or what is wrong with it."""
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=1):
        try:
            ordered = _keys_of(row, columns, number)
            first = seen.setdefault(ordered, number)
            if first != number:
                raise RowTwice(
                    "the keys stand twice", field="rows", row=number, first=first, column=columns[0]
                )
            figure = sound_figure(row.get(VALUE), row=number, kind=kind, unit=unit)
        except Refusal as refusal:
            yield refusal
        else:
            yield {"keys": dict(zip(columns, ordered, strict=True)), VALUE: f"{figure:f}"}


def _keys_of(row: Mapping[str, Any], columns: Sequence[str], number: int) -> tuple[str, ...]:
    """The row's keys, trimmed, in the order of the columns. Refuses: RowKeysUnfit."""
    keys = {name: str(text).strip() for name, text in row.get("keys", {}).items()}
    unfit = next((name for name in columns if not _is_key(keys.get(name, ""))), None)
    if unfit is not None or len(keys) != len(columns):
        raise RowKeysUnfit("a row needs every key", field="rows", row=number, column=unfit)
    return tuple(keys[name] for name in columns)


def _is_key(text: str) -> bool:
    return 0 < len(text) <= LONGEST_KEY and text.isprintable() and "|" not in text


def sound_figure(given: object, *, row: int, kind: ParameterKind, unit: str) -> Decimal:
    """One figure as a decimal that makes sense for the kind. Refuses: FigureUnfit."""
    try:
        figure = as_decimal(given)
    except PydanticCustomError:
        raise FigureUnfit(
            "no number", field="rows", row=row, column=VALUE, given=str(given)[:24]
        ) from None
    low, high = _span(kind, unit)
    signed = low < 0 or kind is ParameterKind.RATE
    plain = Decimal(f"{figure:f}")
    exponent = plain.as_tuple().exponent
    fine = isinstance(exponent, int) and -exponent <= MOST_DECIMALS
    if not (low <= figure <= high) or (figure == 0 and not signed) or not fine:
        raise FigureUnfit(
            "the figure makes no sense here",
            field="rows",
            row=row,
            column=VALUE,
            given=f"{plain:f}"[:24],
            low=f"{low:f}",
            high=f"{high:f}",
        )
    return plain


def _span(kind: ParameterKind, unit: str) -> tuple[Decimal, Decimal]:
    match kind:
        case ParameterKind.RATE:
            return Decimal(0), Decimal(1)
        case ParameterKind.COEFFICIENT if unit == CORRECTION:
            return Decimal(-1), Decimal(1)
        case ParameterKind.COEFFICIENT:
            return Decimal(0), GREATEST_FACTOR
        case ParameterKind.PRICE | ParameterKind.COST:
            return Decimal(0), GREATEST_PRICE


def rows_from_csv(text: str, *, columns: Mapping[str, Sequence[str]]) -> list[Row]:
    """Rows from CSV or from cells pasted out of a spreadsheet (tabs).

    The first line names the columns: `columns` gives, by name, the words that are understood;
    the figure's is `value`. Refuses: FileColumnsUnfit, RowsEmpty.
    """
    plain = text.lstrip("\ufeff").strip("\r\n")
    lines = plain.splitlines()
    if not lines:
        raise RowsEmpty("the file is empty", field="rows", most=MOST_ROWS)
    reader = csv.reader(StringIO(plain), delimiter="\t" if "\t" in lines[0] else ",")
    try:
        heads, *cells = reader
    except csv.Error:
        wanted = ", ".join([*columns, VALUE])
        raise FileColumnsUnfit("no table", field="rows", columns=wanted) from None
    known = {_plain(word): name for name, words in columns.items() for word in words}
    known |= {name.lower(): name for name in columns}
    known |= {VALUE: VALUE, "值": VALUE, "数值": VALUE}
    names = [known.get(_plain(head)) for head in heads]
    if sorted(map(str, names)) != sorted([*columns, VALUE]):
        wanted = ", ".join([*columns, VALUE])
        raise FileColumnsUnfit("other columns are wanted", field="rows", columns=wanted)
    return [_row(names, each) for each in cells if any(cell.strip() for cell in each)]


def _plain(head: str) -> str:
    """A column's name without what stands in brackets after it, such as its unit or standard."""
    return head.partition("（")[0].partition("(")[0].strip().lower()


def _row(names: Sequence[str | None], cells: Sequence[str]) -> Row:
    told = {str(name): cell.strip() for name, cell in zip(names, cells, strict=False)}
    value = told.pop(VALUE, "")
    return {"keys": told, VALUE: value}


def digest_of(rows: Sequence[Row]) -> str:
    """SHA-256 of the rows as JSON with sorted keys: what a report quotes."""
    text = json.dumps(list(rows), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def rows_as_csv(
    rows: Sequence[Mapping[str, Any]], *, heads: Mapping[str, str], value_head: str
) -> str:
    """The rows as CSV, for a person to change; `heads` are the columns' words, in order."""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([*heads.values(), value_head])
    writer.writerows([*(row["keys"][name] for name in heads), row[VALUE]] for row in rows)
    return target.getvalue()
