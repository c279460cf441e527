"""Refused rows come back whole: corners that share a merged cell, columns of like names."""

import csv
import json
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from shapely import Polygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.imports.giving_back import write_refused
from bank.imports.importing import ImportReport, import_rows
from bank.land.files.matching import Matching
from bank.land.files.reading import open_source
from bank.land.parcels import shape_of
from bank.land.projection import to_lonlat
from bank.land.tables import Parcel
from tests.bank.ground import AT, SRID, square

MOST = 10**7
CORNERS = Matching(group="地块号", x="x", y="y", usual_class="0301")


def corner_table(path: Path, **parcels: Polygon) -> Path:
    """A table of corners as survey reports print them: the parcel's number at its first corner."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["地块号", "x", "y"])
        for name, shape in parcels.items():
            for place, corner in enumerate(shape.exterior.coords[:-1]):
                writer.writerow(["" if place else name.strip("_"), *corner])
    return path


def take(session: Session, path: Path, matching: Matching) -> ImportReport:
    source = open_source(path, most_bytes=MOST, crs=f"EPSG:{SRID}")
    return import_rows(session, source, matching, at=AT)


@pytest.mark.usefixtures("county")
def test_a_corner_without_a_name_belongs_to_the_parcel_above(
    session: Session, tmp_path: Path
) -> None:
    shapes = {"甲": square(0, 0, 50), "乙": square(100, 0, 80)}
    path = corner_table(tmp_path / "a.csv", **shapes)

    report = take(session, path, CORNERS)

    assert (report.taken, report.refused) == (2, ())
    found = session.scalars(select(Parcel).order_by(Parcel.area_dm2)).all()
    assert [shape_of(parcel) for parcel in found] == [
        shape.normalize() for shape in shapes.values()
    ]


@pytest.mark.usefixtures("county")
def test_corners_before_the_first_name_are_refused(session: Session, tmp_path: Path) -> None:
    path = corner_table(tmp_path / "a.csv", _=square(0, 0, 50), 乙=square(100, 0, 80))

    report = take(session, path, CORNERS)

    assert report.taken == 1
    [refused] = report.refused
    assert (refused.refusal.code, refused.refusal.facts["reason"]) == ("not_a_polygon", "unnamed")


@pytest.mark.usefixtures("county")
def test_all_corners_of_a_refused_parcel_come_back(session: Session, tmp_path: Path) -> None:
    path = corner_table(tmp_path / "a.csv", 甲=square(0, 0, 50), 乙=square(-500, 0, 80))
    [refused] = take(session, path, CORNERS).refused
    back = tmp_path / "back.csv"

    write_refused(
        back, open_source(path, most_bytes=MOST), {refused.number: "在县外"}, heading="原因",
        matching=CORNERS,
    )  # fmt: skip

    lines = list(csv.reader(back.read_text("utf-8-sig").splitlines()))
    assert [line[0] for line in lines] == ["地块号", "乙", "", "", ""]
    assert [line[-1] for line in lines[1:]] == ["在县外"] * 4


def test_columns_of_like_names_come_back_side_by_side_and_the_reason_last(tmp_path: Path) -> None:
    values: dict[str, Any] = {"Name": "甲", "name": "乙", "fid": "丙", "geom": "丁"}
    outline = to_lonlat(square(0, 0, 50), SRID)
    feature = {"type": "Feature", "properties": values, "geometry": outline.__geo_interface__}
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    back = tmp_path / "back.gpkg"

    for _ in range(2):  # a second time, the file is written anew
        write_refused(back, open_source(path, most_bytes=MOST), {1: "重叠"}, heading="原因")

    meta, _, shapes, given = pyogrio.raw.read(back)
    assert dict(zip(meta["fields"], [list(each) for each in given], strict=True)) == {
        "Name": ["甲"], "name #2": ["乙"], "fid #2": ["丙"], "geom #2": ["丁"], "原因": ["重叠"],
    }  # fmt: skip
    assert list(meta["fields"])[-1] == "原因"
    assert len(shapes) == 1
