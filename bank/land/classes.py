"""Land use classes of GB/T 21010-2017, as data: every code with its name in Chinese and English."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class LandClass:
    """A class: two digits of the first level, four of the second."""

    code: str
    zh: str
    en: str

    def name(self, language: str) -> str:
        """Its name: Chinese for `zh…`, else English."""
        return self.zh if language.startswith("zh") else self.en


@cache
def land_classes() -> Mapping[str, LandClass]:
    """All classes by code, in the standard's order."""
    text = files("bank.land").joinpath("land_classes.toml").read_text("utf-8")
    classes = tomllib.loads(text)["class"]
    return MappingProxyType(
        {code: LandClass(code, each["zh"], each["en"]) for code, each in classes.items()}
    )


def find_class(code: str) -> LandClass | None:
    """The class of this code; one that is unknown in its last digits is told by its first two."""
    known = land_classes()
    return known.get(code) or known.get(code[:2])
