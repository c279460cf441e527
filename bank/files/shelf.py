"""The files on disk: one per content, named by its SHA-256, written whole or not at all."""

import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from database.directory import bank_of

MODE: Final = 0o440
"""Read by the bank's user and group, written and run by nobody."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def shelf_of(session: Session) -> Path:
    """The folder of this session's bank; a county code is six digits, so it cannot lead away."""
    settings = bank_of(session).settings
    return settings.files_dir / settings.county


def place_of(shelf: Path, digest: str) -> Path:
    """Where a content lies: `ab/cdef…`, made from its digest alone."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError("not a SHA-256 in hexadecimal")
    return shelf / digest[:2] / digest[2:]


def put(shelf: Path, content: bytes) -> str:
    """Keep a content and return its SHA-256 (hex); safe against crashes and against itself.

    An intact copy stays as it is, a damaged one is replaced. A half-written file is only ever in
    `incoming/`, and none of its names is ever looked for.
    """
    digest = sha256(content).hexdigest()
    place = place_of(shelf, digest)
    if not _holds(place, content):
        _write(shelf, place, content)
    for folder in (place.parent, shelf):  # also for a twin that has yet to do so
        _sync(folder)
    return digest


def _holds(place: Path, content: bytes) -> bool:
    try:
        return place.read_bytes() == content
    except OSError:
        return False


def _write(shelf: Path, place: Path, content: bytes) -> None:
    incoming = shelf / "incoming"
    for folder in (place.parent, incoming):
        folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=incoming)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), MODE)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Make a new name in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
