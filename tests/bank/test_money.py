"""Yuan as people type them, and fen as the ledger keeps them."""

import pytest
from hypothesis import given, strategies as st

from bank.figures import NegativeNumber, NotANumber, TooLarge, TooManyDecimals
from bank.money import format_yuan, in_capitals, parse_yuan
from database.refusals import Invalid


def wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1,234.50", 123450),
        ("1234.5", 123450),
        ("0", 0),
        ("-0.00", 0),
        ("+5", 500),
        ("0.01", 1),
        ("10.005000", None),
        ("10.500", 1050),
        (" 12 ", 1200),
        (wide("1,234.50"), 123450),
        ("\N{YEN SIGN} 12", 1200),
        ("\N{FULLWIDTH YEN SIGN}12元", 1200),
        ("92233720368547758.07", 2**63 - 1),
    ],
)
def test_a_typed_amount(typed: str, fen: int | None) -> None:
    if fen is None:
        with pytest.raises(TooManyDecimals):
            parse_yuan(typed)
    else:
        assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", NotANumber),
        ("abc", NotANumber),
        ("NaN", NotANumber),
        ("Infinity", NotANumber),
        ("1e5", NotANumber),
        ("1.", NotANumber),
        (".5", NotANumber),
        ("1,23", NotANumber),
        ("12,3456", NotANumber),
        ("1 234", NotANumber),
        ("1_000", NotANumber),
        ("\N{ARABIC-INDIC DIGIT THREE}", NotANumber),
        ("1\N{SUPERSCRIPT TWO}", NotANumber),
        ("1.234", TooManyDecimals),
        ("-1", NegativeNumber),
        (wide("-1"), NegativeNumber),
        ("92233720368547758.08", TooLarge),
        ("9" * 400, TooLarge),
    ],
)
def test_what_is_no_amount_is_refused_at_its_field(typed: str, refusal: type[Invalid]) -> None:
    with pytest.raises(refusal) as refused:
        parse_yuan(typed, field="price")

    assert refused.value.field == "price"


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(123450, "1,234.50"), (0, "0.00"), (5, "0.05"), (-123450, "-1,234.50"), (-5, "-0.05")],
)
def test_an_amount_on_a_page(fen: int, shown: str) -> None:
    assert format_yuan(fen) == shown


@given(st.integers(0, 2**63 - 1))
def test_what_is_shown_can_be_typed_in_again(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (100, "壹元整"),
        (1_000, "壹拾元整"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (10_000_000, "壹拾万元整"),
        (123_000_000, "壹佰贰拾叁万元整"),
        (10_000_050_000, "壹亿零伍佰元整"),
        (10_000_500_00, "壹仟万零伍佰元整"),
        (100_000_050_000_00, "壹仟亿零伍万元整"),
        (2_000_100_00, "贰佰万零壹佰元整"),
        (2**63 - 1, "玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零柒分"),
        (-1_230_005, "负壹万贰仟叁佰元零伍分"),
    ],
)
def test_an_amount_in_capital_numerals(fen: int, words: str) -> None:
    assert in_capitals(fen) == words
