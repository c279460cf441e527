"""Parcel codes as the bank gives them out: 19 characters after GB/T 37346-2019."""

from typing import Final

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bank.land.refusals import SerialsUsedUp
from bank.numbers import Serial

LAST_SERIAL: Final = 99_999
TOWN_LENGTH: Final = 9
VILLAGE_LENGTH: Final = 12

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


def next_parcel_code(session: Session, division_code: str, land_class: str) -> str:
    """The next code under its prefix; gaps may occur, doubles may not. Refuses: SerialsUsedUp."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    serial = session.execute(
        insert(Serial)
        .values(prefix=prefix(division_code, land_class), last=1)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": Serial.last + 1})
        .returning(Serial.last)
    ).scalar_one()
    return parcel_code(division_code, land_class, serial)
