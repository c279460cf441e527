"""Owns 市场价倒算法, stumpage: what felling the stand now would leave after all its costs.

    V = M·Σfⱼ(Wⱼ − Cⱼ − Fⱼ)

M standing volume (m³, of the whole or a unit of area), fⱼ yield of assortment j (出材率, a part of
the volume), Wⱼ its market price, Cⱼ felling, transport, sales costs and taxes, Fⱼ a reasonable
profit, all yuan/m³ of the assortment.
Source: LY/T 2407-2015, 市场价倒算法 (E = W − C − F).
"""

from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import AfterValidator, model_validator

from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.parameters import Parameters, asked, name_of_row
from valuation.methods.quantities import Positive, Share, Yuan, some
from valuation.methods.result import (
    Method,
    Step,
    Valuation,
    figure_step,
    settled_by_area,
    yuan_step,
)
from valuation.refusals import SharesExceedWhole

NAME: Final = "stumpage"


class Assortment(Parameters):
    """One assortment that the standing volume yields."""

    label: str = name_of_row("材种", "Assortment", "What the assortment is")
    yield_rate: Share = asked(
        "出材率", "Yield", "Part of the standing volume that becomes this assortment",
        unit="part of 1", hint_zh="如 38% 或 0.38", hint_en="Such as 38% or 0.38",
    )  # fmt: skip
    price_yuan: Yuan = asked(
        "销售价格", "Price", "W: market price of the assortment, yuan/m³", unit="yuan/m3"
    )
    cost_yuan: Yuan = asked(
        "经营成本", "Costs", "C: felling, transport, sale and taxes, yuan/m³",
        default=ZERO, unit="yuan/m3", hint_zh="采运、销售、管理成本与税费",
        hint_en="Felling, transport, sale, overhead and taxes",
    )  # fmt: skip
    profit_yuan: Yuan = asked(
        "经营利润", "Profit", "F: profit of whoever fells and sells, yuan/m³",
        default=ZERO, unit="yuan/m3", hint_zh="木材经营的合理利润",
        hint_en="A reasonable profit of the timber trade",
    )  # fmt: skip

    def net_yuan(self) -> Decimal:
        """W − C − F, yuan/m³; below zero where the assortment does not pay for itself."""
        return self.price_yuan - self.cost_yuan - self.profit_yuan


class StumpageParameters(PerArea):
    """Inputs of stumpage.

    Refuses: RowsMissing, SharesExceedWhole (yields above 1), AreaMissing, and what the field
    types refuse.
    """

    volume_m3: Positive = asked(
        "蓄积量", "Standing volume", "M: standing volume, m³, for the basis of the amounts",
        unit="m3", hint_zh="与“金额口径”一致：整宗的，或单位面积的",
        hint_en="As the amounts are: of the whole, or of a unit of area",
    )  # fmt: skip
    assortments: Annotated[tuple[Assortment, ...], AfterValidator(some)] = asked(
        "材种", "Assortments", "What the volume yields, each with price, costs and profit",
        kind="rows", most=100,
    )  # fmt: skip

    @model_validator(mode="after")
    def _yields_fit(self) -> Self:
        total = sum((each.yield_rate for each in self.assortments), ZERO)
        if total > ONE:
            raise SharesExceedWhole.at("assortments.0.yield_rate", total=shown(total))
        return self


@exactly
def compute(given: StumpageParameters) -> Valuation:
    """Take the costs from the sale, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    steps: list[Step] = []
    unit_value = ZERO
    for number, each in enumerate(given.assortments, start=1):
        part = each.yield_rate * each.net_yuan()
        unit_value += part
        formula = (
            f"{shown(each.yield_rate)}×({shown(each.price_yuan)}−{shown(each.cost_yuan)}"
            f"−{shown(each.profit_yuan)})"
        )
        tail = f" {each.label}" if each.label else ""
        steps.append(
            yuan_step(
                f"材种 {number}{tail}", f"Assortment {number}{tail}", formula, part, "yuan/m3"
            )
        )
    value = given.volume_m3 * unit_value
    steps += [
        yuan_step("每立方米蓄积的林价", "Stumpage a cubic metre", "Σf(W−C−F)",
                  unit_value, "yuan/m3"),
        figure_step("蓄积量", "Standing volume", "M", given.volume_m3, "m3"),
        yuan_step("林木价值", "Stumpage", "v = M·Σf(W−C−F)", value, given.price_unit),
    ]  # fmt: skip
    return settled_by_area(NAME, given, value, steps)


METHOD: Final = Method(
    name=NAME,
    name_zh="市场价倒算法",
    name_en="Stumpage",
    parameters=StumpageParameters,
    compute=compute,
    standard="LY/T 2407-2015",
    when_to_use_zh="成熟林、过熟林，以及可以采伐的竹林",
    when_to_use_en="Mature and overmature stands that can be felled",
)
