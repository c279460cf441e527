"""Keeping documents, reading them back unaltered, and who may read them."""

from datetime import datetime
from hashlib import file_digest, sha256
from io import SEEK_END, BytesIO
from typing import BinaryIO, Final
from uuid import UUID

from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from bank.files import shelf
from bank.files.contents import check_content, kind_for
from bank.files.names import clean_name, ending_of
from bank.files.refusals import FileDamaged, FileEmpty, FileTooLarge
from bank.files.tables import Document, Visibility
from bank.refusals import NoSuchRecord
from database.actor import OFFICERS, Actor, Role

MEGABYTE: Final = 1024 * 1024
OFFICE: Final = OFFICERS | {Role.AUDITOR, Role.APPRAISER}
"""Roles that read others' documents on duty; the caller says whether this one is their business."""


def keep(
    session: Session,
    *,
    name: str,
    content: BinaryIO | bytes,
    accept: frozenset[str],
    actor: Actor,
    party_id: UUID | None,
    at: datetime,
    visibility: Visibility,
    limit_mb: int,
    title: str = "",
    field: str = "file",
) -> Document:
    """Check a file and keep it, byte for byte; whether it may be handed in is the caller's gate.

    `accept` are media types of `bank.files.kinds`. The bytes are kept as they came, a photograph's
    time and place (EXIF) too: evidence whose digest differs from the owner's own copy proves
    nothing. What is shown to others is `preview`, which carries none of that.
    The file is on the disk before the row is: a transaction that fails leaves at worst a content
    that no row names.
    Refuses: FileEmpty, FileTooLarge, FileKindRefused, FileNotWhatItSays, FileBroken, FileLocked,
    FileActive, PictureTooLarge.
    """
    name = clean_name(name)
    data = _within_limit(content, name=name, limit_mb=limit_mb, field=field)
    kind = kind_for(name, data, accept, field=field)
    check_content(name, data, kind, field=field)

    document = Document(
        sha256=shelf.put(shelf.shelf_of(session), data),
        media_type=kind.media_type,
        size=len(data),
        name=name if ending_of(name) else clean_name(name + kind.endings[0]),
        title=title.strip(),
        uploaded_by=actor.id,
        party_id=party_id,
        visibility=visibility,
        created_at=at,
    )
    session.add(document)
    session.flush()
    return document


def _within_limit(content: BinaryIO | bytes, *, name: str, limit_mb: int, field: str) -> bytes:
    stream = BytesIO(content) if isinstance(content, bytes) else content
    data = stream.read(limit_mb * MEGABYTE + 1)
    if not data:
        raise FileEmpty("the file is empty", field=field, name=name)
    if len(data) > limit_mb * MEGABYTE:
        size = stream.seek(0, SEEK_END) if stream.seekable() else len(data)
        raise FileTooLarge(
            "the file is too large",
            field=field,
            name=name,
            limit_mb=limit_mb,
            size_mb=-(-size // MEGABYTE),
        )
    return data


def get_document(session: Session, document_id: UUID) -> Document:
    """The document of this id. Refuses: NoSuchRecord."""
    document = session.get(Document, document_id)
    if document is None:
        raise NoSuchRecord("there is no such document", document=str(document_id))
    return document


def read(session: Session, document: Document) -> bytes:
    """The bytes as they were handed in, checked against their digest. Refuses: FileDamaged."""
    try:
        data = shelf.place_of(shelf.shelf_of(session), document.sha256).read_bytes()
    except OSError as fault:
        raise _damaged(document) from fault
    if sha256(data).hexdigest() != document.sha256:
        raise _damaged(document)
    return data


def open_document(session: Session, document: Document) -> BinaryIO:
    """The same as a stream at its start, to be closed by the caller. Refuses: FileDamaged.

    Whoever sends it on names the stored media type and forbids sniffing (`nosniff`).
    """
    try:
        stream = shelf.place_of(shelf.shelf_of(session), document.sha256).open("rb")
    except OSError as fault:
        raise _damaged(document) from fault
    if file_digest(stream, "sha256").hexdigest() != document.sha256:
        stream.close()
        raise _damaged(document)
    stream.seek(0)
    return stream


def _damaged(document: Document) -> FileDamaged:
    return FileDamaged(
        "the stored file is missing or altered", document=str(document.id), sha256=document.sha256
    )


def preview(session: Session, document: Document, *, longest: int) -> bytes:
    """A picture as a JPEG to look at: upright, at most `longest` pixels a side, no metadata.

    For pictures only (`kinds.PICTURES`). Refuses: FileDamaged.
    """
    with Image.open(BytesIO(read(session, document))) as original:
        original.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(original).convert("RGBA")
    upright.thumbnail((longest, longest))
    shown = Image.new("RGB", upright.size, "white")  # a new picture: nothing hidden comes along
    shown.paste(upright, mask=upright)
    target = BytesIO()
    shown.save(target, "JPEG", quality=82)
    return target.getvalue()


def may_read(document: Document, actor: Actor | None, *, office_may: bool) -> bool:
    """Whether this reader (None: not signed in) may read the document as it was handed in.

    `office_may` is whether its matter is before the reader's office: the township it lies in, the
    commission of an appraiser's agency. It opens no door to owners, investors or administrators,
    nor to what is private.
    """
    if document.visibility is Visibility.PUBLIC:
        return True
    if actor is None:
        return False
    if actor.id == document.uploaded_by or document.party_id in actor.parties:
        return True
    return document.visibility is Visibility.OFFICE and office_may and actor.has(*OFFICE)
