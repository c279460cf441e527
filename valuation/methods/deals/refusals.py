"""Refusals of the methods that deals need."""

from valuation.refusals import BadInputs


class DatesOutOfOrder(BadInputs):
    """A day that lies before the one above it."""

    zh = "日期 {given} 早于上一行的 {before}，请按先后填写"
    en = "{given} lies before {before} in the row above: write them in order of time"


class NoSignChange(BadInputs):
    """Payments of one sign only: there is nothing to bring into balance."""

    zh = "现金流须有支出（负数）也有收入（正数）"
    en = "the flows need money paid (below zero) and money received (above zero)"


class NoRate(BadInputs):
    """No rate of return exists for these payments."""

    zh = "这些现金流没有内部收益率"
    en = "these flows have no rate of return"


class SeveralRates(BadInputs):
    """More than one rate of return exists, so none of them can be the answer."""

    zh = "这些现金流有多个内部收益率：{rates}；请改用净现值"
    en = "these flows have several rates of return: {rates}; use a net present value instead"


class TooManyTurns(BadInputs):
    """Flows that change their sign more often than all rates of return can be sought for."""

    zh = "现金流正负变换 {given} 次，超过 {most} 次，无法求出全部内部收益率；请改用净现值"
    en = (
        "the flows change their sign {given} times, more than {most}: too often to find all rates "
        "of return; use a net present value instead"
    )


class NeverPaidBack(BadInputs):
    """What was paid never comes back within the flows given."""

    zh = "在所列各期内未能回收，仍差 {short} 元"
    en = "it is not paid back within the flows given: {short} yuan are short"


class NoDebtService(BadInputs):
    """No principal and no interest falls due."""

    zh = "各期均无应还本息，无法计算偿债备付率"
    en = "no debt service falls due, so there is nothing to cover"


class CatchUpTooLow(BadInputs):
    """A catch-up that never catches up."""

    zh = "追补比例 {given} 必须高于超额分成比例 {carry}"
    en = "a catch-up of {given} must be above the carried share of {carry}"


class RateBeyondReason(BadInputs):
    """The only rate of return is so close to a total loss, or so high, that it means nothing."""

    zh = "内部收益率 {rate} 超出合理范围（{low} 至 {high}），请检查金额与日期"
    en = "a rate of return of {rate} is beyond reason ({low} to {high}): check amounts and dates"
