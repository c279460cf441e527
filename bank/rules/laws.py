"""The laws that sources abbreviate, and how an article of one is written out."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

PRACTICE: Final = "practice"
CITED: Final = re.compile(r"(?P<law>[A-Z][A-Z0-9]*)(?: (?P<articles>[0-9][0-9, -]*))?")


@dataclass(frozen=True, slots=True)
class Law:
    """A law, regulation or standard, and the day since when this text applies."""

    code: str
    title_zh: str
    title_en: str
    in_force: date | None


@cache
def laws() -> Mapping[str, Law]:
    """All laws by their abbreviation."""
    text = files("bank.rules").joinpath("laws.toml").read_text("utf-8")
    return MappingProxyType(
        {
            code: Law(code, law["title_zh"], law["title_en"], law.get("in_force"))
            for code, law in tomllib.loads(text).items()
        }
    )


def cite(source: str, language: str) -> str:
    """A source such as `RCEO 26, 28; practice` with titles and articles written out."""
    chinese = language.startswith("zh")
    parts = [_cite_one(part, chinese) for part in source.split("; ")]
    return (";" if chinese else "; ").join(parts)


def _cite_one(part: str, chinese: bool) -> str:
    if part == PRACTICE:
        return "实践做法" if chinese else "practice"
    found = CITED.fullmatch(part)
    if not found or found["law"] not in laws():
        raise ValueError(f"no law of the rulebook: {part}")
    law, articles = laws()[found["law"]], found["articles"]
    if chinese:
        numbers = f"第{articles.replace(', ', '、').replace('-', '至')}条" if articles else ""
        return f"《{law.title_zh}》{numbers}"
    return f"{law.title_en}, art. {articles}" if articles else law.title_en
