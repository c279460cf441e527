"""Uploads as files, for what reads files by their names."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from werkzeug.datastructures import FileStorage

from database.refusals import Refusal

INSIDE: Final = ("shape", "layer", "crs")
ENDING: Final = re.compile("[.][a-z0-9]{1,8}")


@contextmanager
def beside_the_file() -> Iterator[None]:
    """What is wrong with a shape, a layer or a system that came in a file is said at the file."""
    try:
        yield
    except Refusal as refusal:
        if refusal.field in INSIDE:
            refusal.field = "file"
        raise


@contextmanager
def on_disk(upload: FileStorage) -> Iterator[Path]:
    """The upload as a file, until it was read; only the name's ending is the sender's."""
    ending = Path(upload.filename or "").suffix.lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{ending if ENDING.fullmatch(ending) else ''}"
        upload.save(path)
        yield path
