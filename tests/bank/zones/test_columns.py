"""What the names of a file's columns suggest that they mean."""

import pytest

from bank.land.files.matching import Column
from bank.zones.columns import propose


def columns(*names: str) -> list[Column]:
    return [Column(name, ()) for name in names]


@pytest.mark.parametrize(
    ("names", "name", "core"),
    [
        (["OBJECTID", "MC", "SFHX"], "MC", "SFHX"),
        (["名称（必填）", "是否 核心"], "名称（必填）", "是否 核心"),
        (["zone", "name"], "name", None),
        (["name", "NAME"], "name", None),
        (["OBJECTID"], None, None),
    ],
    ids=["codes", "remarks and blanks", "the usual one first", "the first of two", "nothing"],
)
def test_usual_names_are_proposed(names: list[str], name: str | None, core: str | None) -> None:
    likely = propose(columns(*names), has_core=True)

    assert (likely.name, likely.core) == (name, core)


def test_a_layer_without_a_core_has_no_column_of_it() -> None:
    assert propose(columns("MC", "SFHX"), has_core=False).core is None
