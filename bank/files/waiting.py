"""Files of forms that were refused: they wait on the disk for some hours, and no row names them."""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy.orm import Session

from bank.files import shelf

FOLDER: Final = "waiting"
"""Beside the documents, in the same way, and apart from them: what lies here is nobody's proof."""
LIFE: Final = timedelta(hours=12)
"""As long as a signed-in person may leave a form open."""


def lay_by(session: Session, content: bytes, *, at: datetime) -> str:
    """Let a content wait for `LIFE` from now on, and return its SHA-256 (hex).

    It is not looked into: that is for `documents.keep`, once the form is sent again. What has
    waited for twice as long is thrown away by the way.
    """
    folder = _folder(session)
    _throw_away(folder, before=at - 2 * LIFE)
    digest = shelf.put(folder, content)
    _set_time(shelf.place_of(folder, digest), at)
    return digest


def find(session: Session, digest: str) -> BinaryIO | None:
    """The content as a stream at its start, to be closed by the caller; None if it is gone.

    Whoever asks proves that it is hers: a digest alone must open nothing.
    """
    try:
        stream = shelf.place_of(_folder(session), digest).open("rb")
    except OSError:
        return None
    if file_digest(stream, "sha256").hexdigest() != digest:
        stream.close()
        return None
    stream.seek(0)
    return stream


def _folder(session: Session) -> Path:
    return shelf.shelf_of(session) / FOLDER


def _throw_away(folder: Path, *, before: datetime) -> None:
    for place in folder.glob("??/*"):
        with suppress(FileNotFoundError):  # another process threw it away
            if place.stat().st_mtime < before.timestamp():
                place.unlink()


def _set_time(place: Path, at: datetime) -> None:
    """From when on it waits; a content that was here already begins anew."""
    with suppress(FileNotFoundError):
        os.utime(place, (at.timestamp(), at.timestamp()))
