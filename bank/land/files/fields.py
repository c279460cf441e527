"""What leaves the bank in files and answers: columns, some rows of them, and where they go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final

SHORT_NAME: Final = 10
"""The most characters that a Shapefile keeps of a field's name."""


class FieldKind(Enum):
    """The kinds of values that layers have."""

    TEXT = "text"
    CHOICE = "choice"
    WHOLE = "whole"
    DECIMAL = "decimal"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Field:
    """One column. `name` stands in files and answers, `short` in a Shapefile, `title` in tables.

    `read` takes the value from a row of the layer's query: str, StrEnum, int, float, bool, an
    aware datetime or a date as `kind` says, or None. `column` is what a filter compares with; a
    field without one cannot be asked for. `choices` are all values of a CHOICE.
    """

    name: str
    title: str
    kind: FieldKind
    read: Callable[[Any], Any]
    short: str = ""
    column: Any = None
    choices: type[StrEnum] | None = None

    def __post_init__(self) -> None:
        if not self.short:
            object.__setattr__(self, "short", self.name)
        if len(self.short) > SHORT_NAME:
            raise ValueError(f"{self.short} is too long a name for a Shapefile")


@dataclass(frozen=True)
class Chunk:
    """Some rows: their ids, their shapes in the county's system, and a list for each field."""

    fids: Sequence[str]
    shapes: Any
    columns: Sequence[Sequence[Any]]


Words = Callable[[StrEnum], str]
"""What a choice is called in a table for people."""


@dataclass(frozen=True)
class Target:
    """What a file is to be: the layer's name and title, its fields, from and to which system."""

    name: str
    title: str
    fields: Sequence[Field]
    srid: int
    """The system that the shapes are in: the county's."""
    system: int
    """The system that they are to be in: the county's too, or EPSG:4490."""
    words: Words
