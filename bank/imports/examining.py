"""What can be told of a file's rows without asking the database: all but who has the land."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from bank.imports import neighbours
from bank.imports.entering import Entries
from bank.imports.neighbours import Meeting
from bank.imports.placing import Placing, find_outside
from bank.imports.shaping import County, Shaped, areas_dm2, ellipsoidal_dm2, shape_batch
from bank.imports.stating import Stated, Statements, differing, read_code
from bank.land.files.matching import Matching
from bank.land.files.reading import Batch
from bank.land.hilbert import hilbert_order
from bank.land.polygons import digest
from bank.land.refusals import NoSuchDivision, OutsideTownship
from bank.land.slivers import Tolerance
from database.refusals import Refusal

NOTE_LENGTH: Final = 500


@dataclass(frozen=True)
class Examined:
    """A batch's rows: the refusals so far, and what nothing that is the row's own speaks against.

    `meetings` are, by position, the earlier rows that have some of a row's land; `named` are codes
    by position, of rows that only name parcels.
    """

    batch: Batch
    shaped: Shaped
    entries: Entries
    meetings: dict[int, list[Meeting]] = field(default_factory=dict)
    named: dict[int, str] = field(default_factory=dict)


class Examiner:
    """Examines the batches of one file.

    It asks the database only when it is made, so that another thread may examine.
    """

    def __init__(
        self,
        session: Session,
        matching: Matching,
        county: County,
        *,
        on: date,
        code: str,
        name: str,
        only_codes: bool = False,
        may_overlap: bool = False,
        within: str | None = None,
    ) -> None:
        """The county's `code`, the file's `name`, `within` which town. Refuses as Statements do."""
        self._matching = matching
        self._county = county
        self._on = on
        self._code = code
        self._name = name
        self._only_codes = only_codes
        self._may_overlap = may_overlap
        self._within = within
        self._tolerance = Tolerance.on(on)
        self._placing = Placing(session)
        self._statements = Statements(session, matching, county=code)

    def examine(self, batch: Batch) -> Examined:
        """The batch's rows, as far as they speak for themselves."""
        if self._only_codes:
            return self._codes_of(batch)
        shaped = shape_batch(batch, self._county, on=self._on)
        entries = self._entries(batch, shaped)
        shapes = shaped.shapes[entries.positions]
        met = [] if self._may_overlap else neighbours.among(shapes, self._tolerance)
        meetings: dict[int, list[Meeting]] = {}
        for each in met:
            here, there = entries.positions[[each.position, int(each.other)]].tolist()
            meetings.setdefault(here, []).append(Meeting(here, there, each.overlap_dm2))
        return Examined(batch, shaped, entries, meetings)

    def _codes_of(self, batch: Batch) -> Examined:
        """Rows that only name parcels."""
        none = np.zeros(len(batch.numbers), dtype=bool)
        named, refusals = dict[int, str](), dict[int, Refusal]()
        column = batch.columns.get(self._matching.code or "", [None] * len(none))
        for i, value in enumerate(column):
            try:
                named[i] = read_code("" if value is None else value, county=self._code)
            except Refusal as refusal:
                refusals[i] = refusal
        shaped = Shaped(batch.shapes, refusals, none, none)
        return Examined(batch, shaped, NO_ENTRIES, named=named)

    def _entries(self, batch: Batch, shaped: Shaped) -> Entries:
        """What can be taken as far as the row itself goes."""
        rows = shaped.left()
        stated = self._statements.read(batch.columns, rows)
        self._refuse_stated(shaped, rows, stated)
        divisions = self._divisions(shaped, rows, stated)
        good = ~np.isin(rows, list(shaped.refusals))
        rows, shapes = rows[good], shaped.shapes[rows[good]]
        wkb, boxes = shapely.to_wkb(shapes), shapely.bounds(shapes)
        along = np.argsort(hilbert_order((boxes[:, :2] + boxes[:, 2:]) / 2))
        usual = self._name[:NOTE_LENGTH]
        notes = (f"{self._name} {number}"[:NOTE_LENGTH] for number in batch.numbers[rows].tolist())
        return Entries(
            positions=rows,
            wkb=wkb,
            digests=_column(map(digest, wkb)),
            boxes=boxes,
            along=along,
            areas_dm2=areas_dm2(shapes),
            ellipsoid_dm2=ellipsoidal_dm2(shapes, self._county.srid),
            land_classes=_column(stated.land_classes)[good],
            locations=_column(each or usual for each in stated.locations)[good],
            divisions=_column(divisions)[good],
            notes=_column(notes),
            codes=_column(stated.codes)[good],
        )

    def _refuse_stated(self, shaped: Shaped, rows: NDArray[np.intp], stated: Stated) -> None:
        """What rows say that cannot be, or is not what their shapes say."""
        for place, refusal in stated.refusals.items():
            shaped.refuse(rows[place], refusal)
        areas = areas_dm2(shaped.shapes[rows]).tolist()
        for place, differs in differing(stated.areas_dm2, areas, on=self._on):
            shaped.refuse(rows[place], differs)

    def _divisions(self, shaped: Shaped, rows: NDArray[np.intp], stated: Stated) -> list[Any]:
        """The division of each row: the stated one, else that in which it lies."""
        lies_in = self._placing.at(shapely.point_on_surface(shaped.shapes[rows])).tolist()
        found = [_division(*each) for each in zip(stated.divisions, lies_in, strict=True)]
        for place, division in enumerate(found):
            if division is None:
                shaped.refuse(rows[place], NoSuchDivision(
                    "the shape lies in no known division", field="division"
                ))  # fmt: skip
            elif outside := find_outside(self._within, division, lies_in[place]):
                shaped.refuse(rows[place], OutsideTownship(
                    "the parcel lies in another township",
                    field="shape", division=self._placing.name_of(outside),
                ))  # fmt: skip
        return found


def _division(stated: tuple[str, ...], lies_in: str | None) -> str | None:
    """The stated one; where its name is shared, that in which the parcel lies."""
    if not stated:
        return lies_in
    if len(stated) == 1:
        return stated[0]
    return next((code for code in stated if lies_in and lies_in.startswith(code)), None)


def _column(values: Iterable[Any]) -> NDArray[Any]:
    """As an array of objects, whatever they are."""
    given = list(values)
    column: NDArray[Any] = np.empty(len(given), dtype=object)
    column[:] = given
    return column


NO_ENTRIES: Final = Entries(
    positions=np.empty(0, dtype=np.intp),
    boxes=np.empty((0, 4)),
    along=np.empty(0, dtype=np.int64),
    areas_dm2=np.empty(0, dtype=np.int64),
    ellipsoid_dm2=np.empty(0, dtype=np.int64),
    **dict.fromkeys(
        ("wkb", "digests", "land_classes", "locations", "divisions", "notes", "codes"), _column([])
    ),
)
