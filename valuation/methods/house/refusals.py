"""Refusals of the methods that value houses and leases."""

from valuation.refusals import BadInputs


class AgePastLife(BadInputs):
    """Something is older than it lasts."""

    zh = "已使用 {age} 年，超过耐用年限 {life} 年"
    en = "at age {age} it is past its life of {life} years"


class OneMeasureWanted(BadInputs):
    """The wear of a part is to be told in one way, not in several or none."""

    zh = "损耗须用一种方式填写：评分、已使用与耐用年限，或损耗金额"
    en = "tell the wear in one way: a score, age and life, or an amount"


class LossPastCost(BadInputs):
    """A part loses more than it costs."""

    zh = "损耗 {loss} 元超过重置价格 {cost} 元"
    en = "a loss of {loss} yuan is more than the cost of {cost}"


class LeaseholdWithoutGain(BadInputs):
    """The tenant pays the market rent or more: the lease is worth nothing to her."""

    zh = "合同租金 {contract} 不低于市场租金 {market}，承租人没有权益"
    en = "a contract rent of {contract} leaves the tenant no gain on a market rent of {market}"
