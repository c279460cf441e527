"""Owns 农房评估, the cost method for a rural house: replacement × condition + land right.

    V = R·S·c + A + L

R replacement cost of a square metre of floor (yuan/m², with its base year and source), S floor
area (m²), c condition (成新率, a part of 1; method `condition` finds it), A what stands outside the
house and is worth keeping (walls, wells, yards; yuan), L value of the right to the homestead or
other land (yuan), appraised by a land method for the *remaining* years.
Source: GB/T 50291-2015, 成本法.
"""

from typing import Final

from valuation.methods.arithmetic import ZERO, exactly
from valuation.methods.parameters import Parameters, asked
from valuation.methods.quantities import Positive, PositiveYuan, Share, Yuan
from valuation.methods.result import (
    Method,
    Valuation,
    factor_step,
    figure_step,
    settled,
    yuan_step,
)

NAME: Final = "house"


class HouseParameters(Parameters):
    """Inputs of the cost method for a house; refused as the field types refuse."""

    floor_area_m2: Positive = asked("建筑面积", "Floor area", "S: floor area, m²", unit="m2")
    replacement_yuan: PositiveYuan = asked(
        "重置单价", "Replacement cost", "R: replacement cost of a square metre of floor, yuan",
        unit="yuan/m2", hint_zh="县里公布的同结构房屋造价，注明年份",
        hint_en="As the county publishes for this structure, with its year",
    )  # fmt: skip
    condition: Share = asked(
        "成新率", "Condition", "c: condition, a part of 1", unit="part of 1",
        hint_zh="如 65% 或 0.65", hint_en="Such as 65% or 0.65",
    )  # fmt: skip
    annexes_yuan: Yuan = asked(
        "附属物价值", "Annexes", "A: what stands outside and is worth keeping, yuan",
        default=ZERO, unit="yuan", hint_zh="围墙、水井、院坝等；没有则填 0",
        hint_en="Walls, wells, yards; 0 when there are none",
    )  # fmt: skip
    land_right_yuan: Yuan = asked(
        "土地权利价值", "Land right", "L: value of the right to the land, yuan",
        default=ZERO, unit="yuan", hint_zh="按剩余年限用土地估价方法另行评估；不计则填 0",
        hint_en="Appraised by a land method for the remaining years; 0 when left out",
    )  # fmt: skip


@exactly
def compute(given: HouseParameters) -> Valuation:
    """Add the worn house and the land, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    replaced = given.replacement_yuan * given.floor_area_m2
    worn = replaced * given.condition
    value = worn + given.annexes_yuan + given.land_right_yuan
    steps = [
        figure_step("建筑面积", "Floor area", "S", given.floor_area_m2, "m2"),
        yuan_step("房屋重置价格", "Replacement cost", "R·S", replaced, "yuan"),
        factor_step("成新率", "Condition", "c", given.condition),
        yuan_step("房屋现值", "House as it stands", "R·S·c", worn, "yuan"),
        yuan_step("附属物价值", "Annexes", "A", given.annexes_yuan, "yuan"),
        yuan_step("土地权利价值", "Land right", "L", given.land_right_yuan, "yuan"),
    ]
    return settled(NAME, given, value, steps, formula="V = R·S·c + A + L")


METHOD: Final = Method(
    name=NAME,
    name_zh="农房重置成本法",
    name_en="Replacement cost of a house",
    parameters=HouseParameters,
    compute=compute,
    standard="GB/T 50291-2015",
    when_to_use_zh="闲置农房及其宅基地权利",
    when_to_use_en="Idle rural houses with the right to their land",
)
