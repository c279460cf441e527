"""Fields of layers, each said once: its name, its title, and the column that it is read from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bank.area import m2, mu
from bank.land.files.fields import Field, FieldKind

MU_DECIMALS: Final = 4


@dataclass(frozen=True)
class Told:
    """A field, and the column of the layer's query under the label that the field reads."""

    field: Field
    column: Any


def fields_of(told: Iterable[Told]) -> tuple[Field, ...]:
    """What files and answers tell."""
    return tuple(each.field for each in told)


def columns_of(told: Iterable[Told]) -> list[Any]:
    """What the query selects for it; a column that several fields are made of comes once."""
    return list({each.column.name: each.column for each in told}.values())


def plain(
    name: str,
    title: str,
    column: Any,
    *,
    kind: FieldKind = FieldKind.TEXT,
    asked: bool = False,
    short: str = "",
) -> Told:
    """A value as it is kept. `asked`: rows can be asked for by it."""
    found = Field(name, title, kind, _reader(name), short, column if asked else None)
    return Told(found, column.label(name))


def choice(name: str, title: str, of: type[StrEnum], column: Any) -> Told:
    """One of a closed list, by which rows can be asked for."""
    found = Field(name, title, FieldKind.CHOICE, _reader(name), "", column, of)
    return Told(found, column.label(name))


def square_metres(name: str, title: str, column: Any, *, short: str = "") -> Told:
    """An area of whole dm² in m²."""
    return _made(name, title, column, lambda dm2: float(m2(dm2)), short)


def in_mu(name: str, title: str, column: Any) -> Told:
    """An area of whole dm² in mu."""
    return _made(name, title, column, lambda dm2: round(float(mu(dm2)), MU_DECIMALS))


def yuan(name: str, title: str, column: Any) -> Told:
    """Whole fen in yuan, or nothing."""
    return _made(name, title, column, lambda fen: None if fen is None else fen / 100)


def _made(name: str, title: str, column: Any, make: Callable[[Any], Any], short: str = "") -> Told:
    label = column.key

    def read(row: Any) -> Any:
        return make(getattr(row, label))

    return Told(Field(name, title, FieldKind.DECIMAL, read, short), column.label(label))


def _reader(name: str) -> Callable[[Any], Any]:
    def read(row: Any) -> Any:
        return getattr(row, name)

    return read
