"""The kinds of file that the bank can check: their endings, first bytes and media types."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
WEBP: Final = "image/webp"
PDF: Final = "application/pdf"

PICTURES: Final = frozenset({JPEG, PNG, WEBP})
PAPERS: Final = PICTURES | {PDF}
"""What evidence may be: a photograph, a scan, or a PDF. Word and Excel files can change their face
and carry macros: they are not evidence until they are printed or saved as PDF."""


@dataclass(frozen=True)
class Kind:
    """One kind of file; the first of its `endings` is the usual one."""

    media_type: str
    label: str
    endings: tuple[str, ...]


KINDS: Final = {
    kind.media_type: kind
    for kind in (
        Kind(JPEG, "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif")),
        Kind(PNG, "PNG", (".png",)),
        Kind(WEBP, "WebP", (".webp",)),
        Kind(PDF, "PDF", (".pdf",)),
    )
}


def kind_of_content(content: bytes) -> Kind | None:
    """The kind that the first bytes announce; None if it is none of ours."""
    if content.startswith(b"\xff\xd8\xff"):
        return KINDS[JPEG]
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS[PNG]
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return KINDS[WEBP]
    if content.startswith(b"%PDF-"):
        return KINDS[PDF]
    return None


def kind_of_ending(ending: str) -> Kind | None:
    """The kind that a name's ending (`.jpg`) claims; None if it is none of ours."""
    for kind in KINDS.values():
        if ending.lower() in kind.endings:
            return kind
    return None


def labels(media_types: Iterable[str]) -> str:
    """The kinds' names as a person reads them: `JPEG, PDF, PNG`."""
    return ", ".join(sorted(KINDS[media_type].label for media_type in media_types))
