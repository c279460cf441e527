"""The rulebook in words: topics, and a rule's value with its unit as one would say it."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from flask_babel import LazyString, gettext, lazy_gettext as _

from bank.money import format_yuan
from bank.rules import Rule
from web.locale import chinese

TOPICS: Final[dict[str, LazyString]] = {
    "consent": _("Who must agree"),
    "notice": _("Notices, and thinking again"),
    "appraisal": _("Appraisals"),
    "commission": _("Commissions"),
    "terms": _("For how long"),
    "money": _("Money, shares and withdrawals"),
    "zones": _("Control zones under the land"),
    "practice": _("How this bank works"),
}
UNITS: Final[dict[str, LazyString]] = {
    "days": _("%(value)s days"),
    "working_days": _("%(value)s working days"),
    "months": _("%(value)s months"),
    "years": _("%(value)s years"),
    "minutes": _("%(value)s minutes"),
    "people": _("%(value)s people"),
    "holders": _("%(value)s holders"),
    "methods": _("%(value)s methods"),
    "vertices": _("%(value)s corners"),
    "photos": _("%(value)s photos"),
    "files": _("%(value)s files"),
    "mb": _("%(value)s MB"),
    "rows": _("%(value)s rows"),
    "deposits": _("%(value)s deposits"),
    "characters": _("%(value)s characters"),
    "times": _("%(value)s times"),
    "m": _("%(value)s m"),
    "m2": _("%(value)s m²"),
}
DIGITS: Final = "零一二三四五六七八九十"


def value_words(rule: Rule) -> str:
    """The rule's value with its unit: 15 days, two thirds, 30%, ¥1.00, yes."""
    value = rule.value
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, Fraction):
        return _fraction(value)
    if rule.unit == "ratio":
        return f"{Decimal(value) * 100:f}".rstrip("0").rstrip(".") + "%"
    if rule.unit == "fen":
        return str(gettext("¥%(amount)s", amount=format_yuan(int(value))))
    number = f"{value:,}" if isinstance(value, int) else f"{value:f}"
    return str(UNITS[rule.unit]) % {"value": number}


def _fraction(value: Fraction) -> str:
    if chinese() and value.denominator <= 10:
        return f"{DIGITS[value.denominator]}分之{DIGITS[value.numerator]}"
    return f"{value.numerator}/{value.denominator}"
