"""CSV that spreadsheets open as it is meant: with a BOM, no formulas, no number cut short."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from io import StringIO
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from ledger.export.movements import Movement, Movements
from ledger.model import moment_text

BOM: Final = "\ufeff"
BATCH: Final = 500
EXACT_DIGITS: Final = 15
"""How many digits of a number a spreadsheet keeps."""

COLUMNS: Final = (
    "number", "ordinal", "id", "key", "act", "kind", "occurred_at", "recorded_at",
    "occurred_at_utc", "recorded_at_utc", "reference", "memo", "source", "target", "unit",
    "quantity", "source_balance", "target_balance", "reverses", "settles", "hash",
)  # fmt: skip

_FORMULA: Final = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_CUT_SHORT: Final = re.compile(r"0\d+|\d{16,}|\d+[eE]\d+")


def export_csv(session: Session, *, zone: tzinfo = UTC) -> Iterator[str]:
    """What moved balances, one row for each posting, oldest first; text in parts, as it comes.

    `occurred_at` and `recorded_at` are wall time in `zone`, to the second, which a spreadsheet
    reads as dates; the columns that end in `_utc` are exact. Texts are as `cell_text` makes them,
    whole numbers as `cell_number` does.
    It names everybody: it is for those who may see everything.
    """
    movements = Movements(session)
    rows = (row for movement in movements for row in _rows(movement, zone))
    yield from csv_text(COLUMNS, rows)


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The table as text that begins with a BOM, some rows at a time (RFC 4180)."""
    part = StringIO()
    writer = csv.writer(part)
    part.write(BOM)
    writer.writerow(head)
    waiting = iter(rows)
    while True:
        writer.writerows(islice(waiting, BATCH))
        if not part.tell():
            return
        yield part.getvalue()
        part.seek(0)
        part.truncate()


def cell_text(text: str) -> str:
    """Text that stays text: an apostrophe before what would become a formula or another number."""
    return f"'{text}" if _FORMULA.match(text) or _CUT_SHORT.fullmatch(text) else text


def cell_number(number: int) -> str:
    """A whole number; after an apostrophe if a spreadsheet would not keep all its digits."""
    return f"'{number}" if abs(number) >= 10**EXACT_DIGITS else str(number)


def wall_time(moment: datetime, zone: tzinfo) -> str:
    """A moment as clocks in the zone show it, to the second."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _rows(movement: Movement, zone: tzinfo) -> Iterator[list[str]]:
    entry = [str(movement.id), cell_text(movement.key), movement.act.value]
    told = [
        cell_text(movement.kind),
        wall_time(movement.occurred_at, zone),
        wall_time(movement.recorded_at, zone),
        moment_text(movement.occurred_at),
        moment_text(movement.recorded_at),
        cell_text(movement.reference),
        cell_text(movement.memo),
    ]
    linked = [str(movement.reverses or ""), str(movement.ends or ""), movement.hash]
    for line in movement.lines:
        yield [
            str(movement.number),
            str(line.ordinal),
            *entry,
            *told,
            cell_text(line.source),
            cell_text(line.target),
            cell_text(line.unit),
            cell_number(line.quantity),
            cell_number(line.source_balance),
            cell_number(line.target_balance),
            *linked,
        ]
