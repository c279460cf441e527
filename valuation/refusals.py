"""Every refusal of the valuation package, with its words in Chinese and English."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar, Self

from database.refusals import Invalid, NotFound

# --- methods -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one input; `field` is a path such as `rate` or `comparables.0.price_yuan`.

    An empty field means the inputs taken together.
    """

    field: str
    code: str
    message_zh: str
    message_en: str


class UnknownMethod(NotFound):
    """No valuation method has that name."""


class BadInputs(Invalid):
    """Some inputs of a method are at fault: one `Problem` each, in `problems` and in the facts.

    A single problem of a known sort is raised as the subclass that names it.
    """

    zh: ClassVar[str] = "填写的内容有误"
    en: ClassVar[str] = "the inputs are at fault"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "; ".join(": ".join(filter(None, (p.field, p.message_en))) for p in problems),
            field=problems[0].field or None,
            problems=[asdict(each) for each in problems],
        )
        self.problems = tuple(problems)

    @classmethod
    def problem(cls, field: str, /, **facts: object) -> Problem:
        """This refusal's sentence about one field."""
        return Problem(field, cls.code, cls.zh.format(**facts), cls.en.format(**facts))

    @classmethod
    def at(cls, field: str, /, **facts: object) -> Self:
        """The refusal, naming the field at fault; `facts` fill the sentence."""
        return cls([cls.problem(field, **facts)])


class NotANumber(BadInputs):
    """A number was asked for."""

    zh = "请填写数字，收到的是“{given}”"
    en = "write a number, not “{given}”"


class NotAWholeNumber(BadInputs):
    """A whole number was asked for."""

    zh = "请填写整数，收到的是“{given}”"
    en = "write a whole number, not “{given}”"


class NumberOutOfRange(BadInputs):
    """A number lies outside what makes sense for its field."""

    zh = "数值 {given} 超出范围（{low} 至 {high}）"
    en = "{given} is out of range ({low} to {high})"


class NotPositive(BadInputs):
    """A number has to be above zero."""

    zh = "必须大于零，收到的是 {given}"
    en = "must be above zero, not {given}"


class RateNegative(BadInputs):
    """A rate below zero."""

    zh = "比率不能为负，收到的是 {given}"
    en = "a rate cannot be negative, not {given}"


class RateAbsurd(BadInputs):
    """A rate above one hundred per cent: most often a percentage written as a fraction."""

    zh = "比率 {given} 超过 100%；6% 请写作 6% 或 0.06"
    en = "a rate of {given} is above 100 %; write six per cent as 6% or 0.06"


class TooManyDecimals(BadInputs):
    """A rate or a term written to more decimals than the arithmetic promises."""

    zh = "小数位数过多（最多 {most} 位）"
    en = "too many decimals (at most {most})"


class TermNotPositive(BadInputs):
    """A term of no years, or fewer."""

    zh = "年限必须大于零，收到的是 {given}"
    en = "a term must be longer than zero years, not {given}"


class TermMissing(BadInputs):
    """A value over a term, without the term."""

    zh = "请填写剩余年限；无限年期请选“无限年期”"
    en = "give the remaining years, or choose perpetual"


class TermNotWanted(BadInputs):
    """A perpetual value, with a term."""

    zh = "选择无限年期时不要填写年限"
    en = "a perpetual value takes no term"


class AreaMissing(BadInputs):
    """Amounts per unit of area, without the area."""

    zh = "金额按单位面积填写时，请填写面积"
    en = "amounts per unit of area need the area"


class NetIncomeNotPositive(BadInputs):
    """Expense eats the income: there is nothing to capitalise."""

    zh = "年费用 {expense} 不低于年收益 {income}，没有可还原的净收益"
    en = "yearly expense {expense} leaves nothing of yearly income {income} to capitalise"


class GrowthNotBelowRate(BadInputs):
    """A perpetual income that grows as fast as it is discounted has no finite value."""

    zh = "无限年期时，增长率 {growth} 必须低于还原率 {rate}"
    en = "in perpetuity the growth {growth} must stay below the rate {rate}"


class TwoGrowths(BadInputs):
    """Growth is given in more than one way."""

    zh = "逐年列出、每年增加额、增长率只能选一种"
    en = "give a list of years, a yearly increase or a growth rate: one of them"


class IncomeRunsOut(BadInputs):
    """A falling income turns negative before the term ends."""

    zh = "按此递减，净收益在期满前变为负数"
    en = "falling so, net income turns negative before the term ends"


class WholeYearsWanted(BadInputs):
    """A year-by-year pattern needs a term in whole years."""

    zh = "按年变化的收益，年限须为整数，收到的是 {given}"
    en = "an income that changes by the year needs whole years, not {given}"


class ListedPastTerm(BadInputs):
    """More years are listed than the term has."""

    zh = "列出了 {listed} 年，超过年限 {term} 年"
    en = "{listed} years are listed in a term of {term}"


class AgePastRotation(BadInputs):
    """The stand is older than its life: no income is left to value."""

    zh = "林龄 {age} 年已超过经营期 {rotation} 年"
    en = "at age {age} the stand is past its life of {rotation} years"


class SharesDoNotSum(BadInputs):
    """Parts of a whole that do not make the whole."""

    zh = "各项之和应为 100%，现为 {total}"
    en = "the parts must sum to 1 (100 %), not {total}"


class PairIncomplete(BadInputs):
    """One of two inputs that only mean something together."""

    zh = "须与“{other_zh}”一并填写"
    en = "this goes together with: {other_en}"


class ComparablesMissing(BadInputs):
    """A market comparison with nothing to compare with."""

    zh = "请至少填写一个可比实例"
    en = "give at least one comparable"


class WeightMissing(BadInputs):
    """A weighted reconciliation needs a weight for every comparable."""

    zh = "选择加权平均时，每个可比实例都要填写权重"
    en = "a weighted mean needs a weight for every comparable"


class WeightNotWanted(BadInputs):
    """A weight that the stated reconciliation would ignore."""

    zh = "只有加权平均才使用权重，请清除或改选加权平均"
    en = "only a weighted mean uses weights: clear it, or choose the weighted mean"


class WorthNothing(BadInputs):
    """The computation ends at or below zero."""

    zh = "按所填内容，估值为 {value} 元，不大于零"
    en = "by these inputs the value is {value} yuan, not above zero"


class ValueTooLarge(BadInputs):
    """The value is beyond what the ledger can hold."""

    zh = "估值超出账本可记的范围，请检查单位"
    en = "the value is beyond what the ledger can hold: check the units"


class SwapSideEmpty(BadInputs):
    """A swap with nothing on one side."""

    zh = "置换双方都要有资产"
    en = "a swap needs assets on both sides"


class MixedBaseDates(BadInputs):
    """The two sides of a swap are valued on different dates."""

    zh = "置换双方须采用同一估价期日，现有：{dates}"
    en = "both sides of a swap are valued on one base date, not on {dates}"


class NoMoney(BadInputs):
    """A value in money was asked of a method that gives a rate, a share or a time."""

    zh = "此方法给出的不是金额"
    en = "this method does not give an amount of money"


class RowsMissing(BadInputs):
    """A list of rows without any."""

    zh = "请至少填写一行"
    en = "give at least one row"


class SharesExceedWhole(BadInputs):
    """Parts of a whole that are more than the whole."""

    zh = "各项之和不得超过 100%，现为 {total}"
    en = "the parts must not exceed 1 (100 %), they are {total}"


class NotADate(BadInputs):
    """A day was asked for."""

    zh = "请填写日期，如 2026-01-31，收到的是“{given}”"
    en = "write a day such as 2026-01-31, not “{given}”"


class NotInFen(BadInputs):
    """An amount of money finer than a fen."""

    zh = "金额精确到分，收到的是 {given}"
    en = "an amount of money has at most two decimals, not {given}"


class NothingVaried(BadInputs):
    """A method without a rate, a price or a term to vary."""

    zh = "此方法没有可变动的比率、价格或年限"
    en = "this method has no rate, price or term to vary"
