"""Files that are wrong or meant to harm, given to every page that takes land from a file."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
import pyogrio
import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bank.deposits.lifecycle import Stage
from bank.imports.tables import ParcelImport
from bank.land.projection import to_lonlat
from bank.land.tables import Parcel
from bank.redlines.tables import RedLine
from bank.zones.tables import ControlLayer
from database.actor import Actor
from tests.web.desk import Desk
from tests.world import SOUTH, WEST

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

SRID: Final = 4549
RING: Final = shapely.get_coordinates(
    to_lonlat(shapely.box(WEST + 3000, SOUTH + 3000, WEST + 3100, SOUTH + 3100), SRID)
).tolist()

Make = Callable[[Path], Path]


def geojson(*rings: Any, **members: Any) -> str:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [r]}}
        for r in rings
    ]
    return json.dumps({"type": "FeatureCollection", **members, "features": features})


def text(name: str, content: str) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_text(content, "utf-8")
        return path

    return make


def packed(**members: str) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in members.items():
                made.writestr(name, content)
        return path

    return make


def shapefile_without(*missing: str) -> Make:
    def make(folder: Path) -> Path:
        shapes = shapely.to_wkb(np.array([shapely.Polygon(RING)], dtype=object))
        names = [np.array(["甲"], dtype=object)]
        pyogrio.raw.write(folder / "a.shp", shapes, names, ["n"], geometry_type="Polygon",
                          crs="EPSG:4490")  # fmt: skip
        path = folder / "a.zip"
        with zipfile.ZipFile(path, "w") as made:
            for part in (".shp", ".shx", ".dbf", ".prj"):
                if part not in missing:
                    made.write(folder / f"a{part}", f"a{part}")
        return path

    return make


def with_view(folder: Path) -> Path:
    path = folder / "a.gpkg"
    shapes = shapely.to_wkb(np.array([shapely.Polygon(RING)], dtype=object))
    pyogrio.raw.write(path, shapes, [], [], geometry_type="Polygon", crs="EPSG:4490", layer="t")
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i"
                         " FROM n) SELECT i FROM n")  # fmt: skip
    return path


def many_corners(folder: Path) -> Path:
    """A polygon of a million corners: 16 MB, which the limit on files lets pass."""
    path = folder / "a.gpkg"
    angles = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    circle = np.column_stack((np.cos(angles), np.sin(angles))) * 0.001 + RING[0]
    shapes = shapely.to_wkb(np.array([shapely.Polygon(circle)], dtype=object))
    pyogrio.raw.write(path, shapes, [], [], geometry_type="Polygon", crs="EPSG:4490", layer="t")
    return path


KML: Final = '<?xml version="1.0"?>{}<kml><Document><name>{}</name></Document></kml>'
WRONG: Final[dict[str, Make]] = {
    "nothing": text("a.geojson", ""),
    "no rows": text("a.geojson", geojson()),
    "nulls": text("a.geojson", '{"type":"FeatureCollection","features":[null,{"type":"Feature",'
                  '"properties":null,"geometry":null}]}'),
    "broken off": text("a.geojson", geojson(RING)[:-30]),
    "deep": text("a.geojson", '{"type":"Polygon","coordinates":' + "[" * 9000 + "]" * 9000 + "}"),
    "huge number": text("a.geojson", geojson(RING).replace("119.4", "1" + "0" * 400)),
    "no number": text("a.geojson", geojson(RING).replace(str(RING[0][0]), "NaN")),
    "swapped": text("a.geojson", geojson([(y, x) for x, y in RING])),
    "far": text("a.geojson", geojson([(2, 48), (3, 48), (3, 49), (2, 48)])),
    "antimeridian": text("a.geojson", geojson([(179, 30), (-179, 30), (-179, 31), (179, 30)])),
    "mixed systems": text("a.geojson", geojson(RING, [(x * 1e5, y * 1e5) for x, y in RING])),
    "open": text("a.geojson", geojson(RING[:-1])),
    "crossing": text("a.geojson", geojson([RING[0], RING[2], RING[1], RING[3], RING[0]])),
    "linked": text("a.geojson", geojson(RING, crs={"type": "link", "properties": {
        "href": "http://127.0.0.1:1/"}})),
    "entities": text("a.kml", KML.format('<!DOCTYPE k [<!ENTITY a "a">]>', "&a;")),
    "outside": text("a.kml", KML.format('<!DOCTYPE k SYSTEM "file:///etc/passwd">', "x")),
    "recipe": text("a.gpkg", "<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>"),
    "zip in zip": packed(**{"a.zip": "PK"}),
    "packed zeros": packed(**{"a.geojson": geojson(RING), "pad": "0" * (19 << 20)}),
    "climbing": packed(**{"../../a.kml": "<kml>"}),
    "damaged zip": text("a.zip", "PK\x03\x04" + "x" * 99),
    "no shx": shapefile_without(".shx"),
    "view": with_view,
    "many corners": many_corners,
}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: make(tmp_path_factory.mktemp("wrong")) for name, make in WRONG.items()}


class Pages:
    """The pages that take land from a file, each with who may give it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with desk.world(days=60) as world:
            self.investor, self.county = world.investor(), world.county_officer
            self.officer = world.officer
            self.deposit: UUID = world.deposit(Stage.ON_NOTICE).id

    def _browser(self, actor: Actor, language: str) -> FlaskClient:
        return self.desk.browser(actor, language=language)

    def give(self, page: str, path: Path, language: str = "en") -> Any:
        """The page's answer to the file."""
        asked: dict[str, tuple[Actor, str, dict[str, str]]] = {
            "red line": (self.investor, "/redlines/new", {"name": "x"}),
            "import": (self.county, "/imports/new", {}),
            "zones": (self.county, "/zones/columns", {
                "layer": "permanent_basic_farmland", "valid_from": "2026-01-01"}),
            "shape": (self.officer, f"/township/{self.deposit}/shape", {
                "reason": "corrected", "note": "x", "key": "k"}),
        }  # fmt: skip
        actor, address, data = asked[page]
        with path.open("rb") as file:
            answer = self._browser(actor, language).post(
                address, data=data | {"file": (file, path.name)},
                content_type="multipart/form-data", buffered=True,
            )  # fmt: skip
        answer.request.environ["wsgi.input"].close()  # the client keeps large bodies in files
        return answer


@pytest.fixture
def pages(desk: Desk) -> Pages:
    return Pages(desk)


@pytest.mark.parametrize("page", ["red line", "zones", "shape"])
def test_every_wrong_file_is_refused_beside_its_field_and_nothing_is_kept(
    pages: Pages, desk: Desk, files: dict[str, Path], page: str
) -> None:
    for name, path in files.items():
        if (name, page) in {("many corners", "zones")}:
            continue  # a layer of zones may have that many
        answer = pages.give(page, path)

        assert answer.status_code == 422, name
        assert 'id="file-error"' in answer.text, name
        assert "/tmp" not in answer.text, name
    with desk.session() as session:
        for table in (RedLine, ControlLayer):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_an_import_refuses_the_file_or_each_of_its_rows(
    pages: Pages, desk: Desk, files: dict[str, Path]
) -> None:
    browser = desk.browser(pages.county)
    for name, path in files.items():
        answer = pages.give("import", path)

        assert answer.status_code in (302, 422), name
        if answer.status_code == 422:
            assert 'id="file-error"' in answer.text, name
            continue
        address = answer.location.removesuffix("/match")
        matched = browser.post(f"{address}/match", data={"usual_class": "0301", "area_unit": "m2"})
        assert matched.status_code == 302, name
        shown = browser.get(f"{address}/preview")
        assert shown.status_code == 200, name
        none = "these rows would be taken" in shown.text
        assert none is (name != "mixed systems"), name
        assert browser.get(f"{address}/preview.json").status_code == 200, name
    with desk.session() as session:
        assert session.scalar(select(func.count()).select_from(ParcelImport))
        assert session.scalar(select(func.count()).select_from(Parcel)) == 1


def test_a_shapefile_that_names_no_system_is_asked_about(pages: Pages, tmp_path: Path) -> None:
    path = shapefile_without(".prj")(tmp_path)

    for page, field in (("red line", "file"), ("zones", "crs")):
        answer = pages.give(page, path)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    asked = pages.give("import", path)
    assert asked.status_code == 302
    assert 'name="crs"' in pages.desk.browser(pages.county).get(asked.location).text


@pytest.mark.parametrize("page", ["red line", "shape"])
def test_where_no_layer_can_be_chosen_a_file_of_one_is_asked_for(
    pages: Pages, tmp_path: Path, page: str
) -> None:
    path = tmp_path / "two.gpkg"
    for layer in ("林地", "耕地"):
        shapes = shapely.to_wkb(np.array([shapely.Polygon(RING)], dtype=object))
        pyogrio.raw.write(path, shapes, [], [], geometry_type="Polygon", crs="EPSG:4490",
                          layer=layer, append=path.exists())  # fmt: skip

    answer = pages.give(page, path)

    assert answer.status_code == 422
    assert "林地, 耕地. Send a file with the one that is meant." in answer.text
    assert 'id="file-error"' in answer.text


@pytest.mark.parametrize("named", ["安吉独立坐标系", 'LOCAL_CS["安吉独立",UNIT["metre",1]]'])
@pytest.mark.parametrize("page", ["red line", "shape"])
def test_a_shapefile_in_a_system_of_no_known_name_is_not_guessed_at(
    pages: Pages, tmp_path: Path, page: str, named: str
) -> None:
    path = shapefile_without(".prj")(tmp_path)
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("a.prj", named)

    answer = pages.give(page, path)

    assert answer.status_code == 422
    assert "The coordinate system is not known. Use CGCS2000" in answer.text
    assert 'id="file-error"' in answer.text


@pytest.mark.parametrize("page", ["red line", "shape"])
def test_a_geojson_in_a_system_of_no_known_name_is_not_guessed_at(
    pages: Pages, tmp_path: Path, page: str
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(geojson(RING, crs={"type": "name", "properties": {"name": "安吉独立坐标系"}}))

    answer = pages.give(page, path)

    assert answer.status_code == 422
    assert "The coordinate system is not known. Use CGCS2000" in answer.text
    assert 'id="file-error"' in answer.text


def test_the_refusal_is_in_the_readers_language(pages: Pages, files: dict[str, Path]) -> None:
    shown = pages.give("red line", files["swapped"], "zh").text

    assert "Latitude" not in shown
    assert "纬度" in shown


def test_the_command_line_refuses_them_too(desk: Desk, files: dict[str, Path]) -> None:
    run = desk.app.test_cli_runner().invoke
    for name in ("view", "entities", "linked", "zip in zip", "packed zeros", "nothing"):
        done = run(args=["land", "import", str(files[name]), "--land-class", "0301"])
        assert done.exit_code not in (0, 2), (name, done.output)
        assert "Traceback" not in done.output


def test_options_of_the_command_that_do_not_go_together_are_told(
    desk: Desk, tmp_path: Path
) -> None:
    run = desk.app.test_cli_runner().invoke
    told = [
        "land",
        "import",
        str(tmp_path / "a.gpkg"),
        "--land-class",
        "0301",
        "--move-to",
        "330523",
    ]
    (tmp_path / "a.gpkg").touch()

    for more in (["--refused", str(tmp_path / "b.gpkg")], ["--column", "location=ZL"]):
        done = run(args=[*told, *more])
        assert done.exit_code == 2, done.output
        assert "--move-to takes shapes alone" in done.output
