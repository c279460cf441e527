"""Owns how an input is read: text to exact decimals, and the annotated types of the parameters.

A number may be an int, a Decimal or text: `0.06`, `6%`, `1,250,000.50`, and for a factor
`100/105`; full-width digits are read as well. A float from a JSON body is read by its shortest
text, so that 0.06 is exactly six hundredths.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, TypeVar, cast

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from valuation.methods.arithmetic import CONTEXT, ONE, ZERO
from valuation.refusals import (
    BadInputs,
    NotADate,
    NotANumber,
    NotAWholeNumber,
    NotInFen,
    NotPositive,
    NumberOutOfRange,
    RateAbsurd,
    RateNegative,
    RowsMissing,
    TermNotPositive,
    TooManyDecimals,
)

Row = TypeVar("Row")

LONGEST_NUMBER: Final = 72
LONGEST_QUOTED: Final = 24
RATE_DECIMALS: Final = 12
YEAR_DECIMALS: Final = 6
GREATEST_AMOUNT: Final = Decimal(10) ** 15
GREATEST_FACTOR: Final = Decimal(100)
LONGEST_TERM: Final = Decimal(1000)
CENT: Final = Decimal("0.01")

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", re.IGNORECASE | re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_BETWEEN_ITEMS = re.compile(r"[,、;\s]+")


def wrong(refusal: type[BadInputs], **facts: str) -> PydanticCustomError:
    """A refusal as pydantic carries it, so that several fields can be told at once."""
    return PydanticCustomError(cast(Any, refusal.code), cast(Any, refusal.en), dict(facts))


def as_decimal(value: object) -> Decimal:
    """Read a number exactly. Refuses: NotANumber."""
    text = _text_of(value)
    if text.endswith("%"):
        return CONTEXT.divide(_plain(text[:-1].rstrip(), value), Decimal(100))
    return _plain(text, value)


def as_factor(value: object) -> Decimal:
    """Read a correction factor, which may be a quotient such as 100/105. Refuses: NotANumber."""
    above, stroke, below = _text_of(value).partition("/")
    if not stroke:
        return as_decimal(value)
    divisor = _plain(below.strip(), value)
    if divisor == ZERO:
        raise wrong(NotANumber, given=_short(value))
    return CONTEXT.divide(_plain(above.strip(), value), divisor)


def as_whole(value: object) -> int:
    """Read a whole number. Refuses: NotANumber, NotAWholeNumber."""
    number = as_decimal(value)
    if number != number.to_integral_value():
        raise wrong(NotAWholeNumber, given=_short(value))
    return int(number)


def as_items(value: object) -> object:
    """Text such as `30, 32, 35` becomes its items; in a list a comma always separates."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip()
        return tuple(item for item in _BETWEEN_ITEMS.split(text) if item)
    return value


def as_day(value: object) -> date:
    """Read a day: a date, or text such as `2026-01-31`. Refuses: NotADate."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", str(value)).strip())
    except ValueError:
        raise wrong(NotADate, given=_short(value)) from None


def some(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows or items of a list that may not be empty. Refuses: RowsMissing."""
    if not rows:
        raise wrong(RowsMissing)
    return rows


def _text_of(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise wrong(NotANumber, given=_short(value))
    if isinstance(value, int) and abs(value) >= GREATEST_AMOUNT * 10:
        raise wrong(NotANumber, given="…")
    return unicodedata.normalize("NFKC", str(value)).strip()


def _plain(text: str, given: object) -> Decimal:
    if len(text) > LONGEST_NUMBER or not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)):
        raise wrong(NotANumber, given=_short(given))
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise wrong(NotANumber, given=_short(given)) from None


def _short(value: object) -> str:
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= LONGEST_QUOTED else text[:LONGEST_QUOTED] + "…"


def _shown(number: Decimal) -> str:
    text = f"{number.normalize(CONTEXT):f}"
    return text if len(text) <= LONGEST_NUMBER // 2 else f"{number:.3e}"


def _between(low: Decimal, high: Decimal) -> Callable[[Decimal], Decimal]:
    def check(number: Decimal) -> Decimal:
        if not low <= number <= high:
            raise wrong(NumberOutOfRange, given=_shown(number), low=_shown(low), high=_shown(high))
        return number

    return check


def _above_zero(refusal: type[BadInputs]) -> Callable[[Decimal], Decimal]:
    def check(number: Decimal) -> Decimal:
        if number <= ZERO:
            raise wrong(refusal, given=_shown(number))
        return number

    return check


def _rate(number: Decimal) -> Decimal:
    if number < ZERO:
        raise wrong(RateNegative, given=_shown(number))
    return _at_most_one(number)


def _growth(number: Decimal) -> Decimal:
    if number <= -ONE:
        raise wrong(NumberOutOfRange, given=_shown(number), low="-1", high="1")
    return _at_most_one(number)


def _at_most_one(number: Decimal) -> Decimal:
    if number > ONE:
        raise wrong(RateAbsurd, given=_shown(number))
    return _written_short(number, RATE_DECIMALS)


def _term(number: Decimal) -> Decimal:
    return _written_short(number, YEAR_DECIMALS)


def _written_short(number: Decimal, most: int) -> Decimal:
    exponent = number.normalize(CONTEXT).as_tuple().exponent
    if isinstance(exponent, int) and -exponent > most:
        raise wrong(TooManyDecimals, most=str(most))
    return number


def _in_fen(number: Decimal) -> Decimal:
    if number != number.quantize(CENT, context=CONTEXT):
        raise wrong(NotInFen, given=_shown(number))
    return number


def _count(number: int) -> int:
    if not 1 <= number <= GREATEST_AMOUNT:
        raise wrong(NumberOutOfRange, given=str(number), low="1", high=_shown(GREATEST_AMOUNT))
    return number


def _years_of_age(number: int) -> int:
    if not 0 <= number <= LONGEST_TERM:
        raise wrong(NumberOutOfRange, given=str(number), low="0", high=_shown(LONGEST_TERM))
    return number


_TEXT = WithJsonSchema({"type": "string", "description": "a decimal number, written as text"})
_READ = BeforeValidator(as_decimal)

Yuan = Annotated[Decimal, _READ, AfterValidator(_between(ZERO, GREATEST_AMOUNT)), _TEXT]
"""Yuan, zero or more."""
SignedYuan = Annotated[
    Decimal, _READ, AfterValidator(_between(-GREATEST_AMOUNT, GREATEST_AMOUNT)), _TEXT
]
"""Yuan of either sign."""
PositiveYuan = Annotated[
    Decimal,
    _READ,
    AfterValidator(_above_zero(NotPositive)),
    AfterValidator(_between(ZERO, GREATEST_AMOUNT)),
    _TEXT,
]
"""Yuan, above zero."""
Rate = Annotated[Decimal, _READ, AfterValidator(_rate), _TEXT]
"""A fraction a year or of a whole: 0 to 1, at most twelve decimals."""
GrowthRate = Annotated[Decimal, _READ, AfterValidator(_growth), _TEXT]
"""A fraction a year that may be negative: above −1, at most 1."""
Years = Annotated[
    Decimal,
    _READ,
    AfterValidator(_above_zero(TermNotPositive)),
    AfterValidator(_between(ZERO, LONGEST_TERM)),
    AfterValidator(_term),
    _TEXT,
]
"""Years, above zero, at most six decimals: broken years are allowed."""
Age = Annotated[int, BeforeValidator(as_whole), AfterValidator(_years_of_age)]
"""Whole years, zero or more."""
YearsOrNone = Annotated[
    Decimal, _READ, AfterValidator(_between(ZERO, LONGEST_TERM)), AfterValidator(_term), _TEXT
]
"""Years, zero or more, at most six decimals."""
Positive = Annotated[
    Decimal,
    _READ,
    AfterValidator(_above_zero(NotPositive)),
    AfterValidator(_between(ZERO, GREATEST_AMOUNT)),
    _TEXT,
]
"""A quantity above zero: an area, a volume, a length."""
Quantity = Annotated[Decimal, _READ, AfterValidator(_between(ZERO, GREATEST_AMOUNT)), _TEXT]
"""A quantity, zero or more."""
AreaMu = Positive
"""Area in mu (亩), above zero."""
FenYuan = Annotated[Yuan, AfterValidator(_in_fen)]
"""Yuan to the fen, zero or more."""
SignedFenYuan = Annotated[SignedYuan, AfterValidator(_in_fen)]
"""Yuan to the fen, of either sign."""
Count = Annotated[int, BeforeValidator(as_whole), AfterValidator(_count)]
"""A whole number, one or more."""
Day = Annotated[date, BeforeValidator(as_day)]
"""A day of the calendar."""
Factor = Annotated[
    Decimal,
    BeforeValidator(as_factor),
    AfterValidator(_above_zero(NotPositive)),
    AfterValidator(_between(ZERO, GREATEST_FACTOR)),
    _TEXT,
]
"""A multiplier, above zero; may be written as a quotient."""
Share = Annotated[
    Decimal,
    BeforeValidator(as_factor),
    AfterValidator(_above_zero(NotPositive)),
    AfterValidator(_between(ZERO, ONE)),
    _TEXT,
]
"""A part of a whole: above 0, at most 1."""
SignedShare = Annotated[
    Decimal, BeforeValidator(as_factor), AfterValidator(_between(-ONE, ONE)), _TEXT
]
"""A part of a whole of either sign: −1 to 1."""
