"""Real files, made on the spot, and the moment at which they are handed in."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfWriter

NOW = datetime(2026, 5, 6, 8, 30, tzinfo=UTC)


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A picture with something on it, so that cutting it short loses pixels."""
    target = BytesIO()
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 20).convert("RGB").save(target, kind, **options)
    return target.getvalue()


def paper(writer: PdfWriter | None = None) -> bytes:
    """The PDF of a writer, by default one blank page."""
    if writer is None:
        writer = blank()
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def blank() -> PdfWriter:
    """A writer with one blank page."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return writer
