"""Which coordinate system a GeoJSON file names, in the member `crs` that the first edition had."""

import json
import re
from typing import IO, Any, Final

STEP: Final = 64 << 10
LONGEST: Final = 1_000
"""Bytes that such a member may take; of a longer one the name is not told."""
MEMBER: Final = re.compile(
    rb'"crs"\s*:\s*(\{\s*"(?:type|properties)"\s*:[^{}]*(?:\{[^{}]*\}[^{}]*)?\})'
)
ANYTHING: Final = re.compile(rb'"crs"\s*:(?!\s*null\b)\s*("(?:[^"\\]|\\.)*")?')
"""Any such member that is not null, with its text if it is one."""
INNER: Final = re.compile(rb'"(?:features|geometry|geometries|coordinates)"\s*:')
"""From here on a column of the file may be called like the member."""


def named_system(file: IO[bytes]) -> str | None:
    """The name of the system; None if the file names none, so that its numbers are degrees.

    It is empty where the member says nothing that can be read as a name. Behind the first shape
    only a member of the usual form counts.
    """
    before, outside, part = b"", True, b" "
    while part:
        part = file.read(STEP)
        text = before + part
        if found := MEMBER.search(text):
            return _name(found[1])
        if outside:
            inner = INNER.search(text)
            whole = len(text) - LONGEST if part else len(text)  # what begins later may be cut off
            other = ANYTHING.search(text, 0, inner.start() if inner else len(text))
            if other and other.start() < whole:
                return _text(other[1])
            outside = inner is None or other is not None
        before = text[-LONGEST:]
    return None


def _name(member: bytes) -> str:
    """What `{"type": "name", "properties": {"name": "EPSG:4549"}}` names."""
    try:
        told: Any = json.loads(member)
        properties = told["properties"]
        if str(told.get("type")).upper() == "EPSG":
            return f"EPSG:{properties['code']}"
        return str(properties["name"])
    except (ValueError, KeyError, TypeError):
        return ""


def _text(given: bytes | None) -> str:
    """What a text in JSON says."""
    try:
        return str(json.loads(given or b'""'))
    except ValueError:
        return ""
