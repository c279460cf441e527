"""Owns the step from a unit price to the whole asset: 1 mu = 2000/3 m², 1 ha = 15 mu."""

from decimal import Decimal
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from valuation.methods.arithmetic import ONE, exactly
from valuation.methods.parameters import Parameters, labelled
from valuation.methods.quantities import AreaMu
from valuation.refusals import AreaMissing

Basis = Literal["whole", "mu", "m2", "ha"]

BASES: Final = {
    "whole": ("整宗", "the whole asset"),
    "mu": ("每亩", "a mu"),
    "m2": ("每平方米", "a square metre"),
    "ha": ("每公顷", "a hectare"),
}
PRICE_UNITS: Final = {"whole": "yuan", "mu": "yuan/mu", "m2": "yuan/m2", "ha": "yuan/ha"}
AREA_UNITS: Final = {"whole": "", "mu": "mu", "m2": "m2", "ha": "ha"}


class PerArea(Parameters):
    """Parameters whose yuan amounts are for the whole asset, or for a unit of its area."""

    amounts_per: Basis = Field(
        description="What every yuan amount of the method is stated for",
        json_schema_extra=labelled(
            "金额口径",
            "Amounts are for",
            kind="choice",
            choices=BASES,
            hint_zh="下面填写的金额，是整宗资产的，还是单位面积的",
            hint_en="Are the amounts below for the whole asset, or for a unit of its area?",
        ),
    )
    area_mu: AreaMu | None = Field(
        default=None,
        description="Area in mu (1 mu = 2000/3 m2); needed unless the amounts are for the whole",
        json_schema_extra=labelled(
            "面积",
            "Area",
            unit="mu",
            hint_zh="金额按单位面积填写时必填；1 亩 = 2000/3 平方米",
            hint_en="Needed when amounts are for a unit of area; 1 mu = 2000/3 m²",
        ),
    )

    @model_validator(mode="after")
    def _area_where_needed(self) -> Self:
        if self.amounts_per != "whole" and self.area_mu is None:
            raise AreaMissing.at("area_mu")
        return self

    @property
    def price_unit(self) -> str:
        """The unit of an amount, such as yuan/mu."""
        return PRICE_UNITS[self.amounts_per]

    @property
    def yearly_unit(self) -> str:
        """The unit of a yearly amount, such as yuan/mu/year."""
        return f"{self.price_unit}/year"

    @exactly
    def extent(self) -> Decimal:
        """How many units of area the amounts are multiplied by; 1 for the whole asset."""
        if self.amounts_per == "whole" or self.area_mu is None:
            return ONE
        match self.amounts_per:
            case "mu":
                return self.area_mu
            case "m2":
                return self.area_mu * 2000 / 3
            case "ha":
                return self.area_mu / 15
