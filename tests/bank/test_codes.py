"""Codes people bring: structure, dates, check digits, and how pages show them."""

from datetime import date

import pytest
from hypothesis import given, strategies as st
from stdnum.cn import ric, uscc

from bank.codes import (
    UnitElsewhere,
    WrongCharacter,
    WrongCheckDigit,
    WrongDate,
    WrongLength,
    WrongPhone,
    mask,
    read_credit_code,
    read_phone,
    read_resident_id,
    read_unit_code,
    refuse_elsewhere,
)
from database.refusals import Invalid

TODAY = date(2026, 11, 22)


def resident(first_17: str) -> str:
    return first_17 + ric.calc_check_digit(first_17 + "0")


def credit(first_17: str) -> str:
    return first_17 + uscc.calc_check_digit(first_17)


def test_a_resident_id_holds_a_birthday() -> None:
    found = read_resident_id("11010519491231002X", on=TODAY)

    assert (found.number, found.born_on) == ("11010519491231002X", date(1949, 12, 31))


@pytest.mark.parametrize("typed", [" 110105 19491231 002x ", "110105-19491231-002x"])
def test_a_small_x_and_spaces_are_fine(typed: str) -> None:
    assert read_resident_id(typed, on=TODAY).number == "11010519491231002X"


def test_full_width_characters_are_read() -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) for each in "11010519491231002X")

    assert read_resident_id(wide, on=TODAY).number == "11010519491231002X"


def test_an_id_issued_under_a_division_code_that_is_gone_is_not_refused() -> None:
    for place in ("330523", "339011", "512223", "000000"):
        assert read_resident_id(resident(f"{place}19700101123"), on=TODAY).born_on.year == 1970


@pytest.mark.parametrize(
    ("typed", "refusal", "facts"),
    [
        ("", WrongLength, {"needed": 18, "got": 0}),
        ("110105491231002", WrongLength, {"needed": 18, "got": 15}),
        ("11010519491231002X1", WrongLength, {"needed": 18, "got": 19}),
        ("1101051949123100X2", WrongCharacter, {"place": 17}),
        ("11010519491231002A", WrongCharacter, {"place": 18}),
        ("1101O519491231002X", WrongCharacter, {"place": 5}),
        ("\N{ARABIC-INDIC DIGIT ONE}1010519491231002X", WrongCharacter, {"place": 1}),
        (resident("33052319910231123"), WrongDate, {}),
        (resident("33052320261123123"), WrongDate, {}),
        (resident("33052300010101123"), WrongDate, {}),
        ("110105194912310021", WrongCheckDigit, {}),
        ("11010519491231020X", WrongCheckDigit, {}),
    ],
)
def test_a_wrong_resident_id(typed: str, refusal: type[Invalid], facts: dict[str, int]) -> None:
    with pytest.raises(refusal) as refused:
        read_resident_id(typed, on=TODAY)

    assert refused.value.field == "id_number"
    assert refused.value.facts == facts


def test_a_child_born_today_has_an_id() -> None:
    assert read_resident_id(resident("33052320261122123"), on=TODAY).born_on == TODAY


@given(st.dates(date(1850, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.data())
def test_one_wrong_digit_never_passes(
    born: date, order: int, place: int, data: st.DataObject
) -> None:
    number = resident(f"330523{born:%Y%m%d}{order:03d}")
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != number[place]]))

    assert read_resident_id(number, on=TODAY).born_on == born
    with pytest.raises((WrongCheckDigit, WrongDate)):
        read_resident_id(number[:place] + other + number[place + 1 :], on=TODAY)


@pytest.mark.parametrize(
    ("number", "collective"),
    [
        ("91110000600037341L", None),
        (credit("N2330523MF1234567"), "village"),
        (credit("N1330523MF1234567"), "group"),
        (credit("N3330523MF1234567"), "township"),
        (credit("12330523471234567"), None),
    ],
)
def test_a_credit_code(number: str, collective: str | None) -> None:
    found = read_credit_code(f" {number.lower()} ")

    assert (found.number, found.collective) == (number, collective)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("9111000060003734", WrongLength),
        ("91110000600037341M", WrongCheckDigit),
        ("911100006000373I1L", WrongCharacter),
        ("9111000A600037341L", WrongCharacter),
        (credit("N5330523MF1234567"), WrongCharacter),
    ],
)
def test_a_wrong_credit_code(typed: str, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal) as refused:
        read_credit_code(typed)

    assert refused.value.field == "uscc"


def test_a_unit_code_names_its_county_and_parcel() -> None:
    land = read_unit_code("330523 001002 JE00012 W00000000")
    house = read_unit_code("330523001002JC00012F00010001")

    assert (land.county, land.parcel, land.land_only) == ("330523", "330523001002JE00012", True)
    assert house.land_only is False


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("330523001002JE00012", WrongLength),
        ("330523001002XE00012W00000000", WrongCharacter),
        ("330523001002J100012W00000000", WrongCharacter),
        ("330523001002JE0001AW00000000", WrongCharacter),
        ("330523001002JE00012X00000000", WrongCharacter),
        ("330523001002JE00012W00000001", WrongCharacter),
        ("330523001002JP00012W00000000", WrongCharacter),
        ("330523001002GA00012W00000000", WrongCharacter),
        ("330523001002JE00000W00000000", WrongCharacter),
    ],
)
def test_a_wrong_unit_code(typed: str, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal) as refused:
        read_unit_code(typed)

    assert refused.value.field == "unit_code"


def test_a_unit_of_another_county_is_refused() -> None:
    unit = read_unit_code("330522001002JE00012W00000000")

    with pytest.raises(UnitElsewhere) as refused:
        refuse_elsewhere(unit, "330523106201")

    assert refused.value.field == "unit_code"
    assert refused.value.facts == {"county": "330522", "needed": "330523"}


def test_the_cadastral_districts_of_a_unit_need_not_be_town_and_village() -> None:
    refuse_elsewhere(read_unit_code("330523001002JE00012W00000000"), "330523106201")


@pytest.mark.parametrize(
    "typed", ["13800001234", "+86 138 0000 1234", "0086-138-0000-1234", "8613800001234"]
)
def test_a_phone(typed: str) -> None:
    assert read_phone(typed) == "13800001234"


@pytest.mark.parametrize("typed", ["", "12800001234", "1380000123", "138000012345", "0572-5123456"])
def test_a_wrong_phone(typed: str) -> None:
    with pytest.raises(WrongPhone):
        read_phone(typed)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("330523197001011234", "330523********1234"),
        ("13800001234", "138****1234"),
        ("123456", "1****6"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_a_code_on_a_page(code: str, shown: str) -> None:
    assert mask(code) == shown


def test_a_refusal_does_not_repeat_the_code() -> None:
    with pytest.raises(WrongCheckDigit) as refused:
        read_resident_id("110105194912310021", on=TODAY)

    assert "1949" not in f"{refused.value.message}{refused.value.facts}"
