"""What a file of zones tells of itself, and what the names of its columns suggest."""

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
import xlsxwriter
from sqlalchemy.orm import Session

from bank.land.files.matching import Column
from bank.land.refusals import SeveralLayers, UnreadableFile
from bank.zones.columns import propose, tell
from tests.bank.ground import SRID, TODAY, square


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


def test_of_several_layers_the_chosen_one_is_looked_into(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "zones.gpkg"
    for layer, count in (("农田", 1), ("红线", 2)):
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array([square(0, 0, 9)] * count)),
            [np.array([layer] * count, dtype=object)], ["mc"],
            geometry_type="Polygon", crs=f"EPSG:{SRID}", layer=layer, append=path.exists(),
        )  # fmt: skip

    told = tell(session, path, on=TODAY, file_layer="红线")
    for unsaid in (None, "of another file"):
        with pytest.raises(SeveralLayers):
            tell(session, path, on=TODAY, file_layer=unsaid)

    assert (told.layers, told.layer, told.rows) == (["农田", "红线"], "红线", 2)
    assert told.columns == [Column("mc", ("红线",))]


@pytest.mark.parametrize("name", ["zones.csv", "zones.xlsx"])
def test_a_table_is_no_file_of_zones(session: Session, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("mc,wkt\n")
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            for _ in range(2):
                book.add_worksheet().write_row(0, 0, ["mc", "wkt"])

    with pytest.raises(UnreadableFile) as refused:
        tell(session, path, on=TODAY)

    assert (refused.value.field, refused.value.facts) == ("file", {"reason": "table"})
