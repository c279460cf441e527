"""Taking a file's rows, slice by slice, as a job."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bank.authority import township_of
from bank.calendar import local_date
from bank.imports import importing, keeping
from bank.imports.importing import ImportReport, RefusedRow
from bank.imports.tables import ImportedRow, ParcelImport, RowOutcome
from bank.jobs import queue
from bank.jobs.tables import Job
from bank.land.files.matching import Matching
from bank.land.files.reading import open_source
from bank.parties.tables import User
from database.actor import Actor

KIND: Final = "land.import"
"""The kind of job; its subject is a ParcelImport."""


def take_slice(session: Session, job: Job, at: datetime) -> None:
    """Take the next rows of the job's file, and note what became of them, in one transaction.

    A township officer's rows are those of her township, as she is when they are taken. Refuses:
    NotAnOfficer, when who started it is no officer any more, and what `import_rows` does.
    """
    row = session.get_one(ParcelImport, job.subject, populate_existing=True)
    source = open_source(
        keeping.path_of(session, row),
        most_bytes=importing.most_bytes(local_date(at)),
        crs=row.crs,
        layer=row.layer,
    )
    actor = _starter(session, job)
    report = importing.import_rows(
        session,
        source,
        Matching.from_json(row.matching),
        at=at,
        actor=actor,
        start=row.position,
        most=importing.SLICE,
        within=township_of(actor) if actor else None,
    )
    _note(session, row, report)
    queue.progress(session, job, done=row.position, at=at)
    if report.done:
        queue.finish(session, job, at=at)


def _starter(session: Session, job: Job) -> Actor | None:
    """Who started the job, with what she may do now."""
    user = session.get(User, job.created_by, populate_existing=True) if job.created_by else None
    return user.actor() if user else None


def _note(session: Session, row: ParcelImport, report: ImportReport) -> None:
    row.position = report.next_start
    row.taken += report.taken
    row.known += report.known
    row.refused += len(report.refused)
    row.repaired += len(report.repaired)
    row.flattened += report.flattened
    told = [_refused(row, each) for each in report.refused]
    told += [_repaired(row, number) for number in report.repaired]
    if told:
        session.execute(insert(ImportedRow), told)


def _refused(row: ParcelImport, each: RefusedRow) -> dict[str, Any]:
    return {
        "import_id": row.id,
        "number": each.number,
        "outcome": RowOutcome.REFUSED,
        "code": each.refusal.code,
        "field": each.refusal.field,
        "message": each.refusal.message,
        "facts": plain(each.refusal.facts),
        "attributes": plain(each.attributes),
    }


def _repaired(row: ParcelImport, number: int) -> dict[str, Any]:
    nothing: dict[str, Any] = {"facts": {}, "attributes": {}, "code": "", "message": ""}
    return {
        "import_id": row.id, "number": number, "outcome": RowOutcome.REPAIRED, "field": None,
        **nothing,
    }  # fmt: skip


def plain(value: Any) -> Any:
    """A value of a stranger's file as both databases keep JSON: no NUL, no half characters."""
    if isinstance(value, dict):
        return {plain(str(name)): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, float) and not (float("-inf") < value < float("inf")):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
