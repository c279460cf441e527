"""Owns what a thinning is, for the methods that reckon with a whole rotation."""

from collections.abc import Sequence
from decimal import Decimal

from valuation.methods.arithmetic import ONE
from valuation.methods.parameters import Parameters, asked
from valuation.methods.quantities import Age, Rate, Yuan
from valuation.methods.result import Step, yuan_step
from valuation.refusals import AgePastRotation


class Thinning(Parameters):
    """One thinning: the age of the stand, and the net income."""

    age_years: Age = asked(
        "间伐年龄", "Age at thinning", "Age of the stand at the thinning, whole years",
        unit="years", kind="integer",
    )  # fmt: skip
    income_yuan: Yuan = asked(
        "间伐净收益", "Net income", "Net income of the thinning, yuan", unit="yuan"
    )

    def carried(self, rate: Rate, rotation: int) -> Decimal:
        """Its income with interest to the age of final felling: A(1+P)^(u−a)."""
        return self.income_yuan * (ONE + rate) ** (rotation - self.age_years)

    def step(self, amount: Decimal, unit: str) -> Step:
        """The line of the working that says so."""
        return yuan_step(
            f"{self.age_years} 年间伐", f"Thinning at {self.age_years}",
            f"A(1+P)^(u−{self.age_years})", amount, unit,
        )  # fmt: skip


def check_ages(thinnings: Sequence[Thinning], rotation: int) -> None:
    """Refuses: AgePastRotation, naming the thinning that would come after final felling."""
    for number, each in enumerate(thinnings):
        if each.age_years > rotation:
            raise AgePastRotation.at(
                f"thinnings.{number}.age_years", age=each.age_years, rotation=rotation
            )
