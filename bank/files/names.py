"""File names as people gave them, made safe to show and to download under."""

import re
import unicodedata
from typing import Final

LONGEST_NAME: Final = 120
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,5}$")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_UNSEEN = {"Cc", "Cf", "Cs"}  # controls, marks that turn the text round, halves of a character


def ending_of(name: str) -> str:
    """The ending of a cleaned name, with its dot; "" if it has none (`稻田3.5亩` has none)."""
    found = _ENDING.search(name)
    return found.group() if found else ""


def clean_name(name: str) -> str:
    """The last part of a name, without unseen characters and without what systems forbid.

    At most 120 characters, the ending kept; `file` if nothing is left.
    """
    text = unicodedata.normalize("NFC", name)
    text = "".join(" " if c in "\t\r\n" else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN)
    text = re.split(r"[/\\]", text)[-1]
    text = " ".join(_NOT_IN_NAMES.sub("_", text).split()).strip(". ")
    ending = ending_of(text)
    stem = text.removesuffix(ending)[: LONGEST_NAME - len(ending)].rstrip(". ")
    return (stem or "file") + ending
