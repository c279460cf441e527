"""What a parameter table says of itself, before it has any figures: how a county describes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from valuation.parameters.tables import ParameterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDescription:
    """A table's code, kind, names, unit (one of `UNITS_ZH`) and key columns, in order.

    `keys` are {"name", "label_zh", "label_en"}.
    """

    code: str
    kind: ParameterKind
    name_zh: str
    name_en: str
    unit: str
    keys: Sequence[Mapping[str, str]]
