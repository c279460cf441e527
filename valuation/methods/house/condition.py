"""Owns 成新率, the condition of a house: the part of its replacement cost that is not worn out.

    c = Σ(Rⱼ − Lⱼ)/ΣRⱼ      Lⱼ = Rⱼ·(1−qⱼ)·tⱼ/Nⱼ   or   Rⱼ·(1−sⱼ)   or an amount

Rⱼ replacement cost of part j (structure, finish, equipment; yuan, or any weight of the same
measure), Lⱼ its loss: by age tⱼ and life Nⱼ in years with qⱼ left at the end (残值率), by a score
sⱼ of its condition as a part of 1, or as an amount (yuan). c is a part of 1.
Source: GB/T 50291-2015, 成本法 (直线法, 成新折扣法); 房屋完损等级评定标准 for the scores.
"""

from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import AfterValidator, model_validator

from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.house.refusals import AgePastLife, LossPastCost, OneMeasureWanted
from valuation.methods.parameters import Parameters, asked, name_of_row
from valuation.methods.quantities import PositiveYuan, Rate, Years, YearsOrNone, Yuan, some
from valuation.methods.result import Method, Result, Step, figure_step, stated, yuan_step
from valuation.refusals import PairIncomplete

NAME: Final = "condition"


class HousePart(Parameters):
    """One part of a house, and its wear told in one of three ways."""

    label: str = name_of_row("部位", "Part", "Which part: structure, finish, equipment")
    replacement_yuan: PositiveYuan = asked(
        "重置价格", "Replacement cost", "R: replacement cost of the part, yuan; or its weight",
        unit="yuan",
    )  # fmt: skip
    score: Rate | None = asked(
        "评分", "Score", "s: condition by inspection, a part of 1", default=None,
        unit="part of 1", hint_zh="如 80% 或 0.8", hint_en="Such as 80% or 0.8",
    )  # fmt: skip
    age_years: YearsOrNone | None = asked(
        "已使用年限", "Age", "t: age of the part, years", default=None, unit="years"
    )
    life_years: Years | None = asked(
        "耐用年限", "Life", "N: life of the part, years", default=None, unit="years"
    )
    residual_rate: Rate = asked(
        "残值率", "Residual", "q: what is left of it at the end of its life, a part of 1",
        default=ZERO, unit="part of 1",
    )  # fmt: skip
    loss_yuan: Yuan | None = asked(
        "损耗金额", "Loss", "L: loss as an amount, yuan", default=None, unit="yuan"
    )

    def loss(self) -> Decimal:
        """L: what the part has lost, yuan."""
        if self.score is not None:
            return self.replacement_yuan * (ONE - self.score)
        if self.age_years is not None and self.life_years is not None:
            worn = self.age_years / self.life_years
            return self.replacement_yuan * (ONE - self.residual_rate) * worn
        return self.loss_yuan or ZERO

    def formula(self) -> str:
        """How the loss was found."""
        if self.score is not None:
            return f"R·(1−{shown(self.score)})"
        if self.age_years is not None and self.life_years is not None:
            left = f"·(1−{shown(self.residual_rate)})" if self.residual_rate else ""
            return f"R{left}·{shown(self.age_years)}/{shown(self.life_years)}"
        return "L"

    def check(self, path: str) -> None:
        """Refuses: OneMeasureWanted, PairIncomplete, AgePastLife, LossPastCost."""
        aged = self.age_years is not None or self.life_years is not None
        if (self.score is not None) + aged + (self.loss_yuan is not None) != 1:
            raise OneMeasureWanted.at(f"{path}.score")
        if aged:
            self._check_age(path)
        if self.loss_yuan is not None and self.loss_yuan > self.replacement_yuan:
            raise LossPastCost.at(
                f"{path}.loss_yuan",
                loss=shown(self.loss_yuan), cost=shown(self.replacement_yuan),
            )  # fmt: skip

    def _check_age(self, path: str) -> None:
        if self.age_years is None:
            raise PairIncomplete.at(f"{path}.age_years", other_zh="耐用年限", other_en="life")
        if self.life_years is None:
            raise PairIncomplete.at(f"{path}.life_years", other_zh="已使用年限", other_en="age")
        if self.age_years > self.life_years:
            raise AgePastLife.at(
                f"{path}.age_years", age=shown(self.age_years), life=shown(self.life_years)
            )


class ConditionParameters(Parameters):
    """Inputs of condition scoring.

    Refuses: RowsMissing, OneMeasureWanted, PairIncomplete, AgePastLife, LossPastCost, and what the
    field types refuse.
    """

    components: Annotated[tuple[HousePart, ...], AfterValidator(some)] = asked(
        "各部位", "Parts of the house", "The parts, each with its cost and its wear",
        kind="rows", most=100,
        hint_zh="损耗用一种方式填写：评分、已使用与耐用年限，或损耗金额",
        hint_en="Tell the wear in one way: a score, age and life, or an amount",
    )  # fmt: skip

    @model_validator(mode="after")
    def _each_in_one_way(self) -> Self:
        for number, each in enumerate(self.components):
            each.check(f"components.{number}")
        return self


@exactly
def compute(given: ConditionParameters) -> Result:
    """The part that is not worn out, as the module says."""
    cost = sum((each.replacement_yuan for each in given.components), ZERO)
    losses = [each.loss() for each in given.components]
    steps: list[Step] = []
    parts: list[Step] = []
    for number, (each, loss) in enumerate(zip(given.components, losses, strict=True), start=1):
        tail = f" {each.label}" if each.label else ""
        zh, en = f"部位 {number}{tail}", f"Part {number}{tail}"
        steps.append(yuan_step(f"{zh} 损耗", f"{en}, loss", each.formula(), loss, "yuan"))
        left = ONE - loss / each.replacement_yuan
        parts.append(figure_step(zh, en, "1 − L/R", left, "part of 1"))
    lost = sum(losses, ZERO)
    steps += [
        yuan_step("重置价格合计", "Replacement cost", "ΣR", cost, "yuan"),
        yuan_step("损耗合计", "Loss", "ΣL", lost, "yuan"),
    ]
    return stated(
        NAME, given, (cost - lost) / cost, steps, name_zh="成新率", name_en="Condition",
        formula="c = (ΣR − ΣL)/ΣR", unit="part of 1", parts=parts,
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="成新率",
    name_en="Condition of a house",
    parameters=ConditionParameters,
    compute=compute,
    standard="GB/T 50291-2015",
    when_to_use_zh="评估农房之前，按结构、装修、设备确定成新率",
    when_to_use_en="Before a house is valued: its condition, part by part",
    purpose="measure",
    unit="part of 1",
)
