"""Before a file's rows are taken: keeping it, what it does not say, what its columns mean."""

from datetime import datetime
from typing import IO, Final
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.authority import township_of
from bank.calendar import local_date
from bank.files.names import clean_name
from bank.imports import importing, keeping
from bank.imports.refusals import AlreadyBegun, NothingMatched, NotMatched
from bank.imports.running import KIND
from bank.imports.tables import ParcelImport
from bank.jobs import queue
from bank.jobs.tables import Job
from bank.land.divisions import find_county_outline
from bank.land.files import reading, systems
from bank.land.files.matching import Matching
from bank.land.files.reading import Source, open_source
from bank.land.refusals import EmptyFile, SeveralLayers
from bank.land.tables import Division, DivisionKind
from bank.refusals import NoSuchRecord, NotAnOfficer
from database.actor import OFFICERS, Actor, Role
from database.base import new_id
from database.directory import bank_of

LOOKED_AT: Final = 200
"""Rows of a table from which its coordinate system is guessed."""


def give(
    session: Session, content: IO[bytes], *, name: str, actor: Actor, at: datetime
) -> ParcelImport:
    """Keep a file of parcels and look what it is, without taking anything from it.

    Refuses: NotAnOfficer, and what `keeping.write` and `reading.open_source` refuse, except that a
    file of several layers is asked about later.
    """
    if not actor.has(*OFFICERS):
        raise NotAnOfficer("only officers import parcels")
    row = ParcelImport(
        id=new_id(), name=clean_name(name), suffix=keeping.suffix_of(name),
        created_by=actor.id, created_at=at, matching={},
    )  # fmt: skip
    most_bytes = importing.most_bytes(local_date(at))
    row.size, row.sha256 = keeping.write(
        session, row.id, row.suffix, content, most_bytes=most_bytes
    )
    try:
        row.total = _rows_of(session, row, at)
    except SeveralLayers:
        row.total = 0
    except BaseException:
        keeping.discard(session, row)
        raise
    session.add(row)
    session.flush()
    return row


def _rows_of(session: Session, row: ParcelImport, at: datetime) -> int:
    rows = source_of(session, row, at=at).rows
    if not rows:
        raise EmptyFile("there are no rows", field="layer" if row.layer else "file")
    return rows


def source_of(session: Session, row: ParcelImport, *, at: datetime) -> Source:
    """The import's file, opened. Refuses: FileDiscarded, and what `reading.open_source` does."""
    return open_source(
        keeping.path_of(session, row),
        most_bytes=importing.most_bytes(local_date(at)),
        crs=row.crs,
        layer=row.layer,
    )


def likely_systems(session: Session, source: Source, matching: Matching) -> list[str]:
    """Systems in which the file's coordinates would lie in the county, the likeliest first.

    A guess for a file that names none, from its box; a table's box is that of its first rows.
    """
    box = source.box
    if source.is_sheet:
        batch = next(reading.batches(source, matching=matching, most=LOOKED_AT), None)
        if batch is None or shapely.is_missing(batch.shapes).all():
            return []
        west, south, east, north = (float(each) for each in shapely.total_bounds(batch.shapes))
        box = (west, south, east, north)
    home = find_county_outline(session)
    return systems.proposed(box, srid=bank_of(session).settings.srid, home=home)


def divisions_for(session: Session, actor: Actor) -> list[Division]:
    """The towns and villages that the actor may enter parcels in, each town before its villages.

    Refuses: NotAnOfficer.
    """
    asked = select(Division).where(Division.kind != DivisionKind.COUNTY).order_by(Division.code)
    town = township_of(actor)
    if town is not None:
        asked = asked.where(Division.code.startswith(town))
    return list(session.scalars(asked))


def get_import(
    session: Session, import_id: UUID, *, actor: Actor, lock: bool = False
) -> ParcelImport:
    """The import, for who gave the file and for county officers. Refuses: NoSuchRecord."""
    asked = select(ParcelImport).where(ParcelImport.id == import_id)
    row = session.scalar(asked.with_for_update() if lock else asked)
    if row is None or not (row.created_by == actor.id or actor.has(Role.COUNTY)):
        raise NoSuchRecord("there is no such import", field=None, given=str(import_id))
    return row


def imports_of(
    session: Session, actor: Actor, *, offset: int, limit: int
) -> list[tuple[ParcelImport, Job | None]]:
    """The imports that the reader may see, the newest first, each with its last job."""
    asked = select(ParcelImport).order_by(ParcelImport.id.desc()).offset(offset).limit(limit)
    if not actor.has(Role.COUNTY):
        asked = asked.where(ParcelImport.created_by == actor.id)
    rows = list(session.scalars(asked))
    subjects = [row.id for row in rows]
    jobs = select(Job).where(Job.kind == KIND, Job.subject.in_(subjects)).order_by(Job.id)
    last = {job.subject: job for job in session.scalars(jobs)}
    return [(row, last.get(row.id)) for row in rows]


def find_job(session: Session, row: ParcelImport) -> Job | None:
    """The import's last job; None before the first start."""
    jobs = select(Job).where(Job.kind == KIND, Job.subject == row.id).order_by(Job.id.desc())
    return session.scalar(jobs.limit(1))


def choose_layer(
    session: Session, import_id: UUID, layer: str, *, actor: Actor, at: datetime
) -> ParcelImport:
    """Say which layer of the file holds the parcels.

    Refuses: NoSuchRecord, AlreadyBegun, EmptyFile, and what `reading.open_source` refuses.
    """
    row = _unbegun(session, import_id, actor)
    row.layer, row.matching = layer, {}
    row.total = _rows_of(session, row, at)
    session.flush()
    return row


def match(
    session: Session,
    import_id: UUID,
    matching: Matching,
    *,
    crs: str | None,
    actor: Actor,
    at: datetime,
) -> ParcelImport:
    """Say what the columns mean, and in what system the coordinates are if the file does not.

    Refuses: NoSuchRecord, AlreadyBegun, NothingMatched, and what `reading.open_source` refuses.
    """
    row = _unbegun(session, import_id, actor)
    row.crs, row.matching = crs, matching.to_json()
    source = source_of(session, row, at=at)
    if source.is_sheet:
        _refuse_nothing(matching)
    row.total = source.rows
    session.flush()
    return row


def _refuse_nothing(matching: Matching) -> None:
    if matching.shape:
        return
    if bool(matching.x) != bool(matching.y):
        raise NothingMatched(
            "corners have two numbers", field="y" if matching.x else "x", given="one of two"
        )
    if not (matching.x or matching.code):
        raise NothingMatched("no column gives an outline or a code", field="shape", given="none")


def _unbegun(session: Session, import_id: UUID, actor: Actor) -> ParcelImport:
    row = get_import(session, import_id, actor=actor, lock=True)
    if row.position or queue.find_open(session, KIND, row.id):
        raise AlreadyBegun("rows of this file were taken in")
    return row


def remove(session: Session, import_id: UUID, *, actor: Actor) -> None:
    """Forget a file of which no row was looked at, and discard it.

    Refuses: NoSuchRecord, AlreadyBegun.
    """
    row = _unbegun(session, import_id, actor)
    session.delete(row)
    session.flush()
    keeping.discard(session, row)


def start(session: Session, import_id: UUID, *, actor: Actor, at: datetime) -> Job:
    """Let the rows be taken in the background, from where an earlier job ended.

    Refuses: NoSuchRecord, NotAnOfficer, FileDiscarded, NotMatched, JobUnderWay.
    """
    row = get_import(session, import_id, actor=actor, lock=True)
    township_of(actor)  # whoever is no officer any more
    keeping.path_of(session, row)  # the job would find no file
    if not row.matching:
        raise NotMatched("say first what the columns mean")
    job = queue.enqueue(session, KIND, row.id, total=row.total, actor=actor, at=at)
    job.done = row.position
    return job


def stop(session: Session, import_id: UUID, *, actor: Actor, at: datetime) -> None:
    """End the import where it is; what was taken stays. Refuses: NoSuchRecord."""
    row = get_import(session, import_id, actor=actor)
    job = queue.find_open(session, KIND, row.id)
    if job is not None:
        queue.cancel(session, job.id, at=at)
