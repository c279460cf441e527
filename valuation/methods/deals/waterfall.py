"""Owns 退出分配, the exit waterfall: who gets what of an exit's proceeds, to the fen.

    1. capital      Σ Cⱼ to the investors
    2. preferred    Pⱼ = Cⱼ·[(1+h)^tⱼ − 1], or Cⱼ·h·tⱼ at simple interest
    3. catch-up     X = s·ΣP/(q−s), part q of it to the sponsor: then she has s of all profit
    4. split        the rest: s to the sponsor, 1−s to the investors by capital

Cⱼ capital of investor j (yuan), h preferred return a year, tⱼ years it was held, q the sponsor's
part of the catch-up (1: all of it; 0: there is none), s the carried share. A tier is paid in full
before the next begins; a tier that is short is shared in proportion. Amounts are whole fen, each
tier split by the largest remainder, so that all of them sum to the proceeds.
Source: the order of distributions usual in fund agreements (capital first, European waterfall).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, model_validator

from valuation.methods.arithmetic import ONE, ZERO, exactly, fen, shown, yuan
from valuation.methods.deals.refusals import CatchUpTooLow
from valuation.methods.parameters import LONGEST_LABEL, Parameters, asked, name_of_row
from valuation.methods.quantities import FenYuan, Rate, YearsOrNone, some
from valuation.methods.result import Method, Step, Valuation, settled, yuan_step
from valuation.methods.splitting import largest_remainder
from valuation.methods.wording import rate_asked
from valuation.refusals import NotPositive

NAME: Final = "waterfall"
PARTS: Final = 10**12
"""Rates have at most twelve decimals: as whole parts of this they are exact."""


class Investor(Parameters):
    """One investor: what she paid in and how long it was held."""

    label: str = name_of_row("出资方", "Investor", "Who paid in")
    capital_yuan: FenYuan = asked("出资", "Capital", "C: what she paid in, yuan", unit="yuan")
    held_years: YearsOrNone = asked(
        "持有年限", "Years held", "t: years from paying in to the exit", unit="years"
    )


class WaterfallParameters(Parameters):
    """Inputs of the exit waterfall.

    Refuses: RowsMissing, NotPositive (no capital), CatchUpTooLow, and what the field types refuse.
    """

    proceeds_yuan: FenYuan = asked(
        "退出收入", "Proceeds", "What the exit brings, yuan", unit="yuan"
    )
    investors: Annotated[tuple[Investor, ...], AfterValidator(some)] = asked(
        "出资方", "Investors", "Who paid in, how much and for how long", kind="rows", most=200
    )
    sponsor: str = asked(
        "管理方", "Sponsor", "Who is carried: the sponsor or manager",
        default="", most=LONGEST_LABEL, kind="text",
    )  # fmt: skip
    preferred_rate: Rate = rate_asked(
        "优先回报率", "Preferred return", "h: preferred return, a fraction a year"
    )
    interest: Literal["compound", "simple"] = asked(
        "优先回报计息", "Preferred return is", "How the preferred return grows",
        default="compound", kind="choice",
        choices={"compound": ("复利", "compound"), "simple": ("单利", "simple")},
    )  # fmt: skip
    catch_up_rate: Rate = rate_asked(
        "追补比例", "Catch-up", "q: the sponsor's part of the catch-up; 0 when there is none",
        unit="part of 1", default=ZERO,
    )  # fmt: skip
    carried_rate: Rate = rate_asked(
        "超额分成比例", "Carried share", "s: the sponsor's share of the profit", unit="part of 1"
    )

    @model_validator(mode="after")
    def _catches_up(self) -> Self:
        if ZERO < self.catch_up_rate <= self.carried_rate:
            raise CatchUpTooLow.at(
                "catch_up_rate", given=shown(self.catch_up_rate), carry=shown(self.carried_rate)
            )
        if not any(each.capital_yuan for each in self.investors):
            raise NotPositive.at("investors.0.capital_yuan", given="0")
        return self


@dataclass(frozen=True, slots=True)
class Tier:
    """What one tier pays, in fen: to each investor in their order, and to the sponsor."""

    name_zh: str
    name_en: str
    formula: str
    investors_fen: tuple[int, ...]
    sponsor_fen: int

    @property
    def total_fen(self) -> int:
        """What the tier pays in all."""
        return sum(self.investors_fen) + self.sponsor_fen


@exactly
def tiers(given: WaterfallParameters) -> tuple[Tier, ...]:
    """The four tiers, in order; together they pay the proceeds, to the fen."""
    left = fen(given.proceeds_yuan)
    capital = [fen(each.capital_yuan) for each in given.investors]
    preferred = [fen(_preferred(given, each)) for each in given.investors]
    carried, caught = given.carried_rate, given.catch_up_rate
    catch_up = fen(yuan(sum(preferred)) * carried / (caught - carried)) if caught else 0
    plan = (
        ("本金返还", "Return of capital", "ΣC", sum(capital), capital, ZERO),
        ("优先回报", "Preferred return", "ΣP", sum(preferred), preferred, ZERO),
        ("追补", "Catch-up", "X = s·ΣP/(q−s)", catch_up, capital, caught),
        ("超额分成", "Split", "s : 1−s", None, capital, carried),
    )
    paid = []
    for name_zh, name_en, formula, due, weights, sponsor in plan:
        amount = left if due is None else min(left, due)
        left -= amount
        paid.append(Tier(name_zh, name_en, formula, *_shared(amount, weights, sponsor)))
    return tuple(paid)


def _preferred(given: WaterfallParameters, each: Investor) -> Decimal:
    rate, years = given.preferred_rate, each.held_years
    grown = (ONE + rate) ** years - ONE if given.interest == "compound" else rate * years
    return each.capital_yuan * grown


def _shared(amount: int, weights: Sequence[int], sponsor: Decimal) -> tuple[tuple[int, ...], int]:
    """A tier's amount: the sponsor's part, and the rest by weight."""
    part = int(sponsor * PARTS)
    rest, carried = largest_remainder(amount, [PARTS - part, part])
    if not any(weights):
        return (0,) * len(weights), carried
    return tuple(largest_remainder(rest, weights)), carried


@exactly
def compute(given: WaterfallParameters) -> Valuation:
    """Pay tier by tier; the figure is the proceeds, each party's sum a part."""
    paid = tiers(given)
    steps: list[Step] = []
    for tier in paid:
        steps.append(
            yuan_step(tier.name_zh, tier.name_en, tier.formula, yuan(tier.total_fen), "yuan")
        )
        for party, amount in zip(
            _parties(given), (*tier.investors_fen, tier.sponsor_fen), strict=True
        ):
            if amount:
                steps.append(
                    yuan_step(
                        f"{tier.name_zh}：{party[0]}", f"{tier.name_en}: {party[1]}", "",
                        yuan(amount), "yuan",
                    )
                )  # fmt: skip
    return settled(
        NAME, given, given.proceeds_yuan, steps, name_zh="分配合计", name_en="Distributed",
        formula="Σ", parts=_sums(given, paid), signed=True,
    )  # fmt: skip


def _parties(given: WaterfallParameters) -> list[tuple[str, str]]:
    """Who is paid, in Chinese and English: the investors in their order, then the sponsor."""
    named = [
        (each.label or f"出资方 {number}", each.label or f"Investor {number}")
        for number, each in enumerate(given.investors, start=1)
    ]
    return [*named, (given.sponsor or "管理方", given.sponsor or "Sponsor")]


def _sums(given: WaterfallParameters, paid: Sequence[Tier]) -> list[Step]:
    columns = zip(*((*tier.investors_fen, tier.sponsor_fen) for tier in paid), strict=True)
    return [
        yuan_step(zh, en, "Σ", yuan(sum(column)), "yuan")
        for (zh, en), column in zip(_parties(given), columns, strict=True)
    ]


METHOD: Final = Method(
    name=NAME,
    name_zh="退出分配",
    name_en="Exit waterfall",
    parameters=WaterfallParameters,
    compute=compute,
    standard="European waterfall",
    when_to_use_zh="项目退出时：先还本金，再付优先回报，追补后按比例分成",
    when_to_use_en="An exit: capital first, then the preferred return, the catch-up and the split",
    purpose="deal",
)
