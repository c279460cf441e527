"""Files that are made to do harm are refused by name, in bounded time and memory."""

import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pytest
import shapely
import xlsxwriter

from bank.land.files import sheets
from bank.land.files.formats import DRIVERS, Format
from bank.land.files.reading import open_source, rows
from database.refusals import Refusal
from tests.bank.ground import SRID, square

MOST: Final = 50 << 20
ENDLESS: Final = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
SHEET: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def refusal_of(path: Path, *, most: int = MOST) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refusal) as refused:
        list(rows(open_source(path, most_bytes=most, crs="EPSG:4490"), crs=f"EPSG:{SRID}"))
    assert str(path.parent) not in str(refused.value.facts)
    return refused.value.code, refused.value.facts


def geopackage(path: Path, *statements: str) -> Path:
    """One parcel in layer `t`, and then what the statements make of the file."""
    shapes = shapely.to_wkb(np.array([square(0, 0, 50)], dtype=object))
    pyogrio.raw.write(
        path, shapes, [np.array(["甲"], dtype=object)], ["name"], geometry_type="Polygon",
        crs=f"EPSG:{SRID}", driver="GPKG", layer="t",
    )  # fmt: skip
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA writable_schema = ON")
    for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY", "ST_IsEmpty"):
        database.create_function(name, 1, lambda _: 0)
    for statement in statements:
        database.execute(statement)
    database.close()
    return path


def workbook(path: Path, cells: str, *, strings: str = "", sheet: str = "sheet1.xml") -> Path:
    """A workbook with this XML in its one sheet."""
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write_row(0, 0, ["坐落", "wkt"])
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(path, "w", 8) as made:
        for name in given.namelist():
            content: bytes | str = given.read(name)
            if name.endswith("/sheet1.xml"):
                name = name.replace("sheet1.xml", sheet)
                content = f'<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData></worksheet>'
            elif name.endswith("/sharedStrings.xml") and strings:
                content = f'<sst xmlns="{SHEET}">{strings}</sst>'
            elif name.endswith("workbook.xml.rels"):
                content = given.read(name).replace(b"sheet1.xml", sheet.encode())
            made.writestr(name, content)
    return path


# -- GDAL -------------------------------------------------------------------------------------


def test_gdal_knows_no_driver_but_those_of_the_formats_taken() -> None:
    """In a process of its own: whatever it is asked to open, nothing else is there to answer."""
    found = subprocess.run(
        [sys.executable, "-c", "import bank.land.files.reading, pyogrio;"
         "print(*sorted(pyogrio.list_drivers()), sep=',')"],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip

    assert set(found.strip().split(",")) == set().union(*DRIVERS.values())


def test_gdal_fetches_nothing_and_loads_no_extension() -> None:
    assert pyogrio.get_gdal_config_option("OGR_SQLITE_LOAD_EXTENSIONS") is None
    assert pyogrio.get_gdal_config_option("CPL_VSIL_CURL_ALLOWED_FILENAME") == "/none"
    with pytest.raises(pyogrio.errors.DataSourceError):
        pyogrio.read_info("/vsicurl/http://127.0.0.1:9/a.gpkg")


# -- GeoPackages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statements",
    [
        (
            "ALTER TABLE t RENAME TO kept",
            f"CREATE VIEW t AS {ENDLESS} SELECT i AS fid, kept.geom, 'x' AS name FROM n, kept",
        ),
        (
            "CREATE TABLE kept AS SELECT * FROM gpkg_contents",
            "DROP TABLE gpkg_contents",
            f"CREATE VIEW gpkg_contents AS {ENDLESS} SELECT 't' || i AS table_name, data_type,"
            " identifier, description, last_change, min_x, min_y, max_x, max_y, srs_id"
            " FROM n, kept",
        ),
    ],
)
def test_a_geopackage_with_views_is_refused_unread(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    path = geopackage(tmp_path / "a.gpkg", *statements)

    assert refusal_of(path) == ("unsafe_file", {"reason": "view"})


def test_a_zipped_geopackage_with_views_is_refused_too(tmp_path: Path) -> None:
    inner = geopackage(tmp_path / "a.gpkg", f"CREATE VIEW v AS {ENDLESS} SELECT i FROM n")
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(inner, "a.gpkg")

    assert refusal_of(path) == ("unsafe_file", {"reason": "view"})


def test_a_zipped_geopackage_without_them_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(geopackage(tmp_path / "a.gpkg"), "a.gpkg")

    assert open_source(path, most_bytes=MOST).rows == 1


def test_columns_that_are_computed_from_nothing_are_refused(tmp_path: Path) -> None:
    path = geopackage(
        tmp_path / "a.gpkg",
        "ALTER TABLE t ADD COLUMN big GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL",
    )

    assert refusal_of(path) == ("unsafe_file", {"reason": "view"})


def test_virtual_tables_other_than_spatial_indexes_are_refused(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", "CREATE VIRTUAL TABLE f USING fts5(x)")

    assert refusal_of(path) == ("unsafe_file", {"reason": "view"})


def test_a_geopackage_whose_pages_lead_in_a_ring_is_refused(tmp_path: Path) -> None:
    """One page in a hundred places would be read a hundred times, and pages below it more often."""
    filler = f"INSERT INTO big {ENDLESS} SELECT i, zeroblob(900) FROM n LIMIT 2000"
    path = geopackage(tmp_path / "a.gpkg", "CREATE TABLE big (a INTEGER PRIMARY KEY, b)", filler)
    with sqlite3.connect(path) as database:
        root, size = database.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema"
            " WHERE name = 'big'"
        ).fetchone()
    content = bytearray(path.read_bytes())
    page = (root - 1) * size
    assert content[page] == 5
    cells = int.from_bytes(content[page + 3 : page + 5])
    places = [
        page + int.from_bytes(content[page + 12 + 2 * i : page + 14 + 2 * i]) for i in range(cells)
    ]
    for place in places:
        content[place : place + 4] = content[places[0] : places[0] + 4]
    path.write_bytes(content)

    assert refusal_of(path)[0] == "unreadable_file"


# -- workbooks --------------------------------------------------------------------------------


def test_a_workbook_with_one_cell_in_its_last_corner_is_refused(tmp_path: Path) -> None:
    """It would be held as the whole rectangle of 17 thousand million cells."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>'
    path = workbook(tmp_path / "a.xlsx", cells)

    assert refusal_of(path)[0] == "too_many_cells"


@pytest.mark.parametrize("place", ["XFE1", "ZZZZZZZ1", "A1048577", "A99999999999999999999", "A0"])
def test_a_cell_outside_of_any_sheet_is_refused(tmp_path: Path, place: str) -> None:
    path = workbook(tmp_path / "a.xlsx", f'<row><c r="{place}"><v>1</v></c></row>')

    assert refusal_of(path)[0] == "unreadable_file"


def test_cells_that_share_a_long_text_count_as_often_as_they_show_it(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
    path = workbook(tmp_path / "a.xlsx", cells, strings=f"<si><t>{'x' * 40_000}</t></si>")

    assert refusal_of(path)[0] == "too_many_cells"


def test_a_sheet_under_any_other_name_is_looked_at_too(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>'

    for name in ("sheet1.bin", "sheet1.dat", "SHEET1.XML"):
        assert refusal_of(workbook(tmp_path / "a.xlsx", cells, sheet=name))[0] in (
            "too_many_cells", "unreadable_file",
        )  # fmt: skip


def test_a_workbook_whose_xml_breaks_off_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", "<row><c></row>")

    assert refusal_of(path)[0] == "unreadable_file"


def test_a_workbook_of_honest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["坐落", "wkt"])
        for n in range(1, 2_001):
            sheet.write_row(n, 0, ["竹溪村", square(n * 60, 0, 50).wkt])

    assert open_source(path, most_bytes=MOST).rows == 2_000


# -- drawings ---------------------------------------------------------------------------------

HEAD: Final = "  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1015\n  0\nENDSEC\n"
PLACE: Final = " 10\n0\n 20\n0\n"
END: Final = "  0\nENDSEC\n"


def insert(block: str, columns: int = 1, rows: int = 1) -> str:
    return f"  0\nINSERT\n  2\n{block}\n{PLACE} 70\n{columns}\n 71\n{rows}\n"


def drawing(path: Path, entities: str, **blocks: str) -> Path:
    kept = "".join(
        f"  0\nBLOCK\n  2\n{name}\n{PLACE}{inside}  0\nENDBLK\n" for name, inside in blocks.items()
    )
    path.write_text(
        f"{HEAD}  0\nSECTION\n  2\nBLOCKS\n{kept}{END}"
        f"  0\nSECTION\n  2\nENTITIES\n{entities}{END}  0\nEOF\n"
    )
    return path


@pytest.mark.parametrize(
    ("entities", "blocks"),
    [
        (insert("A", 30_000, 30_000), {"A": f"  0\nPOINT\n{PLACE}"}),
        (
            insert("B9"),
            {f"B{n}": insert(f"b{n - 1}") * 10 for n in range(1, 10)}
            | {"B0": f"  0\nPOINT\n{PLACE}"},
        ),
        (insert("A"), {"A": insert("A") * 2}),
        ("  0\nSPLINE\n" + PLACE * 20_000, {}),
        (f"  0\nCIRCLE\n{PLACE} 40\n9\n" * 60_000, {}),
        ("  0\nLWPOLYLINE\n" + f"{PLACE} 42\n1\n" * 60_000, {}),
    ],
)
def test_a_drawing_that_repeats_without_end_is_refused(
    tmp_path: Path, entities: str, blocks: dict[str, str]
) -> None:
    path = drawing(tmp_path / "a.dxf", entities, **blocks)

    assert refusal_of(path) == ("unsafe_file", {"reason": "drawing"})


def test_a_drawing_with_blocks_and_curves_is_read(tmp_path: Path) -> None:
    path = drawing(
        tmp_path / "a.dxf",
        insert("A", 3, 2) + f"  0\nCIRCLE\n{PLACE} 40\n9\n" * 20 + "  0\nSPLINE\n" + PLACE * 9,
        A=f"  0\nPOINT\n{PLACE}",
    )

    assert open_source(path, most_bytes=MOST).rows >= 20


# -- tables as text ---------------------------------------------------------------------------


def test_a_table_of_more_cells_than_can_be_held_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_CELLS", 1_000)
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "1,2\n" * 84)

    assert refusal_of(path) == ("too_many_cells", {"most": 1_000, "lines": 83})


def test_a_line_of_nothing_but_commas_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n" + "," * 5_000_000)

    assert refusal_of(path)[0] == "too_many_columns"


# -- anything ---------------------------------------------------------------------------------


def test_a_refusal_does_not_tell_where_files_lie(tmp_path: Path) -> None:
    broken: dict[str, Callable[[Path], object]] = {
        "a.geojson": lambda path: path.write_text('{"type":"FeatureCollection","features":[{'),
        "b.gpkg": lambda path: sqlite3.connect(path).execute("CREATE TABLE a (b)"),
        "c.dxf": lambda path: path.write_text("  0\nSECTION\n  2\nHEADER\n"),
        "d.kml": lambda path: path.write_text("<kml>" + "<Folder>" * 9 + "</kml>"),
    }
    for name, write in broken.items():
        write(tmp_path / name)
        assert refusal_of(tmp_path / name)[0] == "unreadable_file"


def test_numbers_that_are_none_never_become_shapes(tmp_path: Path) -> None:
    corners = "[[[NaN,30],[119.7,30],[119.7,31],[NaN,30]]]"
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        f'"geometry":{{"type":"Polygon","coordinates":{corners}}}}}]}}'
    )

    (row,) = rows(open_source(path, most_bytes=MOST), crs=f"EPSG:{SRID}")

    assert row.shape is None
    assert row.lonlat is None


def test_a_nul_that_a_workbook_hides_is_no_part_of_its_text(tmp_path: Path) -> None:
    def line(number: int, *texts: str) -> str:
        cells = (f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
        return f'<row r="{number}">{"".join(cells)}</row>'

    path = workbook(
        tmp_path / "a.xlsx", line(1, "坐_x0000_落", "wkt") + line(2, "_x0000_", "a_x0000_b")
    )

    names, lines = sheets.table(path, Format.XLSX, None)

    assert names == ["坐落", "wkt"]
    assert [each.values for each in lines] == [{"坐落": None, "wkt": "ab"}]
