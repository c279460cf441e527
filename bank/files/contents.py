"""Looking inside a file: pictures are decoded and PDFs walked through before they are kept."""

from io import BytesIO
from typing import Final

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from bank.files.kinds import JPEG, KINDS, PDF, Kind, kind_of_content, kind_of_ending, labels
from bank.files.names import ending_of
from bank.files.refusals import (
    FileActive,
    FileBroken,
    FileKindRefused,
    FileLocked,
    FileNotWhatItSays,
    PictureTooLarge,
)

MEGAPIXELS: Final = {"image/jpeg": 80, "image/png": 40, "image/webp": 40}
"""Most pixels a picture may unfold to. A JPEG is checked at an eighth of its size, so a phone's
64-megapixel photograph is fine; the others unfold whole, up to 160 MB (A4 at 600 dpi is 35)."""
MOST_OBJECTS: Final = 200_000
"""Most objects of a PDF that are looked at; a scan of a hundred pages has about a thousand."""
ACTIVE_KEYS: Final = frozenset({"/JS", "/JavaScript", "/XFA"})
ACTIVE_ACTIONS: Final = frozenset({"/JavaScript", "/Launch"})


def kind_for(name: str, content: bytes, accept: frozenset[str], *, field: str) -> Kind:
    """The kind of this content, if it is accepted and the (cleaned) name does not belie it.

    Refuses: FileKindRefused, FileNotWhatItSays.
    """
    if unknown := accept - KINDS.keys():
        raise ValueError(f"no check is known for {sorted(unknown)}")
    ending = ending_of(name)
    claimed, found = kind_of_ending(ending), kind_of_content(content)
    accepted = found is not None and found.media_type in accept
    if found and accepted and (claimed is found or not ending):
        return found
    claims_accepted = claimed is not None and claimed.media_type in accept
    if not ending or not (accepted or claims_accepted):
        raise FileKindRefused(
            "files of this kind are not taken here",
            field=field,
            name=name,
            found=found.label if found else ending.lstrip(".").upper() or "?",
            accepted=labels(accept),
        )
    raise FileNotWhatItSays(
        "the file is not what the end of its name says",
        field=field,
        name=name,
        says=claimed.label if claimed else ending.lstrip(".").upper(),
        found=found.label if found else "?",
    )


def check_content(name: str, content: bytes, kind: Kind, *, field: str) -> None:
    """Read the content to its end as its kind.

    Refuses: FileBroken, PictureTooLarge, FileLocked, FileActive.
    """
    try:
        if kind.media_type == PDF:
            _check_paper(name, content, field=field)
        else:
            _check_picture(name, content, kind, field=field)
    except (FileActive, FileLocked, PictureTooLarge):
        raise
    except Exception as fault:  # a parser of strangers' bytes may fail in any way
        raise FileBroken(
            "the file is damaged or incomplete", field=field, name=name, kind=kind.label
        ) from fault


def _check_picture(name: str, content: bytes, kind: Kind, *, field: str) -> None:
    limit = MEGAPIXELS[kind.media_type]
    too_large = PictureTooLarge(
        "the picture has too many pixels", field=field, name=name, limit_megapixels=limit
    )
    parsers = (kind.label.upper(),)
    try:
        with Image.open(BytesIO(content), formats=parsers) as picture:
            if picture.width * picture.height > limit * 1_000_000:
                raise too_large
            picture.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large from None
    with Image.open(BytesIO(content), formats=parsers) as picture:  # verify() uses a picture up
        if kind.media_type == JPEG:
            picture.draft(None, (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()


def _check_paper(name: str, content: bytes, *, field: str) -> None:
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise FileLocked("the PDF is encrypted", field=field, name=name)
    if found := _active_part(reader):
        raise FileActive(
            "the PDF would run a script or start a program", field=field, name=name, found=found
        )
    if len(reader.pages) == 0:
        raise ValueError("a PDF without pages")


def _active_part(reader: PdfReader) -> str | None:
    """The first thing reachable from the trailer that acts by itself; content is not unpacked."""
    seen: set[tuple[int, int]] = set()
    ahead: list[PdfObject | None] = [reader.trailer]
    while ahead:
        part = ahead.pop()
        if isinstance(part, IndirectObject):
            number = (part.idnum, part.generation)
            if number in seen:
                continue
            seen.add(number)
            if len(seen) > MOST_OBJECTS:
                raise ValueError("a PDF with too many objects")
            part = part.get_object()
        if isinstance(part, DictionaryObject):
            if active := _acts(part):
                return active
            ahead.extend(part.values())
        elif isinstance(part, ArrayObject):
            ahead.extend(part)
    return None


def _acts(part: DictionaryObject) -> str | None:
    for key in ACTIVE_KEYS & part.keys():
        return key.lstrip("/")
    action = part.get("/S")
    return action.lstrip("/") if isinstance(action, str) and action in ACTIVE_ACTIONS else None
