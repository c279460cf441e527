"""Owns what a method gives back: a value in fen with its working, and what a method is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Generic, Literal, TypeVar

from pydantic import BaseModel, JsonValue, computed_field

from valuation.methods.arithmetic import ZERO, exactly, fen, shown, shown_fen, shown_yuan
from valuation.methods.extent import AREA_UNITS, PerArea
from valuation.methods.parameters import Parameters
from valuation.methods.units import UNITS_ZH, Unit
from valuation.refusals import ValueTooLarge, WorthNothing

GREATEST_FEN: Final = 2**63 - 1
FIGURE_DECIMALS: Final = 12
"""How many decimals a figure that is not money is given with."""

Purpose = Literal["value", "deal", "measure"]


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


class Result(BaseModel, frozen=True):
    """What a method gives: one figure with its unit, and how it came about.

    `figure` is exact decimal text in `unit`; of money it is yuan, and `value_fen` the same in
    whole fen. `parts` are further figures that belong to the result, such as each party's share.
    `inputs` are the checked inputs as JSON values: computing them again gives an equal result.
    """

    method: str
    figure: str
    unit: str
    value_fen: int | None = None
    parts: tuple[Step, ...] = ()
    working: tuple[Step, ...]
    inputs: dict[str, JsonValue]

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def unit_zh(self) -> str:
        """The unit in Chinese."""
        return UNITS_ZH[self.unit]


class Valuation(Result, frozen=True):
    """A result that is money: whole fen, rounded once, half to even."""

    value_fen: int


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Method(Generic[P]):
    """One valuation method: its names, its parameters, the computation, and when it is used.

    `purpose` tells methods that value an asset (`value`) from figures that a deal needs (`deal`)
    and from measures that enter other computations (`measure`). Only the first are offered to
    appraisers as an asset's value. `unit` is that of the result's figure.
    """

    name: str
    name_zh: str
    name_en: str
    parameters: type[P]
    compute: Callable[[P], Result]
    standard: str
    when_to_use_zh: str
    when_to_use_en: str
    purpose: Purpose = "value"
    unit: Unit = "yuan"


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
    unit: Unit = "yuan",
    parts: Sequence[Step] = (),
    signed: bool = False,
) -> Valuation:
    """Round an amount in yuan to fen, once, and close the working with it.

    Refuses: WorthNothing (at or below zero after rounding, unless it may have either sign),
    ValueTooLarge (beyond the ledger).
    """
    value_fen = _rounded(amount, signed=signed)
    last = Step(
        name_zh=name_zh, name_en=name_en, formula=formula, figure=shown_fen(value_fen), unit=unit
    )
    return Valuation(
        value_fen=value_fen,
        method=method,
        figure=last.figure,
        unit=unit,
        parts=tuple(parts),
        working=(*steps, last),
        inputs=inputs_of(parameters),
    )


def _rounded(amount: Decimal, *, signed: bool) -> int:
    value_fen = fen(amount)
    if not signed and (amount <= ZERO or value_fen == 0):
        raise WorthNothing.at("", value=shown_fen(value_fen))
    if abs(value_fen) > GREATEST_FEN:
        raise ValueTooLarge.at("")
    return value_fen


@exactly
def stated(
    method: str,
    parameters: Parameters,
    number: Decimal,
    steps: Sequence[Step],
    *,
    name_zh: str,
    name_en: str,
    formula: str,
    unit: Unit,
    parts: Sequence[Step] = (),
) -> Result:
    """A result that is not money, with at most twelve decimals, closing the working."""
    last = Step(
        name_zh=name_zh,
        name_en=name_en,
        formula=formula,
        figure=shown(number, FIGURE_DECIMALS),
        unit=unit,
    )
    return Result(
        method=method,
        figure=last.figure,
        unit=unit,
        parts=tuple(parts),
        working=(*steps, last),
        inputs=inputs_of(parameters),
    )


def inputs_of(parameters: Parameters) -> dict[str, JsonValue]:
    """The checked inputs as JSON values."""
    return parameters.model_dump(mode="json", exclude_none=True)


def figure_step(
    name_zh: str, name_en: str, formula: str, number: Decimal | int, unit: Unit
) -> Step:
    """A step whose figure is a number with a unit."""
    return Step(
        name_zh=name_zh, name_en=name_en, formula=formula, figure=shown(Decimal(number)), unit=unit
    )
