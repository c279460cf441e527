"""Files as people send them: every kind is read, and what cannot be read is refused by name."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from shapely import Polygon
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank.imports.giving_back import suffix, write_refused
from bank.imports.importing import ImportReport, Outcome, import_rows, preview
from bank.land.cutting import cut
from bank.land.files.geojson_system import STEP, named_system
from bank.land.files.matching import AreaUnit, Column, Matching, propose
from bank.land.files.reading import FIRST, Source, batches, columns, open_source
from bank.land.files.systems import proposed
from bank.land.parcels import register_parcel, shape_of
from bank.land.projection import reproject, to_lonlat
from bank.land.refusals import UnknownCoordinates
from bank.land.reshaping import reshape
from bank.land.tables import Origin, Parcel, ShapeReason
from database.refusals import Invalid, Refusal
from tests.bank.ground import AT, CORNER, SRID, TODAY, square

MOST: Final = 50 << 20
SHAPE: Final = square(100, 100, 50)
LONLAT: Final = Polygon(shapely.get_coordinates(to_lonlat(SHAPE, SRID)))
CORNERS: Final = ", ".join(f"{x:.9f} {y:.9f}" for x, y in LONLAT.exterior.coords[:-1])
KML: Final = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{more}<Placemark><name>甲&amp;乙</name>
<description><![CDATA[<script>alert(1)</script><img src="http://127.0.0.1:1/x.png"/>]]></description>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{corners}</coordinates></LinearRing>
</outerBoundaryIs></Polygon></Placemark></Document></kml>"""

Take = Callable[..., ImportReport]


def opened(path: Path, **told: Any) -> Source:
    return open_source(path, most_bytes=MOST, **told)


def refusal_of(path: Path, **told: Any) -> str:
    with pytest.raises(Refusal) as refused:
        opened(path, **told)
    return refused.value.code


@pytest.fixture
def take(session: Session, county: Polygon) -> Take:
    """Imports a file as its columns propose; woodland unless its rows say otherwise."""

    def importing(path: Path, matching: Matching | None = None, **told: Any) -> ImportReport:
        source = opened(path, **told)
        chosen = replace(matching or propose(columns(source)), usual_class="0301")
        return import_rows(session, source, chosen, at=AT)

    return importing


def kml(path: Path, *, doctype: str = "", more: str = "") -> Path:
    corners = " ".join(f"{x:.9f},{y:.9f},12" for x, y in LONLAT.exterior.coords)
    path.write_text(KML.format(doctype=doctype, more=more, corners=corners), "utf-8")
    return path


def written(path: Path, shapes: list[Any], crs: str | None = f"EPSG:{SRID}", **more: Any) -> Path:
    fields = {name: np.array(values, dtype=object) for name, values in more.items()}
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, dtype=object)), list(fields.values()), list(fields),
        geometry_type="Unknown", crs=crs,
    )  # fmt: skip
    return path


def geojson(path: Path, *geometries: Any) -> Path:
    features = [{"type": "Feature", "properties": {"n": i}, "geometry": g}
                for i, g in enumerate(geometries)]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def in_system(path: Path, crs: Any) -> Path:
    """The file with a member `crs`, behind its features."""
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "crs": crs}))
    return path


def polygon(*corners: tuple[float, ...]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_kml_is_read_and_its_scripts_and_links_stay_text(take: Take, tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:1/a.kml</href></Link></NetworkLink>"

    report = take(kml(tmp_path / "a.kml", more=link))

    assert (report.taken, report.flattened, report.refused) == (1, 1, ())


def test_xml_entities_are_refused_unread(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE k [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    assert refusal_of(kml(tmp_path / "a.kml", doctype=bomb)) == "unsafe_file"


def test_dxf_carries_no_system_so_it_is_asked_for(take: Take, tmp_path: Path) -> None:
    corners = "".join(f" 10\n{x}\n 20\n{y}\n" for x, y in SHAPE.exterior.coords[:-1])
    path = tmp_path / "a.dxf"
    path.write_text(
        "  0\nSECTION\n  2\nENTITIES\n  0\nLWPOLYLINE\n  8\n竹林\n 90\n4\n 70\n1\n"
        + corners + "  0\nENDSEC\n  0\nEOF\n", "utf-8",
    )  # fmt: skip

    with pytest.raises(Invalid) as refused:
        take(path)

    assert refused.value.code == "unknown_coordinates"
    assert proposed(opened(path).box, srid=SRID, home=square(0, 0, 20_000)) == ["EPSG:4549"]
    assert take(path, crs="EPSG:4549").taken == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_of_corners_in_one_cell(
    take: Take, session: Session, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'坐落,地类编码,坐标串,面积(亩)\n竹溪村,0302,"{CORNERS}",3.75\n', encoding)

    report = take(path, crs="EPSG:4490")

    parcel = session.scalars(select(Parcel)).one()
    assert (report.taken, parcel.land_class, parcel.location) == (1, "0302", "竹溪村")
    assert shape_of(parcel).equals_exact(SHAPE.normalize(), 0.0011)


def test_an_xlsx_of_corner_lines_grouped_by_a_code(
    take: Take, session: Session, tmp_path: Path
) -> None:
    zoned = Polygon(shapely.get_coordinates(reproject(SHAPE, SRID, 4528)))
    rows = [["330523103201JE00007", x, y] for x, y in zoned.exterior.coords[:-1]]
    path = workbook(tmp_path / "a.xlsx", ["宗地代码", "东坐标", "北坐标"], *rows)

    report = take(path, crs="EPSG:4528")

    assert (report.taken, report.refused) == (1, ())
    assert session.scalars(select(Parcel.code)).one() == "330523103201JE00007"
    codes = workbook(tmp_path / "b.xlsx", ["宗地代码"], ["330523103201JE00007"],
                     ["330523103201JE00008"], ["12"])  # fmt: skip
    listed = take(codes)
    assert (listed.taken, listed.known) == (0, 1)
    assert [row.refusal.code for row in listed.refused] == ["no_such_parcel", "wrong_length"]


def test_a_brought_code_is_never_given_out_again(
    take: Take, session: Session, tmp_path: Path
) -> None:
    path = written(
        tmp_path / "a.gpkg", [SHAPE, square(300, 0, 50), square(400, 0, 50)],
        宗地代码=["330523103201JE00001", None, "330523103201JE00001"],
    )  # fmt: skip

    report = take(path)

    assert sorted(session.scalars(select(Parcel.code))) == [
        "330523103201JE00001", "330523103201JE00002",
    ]  # fmt: skip
    assert [row.refusal.code for row in report.refused] == ["parcel_code_taken"]


def test_overlaps_are_refused_by_the_others_code(take: Take, tmp_path: Path) -> None:
    over = square(140, 100, 50)
    report = take(written(tmp_path / "a.gpkg", [SHAPE, over, square(150, 100, 50)]))
    later = take(written(tmp_path / "b.gpkg", [square(90, 100, 50)]))

    assert report.taken == 2
    assert [
        (r.number, r.refusal.code, r.refusal.facts) for r in report.refused + later.refused
    ] == [
        (2, "overlaps_parcel", {"code": "330523103201JE00001", "overlap_dm2": 50_000}),
        (1, "overlaps_parcel", {"code": "330523103201JE00001", "overlap_dm2": 200_000}),
    ]


def test_a_spike_is_repaired_and_a_bow_tie_is_not(take: Take, tmp_path: Path) -> None:
    x, y = CORNER
    spike = Polygon([(x, y), (x + 50, y), (x + 90, y), (x + 50, y), (x + 50, y + 50), (x, y + 50)])
    bow = Polygon([(x + 200, y), (x + 250, y + 50), (x + 250, y), (x + 200, y + 50)])

    report = take(written(tmp_path / "a.gpkg", [spike, bow]))

    assert (report.taken, report.repaired) == (1, (1,))
    assert [row.refusal.code for row in report.refused] == ["self_crossing"]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4490", "EPSG:4326"])
def test_a_geojson_that_names_degrees_is_in_degrees(take: Take, tmp_path: Path, name: str) -> None:
    path = geojson(tmp_path / "a.geojson", polygon(*LONLAT.exterior.coords))

    assert take(in_system(path, {"type": "name", "properties": {"name": name}})).taken == 1


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{SRID}"}},
        {"type": "EPSG", "properties": {"code": SRID}},
    ],
)
def test_a_geojson_may_name_the_system_of_the_county(
    take: Take, tmp_path: Path, crs: dict[str, Any]
) -> None:
    path = geojson(tmp_path / "a.geojson", polygon(*SHAPE.exterior.coords))

    assert take(in_system(path, crs)).taken == 1


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "安吉独立坐标系"}},
        {"type": "name", "properties": {}},
    ],
)
def test_a_geojson_in_a_system_that_nobody_knows_is_not_taken_for_degrees(
    take: Take, tmp_path: Path, crs: dict[str, Any]
) -> None:
    path = geojson(tmp_path / "a.geojson", polygon(*LONLAT.exterior.coords))

    with pytest.raises(UnknownCoordinates) as no:
        take(in_system(path, crs))

    assert no.value.field == "crs"
    assert take(path, crs="EPSG:4490").taken == 1


@pytest.mark.parametrize("said", [{}, {"crs": None}])
def test_metres_in_a_geojson_that_names_no_system_are_not_taken_for_degrees(
    take: Take, tmp_path: Path, said: dict[str, Any]
) -> None:
    path = geojson(tmp_path / "a.geojson", polygon(*SHAPE.exterior.coords))
    path.write_text(json.dumps({**said, **json.loads(path.read_text())}))

    with pytest.raises(UnknownCoordinates) as no:
        take(path)

    assert no.value.field == "crs"
    assert take(path, crs=f"EPSG:{SRID}").taken == 1


def test_a_swapped_geojson_that_names_no_system_is_still_in_degrees(tmp_path: Path) -> None:
    swapped = [(lat, lon) for lon, lat in LONLAT.exterior.coords]

    assert opened(geojson(tmp_path / "a.geojson", polygon(*swapped))).crs == "EPSG:4326"


@pytest.mark.parametrize("crs", ["安吉独立坐标系", {}, [SRID], {"type": "name", "name": "{x}"}])
def test_before_the_shapes_any_member_crs_counts(tmp_path: Path, crs: Any) -> None:
    path = geojson(tmp_path / "a.geojson", polygon(*LONLAT.exterior.coords))

    path.write_text(json.dumps({"crs": crs, **json.loads(path.read_text())}))

    assert opened(path).crs is None


def test_a_system_may_be_named_by_a_bare_text(take: Take, tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", polygon(*SHAPE.exterior.coords))
    path.write_text(json.dumps({"crs": f"EPSG:{SRID}", **json.loads(path.read_text())}))

    assert take(path).taken == 1


@pytest.mark.parametrize("length", range(STEP - 80, STEP + 8, 7))
def test_a_member_crs_is_found_wherever_it_stands(tmp_path: Path, length: int) -> None:
    told = {"name": "x" * length, "crs": {"type": "name", "properties": {"name": "EPSG:4549"}}}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(told))

    with path.open("rb") as file:
        assert named_system(file) == "EPSG:4549"


@pytest.mark.parametrize("told", ["CGCS2000", None, 4549])
def test_a_column_may_be_called_crs(tmp_path: Path, told: Any) -> None:
    path = geojson(tmp_path / "a.geojson", polygon(*LONLAT.exterior.coords))
    given = json.loads(path.read_text())
    given["features"][0]["properties"] = {"crs": told}
    path.write_text(json.dumps(given))

    assert opened(path).crs == "EPSG:4326"


def test_longitude_and_latitude_have_one_name(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", polygon(*LONLAT.exterior.coords))
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}

    assert opened(in_system(path, named)).crs == "EPSG:4326"


def test_rows_are_refused_with_the_likeliest_reason(take: Take, tmp_path: Path) -> None:
    ring = list(LONLAT.exterior.coords)
    path = geojson(
        tmp_path / "a.geojson",
        polygon(*ring),
        polygon(*ring[:-1]),
        polygon(*[(y, x) for x, y in ring]),
        polygon((179, 30), (-179, 30), (-179, 31), (179, 31), (179, 30)),
        polygon(*SHAPE.exterior.coords),
        polygon((2, 48), (3, 48), (3, 49), (2, 48)),
        None,
        {"type": "Polygon", "coordinates": []},
        {"type": "Point", "coordinates": [119.6, 30.6]},
    )

    report = take(path)

    assert report.taken == 1
    assert [(row.number, row.refusal.code) for row in report.refused] == [
        (2, "not_closed"),
        (3, "coordinates_swapped"),
        (4, "outside_county"),
        (5, "other_coordinates"),
        (6, "outside_county"),
        (7, "not_a_polygon"),
        (8, "not_a_polygon"),
        (9, "not_a_polygon"),
    ]


def test_a_polygon_of_millions_of_corners_is_refused_row_by_row(take: Take, tmp_path: Path) -> None:
    huge = SHAPE.centroid.buffer(20, quad_segs=50_000)

    report = take(written(tmp_path / "a.gpkg", [huge, SHAPE]))

    assert report.taken == 1
    assert [row.refusal.code for row in report.refused] == ["too_many_corners"]


def test_what_a_row_states_is_checked(take: Take, tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.gpkg", [square(i * 100, 0, 50) for i in range(5)],
        DLBM=["0302 竹林地", "9999", "0301", "0301", "301"],
        村=["竹溪村", "竹溪村", "无名村", "竹溪", None],
        面积=["2500", "2500", "2500", "25", "2510"],
    )  # fmt: skip

    report = take(path)

    assert report.taken == 2
    assert [(row.number, row.refusal.code) for row in report.refused] == [
        (2, "unknown_land_class"), (3, "no_such_division"), (4, "area_differs"),
    ]  # fmt: skip


def test_slices_go_on_where_the_last_one_ended(
    session: Session, county: Polygon, tmp_path: Path
) -> None:
    source = opened(written(tmp_path / "a.gpkg", [square(i * 100, 0, 50) for i in range(5)]))
    matching = Matching(usual_class="0301")

    seen = [import_rows(session, source, matching, at=AT, start=s, most=2) for s in (0, 2, 4)]

    assert [(each.taken, each.next_start, each.done) for each in seen] == [
        (2, 2, False), (2, 4, False), (1, 5, True),
    ]  # fmt: skip
    assert import_rows(session, source, matching, at=AT).known == 5


def test_rows_are_counted_by_their_place_where_keys_have_gaps(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", [square(0, i, 1) for i in range(2 * FIRST + 500)],
                   n=[str(i) for i in range(2 * FIRST + 500)])  # fmt: skip
    with closing(sqlite3.connect(path)) as file:
        file.execute("DELETE FROM a WHERE fid % 3 = 1")
        file.commit()
    source = opened(path)
    left = [str(i) for i in range(2 * FIRST + 500) if (i + 1) % 3 != 1]

    whole = list(batches(source))
    some = list(batches(source, start=700, most=900))
    more = list(batches(source, start=100, most=FIRST + 300))

    assert [value for each in whole for value in each.columns["n"]] == left
    assert [number for each in whole for number in each.numbers] == list(range(1, len(left) + 1))
    assert [len(each.numbers) for each in more] == [FIRST, 300]
    assert [value for each in more for value in each.columns["n"]] == left[100 : FIRST + 400]
    assert [value for each in some for value in each.columns["n"]] == left[700:1600]
    assert some[0].numbers[0] == 701


def test_a_preview_writes_nothing(session: Session, county: Polygon, tmp_path: Path) -> None:
    source = opened(written(tmp_path / "a.gpkg", [SHAPE, SHAPE, square(140, 100, 50)]))

    seen = preview(session, source, Matching(usual_class="0301"), at=AT, most=3)

    assert [row.outcome for row in seen.rows] == [Outcome.TAKEN, Outcome.KNOWN, Outcome.REFUSED]
    assert seen.lonlat_box is not None
    assert seen.lonlat_box[0] == pytest.approx(LONLAT.bounds[0])
    assert session.scalars(select(Parcel)).all() == []


def test_refused_rows_come_back_harmless_and_can_be_given_again(
    take: Take, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'坐落,地类编码,坐标串\n"=cmd|calc",9999,"{CORNERS}"\n', "utf-8")
    source, back = opened(path, crs="EPSG:4490"), tmp_path / "back.csv"
    refused = take(path, crs="EPSG:4490").refused
    texts = {row.number: "-地类不对" for row in refused}

    assert suffix(source) == ".csv"
    assert write_refused(back, source, texts, heading="原因") == 1

    lines = back.read_text("utf-8-sig").splitlines()
    assert lines[0] == "坐落,地类编码,坐标串,原因"
    assert lines[1].startswith("'=cmd|calc,9999,")
    assert lines[1].endswith(",'-地类不对")
    back.write_text(back.read_text("utf-8").replace("9999", "0301"), "utf-8")
    assert take(back, crs="EPSG:4490").taken == 1
    assert session.scalars(select(Parcel.location)).one() == "=cmd|calc"


def test_refused_shapes_come_back_as_a_geopackage(take: Take, tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", [SHAPE, square(140, 100, 50)], ZL=["甲", "乙"])
    back = tmp_path / "back.gpkg"
    report = take(path)

    write_refused(
        back, opened(path), {row.number: "重叠" for row in report.refused}, heading="原因"
    )

    meta, _, shapes, values = pyogrio.raw.read(back)
    assert list(meta["fields"]) == ["ZL", "原因"]
    assert [list(each) for each in values] == [["乙"], ["重叠"]]
    assert len(shapes) == 1


def test_bad_files_are_refused_by_name(tmp_path: Path) -> None:
    empty = tmp_path / "empty.gpkg"
    empty.touch()
    sneaky = tmp_path / "a.gpkg"
    sneaky.write_text("<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>")
    linked = tmp_path / "a.geojson"
    linked.write_text(
        '{"type":"FeatureCollection","crs":{"type":"link","properties":'
        '{"href":"http://127.0.0.1:1/"}},"features":[]}'
    )
    cut = tmp_path / "cut.gpkg"
    cut.write_bytes(written(tmp_path / "whole.gpkg", [SHAPE]).read_bytes()[:5_000])
    wide = tmp_path / "wide.csv"
    wide.write_text(",".join(f"c{i}" for i in range(501)) + "\n1\n")

    assert refusal_of(empty) == "empty_file"
    assert refusal_of(sneaky) == "unreadable_file"
    assert refusal_of(linked) == "unsafe_file"
    assert refusal_of(cut) == "unreadable_file"
    assert refusal_of(wide) == "too_many_columns"


def test_a_shapefile_without_shx_says_what_is_missing(tmp_path: Path) -> None:
    written(tmp_path / "a.shp", [SHAPE], n=["1"])
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in (".shp", ".dbf", ".prj"):
            packed.write(tmp_path / f"a{part}", f"a{part}")

    with pytest.raises(Invalid) as refused:
        opened(path)

    assert (refused.value.code, refused.value.facts) == (
        "shapefile_part_missing", {"part": ".shx"},
    )  # fmt: skip


def test_zips_within_zips_and_workbooks_with_entities_are_refused(tmp_path: Path) -> None:
    nested, book = tmp_path / "nested.zip", tmp_path / "a.xlsx"
    with zipfile.ZipFile(nested, "w") as packed:
        packed.writestr("inner.zip", b"PK\x03\x04")
    with zipfile.ZipFile(book, "w") as packed:
        packed.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "a">]><workbook/>')

    assert refusal_of(nested) == "unreadable_file"
    assert refusal_of(book) == "unsafe_file"


def test_old_datums_are_refused_rather_than_moved_roughly(tmp_path: Path) -> None:
    assert refusal_of(written(tmp_path / "a.gpkg", [SHAPE], "EPSG:2384")) == "unknown_coordinates"


def test_several_layers_are_asked_about(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    for layer in ("一", "二"):
        pyogrio.raw.write(path, shapely.to_wkb(np.array([SHAPE])), [], [], layer=layer,
                          geometry_type="Polygon", crs="EPSG:4549",
                          append=path.exists())  # fmt: skip

    with pytest.raises(Invalid) as refused:
        take(path)

    assert refused.value.facts == {"layers": ["一", "二"]}
    assert take(path, layer="二").taken == 1


def test_usual_names_of_columns_are_known() -> None:
    given = ["宗地代码", "DLBM", "坐落", "面积（亩）", "行政村", "备注"]

    found = propose([Column(name) for name in given])

    assert found == Matching(
        code="宗地代码", land_class="DLBM", location="坐落", area="面积（亩）",
        area_unit=AreaUnit.MU, division="行政村",
    )  # fmt: skip
    assert Matching.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(
    ("samples", "easting"),
    [
        ((("3380100.5", "3380200"), ("460100.5", "460200")), "Y坐标"),  # a surveyor's X is north
        ((("3380100.5",), ("40460100.5",)), "Y坐标"),
        ((("460100.5",), ("3380100.5",)), "X坐标"),
        ((("119.58",), ("30.54",)), "X坐标"),
        (((), ()), "X坐标"),
    ],
)
def test_x_and_y_are_told_apart_by_their_numbers(
    samples: tuple[tuple[str, ...], tuple[str, ...]], easting: str
) -> None:
    found = propose([Column("X坐标", samples[0]), Column("Y坐标", samples[1]), Column("面积亩")])

    assert found.x == easting
    assert {found.x, found.y} == {"X坐标", "Y坐标"}
    assert (found.area, found.area_unit) == ("面积亩", AreaUnit.MU)


def test_a_townships_officer_takes_only_land_of_her_town(
    session: Session, county: Polygon, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.gpkg", [square(0, 0, 50)])
    matching = Matching(usual_class="0301", usual_division="330523103")
    source = opened(path)

    seen = preview(session, source, matching, at=AT, within="330523104")
    other = import_rows(session, source, matching, at=AT, within="330523104")
    own = import_rows(session, source, matching, at=AT, within="330523103")

    assert [row.outcome for row in seen.rows] == [Outcome.REFUSED]
    assert [row.refusal.code for row in other.refused] == ["outside_township"]
    assert other.refused[0].refusal.facts["division"] == "鄣吴镇"
    assert (other.taken, own.taken) == (0, 1)


def test_stating_her_own_town_takes_no_land_of_another(
    session: Session, county: Polygon, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.gpkg", [square(15_000, 0, 50)])
    matching = Matching(usual_class="0301", usual_division="330523103201")

    report = import_rows(session, opened(path), matching, at=AT, within="330523103201")

    assert [row.refusal.facts for row in report.refused] == [{"division": "石岭村"}]


def test_the_shape_that_a_parcel_had_before_it_was_cut_is_not_taken_again(
    session: Session, county: Polygon, take: Take, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.gpkg", [square(0, 0, 50)])
    take(path)
    parcel = session.scalars(select(Parcel)).one()
    halves = cut(shape_of(parcel), square(-10, 0, 60), whole_dm2=parcel.area_dm2, on=TODAY)
    assert halves is None  # all of it goes
    parts = cut(shape_of(parcel), square(-30, 0, 60), whole_dm2=parcel.area_dm2, on=TODAY)
    assert parts is not None
    reshape(session, parcel, parts.rest, reason=ShapeReason.CLIPPED, at=AT, actor=None)
    register_parcel(
        session, parts.inside, land_class="0301", location="竹溪村", origin=Origin.IMPORTED, at=AT
    )

    again = take(path)

    assert again.taken == 0
    assert session.scalar(select(func.count()).select_from(Parcel)) == 2


@pytest.mark.parametrize(
    "crs",
    [
        '{"type":"link","properties":{"\\u0068ref":"http://127.0.0.1:1/"}}',
        '{"type":"link","properties":{"hr\\u0065f":"http://127.0.0.1:1/"}}',
        '{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read x"}',
    ],
)
def test_an_address_or_a_recipe_is_refused_however_it_is_spelt(tmp_path: Path, crs: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type":"FeatureCollection","crs":' + crs + ',"features":[]}')

    assert refusal_of(path) == "unsafe_file"


def test_names_written_as_escapes_are_read(take: Take, tmp_path: Path) -> None:
    path = written(tmp_path / "a.geojson", [SHAPE])
    text = path.read_text()
    path.write_text(
        text.replace('"features"', '"note": "\\u5b89\\u5409 \\u0026 \\u003c", "features"')
    )

    assert take(path).refused == ()


def test_a_zip_whose_contents_are_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.kml", "<kml>" + "x" * 50_000)
    content = bytearray(path.read_bytes())
    content[45:60] = b"\xff" * 15
    path.write_bytes(content)

    assert refusal_of(path) == "unreadable_file"
