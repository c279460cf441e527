"""Square metres and mu (亩) on pages, dm2 (0.01 m2) in the ledger: the one place of conversion.

1 mu = 2000/3 m2 = 200000/3 dm2, which is not whole: going to mu is exact as a fraction, coming
from mu rounds to the nearest dm2.
"""

from decimal import Decimal
from fractions import Fraction

from bank.figures import grouped, half_up, read_decimal, within_ledger

DM2_PER_M2 = 100
DM2_PER_MU = Fraction(2000, 3) * DM2_PER_M2
SQUARE_METRES_PER_HECTARE = 10_000


def mu(area_dm2: int) -> Fraction:
    """The area in mu, exactly."""
    return Fraction(area_dm2) / DM2_PER_MU


def m2(area_dm2: int) -> Decimal:
    """The area in m2, exactly."""
    return Decimal(area_dm2).scaleb(-2)


def dm2_from_mu(area_mu: Decimal | Fraction | int) -> int:
    """The nearest whole dm2 to an area in mu."""
    exact = Fraction(area_mu) * DM2_PER_MU
    return half_up(exact.numerator, exact.denominator)


def dm2_from_m2(area_m2: Decimal | Fraction | float) -> int:
    """The nearest whole dm2 to an area in m2, such as a polygon's."""
    exact = Fraction(area_m2) * DM2_PER_M2
    return half_up(exact.numerator, exact.denominator)


def parse_mu(text: str, *, field: str = "area") -> int:
    """The dm2 that a typed area in mu means, at most four decimals.

    Refuses: NotANumber, NegativeNumber, TooManyDecimals, TooLarge.
    """
    return within_ledger(dm2_from_mu(read_decimal(text, places=4, field=field)), field=field)


def parse_m2(text: str, *, field: str = "area") -> int:
    """The dm2 that a typed area in m2 means, at most two decimals. Refuses as `parse_mu`."""
    return within_ledger(dm2_from_m2(read_decimal(text, places=2, field=field)), field=field)


def format_mu(area_dm2: int, places: int = 2) -> str:
    """Mu with thousands separators, a half rounded up; 2 decimals on pages, 4 on certificates."""
    exact = mu(area_dm2) * 10**places
    return grouped(half_up(exact.numerator, exact.denominator), places)


def format_m2(area_dm2: int) -> str:
    """m2 with two decimals and thousands separators: exact."""
    return grouped(area_dm2, 2)


def format_hectares(area_dm2: int, places: int = 4) -> str:
    """Hectares (15 mu), a half rounded up."""
    exact = Fraction(area_dm2, DM2_PER_M2 * SQUARE_METRES_PER_HECTARE) * 10**places
    return grouped(half_up(exact.numerator, exact.denominator), places)
