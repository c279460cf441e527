"""Where the files of imports lie: streamed to the disk, each under the id of its import."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import IO, Final
from uuid import UUID

from sqlalchemy.orm import Session

from bank.files import shelf
from bank.imports.refusals import FileDiscarded
from bank.imports.tables import ParcelImport
from bank.land.refusals import EmptyFile, FileTooLarge

STEP: Final = 1 << 20
SUFFIXES: Final = (".gpkg", ".zip", ".geojson", ".json", ".kml", ".dxf", ".xlsx", ".csv")
"""The endings under which files are kept; what they hold is looked at, not their names."""
_NAME: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def suffix_of(name: str) -> str:
    """The file's own ending if it is one of ours, else none."""
    suffix = Path(name).suffix.lower()
    return {".txt": ".csv"}.get(suffix, suffix if suffix in SUFFIXES else "")


def path_of(session: Session, row: ParcelImport) -> Path:
    """Where the import's file lies. Refuses: FileDiscarded."""
    if not is_kept(session, row):
        raise FileDiscarded("the file is no longer kept", name=row.name)
    return _place(session, row.id, row.suffix)


def is_kept(session: Session, row: ParcelImport) -> bool:
    """Whether the import's file still lies there; what was taken from it stays in any case."""
    return _place(session, row.id, row.suffix).exists()


def discard(session: Session, row: ParcelImport) -> None:
    """Remove the import's file, if it is there."""
    _place(session, row.id, row.suffix).unlink(missing_ok=True)


def lying(session: Session) -> dict[UUID, Path]:
    """All files that are kept, by the import that they are, or would have been, of."""
    folder = _folder(session)
    files = sorted(folder.iterdir()) if folder.exists() else []
    return {UUID(file.stem): file for file in files if _NAME.fullmatch(file.stem)}


def _place(session: Session, import_id: UUID, suffix: str) -> Path:
    return _folder(session) / f"{import_id}{suffix}"


def _folder(session: Session) -> Path:
    return shelf.shelf_of(session) / "imports"


def write(
    session: Session, import_id: UUID, suffix: str, content: IO[bytes], *, most_bytes: int
) -> tuple[int, str]:
    """Keep a file, a megabyte in memory at a time; gives its size and its SHA-256 (hex).

    Refuses: EmptyFile, FileTooLarge; nothing of it is left then.
    """
    place = _place(session, import_id, suffix)
    place.parent.mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    try:
        with place.open("xb") as file:
            while part := content.read(STEP):
                size += len(part)
                if size > most_bytes:
                    raise FileTooLarge("too large", field="file", most_bytes=most_bytes)
                digest.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), shelf.MODE)
        if size == 0:
            raise EmptyFile("the file is empty", field="file")
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()
