"""Parcel codes as the bank gives them out: 19 characters after GB/T 37346-2019.

Which serial is the next is in `serials`.
"""

from typing import Final

from bank.land.refusals import SerialsUsedUp

LAST_SERIAL: Final = 99_999
TOWN_LENGTH: Final = 9
VILLAGE_LENGTH: Final = 12
PREFIX_LENGTH: Final = 14
"""Characters of a code before its serial."""

_FEATURES: Final = {"01": "JD", "02": "JE", "03": "JE", "04": "JF", "0702": "JC"}
"""宗地特征码 by land class: J collective; D farmland, E woodland and F grassland under contract,
C homestead. What is not listed and is built on (05-10, 12) is B, the surface of construction
land; water (11) is Y, another right of use."""


def feature(land_class: str) -> str:
    """The two letters of a collective parcel of a GB/T 21010 class."""
    if land_class in _FEATURES:
        return _FEATURES[land_class]
    other = "JY" if land_class.startswith("11") else "JB"
    return _FEATURES.get(land_class[:2], other)


def prefix(division_code: str, land_class: str) -> str:
    """The first 14 characters: county, town, village (000 for the town itself), feature.

    A village's three digits stand in for the cadastral sub-district (地籍子区), which the bank
    does not survey.
    """
    place = division_code.ljust(VILLAGE_LENGTH, "0")
    return place + feature(land_class)


def parcel_code(division_code: str, land_class: str, serial: int) -> str:
    """The whole code. Refuses: SerialsUsedUp."""
    if not 1 <= serial <= LAST_SERIAL:
        raise SerialsUsedUp("no parcel serial is left", division=division_code, serial=serial)
    return f"{prefix(division_code, land_class)}{serial:05d}"
