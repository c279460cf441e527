"""Owns the words that the fields of several methods share."""

from typing import Final

TIMINGS: Final = {
    "end": ("年末", "at the end of the year"),
    "mid": ("年中", "in the middle of the year"),
    "start": ("年初", "at the start of the year"),
}
RATE_HINT_ZH: Final = "百分之六请写作 6% 或 0.06"
RATE_HINT_EN: Final = "Write six per cent as 6% or 0.06"
