"""Files that leave the bank: opened again, they hold what was in the bank, as GIS expects it."""

import json
import sqlite3
from datetime import UTC, date, datetime
from enum import StrEnum
from zipfile import ZipFile

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from pyproj import CRS

from bank.land.files.exporting import Format, export
from bank.land.files.fields import Chunk, Field, FieldKind, Target
from bank.land.projection import to_lonlat
from bank.land.refusals import UnknownCoordinates

SRID = 4549
NOON = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
"""Already the third of March in China."""
LONG = "竹" * 100


class Kind(StrEnum):
    WOODLAND = "woodland"


FIELDS = (
    Field("number", "储蓄单号", FieldKind.TEXT, lambda row: row),
    Field("kind", "资源类型", FieldKind.CHOICE, lambda row: row, choices=Kind),
    Field("term_years", "年限", FieldKind.WHOLE, lambda row: row),
    Field("area_m2", "面积", FieldKind.DECIMAL, lambda row: row),
    Field("is_core", "核心", FieldKind.FLAG, lambda row: row),
    Field("right_ends_on", "到期日", FieldKind.DAY, lambda row: row, "right_end"),
    Field("stored_at", "入库时间", FieldKind.MOMENT, lambda row: row),
)
VALUES = [
    ("D-1", Kind.WOODLAND, 30, 10_000.25, True, date(2050, 1, 1), NOON),
    ("=1+1", None, None, 100.0, None, None, None),
    (LONG, Kind.WOODLAND, 70, 400.0, False, date(2055, 12, 31), NOON),
]
SHAPES = [
    shapely.box(440_000, 3_380_000, 440_100, 3_380_100.0025),
    shapely.Polygon(
        [(440_200, 3_380_000), (440_220, 3_380_000), (440_220, 3_380_020), (440_200, 3_380_020)],
        [[(440_205, 3_380_005), (440_215, 3_380_005), (440_215, 3_380_015), (440_205, 3_380_015)]],
    ),
    shapely.MultiPolygon(
        [shapely.box(440_300, 3_380_000, 440_310, 3_380_020),
         shapely.box(440_400, 3_380_000, 440_410, 3_380_020)]
    ),
]  # fmt: skip


def chunks(times: int = 1):
    for number in range(times):
        for start, end in ((0, 2), (2, 3)):
            yield Chunk(
                [f"{number}-{at}" for at in range(start, end)],
                np.array(SHAPES[start:end], dtype=object),
                [list(column) for column in zip(*VALUES[start:end], strict=True)],
            )


def target(system: int = 4490) -> Target:
    return Target("deposits", "储蓄单", FIELDS, SRID, system, lambda choice: f"词 {choice}")


def unzipped(path, folder):
    with ZipFile(path) as packed:
        packed.extractall(folder)
        return folder / "deposits.shp", sorted(packed.namelist())


@pytest.mark.parametrize("system", [4490, SRID])
def test_a_geopackage_opens_with_its_system_types_and_extent(tmp_path, system):
    path = tmp_path / "deposits.gpkg"

    count = export(path, chunks(), target(system), form=Format.GPKG)
    info = pyogrio.read_info(path, layer="deposits", force_total_bounds=True)
    meta, fids, wkb, columns = pyogrio.raw.read(path, return_fids=True)

    expected = SHAPES if system == SRID else to_lonlat(np.array(SHAPES, dtype=object), SRID)
    shapes = shapely.from_wkb(wkb)
    assert count == info["features"] == 3
    assert CRS(info["crs"]).to_epsg() == system
    assert info["geometry_type"] == "MultiPolygon"
    assert dict(zip(info["fields"], info["dtypes"], strict=True)) == {
        "number": "object", "kind": "object", "term_years": "int64", "area_m2": "float64",
        "is_core": "bool", "right_ends_on": "datetime64[D]", "stored_at": "datetime64[ms]",
    }  # fmt: skip
    assert list(fids) == [1, 2, 3]
    assert shapely.is_valid(shapes).all()
    assert shapely.equals_exact(
        shapely.normalize(shapes), shapely.normalize([multi(each) for each in expected]), 1e-9
    ).all()
    assert info["total_bounds"] == pytest.approx(shapely.total_bounds(expected), abs=1e-9)
    told = dict(zip(meta["fields"], columns, strict=True))
    assert told["number"].tolist() == ["D-1", "=1+1", LONG]
    assert told["kind"].tolist() == ["woodland", None, "woodland"]


def multi(shape):
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def test_a_geopackage_is_one_by_its_own_header_and_tables(tmp_path):
    path = tmp_path / "deposits.gpkg"
    export(path, chunks(3), target(), form=Format.GPKG)

    with sqlite3.connect(path) as file:
        one = lambda sql: file.execute(sql).fetchone()  # noqa: E731
        assert one("PRAGMA application_id")[0] == int.from_bytes(b"GPKG")
        assert one("PRAGMA user_version")[0] == 10200  # older QGIS warns of newer ones
        assert one("PRAGMA integrity_check")[0] == "ok"
        assert one("PRAGMA foreign_key_check") is None
        assert one("SELECT table_name, data_type, identifier, srs_id FROM gpkg_contents") == (
            "deposits", "features", "储蓄单", 4490,
        )  # fmt: skip
        assert one("SELECT geometry_type_name, z, m FROM gpkg_geometry_columns") == (
            "MULTIPOLYGON", 0, 0,
        )  # fmt: skip
        assert one("SELECT count(*) FROM rtree_deposits_geom")[0] == 9
        box = one("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents")
        organization = one(
            "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys"
            " WHERE srs_id = 4490"
        )
        assert one("SELECT stored_at FROM deposits")[0] == "2026-03-02T20:30:00.000Z"
        assert one("SELECT count(*) FROM deposits WHERE term_years IS NULL")[0] == 3
    file.close()
    degrees = to_lonlat(np.array(SHAPES, dtype=object), SRID)
    assert box == pytest.approx(shapely.total_bounds(degrees), abs=1e-9)
    assert organization == ("EPSG", 4490)


def test_a_shapefile_has_all_its_parts_and_short_names(tmp_path):
    path = tmp_path / "deposits.zip"

    export(path, chunks(), target(SRID), form=Format.SHP)
    shapefile, names = unzipped(path, tmp_path / "out")
    meta, _, wkb, columns = pyogrio.raw.read(shapefile)

    assert names == [f"deposits.{end}" for end in ("cpg", "dbf", "prj", "shp", "shx")]
    assert shapefile.with_suffix(".cpg").read_text() == "UTF-8"
    assert CRS(meta["crs"]).to_epsg(min_confidence=20) == SRID
    assert shapely.is_valid(shapely.from_wkb(wkb)).all()
    told = dict(zip(meta["fields"], columns, strict=True))
    assert list(told) == [
        "number", "kind", "term_years", "area_m2", "is_core", "right_end", "stored_at"
    ]  # fmt: skip
    assert told["number"].tolist() == ["D-1", "=1+1", "竹" * 84]
    assert str(told["stored_at"][0]) == "2026-03-03"
    assert told["area_m2"].tolist() == [10_000.25, 100.0, 400.0]


def test_geojson_is_in_degrees_to_nine_decimals_with_ids(tmp_path):
    path = tmp_path / "deposits.geojson"

    count = export(path, chunks(), target(), form=Format.GEOJSON)
    told = json.loads(path.read_text("utf-8"))

    shapes = [shapely.from_geojson(json.dumps(each["geometry"])) for each in told["features"]]
    corner = told["features"][0]["geometry"]["coordinates"][0][0]
    assert count == 3
    assert [each["id"] for each in told["features"]] == ["0-0", "0-1", "0-2"]
    assert 118 < corner[0] < 121
    assert 29 < corner[1] < 32
    assert all(round(each, 9) == each for shape in shapes
               for each in shapely.get_coordinates(shape).ravel().tolist())  # fmt: skip
    assert all(shape.is_valid for shape in shapes)
    assert shapely.is_ccw(shapely.get_exterior_ring(shapes[0]))
    assert told["features"][0]["properties"] == {
        "number": "D-1", "kind": "woodland", "term_years": 30, "area_m2": 10000.25,
        "is_core": True, "right_ends_on": "2050-01-01", "stored_at": "2026-03-02T20:30:00Z",
    }  # fmt: skip


def test_a_spreadsheet_has_chinese_titles_words_and_no_formulas(tmp_path):
    path = tmp_path / "deposits.xlsx"

    export(path, chunks(), target(), form=Format.XLSX)
    book = openpyxl.load_workbook(path)
    rows = list(book.worksheets[0].iter_rows())

    assert [cell.value for cell in rows[0]] == [
        *(field.title for field in FIELDS), "中心经度", "中心纬度"
    ]  # fmt: skip
    assert [cell.value for cell in rows[1]][:5] == ["D-1", "词 woodland", 30, 10000.25, "是"]
    assert rows[1][6].value == datetime(2026, 3, 3, 4, 30)  # noqa: DTZ001 - wall time in China
    assert rows[2][0].value == "=1+1"
    assert rows[2][0].data_type == "s"
    assert rows[2][0].quotePrefix
    assert [cell.value for cell in rows[2]][1:3] == [None, None]
    book.close()


@pytest.mark.parametrize("form", list(Format))
def test_nothing_selected_is_a_sound_file_without_rows(tmp_path, form):
    path = tmp_path / f"deposits.{form}"

    assert export(path, iter(()), target(), form=form) == 0

    if form is Format.XLSX:
        assert openpyxl.load_workbook(path).worksheets[0].max_row == 1
    elif form is Format.SHP:
        assert pyogrio.read_info(unzipped(path, tmp_path / "out")[0])["features"] == 0
    else:
        assert pyogrio.read_info(path)["features"] == 0


def test_a_system_of_another_county_is_refused(tmp_path):
    with pytest.raises(UnknownCoordinates) as refused:
        export(tmp_path / "deposits.gpkg", chunks(), target(4547), form=Format.GPKG)

    assert refused.value.field == "crs"


def test_a_name_too_long_for_a_shapefile_is_a_mistake_at_once():
    with pytest.raises(ValueError, match="too long"):
        Field("area_ellipsoid_m2", "", FieldKind.DECIMAL, lambda row: row)
