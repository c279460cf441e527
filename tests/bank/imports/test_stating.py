"""What rows state beside their outlines: areas in words are told as such, and 0 says nothing."""

from pathlib import Path

import openpyxl
import pytest
from sqlalchemy.orm import Session

from bank.imports.importing import ImportReport, import_rows
from bank.land.files.matching import AreaUnit, Matching
from bank.land.files.reading import open_source
from tests.bank.ground import AT, SRID, square

STATED = Matching(shape="wkt", area="面积", area_unit=AreaUnit.MU, usual_class="0301")


def take(session: Session, path: Path) -> ImportReport:
    source = open_source(path, most_bytes=10**7, crs=f"EPSG:{SRID}")
    return import_rows(session, source, STATED, at=AT)


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("area", ["15亩", "约15", "/", "nan"])
def test_an_area_that_is_no_number_is_refused_as_an_area(
    session: Session, tmp_path: Path, area: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'wkt,面积\n"{square(0, 0, 100).wkt}",{area}\n')

    [refused] = take(session, path).refused

    assert (refused.refusal.code, refused.refusal.field) == ("bad_number", "area")
    assert refused.refusal.facts["given"] == area


@pytest.mark.usefixtures("county")
def test_an_area_of_0_says_nothing_in_any_kind_of_table(session: Session, tmp_path: Path) -> None:
    text, book = tmp_path / "a.csv", openpyxl.Workbook()
    text.write_text(f'wkt,面积\n"{square(0, 0, 100).wkt}",0\n')
    assert book.active is not None
    book.active.append(["wkt", "面积"])
    book.active.append([square(200, 0, 100).wkt, 0])
    book.save(tmp_path / "a.xlsx")

    assert take(session, text).taken == 1
    assert take(session, tmp_path / "a.xlsx").taken == 1
