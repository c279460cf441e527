"""A table of parcels as CSV: read into columns for mass appraisal, and written with the values."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TextIO

import numpy as np
from pydantic_core import PydanticCustomError

from valuation.mass import FEN_PER_DM2, Basis, Column, Parcels, Progress, Valued, appraise
from valuation.methods.arithmetic import shown_fen
from valuation.methods.extent import PRICE_UNITS
from valuation.methods.quantities import as_factor
from valuation.parameters.refusals import FileColumnsUnfit, TableUnsound
from valuation.refusals import NotANumber
from valuation.sensitivity import Refused

AREA: Final = "area_dm2"
FACTORS: Final = ("date_factor", "plot_ratio_factor", "term_factor")
CORRECTION: Final = "correction"
WRITTEN: Final = ("benchmark_yuan", "value_yuan", "refused")
MOST_PLACES: Final = 12
GREATEST: Final = 2**53
ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's lines, its parcels, and which lines hold what is no number."""

    heads: list[str]
    lines: list[dict[str, str]]
    parcels: Parcels
    unread: dict[int, Refused]


def basis_of(unit: str) -> Basis:
    """For which unit of area prices in this unit are. Refuses: TableUnsound, if for none."""
    for basis in FEN_PER_DM2:
        if PRICE_UNITS[basis] == unit:
            return basis
    raise TableUnsound("its figures are no prices of land", field="unit", unit=unit)


def read(
    source: TextIO,
    prices: Mapping[tuple[str, ...], Decimal],
    keys: Sequence[str],
    *,
    basis: Basis = "m2",
) -> Sheet:
    """Read parcels: the columns `keys` and `area_dm2`, and where given `correction`, and factors.

    `prices` are yuan a `basis` by the keys; a land class of four digits is found under its first
    two. Refuses: FileColumnsUnfit.
    """
    reader = csv.DictReader(source)
    heads = list(reader.fieldnames or ())
    wanted = [*keys, AREA]
    if not set(wanted) <= set(heads):
        raise FileColumnsUnfit("columns are missing", field="rows", columns=", ".join(wanted))
    lines = [{name: row.get(name) or "" for name in heads} for row in reader]
    unread: dict[int, Refused] = {}
    columns = {
        name: _column(lines, name, unread) for name in (CORRECTION, *FACTORS) if name in heads
    }
    places = {each: number for number, each in enumerate(prices)}
    parcels = Parcels(
        area_dm2=np.array([_area(line, row, unread) for row, line in enumerate(lines)], np.int64),
        prices=Column.of(prices.values()),
        price_row=np.array([_place(line, keys, places) for line in lines], np.int64),
        corrections=[columns[CORRECTION]] if CORRECTION in columns else [],
        date_factor=columns.get("date_factor"),
        plot_ratio_factor=columns.get("plot_ratio_factor"),
        term_factor=columns.get("term_factor"),
        basis=basis,
    )
    return Sheet(heads, lines, parcels, unread)


def value(sheet: Sheet, *, progress: Progress) -> Valued:
    """Value every parcel; lines that could not be read are refused with that reason."""
    valued = appraise(sheet.parcels, progress=progress)
    for row, why in sheet.unread.items():
        valued.value_fen[row] = 0
        valued.refused[row] = why
    return valued


def write(target: TextIO, sheet: Sheet, valued: Valued) -> None:
    """The lines as they came, each with its benchmark price, its value or why there is none."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([*sheet.heads, *WRITTEN])
    parcels = sheet.parcels
    for row, line in enumerate(sheet.lines):
        chosen = int(parcels.price_row[row])
        price = parcels.prices.text(chosen) if chosen >= 0 else ""
        why = valued.refused.get(row)
        value_yuan = "" if why else shown_fen(int(valued.value_fen[row]))
        told = f"{why.code}: {why.message_zh}" if why else ""
        writer.writerow([*line.values(), price, value_yuan, told])


def _place(
    line: Mapping[str, str], keys: Sequence[str], places: Mapping[tuple[str, ...], int]
) -> int:
    texts = [line[name].strip() for name in keys]
    shortened = [
        text[:2] if name == "class" else text for name, text in zip(keys, texts, strict=True)
    ]
    return places.get(tuple(texts), places.get(tuple(shortened), -1))


def _area(line: Mapping[str, str], row: int, unread: dict[int, Refused]) -> int:
    figure = _figure(line[AREA], row, unread)
    if figure != figure.to_integral_value() or abs(figure) > GREATEST:
        unread.setdefault(row, _no_number(line[AREA]))
        return 1
    return int(figure)


def _column(lines: Sequence[Mapping[str, str]], name: str, unread: dict[int, Refused]) -> Column:
    otherwise = Decimal(0) if name == CORRECTION else ONE
    return Column.of(
        _figure(line[name], row, unread) if line[name].strip() else otherwise
        for row, line in enumerate(lines)
    )


def _figure(text: str, row: int, unread: dict[int, Refused]) -> Decimal:
    """A number of at most twelve places; a line without one is noted and goes on with one."""
    try:
        figure = as_factor(text)
    except PydanticCustomError:
        unread.setdefault(row, _no_number(text))
        return ONE
    exponent = figure.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > MOST_PLACES or abs(figure) > GREATEST:
        unread.setdefault(row, _no_number(text))
        return ONE
    return figure


def _no_number(text: str) -> Refused:
    given = text[:24]
    return Refused(
        code=NotANumber.code,
        message_zh=NotANumber.zh.format(given=given),
        message_en=NotANumber.en.format(given=given),
    )
