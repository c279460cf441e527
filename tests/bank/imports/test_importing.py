"""Importing parcels from files: what is taken, known or refused, row by row."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import Polygon
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank.imports.importing import ImportReport, import_parcels
from bank.land.parcels import overlaps, shape_of
from bank.land.projection import to_lonlat
from bank.land.tables import Origin, Parcel
from database.refusals import Invalid
from tests.bank.ground import AT, SRID, square

EXTRACTS: Final = Path(__file__).parents[4] / "shared" / "data" / "parcels"
"""Real parcels from elsewhere; not part of the project, so these tests run where they stand."""
TRIANGLE: Final = shapely.polygons(
    [[460_100, 3_380_100], [460_200, 3_380_100], [460_150, 3_380_180]]
)


def write(path: Path, shapes: list[Any], crs: str | None = f"EPSG:{SRID}") -> Path:
    """A file of shapes with one attribute."""
    names = np.array([f"地块{i}" for i in range(len(shapes))], dtype=object)
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, dtype=object)), [names], ["name"],
        geometry_type="Unknown" if path.suffix == ".gpkg" else "Polygon", crs=crs,
    )  # fmt: skip
    return path


def zipped(path: Path, *, without: str = "") -> Path:
    """The Shapefile beside the path as a zip, but for one of its parts."""
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(path.parent.glob(f"{path.stem}.*")):
            if part.suffix not in (".zip", without):
                archive.write(part, part.name)
    return packed


@pytest.fixture
def take(session: Session, county: Polygon) -> Callable[..., ImportReport]:
    """Imports a file as woodland."""

    def importing(path: Path, **told: Any) -> ImportReport:
        return import_parcels(session, path, at=AT, land_class="0301", **told)

    return importing


Take = Callable[..., ImportReport]


def test_a_geopackage_is_taken_and_taken_only_once(
    take: Take, session: Session, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.gpkg", [square(0, 0, 50), square(50, 0, 50)])

    first, second = take(path), take(path)

    assert (first.taken, first.known, first.refused) == (2, 0, ())
    assert (second.taken, second.known, second.refused) == (0, 2, ())
    parcel = session.scalars(select(Parcel).order_by(Parcel.code)).first()
    assert parcel is not None
    assert (parcel.code, parcel.origin) == ("330523103201JE00001", Origin.IMPORTED)
    assert (parcel.area_dm2, parcel.source_note) == (250_000, "a.gpkg 1")


def test_a_zipped_shapefile_in_another_system_is_moved_into_the_countys(
    take: Take, session: Session, tmp_path: Path
) -> None:
    take(zipped(write(tmp_path / "b.shp", [to_lonlat(TRIANGLE, SRID)], "EPSG:4490")))

    parcel = session.scalars(select(Parcel)).one()
    assert shape_of(parcel).equals_exact(TRIANGLE.normalize(), 0.0011)


def test_geojson_in_degrees_is_taken(take: Take, tmp_path: Path) -> None:
    path = write(tmp_path / "c.geojson", [to_lonlat(TRIANGLE, SRID)], "EPSG:4326")

    assert take(path).taken == 1


def test_rows_are_refused_one_by_one(take: Take, tmp_path: Path) -> None:
    (x, y), side = (460_000, 3_380_000), 90
    bow = Polygon([(x, y), (x + side, y + side), (x + side, y), (x, y + side)])
    path = write(
        tmp_path / "d.gpkg",
        [square(0, 0, 50), bow, None, shapely.Point(x, y), square(-500, 0, 50), square(0, 0, 1)],
    )

    report = take(path)

    assert report.taken == 1
    assert [(row.number, row.refusal.code) for row in report.refused] == [
        (2, "self_crossing"),
        (3, "not_a_polygon"),
        (4, "not_a_polygon"),
        (5, "outside_county"),
        (6, "parcel_too_small"),
    ]
    assert report.refused[0].attributes == {"name": "地块1"}
    assert set(report.refused[0].refusal.facts) == {"lon", "lat"}


def test_chinese_attributes_in_gbk_are_read_right(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "e.shp"
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array([square(0, 0, 1)])), [np.array(["竹林地"], dtype=object)],
        ["name"], geometry_type="Polygon", crs=f"EPSG:{SRID}", encoding="GBK",
    )  # fmt: skip

    report = take(zipped(path, without=".cpg"))

    assert report.refused[0].attributes == {"name": "竹林地"}


def test_a_file_that_cannot_be_read_is_refused(take: Take, tmp_path: Path) -> None:
    text, broken, empty = (tmp_path / name for name in ("x.gpkg", "x.zip", "y.zip"))
    text.write_text("no database")
    broken.write_bytes(b"PK\x03\x04 not a zip")
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "nothing")

    for path in (text, broken, empty):
        with pytest.raises(Invalid) as refused:
            take(path)
        assert refused.value.code == "unreadable_file"


def test_a_zip_bomb_is_refused_unopened(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.shp", b"\0" * (64 << 20))

    with pytest.raises(Invalid) as refused:
        take(path)

    assert refused.value.code == "unsafe_file"


def test_a_shapefile_without_its_system_asks_for_it(take: Take, tmp_path: Path) -> None:
    path = zipped(write(tmp_path / "f.shp", [square(0, 0, 50)]), without=".prj")

    with pytest.raises(Invalid) as refused:
        take(path)

    assert refused.value.code == "unknown_coordinates"
    assert take(path, crs=f"EPSG:{SRID}").taken == 1


def test_a_file_without_rows_is_nothing(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "none.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": []}))

    assert take(path) == ImportReport(0, 0, ())


@pytest.mark.parametrize("name", ["dk_Marker_2026.zip", "nl_brpgewaspercelen_definitief_2023.gpkg"])
def test_real_parcels_from_elsewhere_fit_once_moved(
    take: Take, session: Session, name: str
) -> None:
    path = EXTRACTS / name
    if not path.exists():
        pytest.skip("the extracts of real parcels do not stand beside the project")
    source = shapely.from_wkb(pyogrio.raw.read(path)[2])

    as_it_lies = take(path)
    moved, again = take(path, move_to="330523103"), take(path, move_to="330523103")

    small = sum(source_area < 10 for source_area in shapely.area(source))
    assert (as_it_lies.taken, len(as_it_lies.refused)) == (0, 100)
    assert {row.refusal.code for row in as_it_lies.refused} == {"outside_county"}
    assert {row.refusal.code for row in moved.refused} <= {"parcel_too_small"}
    assert (moved.taken, len(moved.refused)) == (100 - small, small)
    assert (again.taken, again.known) == (0, moved.taken)
    total = session.scalar(select(func.sum(Parcel.area_dm2)))
    taken_m2 = sum(area for area in shapely.area(source) if area >= 10)
    assert int(total or 0) == pytest.approx(taken_m2 * 100, rel=1e-5)
    for parcel in session.scalars(select(Parcel)):
        assert len(overlaps(session, shape_of(parcel))) >= 1
