"""What becomes of a file's rows: to be taken, known already, or refused, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.imports import neighbours
from bank.imports.entering import Entries, give_codes
from bank.imports.examining import Examined
from bank.imports.neighbours import Meeting
from bank.imports.shaping import Shaped
from bank.land.codes import LAST_SERIAL
from bank.land.refusals import NoSuchParcel, OverlapsParcel, ParcelCodeTaken, SerialsUsedUp
from bank.land.slivers import Tolerance
from bank.land.tables import Parcel
from database.refusals import Refusal

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


@dataclass(frozen=True)
class Judged:
    """A batch's outcome: entries to be taken; by position, codes of known parcels and refusals."""

    entries: Entries
    known: dict[int, str]
    refusals: dict[int, Refusal]
    repaired: NDArray[np.bool_]
    flattened: NDArray[np.bool_]

    def outcome(self, position: int) -> Outcome:
        """What becomes of the row."""
        if position in self.refusals:
            return Outcome.REFUSED
        return Outcome.KNOWN if position in self.known else Outcome.TAKEN


@dataclass(frozen=True)
class _InTheWay:
    """By position: a stored parcel that has the row's land, rows of the batch that share it."""

    stored: dict[int, Meeting]
    rows: dict[int, list[Meeting]]

    def nothing(self) -> bool:
        """Whether no row is kept out."""
        return not self.stored and not self.rows

    def find(self, position: int, taken: dict[int, int]) -> Meeting | None:
        """What keeps this row out, now that those rows are taken."""
        if position in self.stored:
            return self.stored[position]
        return next((each for each in self.rows.get(position, ()) if each.other in taken), None)


class Judge:
    """Judges the batches of one file against the bank as it stands, and against one another.

    Nothing is written but the serials of codes; what a batch takes has to be in the database before
    the next is judged.
    """

    def __init__(self, session: Session, *, on: date, may_overlap: bool = False) -> None:
        """`may_overlap`: land that others have is no reason to refuse a row."""
        self._session = session
        self._tolerance = Tolerance.on(on)
        self._may_overlap = may_overlap

    def judge(self, examined: Examined, *, try_only: bool = False) -> Judged:
        """What becomes of the batch's rows; `try_only` gives no codes, so nothing is written."""
        shaped = examined.shaped
        if examined.named:
            known: dict[int, int | str] = dict(self._named(examined))
            entries = examined.entries
        else:
            known, entries = self._sorted_out(examined)
        if not try_only:
            entries = self._coded(shaped, entries)
        codes = dict(zip(entries.positions.tolist(), entries.codes.tolist(), strict=True))
        self._name_others(shaped, codes)
        named = {
            i: found if isinstance(found, str) else codes.get(found) or ""
            for i, found in known.items()
        }
        return Judged(entries, named, shaped.refusals, shaped.repaired, shaped.flattened)

    def _coded(self, shaped: Shaped, entries: Entries) -> Entries:
        entries = give_codes(self._session, entries)
        coded = entries.codes != None  # noqa: E711 - of each
        for place in np.flatnonzero(~coded):
            shaped.refuse(entries.positions[place], SerialsUsedUp(
                "no parcel serial is left", field="code",
                division=entries.divisions[place], serial=LAST_SERIAL,
            ))  # fmt: skip
        return entries if coded.all() else entries.pick(coded)

    def _named(self, examined: Examined) -> dict[int, str]:
        """Of rows that only name parcels: those that are there. The others are refused."""
        there = self._codes_taken(list(examined.named.values()), alive=True)
        for i, code in examined.named.items():
            if code not in there:
                examined.shaped.refuse(
                    i, NoSuchParcel("no parcel has this code", field="code", given=code)
                )
        return {i: code for i, code in examined.named.items() if code in there}

    def _sorted_out(self, examined: Examined) -> tuple[dict[int, int | str], Entries]:
        """Known ones (a stored parcel's code, or an earlier row), and those to be taken."""
        entries = examined.entries
        stored = neighbours.stored_near(self._session, entries.boxes)
        by_digest: dict[str, int | str] = dict(zip(stored.digests, stored.codes, strict=True))
        fresh = np.array([digest not in by_digest for digest in entries.digests], dtype=bool)
        in_the_way = self._in_the_way(examined, stored, entries.positions[fresh])
        brought = [code for code in entries.codes[fresh] if code]
        if in_the_way.nothing() and not brought and _all_new(by_digest, entries):
            return {}, entries
        known, taken = self._one_by_one(examined, by_digest, in_the_way, self._codes_taken(brought))
        return known, entries.pick(np.array(taken, dtype=np.intp))

    @staticmethod
    def _one_by_one(
        examined: Examined,
        by_digest: dict[str, int | str],
        in_the_way: _InTheWay,
        codes: set[str],
    ) -> tuple[dict[int, int | str], list[int]]:
        """Known rows, and the places of those to be taken; each row sees those before it."""
        entries = examined.entries
        known: dict[int, int | str] = {}
        taken: dict[int, int] = {}
        rows = zip(entries.positions.tolist(), entries.digests, entries.codes, strict=True)
        for place, (i, digest, code) in enumerate(rows):
            if digest in by_digest:
                known[i] = by_digest[digest]
            elif meeting := in_the_way.find(i, taken):
                examined.shaped.refuse(i, _overlap(meeting))
            elif code is not None and code in codes:
                examined.shaped.refuse(i, ParcelCodeTaken(
                    "another parcel has this code", field="code", code=code
                ))  # fmt: skip
            else:
                taken[i] = place
                by_digest[digest] = i
                codes.add(code)
        return known, list(taken.values())

    def _in_the_way(
        self, examined: Examined, stored: neighbours.Stored, positions: NDArray[np.intp]
    ) -> _InTheWay:
        """The first stored parcel in each row's way, and all rows of the batch that are."""
        if self._may_overlap:
            return _InTheWay({}, {})
        against: dict[int, Meeting] = {}
        shapes = examined.shaped.shapes[positions]
        for found in neighbours.with_stored(self._session, shapes, stored, self._tolerance):
            against.setdefault(int(positions[found.position]), found)
        return _InTheWay(against, examined.meetings)

    def _codes_taken(self, codes: list[str], *, alive: bool = False) -> set[str]:
        """Those of the codes that parcels have, retired ones too unless they must be `alive`."""
        found: set[str] = set()
        for first in range(0, len(codes), ASKED_AT_ONCE):
            asked = select(Parcel.code).where(Parcel.code.in_(codes[first : first + ASKED_AT_ONCE]))
            if alive:
                asked = asked.where(Parcel.retired_at.is_(None))
            found.update(self._session.scalars(asked))
        return found

    def _name_others(self, shaped: Shaped, codes: Mapping[int, str | None]) -> None:
        """Overlaps within the batch name the other by its code, now that it has one."""
        for refusal in shaped.refusals.values():
            if isinstance(refusal, OverlapsParcel) and isinstance(refusal.facts["code"], int):
                refusal.facts["code"] = codes.get(refusal.facts["code"]) or ""


def _all_new(by_digest: Mapping[str, int | str], entries: Entries) -> bool:
    """Whether no two rows have the same shape, and none has that of a stored parcel."""
    different = {*by_digest, *entries.digests}
    return len(different) == len(by_digest) + len(entries.digests)


def _overlap(meeting: Meeting) -> OverlapsParcel:
    return OverlapsParcel(
        "the shape overlaps another parcel",
        field="shape", code=meeting.other, overlap_dm2=meeting.overlap_dm2,
    )  # fmt: skip
