"""What a row states of its parcel: code, class, location, division, area; read and checked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import rules
from bank.codes import UnitElsewhere, WrongLength, read_unit_code
from bank.figures import narrow
from bank.land.classes import land_classes
from bank.land.divisions import get_division
from bank.land.files.matching import AreaUnit, Matching
from bank.land.files.reading import plain
from bank.land.refusals import AreaDiffers, BadNumber, NoSuchDivision, UnknownLandClass
from bank.land.tables import Division, DivisionKind
from database.refusals import Refusal

UNIT_LENGTH: Final = 28
PARCEL_LENGTH: Final = 19
AS_A_UNIT: Final = "W00000000"
"""What makes a unit code of a parcel's code: bare land."""
LOCATION_LENGTH: Final = 500
DM2: Final = {AreaUnit.SQUARE_METRE: 100.0, AreaUnit.MU: 200_000 / 3, AreaUnit.HECTARE: 1e6}


@dataclass(frozen=True)
class Stated:
    """What a row says; None: it does not say. `divisions` are the codes that its words can mean."""

    code: str | None
    land_class: str
    location: str | None
    divisions: tuple[str, ...]
    area_dm2: int | None


class Statements:
    """Reads rows' statements by a matching, each different value only once."""

    def __init__(self, session: Session, matching: Matching, *, county: str) -> None:
        """`county` is the code of six digits that parcel codes begin with.

        Refuses: UnknownLandClass, NoSuchDivision, for what the matching says of all rows.
        """
        self._matching = matching
        self._county = county
        self._places = _places(session)
        self._class: Callable[[Any], str | Refusal] = cache(_land_class)
        self._division: Callable[[Any], tuple[str, ...] | Refusal] = cache(self._divisions)
        if matching.usual_class is not None:
            _settled(self._class(matching.usual_class))
        if matching.usual_division is not None:
            get_division(session, matching.usual_division)

    def read(self, columns: Mapping[str, Sequence[Any]], position: int) -> Stated:
        """The row's statements.

        Refuses: WrongLength, WrongCharacter, UnitElsewhere, UnknownLandClass, NoSuchDivision,
        BadNumber (an area that is no number).
        """
        matching = self._matching

        def told(name: str | None) -> Any:
            return plain(columns[name][position]) if name is not None and name in columns else None

        land_class = _text(told(matching.land_class)) or matching.usual_class or ""
        place = _text(told(matching.division)) or matching.usual_division
        location = _text(told(matching.location)) or matching.usual_location
        return Stated(
            code=read_code(code, county=self._county) if (code := told(matching.code)) else None,
            land_class=_settled(self._class(land_class)),
            location=location[:LOCATION_LENGTH] if location else None,
            divisions=_settled(self._division(place)) if place else (),
            area_dm2=_area(told(matching.area), matching.area_unit),
        )

    def _divisions(self, text: str) -> tuple[str, ...] | Refusal:
        bare = re.sub(r"(?<=\d)\.0$", "", text)
        found = self._places.get(bare) or self._places.get(re.sub("(村|镇|乡|街道)$", "", bare))
        if not found and re.fullmatch(r"\d{19}", bare):
            found = self._places.get(bare[:12])  # 坐落单位代码 of the land survey
        return found or NoSuchDivision("no such division", field="division", given=text[:40])


def read_code(given: Any, *, county: str) -> str:
    """The parcel's code of 19 characters, from it or from its unit's of 28.

    Refuses: WrongLength, WrongCharacter, UnitElsewhere.
    """
    text = re.sub(r"[\s-]", "", narrow(str(given))).upper()
    if len(text) not in (PARCEL_LENGTH, UNIT_LENGTH):
        raise WrongLength(
            "a parcel's code has 19 characters", field="code", needed=PARCEL_LENGTH, got=len(text)
        )
    unit = read_unit_code(text if len(text) == UNIT_LENGTH else text + AS_A_UNIT, field="code")
    if unit.county != county:
        raise UnitElsewhere(
            "the parcel lies in another county", field="code", county=unit.county, needed=county
        )
    return unit.parcel


def refuse_area(stated_dm2: int | None, area_dm2: int, *, on: date) -> None:
    """Refuses: AreaDiffers, where the stated area is not the shape's by the rulebook's measure."""
    if stated_dm2 is None:
        return
    if abs(stated_dm2 - area_dm2) > rules.ratio("parcel.area.stated", on) * area_dm2:
        raise AreaDiffers(
            "the stated area is not the shape's",
            field="area", stated_dm2=stated_dm2, area_dm2=area_dm2,
        )  # fmt: skip


def _settled(found: Any) -> Any:
    if isinstance(found, Refusal):
        raise found
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip() or None


def _land_class(text: str) -> str | Refusal:
    """By code, with or without the name after it and a zero lost in front, or by name."""
    found = re.match(r"(\d{3,4}|\d{2}(?!\d))(?:\.0)?(?![\dA-Za-z])", text)
    if found:
        digits = found[1].zfill(4) if len(found[1]) == 3 else found[1]
        if digits in land_classes():
            return digits
    named = [each.code for each in land_classes().values() if each.zh == text]
    if named:
        return named[-1]
    return UnknownLandClass("not a land use class", field="land_class", given=text[:40])


def _area(value: Any, unit: AreaUnit) -> int | None:
    if value is None or value == "" or value == 0:
        return None
    try:
        return round(float(narrow(str(value)).replace(",", "")) * DM2[unit])
    except (ValueError, OverflowError):
        raise BadNumber(
            "the area is not a number", field="area", given=str(value)[:40], line=None
        ) from None


def _places(session: Session) -> dict[str, tuple[str, ...]]:
    """Codes by code and by name, with and without the word for their kind; names can be shared."""
    found: dict[str, tuple[str, ...]] = {}
    towns_and_villages = (
        select(Division.code, Division.name)
        .where(Division.kind != DivisionKind.COUNTY)
        .order_by(Division.code)
    )
    for code, name in session.execute(towns_and_villages):
        for key in {code, name, re.sub("(村|镇|乡|街道)$", "", name)}:
            found[key] = (*found.get(key, ()), code)
    return found
