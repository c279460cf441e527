"""Owns 股权比例, equity shares: each contribution's part of the whole, in basis points.

    sᵢ = vᵢ/Σv      in whole basis points (0.01 %), by the largest remainder: Σsᵢ = 10,000

vᵢ value of contribution i (yuan). Each share is the exact one rounded down or up by less than a
basis point; among equal remainders the earlier contribution wins.
Source: the largest remainder rule of the bank's own splits.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import AfterValidator, model_validator

from valuation.methods.arithmetic import exactly, fen, yuan
from valuation.methods.parameters import Parameters, asked, name_of_row
from valuation.methods.quantities import FenYuan, some
from valuation.methods.result import Method, Result, Step, figure_step, stated, yuan_step
from valuation.methods.splitting import largest_remainder
from valuation.refusals import NotPositive

NAME: Final = "equity"
WHOLE_BP: Final = 10_000


class Contribution(Parameters):
    """One contribution to a common undertaking."""

    label: str = name_of_row("出资方", "Contributor", "Who contributes, or what")
    value_yuan: FenYuan = asked("作价", "Value", "What it is valued at, yuan", unit="yuan")


class EquityParameters(Parameters):
    """Inputs of equity shares.

    Refuses: RowsMissing, NotPositive (nothing is contributed), and what the field types refuse.
    """

    contributions: Annotated[tuple[Contribution, ...], AfterValidator(some)] = asked(
        "出资", "Contributions", "The contributions, each with its value", kind="rows", most=1000
    )

    @model_validator(mode="after")
    def _something_to_share(self) -> Self:
        if not any(each.value_yuan for each in self.contributions):
            raise NotPositive.at("contributions.0.value_yuan", given="0")
        return self


def basis_points(values_fen: Sequence[int]) -> list[int]:
    """The shares in basis points, in the order of the values; they sum to 10,000."""
    return largest_remainder(WHOLE_BP, values_fen)


@exactly
def compute(given: EquityParameters) -> Result:
    """Share the whole by value. The figure is the whole; each share is one of the parts."""
    values = [fen(each.value_yuan) for each in given.contributions]
    steps: list[Step] = []
    parts: list[Step] = []
    shares = zip(given.contributions, values, basis_points(values), strict=True)
    for number, (each, value, share) in enumerate(shares, start=1):
        tail = f" {each.label}" if each.label else ""
        zh, en = f"出资 {number}{tail}", f"Contribution {number}{tail}"
        steps.append(yuan_step(zh, en, "v", yuan(value), "yuan"))
        parts.append(figure_step(zh, en, "s = v/Σv", share, "basis points"))
    steps.append(yuan_step("出资合计", "All contributions", "Σv", yuan(sum(values)), "yuan"))
    return stated(
        NAME, given, Decimal(WHOLE_BP), [*steps, *parts], name_zh="股权合计",
        name_en="All shares", formula="Σs", unit="basis points", parts=parts,
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="入股比例",
    name_en="Equity shares",
    parameters=EquityParameters,
    compute=compute,
    standard="largest remainder",
    when_to_use_zh="入股分红：按作价确定各方股权比例",
    when_to_use_en="Land and money put into one company: each party's share by value",
    purpose="deal",
    unit="basis points",
)
