"""The structure of the codes people bring: resident ids, credit codes, unit codes, phones.

Structure, dates and check digits are checked; places are not, since ids keep the division codes of
the year they were issued in. No refusal carries the code itself.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from stdnum.cn import ric, uscc

from bank.figures import narrow
from database.refusals import Invalid

OLDEST: Final = date(1850, 1, 1)
CREDIT_ALPHABET: Final = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
COLLECTIVE_LEVELS: Final = {"1": "group", "2": "village", "3": "township", "9": "other"}


class WrongLength(Invalid):
    """The code has too few or too many characters."""


class WrongCharacter(Invalid):
    """A character that cannot stand at its place; `place` counts from 1."""


class WrongDate(Invalid):
    """The code holds a day of birth that does not exist, is to come, or is too long ago."""


class WrongCheckDigit(Invalid):
    """The last character does not fit the others: most likely a typing mistake."""


class UnitElsewhere(Invalid):
    """The unit lies in another county: `county`, where `needed` is this one's code."""


class WrongPhone(Invalid):
    """Not a mobile phone number of the mainland."""


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A resident identity number (GB 11643-1999) and the birthday it holds."""

    number: str
    born_on: date


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A unified social credit code (GB 32100-2015).

    `collective` is group, village, township or other for a rural collective (N codes), else None.
    """

    number: str
    collective: str | None


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A real estate unit code (GB/T 37346-2019): its county, its parcel, and what stands on it."""

    number: str

    @property
    def county(self) -> str:
        """The division code of six digits."""
        return self.number[:6]

    @property
    def parcel(self) -> str:
        """The parcel code of 19 characters."""
        return self.number[:19]

    @property
    def land_only(self) -> bool:
        """Whether nothing fixed to the land belongs to the unit (W in place 20)."""
        return self.number[19] == "W"


def _compact(text: str) -> str:
    return re.sub(r"[\s-]", "", narrow(text)).upper()


def _sized(text: str, length: int, field: str) -> str:
    code = _compact(text)
    if len(code) != length:
        raise WrongLength(
            f"the code has {length} characters", field=field, needed=length, got=len(code)
        )
    return code


def _matching(code: str, allowed: list[frozenset[str]], field: str) -> None:
    for place, (character, fit) in enumerate(zip(code, allowed, strict=True), start=1):
        if character not in fit:
            raise WrongCharacter(
                f"place {place} cannot hold that character", field=field, place=place
            )


DIGITS: Final = frozenset("0123456789")
SURVEYED_FOR: Final = frozenset("ABCDEFGHLNSWXY")


def read_resident_id(text: str, *, on: date, field: str = "id_number") -> ResidentId:
    """A resident id of 18 characters, as seen on the day `on`; a small x and spaces are fine.

    Refuses: WrongLength, WrongCharacter, WrongDate, WrongCheckDigit.
    """
    number = _sized(text, 18, field)
    _matching(number, [DIGITS] * 17 + [DIGITS | {"X"}], field)
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise WrongDate("the id holds a day that does not exist", field=field) from None
    if not OLDEST <= born_on <= on:
        raise WrongDate("the id holds an impossible birthday", field=field)
    if ric.calc_check_digit(number) != number[-1]:
        raise WrongCheckDigit("the last character does not fit the others", field=field)
    return ResidentId(number, born_on)


def read_credit_code(text: str, *, field: str = "uscc") -> CreditCode:
    """A unified social credit code of 18 characters, those of rural collectives (N) included.

    Refuses: WrongLength, WrongCharacter (I, O, S, V and Z are never used), WrongCheckDigit.
    """
    number = _sized(text, 18, field)
    kinds = frozenset(COLLECTIVE_LEVELS) if number[0] == "N" else CREDIT_ALPHABET
    _matching(number, [CREDIT_ALPHABET, kinds] + [DIGITS] * 6 + [CREDIT_ALPHABET] * 10, field)
    if uscc.calc_check_digit(number) != number[-1]:
        raise WrongCheckDigit("the last character does not fit the others", field=field)
    return CreditCode(number, COLLECTIVE_LEVELS[number[1]] if number[0] == "N" else None)


def read_unit_code(text: str, *, field: str = "unit_code") -> UnitCode:
    """A real estate unit code of 28 characters: 6 + 3 + 3 + 2 + 5 + 1 + 8.

    Place 13 says who owns the land (G state, J collective, Z not settled), place 14 what right it
    was surveyed for (A collective ownership, never of state land; B, S, X construction; C
    homestead; D, E, F farmland, woodland, grassland under contract; L, N woodland and farmland
    otherwise; H, G sea and islands; W open; Y other), place 20 what stands on it (F building, L
    trees, Q other, W nothing; after W come eight zeros). The parcel's serial counts from 1. The
    code has no check digit. Refuses: WrongLength, WrongCharacter.
    """
    number = _sized(text, 28, field)
    fixed = frozenset("0") if number[19] == "W" else DIGITS
    surveyed_for = SURVEYED_FOR - {"A"} if number[12] == "G" else SURVEYED_FOR
    allowed = [DIGITS] * 12 + [frozenset("GJZ"), surveyed_for] + [DIGITS] * 5
    _matching(number, [*allowed, frozenset("FLQW"), *[fixed] * 8], field)
    if number[14:19] == "00000":
        raise WrongCharacter("a parcel's serial counts from 1", field=field, place=19)
    return UnitCode(number)


def refuse_elsewhere(unit: UnitCode, division_code: str, *, field: str = "unit_code") -> None:
    """Refuses: UnitElsewhere, if the unit's county is not that of the division.

    The six digits after the county are cadastral districts (地籍区, 地籍子区), which need not be
    the codes of town and village: they are not compared.
    """
    county = division_code[:6]
    if unit.county != county:
        raise UnitElsewhere(
            "the unit lies in another county", field=field, county=unit.county, needed=county
        )


def read_phone(text: str, *, field: str = "phone") -> str:
    """A mobile number of the mainland as 11 digits; +86, spaces and dashes are taken off.

    Refuses: WrongPhone.
    """
    number = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))", "", _compact(text))
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise WrongPhone("a mobile number has 11 digits and begins with 1", field=field)
    return number


def mask(text: str) -> str:
    """A code as pages show it: 330523********1234 for an id, 138****1234 for a phone.

    Shorter codes keep less; up to four characters are hidden altogether.
    """
    size = len(text)
    head, tail = (6, 4) if size >= 15 else (3, 4) if size >= 11 else (1, 1) if size >= 5 else (0, 0)
    return text[:head] + "*" * (size - head - tail) + text[size - tail :]
