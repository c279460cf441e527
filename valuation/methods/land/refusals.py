"""Refusals of the methods that value land by its price or by what is built on it."""

from valuation.refusals import BadInputs


class CoefficientsTooLow(BadInputs):
    """Corrections that leave nothing of a price."""

    zh = "修正系数合计 {total}，价格不再大于零"
    en = "corrections of {total} together leave nothing of the price"


class TermPastGrant(BadInputs):
    """More years remain than were granted."""

    zh = "剩余年限 {left} 年超过法定年限 {full} 年"
    en = "{left} years cannot remain of {full}"


class NothingLeft(BadInputs):
    """What is built does not even pay for its own cost."""

    zh = "扣除各项成本后余额为 {left} 元，没有可归于土地的价值"
    en = "after all costs {left} yuan are left: nothing for the land"


class TwoTermFactors(BadInputs):
    """A term factor is given, and also what it would be computed from."""

    zh = "年期修正系数与还原率、年限只填一种"
    en = "give the term factor, or the rate and years it follows from: not both"
