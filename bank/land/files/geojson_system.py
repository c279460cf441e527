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


def named_system(file: IO[bytes]) -> str | None:
    """The name of the system; None if the file names none, so that its numbers are degrees.

    It is empty where the member says nothing that can be read as a name.
    """
    before = b""
    while part := file.read(STEP):
        if found := MEMBER.search(before + part):
            return _name(found[1])
        before = (before + part)[-LONGEST:]
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
