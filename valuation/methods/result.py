"""Owns what a method gives back: a value in fen with its working, and what a method is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Generic, Literal, TypeVar

from pydantic import BaseModel, JsonValue, computed_field

from valuation.methods.arithmetic import ZERO, exactly, fen, shown, shown_fen, shown_yuan
from valuation.methods.extent import AREA_UNITS, PerArea
from valuation.methods.parameters import Parameters
from valuation.refusals import ValueTooLarge, WorthNothing

GREATEST_FEN: Final = 2**63 - 1

UNITS_ZH: Final = {
    "": "",
    "yuan": "元",
    "yuan/mu": "元/亩",
    "yuan/m2": "元/平方米",
    "yuan/ha": "元/公顷",
    "yuan/year": "元/年",
    "yuan/mu/year": "元/亩·年",
    "yuan/m2/year": "元/平方米·年",
    "yuan/ha/year": "元/公顷·年",
    "mu": "亩",
    "m2": "平方米",
    "ha": "公顷",
    "years": "年",
}


class Step(BaseModel, frozen=True):
    """One line of the working: what was computed, by which formula, and the figure.

    `unit` is one of the keys of UNITS_ZH, "" for a pure number; `unit_zh` is its Chinese name.
    """

    name_zh: str
    name_en: str
    formula: str
    figure: str
    unit: str = ""

    @computed_field  # type: ignore[prop-decorator]  # pydantic's documented use; mypy#14461
    @property
    def unit_zh(self) -> str:
        """The unit in Chinese."""
        return UNITS_ZH[self.unit]


class Valuation(BaseModel, frozen=True):
    """A computed value: whole fen (rounded once, half to even), and how it came about.

    `inputs` are the checked inputs as JSON values: computing them again gives an equal valuation.
    """

    value_fen: int
    method: str
    working: tuple[Step, ...]
    inputs: dict[str, JsonValue]


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Method(Generic[P]):
    """One valuation method: its names, its parameters, the computation, and when it is used.

    `purpose` tells methods that value an asset from figures that a deal needs (a rent).
    """

    name: str
    name_zh: str
    name_en: str
    parameters: type[P]
    compute: Callable[[P], Valuation]
    standard: str
    when_to_use_zh: str
    when_to_use_en: str
    purpose: Literal["value", "deal"] = "value"


def factor_step(name_zh: str, name_en: str, formula: str, factor: Decimal) -> Step:
    """A step whose figure is a pure number."""
    return Step(name_zh=name_zh, name_en=name_en, formula=formula, figure=shown(factor))


def yuan_step(name_zh: str, name_en: str, formula: str, amount: Decimal, unit: str) -> Step:
    """A step whose figure is money."""
    return Step(
        name_zh=name_zh, name_en=name_en, formula=formula, figure=shown_yuan(amount), unit=unit
    )


@exactly
def settled_by_area(
    method: str, parameters: PerArea, unit_value: Decimal, steps: Sequence[Step]
) -> Valuation:
    """Multiply a unit value by the extent and settle it. Refuses: WorthNothing, ValueTooLarge."""
    if parameters.amounts_per == "whole":
        return settled(method, parameters, unit_value, steps)
    extent = parameters.extent()
    area = Step(
        name_zh="面积",
        name_en="Area",
        formula="S",
        figure=shown(extent),
        unit=AREA_UNITS[parameters.amounts_per],
    )
    return settled(method, parameters, unit_value * extent, [*steps, area], formula="v·S")


@exactly
def settled(
    method: str,
    parameters: Parameters,
    amount: Decimal,
    steps: Sequence[Step],
    *,
    name_zh: str = "评估值",
    name_en: str = "Value",
    formula: str = "V",
    unit: str = "yuan",
) -> Valuation:
    """Round an amount in yuan to fen, once, and close the working with it.

    Refuses: WorthNothing (at or below zero after rounding), ValueTooLarge (beyond the ledger).
    """
    value_fen = fen(amount)
    if amount <= ZERO or value_fen == 0:
        raise WorthNothing.at("", value=shown_fen(value_fen))
    if value_fen > GREATEST_FEN:
        raise ValueTooLarge.at("")
    last = Step(
        name_zh=name_zh, name_en=name_en, formula=formula, figure=shown_fen(value_fen), unit=unit
    )
    return Valuation(
        value_fen=value_fen,
        method=method,
        working=(*steps, last),
        inputs=parameters.model_dump(mode="json", exclude_none=True),
    )
