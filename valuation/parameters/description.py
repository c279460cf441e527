"""What a parameter table says of itself, before it has any figures: how a county describes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from valuation.methods.units import UNITS_ZH
from valuation.parameters.tables import ParameterKind

_MONEY: Final = tuple(unit for unit in UNITS_ZH if unit.startswith("yuan"))
UNITS_OF: Final[Mapping[ParameterKind, tuple[str, ...]]] = {
    ParameterKind.RATE: ("a year", "a period"),
    ParameterKind.COEFFICIENT: ("", "times", "part of 1"),
    ParameterKind.PRICE: _MONEY,
    ParameterKind.COST: _MONEY,
}
"""The units in which figures of a kind can be told; the first is the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDescription:
    """A table's code, kind, names, unit (one of `UNITS_OF` its kind) and key columns, in order.

    `keys` are {"name", "label_zh", "label_en"}.
    """

    code: str
    kind: ParameterKind
    name_zh: str
    name_en: str
    unit: str
    keys: Sequence[Mapping[str, str]]
