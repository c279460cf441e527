"""Owns exactness: the decimal context of every method, and the rounding of money to fen."""

from collections.abc import Callable
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    localcontext,
)
from functools import wraps
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

CONTEXT: Final = Context(
    prec=50, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow]
)
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HALF: Final = Decimal("0.5")
FEN_PER_YUAN: Final = 100
LONGEST_SHOWN: Final = 30


def exactly(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function in our own decimal context, whatever context the caller has."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(CONTEXT):
            return function(*args, **kwargs)

    return run


@exactly
def fen(yuan: Decimal) -> int:
    """Yuan as whole fen, rounded once, half to even."""
    return int((yuan * FEN_PER_YUAN).to_integral_value(ROUND_HALF_EVEN))


@exactly
def yuan(quantity_fen: int) -> Decimal:
    """Whole fen as yuan, exactly."""
    return Decimal(quantity_fen) / FEN_PER_YUAN


@exactly
def shown(number: Decimal, places: int = 6) -> str:
    """A figure for the working: at most `places` decimals, no trailing zeros.

    Only a figure too long to read has an exponent.
    """
    if number.adjusted() > LONGEST_SHOWN:
        return f"{number:.6e}"
    text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"", "-0"} else text


def shown_yuan(amount: Decimal) -> str:
    """Yuan with two decimals, for the working."""
    return shown_fen(fen(amount))


def shown_fen(quantity_fen: int) -> str:
    """Fen as yuan with two decimals."""
    sign = "-" if quantity_fen < 0 else ""
    whole, part = divmod(abs(quantity_fen), FEN_PER_YUAN)
    return f"{sign}{whole}.{part:02d}"
