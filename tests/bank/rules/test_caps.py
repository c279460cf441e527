"""The longest term by kind of asset."""

from datetime import date

import pytest

from bank.rules import UnknownRule, UnknownUse, term_cap

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("kind", "use", "years"),
    [
        ("woodland", None, 70),
        ("farmland", None, 30),
        ("water", None, 20),
        ("house", None, 20),
        ("old_village", None, 20),
        ("construction_land", "industry", 50),
        ("construction_land", "commerce", 40),
        ("construction_land", "tourism", 40),
        ("construction_land", "mixed", 50),
        ("construction_land", "housing", 70),
        ("construction_land", None, 40),
    ],
)
def test_the_cap_of_a_term(kind: str, use: str | None, years: int) -> None:
    assert term_cap(kind, use, TODAY).value == years


def test_a_use_that_construction_land_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownUse) as refused:
        term_cap("construction_land", "mining", TODAY)

    assert refused.value.field == "use"


def test_a_kind_without_a_cap_is_not_let_pass() -> None:
    with pytest.raises(UnknownRule):
        term_cap("glacier", None, TODAY)
