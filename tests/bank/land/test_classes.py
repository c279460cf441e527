"""The land use classes of GB/T 21010-2017."""

from bank.assets.tables import LAND_CLASS
from bank.land.classes import find_class, land_classes


def test_the_standard_has_12_classes_of_the_first_level_and_73_of_the_second() -> None:
    codes = list(land_classes())

    assert [len(code) for code in codes].count(2) == 12
    assert [len(code) for code in codes].count(4) == 73
    assert all(code[:2] in land_classes() for code in codes)


def test_a_class_is_told_by_name_in_either_language() -> None:
    bamboo = find_class("0302")

    assert bamboo is not None
    assert (bamboo.name("zh_Hans_CN"), bamboo.name("en")) == ("竹林地", "Bamboo woodland")


def test_an_unknown_class_is_told_by_its_first_level() -> None:
    found = find_class("0399")

    assert found is not None
    assert found.code == "03"
    assert find_class("99") is None


def test_every_kind_of_asset_is_entered_under_a_class_of_the_standard() -> None:
    assert set(LAND_CLASS.values()) <= set(land_classes())
