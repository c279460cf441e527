"""The rules themselves: reading them once from the files, and finding the version for a day."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from bank.rules.laws import cite
from bank.rules.refusals import UnknownRule

TOPICS: Final = (
    "consent",
    "notice",
    "appraisal",
    "commission",
    "terms",
    "money",
    "zones",
    "practice",
)

TYPE_OF_UNIT: Final[Mapping[str, type]] = MappingProxyType(
    {
        "fraction": Fraction,
        "ratio": Decimal,
        "m": Decimal,
        "m2": Decimal,
        "yes_no": bool,
        **dict.fromkeys(("days", "working_days", "months", "years", "minutes"), int),
        **dict.fromkeys(
            ("people", "holders", "methods", "vertices", "files", "rows", "photos"), int
        ),
        "deposits": int,
        **dict.fromkeys(("mb", "fen", "characters", "times"), int),
    }
)
"""What a value is, by its unit: `2/3` a Fraction, `0.30` a Decimal, `true` a bool, else an int."""

Value = bool | int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Rule:
    """One parameter as it stands from `valid_from` to the day before `valid_to` (None: open).

    `source` names articles by the abbreviations of laws.toml, or is `practice`; `configurable`
    means that no statute sets it and the county may.
    """

    name: str
    topic: str
    label_zh: str
    label_en: str
    value: Value
    unit: str
    valid_from: date
    valid_to: date | None
    source: str
    note: str
    configurable: bool

    def label(self, language: str) -> str:
        """What the rule is called, for a public page: Chinese for `zh…`, else English."""
        return self.label_zh if language.startswith("zh") else self.label_en

    def citation(self, language: str) -> str:
        """The source with the laws' titles written out."""
        return cite(self.source, language)

    def in_force(self, on: date) -> bool:
        """Whether this version governs an act of that day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def rule(name: str, on: date) -> Rule:
    """The version of a rule in force on a day (a local date). Refuses: UnknownRule."""
    if found := find_rule(name, on):
        return found
    raise UnknownRule("no such rule on that day", rule=name, on=on.isoformat())


def find_rule(name: str, on: date) -> Rule | None:
    """The same, or None where the rulebook has no such rule on that day."""
    return next((version for version in _book().get(name, ()) if version.in_force(on)), None)


def value(name: str, on: date) -> Any:
    """The value alone; its type follows from the unit. Refuses: UnknownRule."""
    return rule(name, on).value


def whole(name: str, on: date) -> int:
    """A value that is a whole number: days, years, people. Refuses: UnknownRule."""
    found = rule(name, on).value
    if isinstance(found, bool) or not isinstance(found, int):
        raise TypeError(f"{name} is not a whole number")
    return found


def ratio(name: str, on: date) -> Decimal:
    """A value that is a decimal: a ratio such as 0.30, or square metres. Refuses: UnknownRule."""
    found = rule(name, on).value
    if not isinstance(found, Decimal):
        raise TypeError(f"{name} is not a decimal")
    return found


def fraction(name: str, on: date) -> Fraction:
    """A value that is an exact fraction of votes. Refuses: UnknownRule."""
    found = rule(name, on).value
    if not isinstance(found, Fraction):
        raise TypeError(f"{name} is not a fraction")
    return found


def flag(name: str, on: date) -> bool:
    """A value that is yes or no. Refuses: UnknownRule."""
    found = rule(name, on).value
    if not isinstance(found, bool):
        raise TypeError(f"{name} is not yes or no")
    return found


def all_rules(on: date) -> list[Rule]:
    """Every rule in force on a day, by topic and in the order of the files."""
    return [version for each in _book().values() for version in each if version.in_force(on)]


@cache
def _book() -> Mapping[str, tuple[Rule, ...]]:
    """All versions of all rules, read once; a fault in a file stops the first lookup."""
    book: dict[str, tuple[Rule, ...]] = {}
    for topic in TOPICS:
        text = files("bank.rules").joinpath(f"{topic}.toml").read_text("utf-8")
        for name, versions in read_topic(topic, text).items():
            if name in book:
                raise ValueError(f"{name} stands in two files")
            book[name] = versions
    return MappingProxyType(book)


def read_topic(topic: str, text: str) -> dict[str, tuple[Rule, ...]]:
    """The rules of one file, each with its versions in order of time.

    A version without `valid_to` ends when the next one begins.
    """
    read: dict[str, tuple[Rule, ...]] = {}
    for entry in tomllib.loads(text, parse_float=Decimal)["rule"]:
        name, versions = entry["name"], entry["version"]
        if name in read:
            raise ValueError(f"{name} stands twice in {topic}")
        follow = [version["valid_from"] for version in versions[1:]] + [None]
        read[name] = tuple(
            _version(topic, entry, version, until)
            for version, until in zip(versions, follow, strict=True)
        )
        _check_order(read[name])
    return read


def _version(
    topic: str, entry: Mapping[str, Any], version: Mapping[str, Any], until: date | None
) -> Rule:
    return Rule(
        name=entry["name"],
        topic=topic,
        label_zh=entry["label_zh"],
        label_en=entry["label_en"],
        value=_typed(entry["name"], entry["unit"], version["value"]),
        unit=entry["unit"],
        valid_from=version["valid_from"],
        valid_to=version.get("valid_to", until),
        source=version["source"],
        note=version.get("note", ""),
        configurable=version.get("configurable", version["source"] == "practice"),
    )


def _typed(name: str, unit: str, raw: Any) -> Value:
    wanted = TYPE_OF_UNIT[unit]
    found: Value = Fraction(raw) if wanted is Fraction and isinstance(raw, str) else raw
    if type(found) is not wanted:
        raise ValueError(f"{name}: {raw!r} is no value in {unit}")
    return found


def _check_order(versions: tuple[Rule, ...]) -> None:
    for version in versions:
        if version.valid_to is not None and version.valid_to <= version.valid_from:
            raise ValueError(f"{version.name}: ends before it begins, {version.valid_from}")
    for earlier, later in pairwise(versions):
        if earlier.valid_to is None or earlier.valid_to > later.valid_from:
            raise ValueError(f"{later.name}: two versions overlap, {later.valid_from}")
