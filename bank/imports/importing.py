"""Taking parcels from a file: each row is taken, known already, or refused with its reason."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank import rules
from bank.calendar import local_date
from bank.imports.ahead import ahead
from bank.imports.entering import enter
from bank.imports.examining import Examined, Examiner
from bank.imports.judging import Judge, Judged, Outcome, RefusedRow
from bank.imports.moving import Move
from bank.imports.shaping import County
from bank.land import projection
from bank.land.divisions import find_county_outline, get_division
from bank.land.files.matching import Matching
from bank.land.files.reading import Batch, Source, batches, open_source
from bank.land.polygons import Box
from database.actor import Actor
from database.directory import bank_of

__all__ = [
    "ImportReport",
    "Outcome",
    "Preview",
    "PreviewRow",
    "RefusedRow",
    "import_parcels",
    "import_rows",
    "most_bytes",
    "preview",
]

BYTES_PER_MB: Final = 1 << 20
IMPORT_LOCK: Final = 0x1A4E
"""The advisory lock, in each bank's own database, of whoever takes rows of a file."""
DRAWN_CORNERS: Final = 5_000
"""A shape of more corners is not drawn in a preview."""
SLICE: Final = 50_000
"""Rows that one transaction should take."""


@dataclass(frozen=True)
class ImportReport:
    """What became of the rows up to number `next_start`; `done`: there are no more.

    `known` were in the bank already, with the same shape or, in a list of codes, by their code.
    `repaired` are the numbers of rows that were taken after a repair that left their area as it
    was, `flattened` counts those whose third coordinate was dropped.
    """

    taken: int
    known: int
    refused: tuple[RefusedRow, ...]
    repaired: tuple[int, ...] = ()
    flattened: int = 0
    next_start: int = 0
    done: bool = True


@dataclass(frozen=True)
class PreviewRow:
    """A row as it would fare: the parcel's code if it is known, the refusal if it is refused.

    `lonlat` is its shape in degrees, also of a refused row where it has one that can be drawn.
    """

    number: int
    attributes: dict[str, Any]
    outcome: Outcome
    code: str | None
    refusal: Any
    lonlat: Any
    repaired: bool


@dataclass(frozen=True)
class Preview:
    """The first rows of a file, the box in degrees around those drawn, and how many rows it has."""

    rows: tuple[PreviewRow, ...]
    lonlat_box: Box | None
    total: int


def most_bytes(on: date) -> int:
    """How large a file of parcels may be, packed and unpacked."""
    return rules.whole("land.file.maximum_mb", on) * BYTES_PER_MB


def preview(
    session: Session,
    source: Source,
    matching: Matching,
    *,
    at: datetime,
    most: int = 50,
    within: str | None = None,
) -> Preview:
    """What would become of the first rows; nothing is written.

    Refuses what `import_rows` refuses.
    """
    examiner = _examiner(session, source, matching, at=at, within=within)
    judge = Judge(session, on=local_date(at))
    found: list[PreviewRow] = []
    # The last row's number is not their count where lines are grouped or empty: read on till full.
    for batch in batches(source, matching=matching, most=None if source.is_sheet else most):
        part = _first(batch, most - len(found))
        if not len(part.numbers):
            break
        judged = judge.judge(examiner.examine(part), try_only=True)
        lonlat = _drawn(part, source.crs)
        found += [
            PreviewRow(
                int(part.numbers[i]), part.attributes(i), judged.outcome(i), judged.known.get(i),
                judged.refusals.get(i), lonlat[i], bool(judged.repaired[i]),
            )
            for i in range(len(part.numbers))
        ]  # fmt: skip
    drawn = [row.lonlat for row in found if row.lonlat is not None]
    box = shapely.total_bounds(drawn).tolist() if drawn else None
    return Preview(tuple(found), tuple(box) if box else None, source.rows)


def import_rows(
    session: Session,
    source: Source,
    matching: Matching,
    *,
    at: datetime,
    actor: Actor | None = None,
    start: int = 0,
    most: int | None = None,
    within: str | None = None,
) -> ImportReport:
    """Take the rows numbered `start` + 1 to `start` + `most`; the same rows again change nothing.

    A slice is one transaction of the caller's, who goes on from `next_start` until `done`. With
    `within`, a town's code, rows whose land lies elsewhere are refused (OutsideTownship). Rows are
    refused one by one, in the report; as a whole it refuses: UnknownCoordinates (the file names
    none and none was told), UnknownLandClass or NoSuchDivision (of the matching), UnreadableFile.
    """
    examiner = _examiner(session, source, matching, at=at, within=within)
    given = batches(source, matching=matching, start=start, most=most)
    with closing(ahead(map(examiner.examine, given))) as examined:
        report = _take(session, examined, Judge(session, on=local_date(at)), at=at, actor=actor)
    next_start = source.rows if most is None else min(source.rows, start + most)
    return replace(report, next_start=next_start, done=next_start >= source.rows)


def import_parcels(
    session: Session,
    path: Path,
    *,
    at: datetime,
    land_class: str,
    town_code: str | None = None,
    move_to: str | None = None,
    crs: str | None = None,
    layer: str | None = None,
    matching: Matching | None = None,
) -> ImportReport:
    """Register the file's polygons as parcels in one go, as `import_rows` does.

    `land_class` and `town_code` (else each where it lies) are for rows that state none; `matching`
    says which columns do. `move_to` is a division's code: the shapes, each as it is, are moved into
    it in their places relative to each other, to try the bank on real shapes from elsewhere, which
    then may overlap. `crs` answers for a file that names no system. Refuses what `open_source` and
    `import_rows` refuse, and NoSuchDivision.
    """
    on = local_date(at)
    source = open_source(path, most_bytes=most_bytes(on), crs=crs, layer=layer)
    matching = replace(
        matching or Matching(),
        usual_class=land_class,
        usual_division=town_code,
        usual_location=path.name,
    )
    move = None if move_to is None else Move.into(get_division(session, move_to), source)
    examiner = _examiner(session, source, matching, at=at, moved=move is not None)
    given = (_moved(batch, source, move) if move else batch
             for batch in batches(source, matching=matching))  # fmt: skip
    with closing(ahead(map(examiner.examine, given))) as examined:
        judge = Judge(session, on=on, may_overlap=move is not None)
        report = _take(session, examined, judge, at=at)
    return replace(report, next_start=source.rows)


def _examiner(
    session: Session,
    source: Source,
    matching: Matching,
    *,
    at: datetime,
    moved: bool = False,
    within: str | None = None,
) -> Examiner:
    settings = bank_of(session).settings
    crs = f"EPSG:{settings.srid}" if moved or _only_codes(source, matching) else source.system
    county = County.of(find_county_outline(session), srid=settings.srid, crs=crs)
    return Examiner(
        session, matching, county,
        on=local_date(at), code=settings.county, name=source.path.name,
        only_codes=_only_codes(source, matching), may_overlap=moved, within=within,
    )  # fmt: skip


def _only_codes(source: Source, matching: Matching) -> bool:
    """Whether the rows only name parcels: a table in which no column gives a shape."""
    return source.is_sheet and not (matching.shape or (matching.x and matching.y))


def _take(
    session: Session,
    examined: Iterator[Examined],
    judge: Judge,
    *,
    at: datetime,
    actor: Actor | None = None,
) -> ImportReport:
    """Take what batches hold; the report is that of all rows."""
    _lock(session)
    taken, known, flattened = 0, 0, 0
    refused: list[RefusedRow] = []
    repaired: list[int] = []
    for each in examined:
        judged = judge.judge(each)
        enter(session, judged.entries, at=at, actor=actor)
        positions = judged.entries.positions
        taken += len(positions)
        known += len(judged.known)
        flattened += int(judged.flattened[positions].sum())
        repaired += each.batch.numbers[positions[judged.repaired[positions]]].tolist()
        refused += _refused(each.batch, judged)
    return ImportReport(taken, known, tuple(refused), tuple(repaired), flattened)


def _lock(session: Session) -> None:
    """One import of a bank takes rows at a time: two would not see each other's parcels.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(IMPORT_LOCK)))


def _refused(batch: Batch, judged: Judged) -> Iterator[RefusedRow]:
    for i in sorted(judged.refusals):
        yield RefusedRow(int(batch.numbers[i]), batch.attributes(i), judged.refusals[i])


def _moved(batch: Batch, source: Source, move: Move) -> Batch:
    planar = projection.reproject(batch.shapes, source.system, move.crs)
    shapes = batch.shapes.copy()
    for i, shape in enumerate(planar):
        if shape is not None and not shape.is_empty:
            shapes[i] = move.apply(shape)
    return replace(batch, shapes=shapes)


def _first(batch: Batch, most: int) -> Batch:
    if len(batch.numbers) <= most:
        return batch
    columns: Mapping[str, Any] = {name: each[:most] for name, each in batch.columns.items()}
    refusals = {i: refusal for i, refusal in batch.refusals.items() if i < most}
    return Batch(batch.numbers[:most], batch.shapes[:most], columns, refusals)


def _drawn(batch: Batch, crs: str | None) -> NDArray[Any]:
    """The shapes in degrees; None for those that have none or lie nowhere on the globe."""
    none: NDArray[Any] = np.full(len(batch.shapes), None, dtype=object)
    if crs is None:
        return none
    small = shapely.get_num_coordinates(batch.shapes) <= DRAWN_CORNERS
    flat = np.where(small, shapely.force_2d(batch.shapes), none)
    lonlat = projection.reproject(flat, crs, f"EPSG:{projection.GEOGRAPHIC}")
    on_globe = np.isfinite(shapely.bounds(lonlat)).all(axis=1)
    return np.where(on_globe, lonlat, none)
