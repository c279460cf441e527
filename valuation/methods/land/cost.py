"""Owns 成本逼近法, the cost approach: what it takes to bring the land to its present state.

    V = (E + T + D + I + P)·(1+R)·y
    I = (E+T)·[(1+i)^t − 1] + Σ Dⱼ·[(1+i)^(t·(m−j+e)/m) − 1]      P = p·(E+T+D)
    y = 1 − (1+r)^−n, or 1 where no term is given

E acquisition, T taxes and fees, D development cost laid out in m equal stages of the development
period of t years (share Dⱼ in stage j; e = ½ in its middle, 1 at its start, 0 at its end), i
interest rate a year, p profit rate on E+T+D, R increment rate (土地增值收益率), y term factor with
land rate r and n *remaining* years. Money is yuan, for the whole asset or a unit of area.
Source: GB/T 18508-2014, 成本逼近法.
"""

from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ONE, ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.parameters import labelled
from valuation.methods.quantities import Rate, Share, Years, Yuan, as_items
from valuation.methods.result import Method, Valuation, factor_step, settled_by_area, yuan_step
from valuation.methods.wording import RATE_HINT_EN, RATE_HINT_ZH, timing_asked
from valuation.refusals import PairIncomplete, SharesDoNotSum

NAME: Final = "cost"


class CostParameters(PerArea):
    """Inputs of the cost approach.

    Refuses: SharesDoNotSum, PairIncomplete, AreaMissing, and what the field types refuse.
    """

    acquisition_yuan: Yuan = Field(
        description="Cost of acquiring the land, yuan",
        json_schema_extra=labelled("土地取得费", "Acquisition", unit="yuan"),
    )
    taxes_yuan: Yuan = Field(
        default=ZERO,
        description="Taxes and fees of acquiring it, yuan",
        json_schema_extra=labelled("税费", "Taxes and fees", unit="yuan"),
    )
    development_yuan: Yuan = Field(
        description="Cost of developing it, yuan",
        json_schema_extra=labelled("土地开发费", "Development", unit="yuan"),
    )
    development_years: Years = Field(
        description="Development period, years",
        json_schema_extra=labelled("开发周期", "Development period", unit="years"),
    )
    development_shares: Annotated[tuple[Share, ...], BeforeValidator(as_items)] = Field(
        default=(ONE,),
        min_length=1,
        max_length=100,
        description="Part of the development cost laid out in each equal stage of the period",
        json_schema_extra=labelled(
            "各期投入比例",
            "Outlay by stage",
            unit="part of 1",
            kind="list",
            hint_zh="按开发周期等分，各期投入的比例，如 40% 60%；合计 100%",
            hint_en="The period in equal stages, the part spent in each: 40% 60%; summing to 100 %",
        ),
    )
    timing: Timing = timing_asked(
        "各期投入时点",
        "Outlay within a stage",
        "When in its stage an outlay is made; in the middle bears interest for half of it",
        default="mid",
    )
    interest_rate: Rate = Field(
        description="Interest rate, a fraction a year, compound",
        json_schema_extra=labelled(
            "利息率", "Interest rate", unit="a year", hint_zh=RATE_HINT_ZH, hint_en=RATE_HINT_EN
        ),
    )
    profit_rate: Rate = Field(
        description="Profit rate on acquisition, taxes and development, a fraction",
        json_schema_extra=labelled(
            "投资利润率",
            "Profit rate",
            unit="part of 1",
            hint_zh=RATE_HINT_ZH,
            hint_en=RATE_HINT_EN,
        ),
    )
    increment_rate: Rate = Field(
        default=ZERO,
        description="Increment rate of the land (土地增值收益率), a fraction",
        json_schema_extra=labelled(
            "土地增值收益率",
            "Land increment rate",
            unit="part of 1",
            hint_zh=RATE_HINT_ZH,
            hint_en=RATE_HINT_EN,
        ),
    )
    term_years: Years | None = Field(
        default=None,
        description="Remaining years of the right; together with land_rate",
        json_schema_extra=labelled(
            "剩余年限",
            "Remaining years",
            unit="years",
            hint_zh="需作年期修正时，与土地还原率一并填写",
            hint_en="Where the term is limited, together with the land rate",
        ),
    )
    land_rate: Rate | None = Field(
        default=None,
        description="Capitalisation rate of land for the term factor, a fraction a year",
        json_schema_extra=labelled(
            "土地还原率", "Land rate", unit="a year", hint_zh=RATE_HINT_ZH, hint_en=RATE_HINT_EN
        ),
    )

    @model_validator(mode="after")
    def _shares_make_the_whole(self) -> Self:
        total = sum(self.development_shares, ZERO)
        if total != ONE:
            raise SharesDoNotSum.at("development_shares", total=shown(total))
        return self

    @model_validator(mode="after")
    def _term_with_its_rate(self) -> Self:
        if self.term_years is not None and not self.land_rate:
            raise PairIncomplete.at("land_rate", other_zh="剩余年限", other_en="remaining years")
        if self.land_rate is not None and self.term_years is None:
            raise PairIncomplete.at("term_years", other_zh="土地还原率", other_en="land rate")
        return self


def interest(given: CostParameters, entry: Decimal) -> Decimal:
    """Compound interest: on what buys the land for the whole period, on each stage from its day."""
    rate, years = given.interest_rate, given.development_years
    return entry * ((ONE + rate) ** years - ONE) + annuity.staged_interest(
        rate, given.development_yuan, given.development_shares, years, given.timing
    )


@exactly
def compute(given: CostParameters) -> Valuation:
    """Add up the costs, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    unit = given.price_unit
    entry = given.acquisition_yuan + given.taxes_yuan
    outlay = entry + given.development_yuan
    due = interest(given, entry)
    profit = outlay * given.profit_rate
    cost = outlay + due + profit
    increment = cost * given.increment_rate
    steps = [
        yuan_step(
            "取得费、税费与开发费", "Acquisition, taxes, development", "E + T + D", outlay, unit
        ),
        yuan_step("投资利息", "Interest", "I", due, unit),
        yuan_step("投资利润", "Profit", "P = p·(E+T+D)", profit, unit),
        yuan_step("土地增值收益", "Land increment", "(E+T+D+I+P)·R", increment, unit),
    ]
    factor = ONE
    if given.term_years is not None and given.land_rate is not None:
        factor = ONE - annuity.discount(given.land_rate, given.term_years)
        steps.append(factor_step("年期修正系数", "Term factor", "y = 1 − (1+r)^−n", factor))
    value = (cost + increment) * factor
    steps.append(yuan_step("成本价格", "Cost price", "v", value, unit))
    return settled_by_area(NAME, given, value, steps)


METHOD: Final = Method(
    name=NAME,
    name_zh="成本逼近法",
    name_en="Cost approach",
    parameters=CostParameters,
    compute=compute,
    standard="GB/T 18508-2014",
    when_to_use_zh="新开发或少有交易、收益难以确定的土地，如闲置集体建设用地、整治后的地块",
    when_to_use_en="Newly developed land, or land that is rarely traded and whose income is "
    "uncertain: idle collective construction land, consolidated plots",
)
