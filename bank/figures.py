"""Reading a decimal number the way people type it: full-width digits, thousands separators."""

import re
from decimal import Decimal

from database.refusals import Invalid

LARGEST = 2**63 - 1
"""What a ledger quantity can hold."""

NARROW = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: " ", 0xFFE5: "\N{YEN SIGN}"}
"""Full-width forms (U+FF01 to U+FF5E, the wide space and yen sign) to their narrow twins."""
NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.(?P<part>[0-9]+))?")


class NotANumber(Invalid):
    """What was typed is not a plain decimal number."""


class NegativeNumber(Invalid):
    """The number is below zero."""


class TooManyDecimals(Invalid):
    """The number is finer than the unit that is kept."""


class TooLarge(Invalid):
    """The number is beyond what the ledger holds."""


def narrow(text: str) -> str:
    """The text with full-width digits and signs as ASCII, and no space around it."""
    return text.translate(NARROW).strip()


def read_decimal(text: str, *, places: int, field: str) -> Decimal:
    """A number of at most `places` decimals, zero or more.

    Commas may stand only between groups of three. Refuses: NotANumber (also NaN, infinity,
    exponents), NegativeNumber, TooManyDecimals (trailing zeros are harmless).
    """
    found = NUMBER.fullmatch(narrow(text))
    if not found:
        raise NotANumber("a plain decimal number is needed", field=field, typed=text[:40])
    number = Decimal(found[0].replace(",", ""))
    if found["sign"] == "-" and number != 0:
        raise NegativeNumber("the number is below zero", field=field, typed=text[:40])
    if len((found["part"] or "").rstrip("0")) > places:
        raise TooManyDecimals(
            f"at most {places} decimals are kept", field=field, typed=text[:40], places=places
        )
    return abs(number)


def within_ledger(quantity: int, *, field: str) -> int:
    """The quantity itself. Refuses: TooLarge."""
    if quantity > LARGEST:
        raise TooLarge("the number is beyond what the ledger holds", field=field)
    return quantity


def grouped(scaled: int, places: int) -> str:
    """`scaled` / 10**places with thousands separators: grouped(123450, 2) is "1,234.50"."""
    whole, part = divmod(abs(scaled), 10**places)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole:,}.{part:0{places}d}" if places else f"{sign}{whole:,}"


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number to numerator / denominator; a half goes away from zero."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -size if numerator < 0 else size
