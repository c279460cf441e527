"""Owns 承租人权益, the leasehold: what a lease below the market rent is worth to its tenant.

    V = (Rm − Rc)·a(r,n)·(1+r)^e      a(r,n) = [1−(1+r)^−n]/r

Rm market rent, Rc contract rent (yuan a year, for the whole or a unit of area), r rate a year, n
*remaining* years of the lease, e = 0, ½ or 1 for rent due at the end, in the middle or at the start
of the year. With g, the market's growth a year, Rm grows from year to year while Rc stays:
V = [Rm·a(r,n,g) − Rc·a(r,n)]·(1+r)^e, a(r,n,g) = [1−((1+g)/(1+r))^n]/(r−g), n/(1+r) when g = r.
Source: GB/T 50291-2015, 收益法 (租约限制, 承租人权益).
"""

from typing import Final, Self

from pydantic import model_validator

from valuation.methods import annuity
from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import ZERO, exactly, shown
from valuation.methods.extent import PerArea
from valuation.methods.house.refusals import LeaseholdWithoutGain
from valuation.methods.parameters import asked
from valuation.methods.quantities import GrowthRate, PositiveYuan, Rate, Years, Yuan
from valuation.methods.result import Method, Valuation, factor_step, settled_by_area, yuan_step
from valuation.methods.wording import rate_asked, timing_asked

NAME: Final = "leasehold"


class LeaseholdParameters(PerArea):
    """Inputs of the leasehold.

    Refuses: LeaseholdWithoutGain, AreaMissing, and what the field types refuse.
    """

    market_rent_yuan: PositiveYuan = asked(
        "市场租金", "Market rent", "Rm: market rent of the first year, yuan", unit="yuan/year"
    )
    contract_rent_yuan: Yuan = asked(
        "合同租金", "Contract rent", "Rc: rent by the contract, yuan a year", unit="yuan/year"
    )
    rate: Rate = rate_asked("报酬率", "Rate", "r: rate, a fraction a year (0.06 = 6 %)")
    term_years: Years = asked(
        "剩余租期", "Remaining years", "n: remaining years of the lease", unit="years",
        hint_zh="从估价期日起的剩余租期", hint_en="Left of the lease from the valuation date",
    )  # fmt: skip
    timing: Timing = timing_asked(
        "租金支付时点", "Rent falls due", "When in the year the rent falls due"
    )
    growth_rate: GrowthRate = rate_asked(
        "市场租金年增长率", "Growth of the market rent", "g: growth a year of the market rent",
        default=ZERO,
    )  # fmt: skip

    @model_validator(mode="after")
    def _tenant_gains(self) -> Self:
        if self.market_rent_yuan <= self.contract_rent_yuan and self.growth_rate <= ZERO:
            raise LeaseholdWithoutGain.at(
                "contract_rent_yuan",
                contract=shown(self.contract_rent_yuan),
                market=shown(self.market_rent_yuan),
            )
        return self


@exactly
def compute(given: LeaseholdParameters) -> Valuation:
    """Value the gain, as the module says. Refuses: WorthNothing, ValueTooLarge."""
    level = annuity.annuity(given.rate, given.term_years)
    market = annuity.growing(given.rate, given.growth_rate, given.term_years)
    shift = annuity.timing_factor(given.rate, given.timing)
    gain = given.market_rent_yuan - given.contract_rent_yuan
    value = (given.market_rent_yuan * market - given.contract_rent_yuan * level) * shift
    steps = [
        yuan_step("首年租金差额", "Gain of the first year", "Rm − Rc", gain, given.yearly_unit),
        factor_step("市场租金现值系数", "Annuity of the market rent", "a(r,n,g)", market),
        factor_step("合同租金现值系数", "Annuity of the contract rent", "a(r,n)", level),
        factor_step("支付时点修正", "Timing of rent", "(1+r)^e", shift),
        yuan_step("承租人权益", "Leasehold", "v", value, given.price_unit),
    ]
    return settled_by_area(NAME, given, value, steps)


METHOD: Final = Method(
    name=NAME,
    name_zh="承租人权益",
    name_en="Leasehold",
    parameters=LeaseholdParameters,
    compute=compute,
    standard="GB/T 50291-2015",
    when_to_use_zh="合同租金低于市场租金的租赁权",
    when_to_use_en="A lease whose rent is below the market's",
)
