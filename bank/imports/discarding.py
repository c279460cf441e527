"""Discarding the files of imports when they have served; what was taken from them stays."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import rules
from bank.calendar import local_date
from bank.imports import keeping
from bank.imports.running import KIND
from bank.imports.tables import ParcelImport
from bank.jobs.lifecycle import OPEN
from bank.jobs.tables import Job

ASKED_AT_ONCE: Final = 500
"""Files that one statement asks for."""


def discard_old(session: Session, *, at: datetime) -> int:
    """Remove the files given more than `import.file.days` ago; returns how many.

    A file whose rows are still to be taken stays. One that no import knows, left behind by a
    crash, goes by its own age.
    """
    before = at - timedelta(days=rules.whole("import.file.days", local_date(at)))
    files = keeping.lying(session)
    given, wanted = _given_at(session, list(files)), _wanted(session)
    old = [
        file
        for import_id, file in files.items()
        if import_id not in wanted and given.get(import_id, _written_at(file)) < before
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _given_at(session: Session, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When the files of these imports were given; nothing of those never written down."""
    found: dict[UUID, datetime] = {}
    for first in range(0, len(ids), ASKED_AT_ONCE):
        some = ids[first : first + ASKED_AT_ONCE]
        asked = select(ParcelImport.id, ParcelImport.created_at).where(ParcelImport.id.in_(some))
        found.update((row[0], row[1]) for row in session.execute(asked))
    return found


def _wanted(session: Session) -> set[UUID | None]:
    """The imports with rows still to be taken."""
    return set(session.scalars(select(Job.subject).where(Job.kind == KIND, Job.stage.in_(OPEN))))


def _written_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
