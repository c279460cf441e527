"""Owns the words and the fields that several methods share."""

from typing import Any, Final

from valuation.methods.annuity import Timing
from valuation.methods.parameters import asked
from valuation.methods.units import Unit

TIMINGS: Final = {
    "end": ("年末", "at the end of the year"),
    "mid": ("年中", "in the middle of the year"),
    "start": ("年初", "at the start of the year"),
}
RATE_HINT_ZH: Final = "百分之六请写作 6% 或 0.06"
RATE_HINT_EN: Final = "Write six per cent as 6% or 0.06"
LIST_HINT_ZH: Final = "逐年填写，用空格或逗号隔开；没有则留空"
LIST_HINT_EN: Final = "One figure a year, separated by spaces or commas; else empty"


def rate_asked(zh: str, en: str, description: str, unit: Unit = "a year", **more: Any) -> Any:
    """A rate, with the hint how to write it."""
    return asked(zh, en, description, unit=unit, hint_zh=RATE_HINT_ZH, hint_en=RATE_HINT_EN, **more)


def timing_asked(zh: str, en: str, description: str, *, default: Timing = "end") -> Any:
    """When in the year something falls due."""
    return asked(zh, en, description, default=default, kind="choice", choices=TIMINGS)


def list_asked(zh: str, en: str, description: str, *, unit: Unit, **more: Any) -> Any:
    """A list of figures, one a year."""
    words = {"hint_zh": LIST_HINT_ZH, "hint_en": LIST_HINT_EN} | more
    return asked(zh, en, description, unit=unit, kind="list", **words)
