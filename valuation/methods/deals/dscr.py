"""Owns 偿债备付率, the debt service cover ratio of each year, and the least of them.

    DSCRᵢ = (Eᵢ − Tᵢ)/(Bᵢ + Iᵢ)

Eᵢ earnings of year i before interest, tax and depreciation (EBITDA), Tᵢ income tax, Bᵢ principal
and Iᵢ interest that fall due (yuan a year). A year in which nothing falls due has no ratio. The
figure is the least of the years; below 1 the year does not pay its debt.
Source: 建设项目经济评价方法与参数 (第三版), DSCR.
"""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AfterValidator

from valuation.methods.arithmetic import ZERO, exactly
from valuation.methods.deals.refusals import NoDebtService
from valuation.methods.parameters import Parameters, asked, name_of_row
from valuation.methods.quantities import SignedYuan, Yuan, some
from valuation.methods.result import Method, Result, Step, figure_step, stated, yuan_step

NAME: Final = "dscr"


class DebtYear(Parameters):
    """One year of earnings and debt service."""

    label: str = name_of_row("年份", "Year", "Which year")
    earnings_yuan: SignedYuan = asked(
        "息税折旧摊销前利润", "Earnings (EBITDA)", "E: EBITDA of the year, yuan", unit="yuan/year"
    )
    tax_yuan: Yuan = asked(
        "企业所得税", "Income tax", "T: income tax, yuan", default=ZERO, unit="yuan/year"
    )
    principal_yuan: Yuan = asked(
        "应还本金", "Principal", "B: principal that falls due, yuan",
        default=ZERO, unit="yuan/year",
    )  # fmt: skip
    interest_yuan: Yuan = asked(
        "应付利息", "Interest", "I: interest that falls due, yuan", default=ZERO, unit="yuan/year"
    )

    def service(self) -> Decimal:
        """B + I."""
        return self.principal_yuan + self.interest_yuan


class DscrParameters(Parameters):
    """Inputs of the debt service cover; refused as the field types refuse."""

    years: Annotated[tuple[DebtYear, ...], AfterValidator(some)] = asked(
        "各年", "Years", "The years, each with earnings and debt service", kind="rows", most=200
    )


@exactly
def compute(given: DscrParameters) -> Result:
    """The least ratio; each year's is a part. Refuses: NoDebtService."""
    steps: list[Step] = []
    parts: list[Step] = []
    ratios: list[Decimal] = []
    for number, each in enumerate(given.years, start=1):
        tail = f" {each.label}" if each.label else ""
        zh, en = f"第 {number} 年{tail}", f"Year {number}{tail}"
        available = each.earnings_yuan - each.tax_yuan
        steps += [
            yuan_step(f"{zh} 可用于还本付息", f"{en}, available", "E − T", available, "yuan"),
            yuan_step(f"{zh} 应还本付息", f"{en}, debt service", "B + I", each.service(), "yuan"),
        ]
        if each.service() > ZERO:
            ratios.append(available / each.service())
            parts.append(figure_step(zh, en, "(E − T)/(B + I)", ratios[-1], "times"))
    if not ratios:
        raise NoDebtService.at("years.0.principal_yuan")
    return stated(
        NAME, given, min(ratios), [*steps, *parts], name_zh="最低偿债备付率",
        name_en="Least debt service cover", formula="min DSCR", unit="times", parts=parts,
    )  # fmt: skip


METHOD: Final = Method(
    name=NAME,
    name_zh="偿债备付率",
    name_en="Debt service cover (DSCR)",
    parameters=DscrParameters,
    compute=compute,
    standard="建设项目经济评价方法与参数（第三版）",
    when_to_use_zh="项目每年的资金能否偿还到期本息",
    when_to_use_en="Whether each year of a project pays the debt that falls due in it",
    purpose="deal",
    unit="times",
)
