"""What becomes of a file's rows: to be taken, known already, or refused, each with its reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.imports import neighbours
from bank.imports.entering import Entry, digests, give_codes
from bank.imports.neighbours import Meeting
from bank.imports.placing import Placing, find_outside
from bank.imports.shaping import County, Shaped, shape_batch
from bank.imports.stating import Stated, Statements, read_code, refuse_area
from bank.land import polygons
from bank.land.codes import LAST_SERIAL
from bank.land.files.matching import Matching
from bank.land.files.reading import Batch
from bank.land.refusals import (
    NoSuchDivision,
    NoSuchParcel,
    OutsideTownship,
    OverlapsParcel,
    ParcelCodeTaken,
    SerialsUsedUp,
)
from bank.land.slivers import Tolerance
from bank.land.tables import Parcel
from database.refusals import Refusal

NOTE_LENGTH: Final = 500
ASKED_AT_ONCE: Final = 1_000


class Outcome(StrEnum):
    """What becomes of a row."""

    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken; the refusal carries its code, field and facts."""

    number: int
    attributes: dict[str, Any]
    refusal: Refusal

    def to_json(self) -> dict[str, Any]:
        """Plain values without the attributes, which the file still has."""
        return {
            "number": self.number, "code": self.refusal.code, "field": self.refusal.field,
            "message": self.refusal.message, "facts": self.refusal.facts,
        }  # fmt: skip

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "RefusedRow":
        """What `to_json` wrote."""
        kind = _kinds().get(given["code"], Refusal)
        refusal = kind(given["message"], field=given["field"], **given["facts"])
        return cls(given["number"], {}, refusal)


@dataclass(frozen=True)
class Judged:
    """A batch's outcome by position: entries to be taken, codes of known parcels, refusals."""

    entries: list[Entry]
    known: dict[int, str]
    refusals: dict[int, Refusal]
    repaired: NDArray[np.bool_]
    flattened: NDArray[np.bool_]

    def outcome(self, position: int) -> Outcome:
        """What becomes of the row."""
        if position in self.refusals:
            return Outcome.REFUSED
        return Outcome.KNOWN if position in self.known else Outcome.TAKEN


class Judge:
    """Judges the batches of one file against the bank as it stands, and against one another.

    Nothing is written but the serials of codes; what a batch takes has to be in the database before
    the next is judged.
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
        self._session = session
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

    def judge(self, batch: Batch, *, try_only: bool = False) -> Judged:
        """What becomes of the batch's rows; `try_only` gives no codes, so nothing is written."""
        if self._only_codes:
            return self._judge_codes(batch)
        shaped = shape_batch(batch, self._county, on=self._on)
        known, taken = self._sorted_out(shaped, self._entries(batch, shaped))
        if not try_only:
            taken = self._coded(shaped, taken)
        codes = {entry.position: entry.code or "" for entry in taken}
        self._name_others(shaped, codes)
        named = {
            i: found if isinstance(found, str) else codes.get(found, "")
            for i, found in known.items()
        }
        return Judged(taken, named, shaped.refusals, shaped.repaired, shaped.flattened)

    def _coded(self, shaped: Shaped, taken: list[Entry]) -> list[Entry]:
        give_codes(self._session, taken)
        for entry in taken:
            if entry.code is None:
                shaped.refuse(entry.position, SerialsUsedUp(
                    "no parcel serial is left", field="code", division=entry.division_code,
                    serial=LAST_SERIAL,
                ))  # fmt: skip
        return [entry for entry in taken if entry.code is not None]

    def _judge_codes(self, batch: Batch) -> Judged:
        """Rows that only name parcels are known or refused."""
        none = np.zeros(len(batch.numbers), dtype=bool)
        given, refusals = dict[int, str](), dict[int, Refusal]()
        column = batch.columns.get(self._matching.code or "", [None] * len(none))
        for i, value in enumerate(column):
            try:
                given[i] = read_code("" if value is None else value, county=self._code)
            except Refusal as refusal:
                refusals[i] = refusal
        there = self._codes_taken(list(given.values()), alive=True)
        for i, code in given.items():
            if code not in there:
                refusals[i] = NoSuchParcel("no parcel has this code", field="code", given=code)
        known = {i: code for i, code in given.items() if code in there}
        return Judged([], known, refusals, none, none)

    def _entries(self, batch: Batch, shaped: Shaped) -> list[Entry]:
        """What can be taken as far as the row itself goes."""
        left = shaped.left()
        stated: dict[int, Stated] = {}
        areas = np.rint(shapely.area(shaped.shapes) * polygons.DM2_PER_M2)
        for i in left.tolist():
            try:
                stated[i] = self._statements.read(batch.columns, i)
                refuse_area(stated[i].area_dm2, int(areas[i]), on=self._on)
            except Refusal as refusal:
                shaped.refuse(i, refusal)
        left = shaped.left()
        lies_in = self._placing.at(shapely.point_on_surface(shaped.shapes[left]))
        wkb, shape_digests = digests(shaped.shapes[left])
        entries = []
        for k, i in enumerate(left.tolist()):
            division = _division(stated[i].divisions, lies_in[k])
            if division is None:
                shaped.refuse(i, NoSuchDivision("the shape lies in no known division",
                                                field="division"))  # fmt: skip
                continue
            if outside := find_outside(self._within, division, lies_in[k]):
                shaped.refuse(i, OutsideTownship("the parcel lies in another township",
                                                 field="shape", division=outside))  # fmt: skip
                continue
            entries.append(Entry(
                position=i, shape=shaped.shapes[i], wkb=wkb[k], shape_digest=shape_digests[k],
                land_class=stated[i].land_class,
                location=stated[i].location or self._name[:NOTE_LENGTH],
                division_code=division, code=stated[i].code,
                source_note=f"{self._name} {batch.numbers[i]}"[:NOTE_LENGTH],
            ))  # fmt: skip
        return entries

    def _sorted_out(
        self, shaped: Shaped, entries: list[Entry]
    ) -> tuple[dict[int, str | int], list[Entry]]:
        """Known ones (a stored parcel's code, or an earlier row), and those to be taken."""
        shapes = np.array([entry.shape for entry in entries] + [None], dtype=object)[:-1]
        stored = neighbours.stored_near(self._session, shapely.bounds(shapes).reshape(-1, 4))
        by_digest: dict[str, str | int] = dict(zip(stored.digests, stored.codes, strict=True))
        fresh = [e for e in entries if e.shape_digest not in by_digest]
        against, inside = self._meetings(shaped, stored, fresh)
        codes = self._codes_taken([entry.code for entry in fresh if entry.code])
        known: dict[int, str | int] = {}
        taken: dict[int, Entry] = {}
        for entry in entries:
            i = entry.position
            if entry.shape_digest in by_digest:
                known[i] = by_digest[entry.shape_digest]
            elif meeting := self._stands_in_way(i, against, inside, taken):
                shaped.refuse(i, _overlap(meeting))
            elif entry.code in codes:
                shaped.refuse(i, ParcelCodeTaken(
                    "another parcel has this code", field="code", code=entry.code
                ))  # fmt: skip
            else:
                taken[i] = entry
                by_digest[entry.shape_digest] = i
                if entry.code:
                    codes.add(entry.code)
        return known, list(taken.values())

    def _meetings(
        self, shaped: Shaped, stored: neighbours.Stored, fresh: list[Entry]
    ) -> tuple[dict[int, Meeting], dict[int, list[Meeting]]]:
        """By position: the first stored parcel in the way, and all rows of the batch that are."""
        if self._may_overlap or not fresh:
            return {}, {}
        positions = [entry.position for entry in fresh]
        shapes = shaped.shapes[positions]
        against: dict[int, Meeting] = {}
        for found in neighbours.with_stored(self._session, shapes, stored, self._tolerance):
            against.setdefault(positions[found.position], found)
        inside: dict[int, list[Meeting]] = {}
        for found in neighbours.among(shapes, self._tolerance):
            meeting = Meeting(
                positions[found.position], positions[int(found.other)], found.overlap_dm2
            )
            inside.setdefault(meeting.position, []).append(meeting)
        return against, inside

    @staticmethod
    def _stands_in_way(
        position: int,
        against: dict[int, Meeting],
        inside: dict[int, list[Meeting]],
        taken: dict[int, Entry],
    ) -> Meeting | None:
        if position in against:
            return against[position]
        return next((each for each in inside.get(position, ()) if each.other in taken), None)

    def _codes_taken(self, codes: list[str], *, alive: bool = False) -> set[str]:
        """Those of the codes that parcels have, retired ones too unless they must be `alive`."""
        found: set[str] = set()
        for first in range(0, len(codes), ASKED_AT_ONCE):
            asked = select(Parcel.code).where(Parcel.code.in_(codes[first : first + ASKED_AT_ONCE]))
            if alive:
                asked = asked.where(Parcel.retired_at.is_(None))
            found.update(self._session.scalars(asked))
        return found

    def _name_others(self, shaped: Shaped, codes: Mapping[int, str]) -> None:
        """Overlaps within the batch name the other by its code, now that it has one."""
        for refusal in shaped.refusals.values():
            if isinstance(refusal, OverlapsParcel) and isinstance(refusal.facts["code"], int):
                refusal.facts["code"] = codes.get(refusal.facts["code"], "")


def _overlap(meeting: Meeting) -> OverlapsParcel:
    return OverlapsParcel(
        "the shape overlaps another parcel",
        field="shape", code=meeting.other, overlap_dm2=meeting.overlap_dm2,
    )  # fmt: skip


def _division(stated: tuple[str, ...], lies_in: str | None) -> str | None:
    """The stated one; where its name is shared, that in which the parcel lies."""
    if not stated:
        return lies_in
    if len(stated) == 1:
        return stated[0]
    return next((code for code in stated if lies_in and lies_in.startswith(code)), None)


@cache
def _kinds() -> dict[str, Callable[..., Refusal]]:
    """Refusals by their codes."""
    found: dict[str, Callable[..., Refusal]] = {}
    left: list[type[Refusal]] = [Refusal]
    while left:
        kind = left.pop()
        found.setdefault(kind.code, kind)
        left += kind.__subclasses__()
    return found
