"""What a row states of its parcel: code, class, location, division, area; read and checked."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
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
    """What rows say, a place in each list for each of them; None: it does not say.

    `divisions` are the codes that its words can mean. `refusals` say, by place, what cannot
    be meant; the lists then hold nothing there.
    """

    codes: list[str | None]
    land_classes: list[str]
    locations: list[str | None]
    divisions: list[tuple[str, ...]]
    areas_dm2: list[int | None]
    refusals: dict[int, Refusal]


class Statements:
    """Reads rows' statements by a matching, each different value only once."""

    def __init__(self, session: Session, matching: Matching, *, county: str) -> None:
        """`county` is the code of six digits that parcel codes begin with.

        Refuses: UnknownLandClass, NoSuchDivision, for what the matching says of all rows.
        """
        self._matching = matching
        self._county = county
        self._places = _places(session)
        if matching.usual_class is not None:
            _settled(_land_class(matching.usual_class))
        if matching.usual_division is not None:
            get_division(session, matching.usual_division)

    def read(self, columns: Mapping[str, Any], rows: NDArray[np.intp]) -> Stated:
        """The statements of these rows. It asks no database.

        A row's refusal is the first of: WrongLength, WrongCharacter, UnitElsewhere,
        UnknownLandClass, NoSuchDivision, BadNumber (an area that is no number).
        """
        named = self._matching

        def told(name: str | None) -> list[Any]:
            return _told(columns, name, rows)

        def texts(name: str | None, usual: str | None) -> list[str | None]:
            return [_text(each) or usual for each in told(name)]

        codes: list[Any] = [self._code(each) for each in told(named.code)]
        classes = _once_each(texts(named.land_class, named.usual_class), _land_class)
        places = _once_each(texts(named.division, named.usual_division), self._division)
        areas = [_area(each, named.area_unit) for each in told(named.area)]
        locations = [
            each and each[:LOCATION_LENGTH] for each in texts(named.location, named.usual_location)
        ]
        refusals = _refusals(codes, classes, places, areas)
        for place in refusals:
            codes[place], classes[place], places[place], areas[place] = None, "", (), None
        return Stated(codes, classes, locations, places, areas, refusals)

    def _code(self, given: Any) -> Any:
        try:
            return read_code(given, county=self._county) if given else None
        except Refusal as refusal:
            return refusal

    def _division(self, text: str | None) -> tuple[str, ...] | Refusal:
        return self._divisions(text) if text else ()

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


def differing(
    stated_dm2: list[int | None], areas_dm2: list[int], *, on: date
) -> Iterator[tuple[int, AreaDiffers]]:
    """The places where the stated area is not the shape's by the rulebook's measure."""
    let_pass = rules.ratio("parcel.area.stated", on)
    for place, (stated, area) in enumerate(zip(stated_dm2, areas_dm2, strict=True)):
        if stated is not None and abs(stated - area) > let_pass * area:
            yield place, AreaDiffers(
                "the stated area is not the shape's",
                field="area", stated_dm2=stated, area_dm2=area,
            )  # fmt: skip


def _settled(found: Any) -> Any:
    if isinstance(found, Refusal):
        raise found
    return found


def _told(columns: Mapping[str, Any], name: str | None, rows: NDArray[np.intp]) -> list[Any]:
    """The column's values in these rows, as plain ones; nothing where there is no such column."""
    if name is None or name not in columns:
        return [None] * len(rows)
    values = columns[name]
    if isinstance(values, np.ndarray):
        given: list[Any] = values[rows].tolist()
    else:
        given = [values[row] for row in rows.tolist()]
    return [each if type(each) is str else plain(each) for each in given]


def _refusals(*columns: list[Any]) -> dict[int, Refusal]:
    found: dict[int, Refusal] = {}
    for column in columns:
        for place, each in enumerate(column):
            if isinstance(each, Refusal):
                found.setdefault(place, each)
    return found


def _once_each(values: list[str | None], read: Callable[[str | None], Any]) -> list[Any]:
    found = {value: read(value) for value in set(values)}
    return [found[value] for value in values]


def _text(value: Any) -> str | None:
    return None if value is None else str(value).strip() or None


def _land_class(given: str | None) -> str | Refusal:
    """By code, with or without the name after it and a zero lost in front, or by name."""
    text = given or ""
    found = re.match(r"(\d{3,4}|\d{2}(?!\d))(?:\.0)?(?![\dA-Za-z])", text)
    if found:
        digits = found[1].zfill(4) if len(found[1]) == 3 else found[1]
        if digits in land_classes():
            return digits
    named = [each.code for each in land_classes().values() if each.zh == text]
    if named:
        return named[-1]
    return UnknownLandClass("not a land use class", field="land_class", given=text[:40])


def _area(value: Any, unit: AreaUnit) -> Any:
    """The area in dm², or BadNumber; a cell that is empty or 0 says nothing."""
    if value is None or value == "":
        return None
    try:
        return round(float(narrow(str(value)).replace(",", "")) * DM2[unit]) or None
    except (ValueError, OverflowError):
        return BadNumber("the area is not a number", field="area", given=str(value)[:40], line=None)


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
