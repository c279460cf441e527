"""The red line file of a plan: kept byte for byte once it was read, and read again from there."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.files import documents, shelf
from bank.files.names import clean_name, ending_of
from bank.files.tables import Document, Visibility
from bank.land.polygons import Shape
from bank.redlines.drawing import read_file
from database.actor import Actor

MEDIA_TYPE: Final = "application/octet-stream"
"""A browser downloads it; it never shows it."""


def keep_red_line(
    session: Session, *, name: str, content: bytes, actor: Actor, at: datetime
) -> Document:
    """Keep a file of polygons that can be a red line. Refuses: as `drawing.read_file` does."""
    name = clean_name(name)
    _shape(session, name, content, at=at)
    document = Document(
        sha256=shelf.put(shelf.shelf_of(session), content),
        media_type=MEDIA_TYPE,
        size=len(content),
        name=name,
        uploaded_by=actor.id,
        visibility=Visibility.OFFICE,
        created_at=at,
    )
    session.add(document)
    session.flush()
    return document


def read_red_line(session: Session, document: Document, *, at: datetime) -> Shape:
    """The red line of a kept file, in the county's system.

    Refuses: FileDamaged, and what `drawing.read_file` refuses.
    """
    return _shape(session, document.name, documents.read(session, document), at=at)


def _shape(session: Session, name: str, content: bytes, *, at: datetime) -> Shape:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"redline{ending_of(name)}"
        path.write_bytes(content)
        return read_file(session, path, on=local_date(at))
