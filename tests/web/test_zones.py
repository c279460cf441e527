"""Control layers on the officers' page and on the command line, and what pages tell of a check."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import box
from shapely.geometry import mapping
from sqlalchemy import func, select

from bank.deposits.lifecycle import Stage
from bank.deposits.records import parcel_of
from bank.land.polygons import Shape
from bank.land.projection import to_lonlat
from bank.parties.tables import User
from bank.zones.importing import Zone, keep_layer
from bank.zones.tables import ControlLayer, ControlZone
from database.actor import Actor, Role
from tests.web.desk import Desk
from tests.world import SOUTH, WEST

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

ZONE = shapely.box(WEST + 1000, SOUTH + 1000, WEST + 1400, SOUTH + 1500)
SINCE = datetime.now(UTC).date() - timedelta(days=60)
EMPTY = b'{"type":"FeatureCollection","features":[]}'


@pytest.fixture
def officer(desk: Desk) -> Actor:
    with desk.world(days=1) as world:
        return world.county_officer


def geojson(*shapes: Shape, **attributes: Any) -> bytes:
    """A file of zones in degrees."""
    features = [
        {"type": "Feature", "properties": attributes, "geometry": mapping(to_lonlat(shape, 4549))}
        for shape in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def sent(contents: bytes, **told: str) -> dict[str, Any]:
    form = {"layer": "urban_boundary", "valid_from": SINCE.isoformat()} | told
    return form | {"file": (BytesIO(contents), "zones.geojson")}


def layers(desk: Desk) -> int:
    with desk.session() as session:
        return session.scalar(select(func.count(ControlLayer.id))) or 0


def run(desk: Desk, *words: str, fails: bool = False) -> dict[str, Any]:
    done = desk.app.test_cli_runner().invoke(args=["land", *words, "--json"])
    assert done.exit_code == int(fails), done.output
    told: dict[str, Any] = json.loads(done.output)
    return told


def test_only_county_officers_see_the_layers(desk: Desk, officer: Actor) -> None:
    with desk.session() as session:
        others = [user.actor() for user in session.scalars(select(User))]
    for other in others:
        expected = 200 if Role.COUNTY in other.roles else 403
        assert desk.browser(other).get("/zones").status_code == expected
    assert desk.browser().get("/zones").status_code == 302


def test_a_county_without_layers_is_told_what_is_not_checked(desk: Desk, officer: Actor) -> None:
    page = desk.browser(officer).get("/zones").text

    assert "Not checked, because no version is in force: Permanent basic farmland, " in page
    assert "No layer yet" in page


def test_an_officer_takes_in_a_layer_and_sees_it(desk: Desk, officer: Actor) -> None:
    browser = desk.browser(officer)
    answer = browser.post("/zones/columns", data=sent(geojson(ZONE, mc="城东"), name_field="mc"))

    assert answer.status_code == 302
    page = browser.get("/zones").text
    assert "Urban development boundary: 1 zones taken." in page
    assert "Governs today" in page
    assert "300.00" in page  # 20 ha in mu
    with desk.session() as session:
        kept = session.scalars(select(ControlLayer)).one()
        assert (kept.imported_by, kept.valid_from) == (officer.id, SINCE)


def test_the_columns_of_the_file_are_offered_and_proposed(desk: Desk, officer: Actor) -> None:
    browser = desk.browser(officer)
    file = geojson(ZONE, 红线名称="龙王山", 红线类型="核心保护区", 面积="20")

    asked = browser.post("/zones", data=sent(file, layer="ecological_red_line"))
    note = re.search(r'name="file_kept"[^>]*value="([^"]+)"', asked.text)

    assert asked.status_code == 200
    assert "The file holds 1 zones." in asked.text
    assert '<option selected value="红线名称">红线名称: 龙王山</option>' in asked.text
    assert '<option selected value="红线类型">红线类型: 核心保护区</option>' in asked.text
    assert layers(desk) == 0

    assert note
    taken = browser.post("/zones/columns", data={
        "file_kept": note[1], "layer": "ecological_red_line", "valid_from": SINCE.isoformat(),
        "name_field": "红线名称", "core_field": "红线类型", "blank_core": "",
    })  # fmt: skip

    assert taken.status_code == 302
    with desk.session() as session:
        zone = session.scalars(select(ControlZone)).one()
        assert (zone.name, zone.is_core) == ("龙王山", True)


def test_a_file_that_names_no_known_system_is_asked_about(desk: Desk, officer: Actor) -> None:
    browser = desk.browser(officer)
    told = json.loads(geojson(ZONE))
    told["crs"] = {"type": "name", "properties": {"name": "安吉独立坐标系"}}
    file = json.dumps(told).encode()

    asked = browser.post("/zones", data=sent(file))
    refused = browser.post("/zones/columns", data=sent(file))
    taken = browser.post("/zones/columns", data=sent(file, crs="EPSG:4490"))

    assert '<option selected value="EPSG:4490">' in asked.text
    assert refused.status_code == 422
    assert 'id="crs-error"' in refused.text
    assert taken.status_code == 302
    assert layers(desk) == 1


def test_of_several_layers_in_a_file_one_is_chosen(
    desk: Desk, officer: Actor, tmp_path: Path
) -> None:
    browser, path = desk.browser(officer), tmp_path / "三区三线.gpkg"
    for layer in ("农田", "城镇"):
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array([ZONE])), [np.array([layer], dtype=object)], ["mc"],
            geometry_type="Polygon", crs="EPSG:4549", layer=layer, append=path.exists(),
        )  # fmt: skip
    form = {"layer": "urban_boundary", "valid_from": SINCE.isoformat()}

    def send(address: str, **told: Any) -> Any:
        """The page's answer, and with what its form goes on."""
        answer = browser.post(address, data=form | told)
        note = re.search(r'name="file_kept"[^>]*value="([^"]+)"', answer.text)
        return answer, {"file_kept": note[1] if note else ""}

    for address in ("/zones", "/zones/columns"):
        which, kept = send(address, file=(BytesIO(path.read_bytes()), path.name))
        assert which.status_code == 422
        assert "The file has several layers: 农田, 城镇. Choose one." in which.text
        assert 'id="file_layer-error"' in which.text
        assert '<form method="post" action="/zones"' in which.text
    asked, kept = send("/zones", **kept, file_layer="城镇")
    assert '<option selected value="城镇">城镇</option>' in asked.text
    assert '<option value="mc">mc: 城镇</option>' in asked.text
    taken, _ = send("/zones/columns", **kept, file_layer="城镇", name_field="mc")

    assert taken.status_code == 302
    with desk.session() as session:
        assert session.scalars(select(ControlZone.name)).all() == ["城镇"]


def test_a_layer_that_was_chosen_of_another_file_is_forgotten(desk: Desk, officer: Actor) -> None:
    answer = desk.browser(officer).post("/zones", data=sent(geojson(ZONE), file_layer="城镇"))

    assert answer.status_code == 200
    assert "The file holds 1 zones." in answer.text
    assert 'name="file_layer"' not in answer.text


def test_a_table_is_refused_before_its_system_is_asked_for(desk: Desk, officer: Actor) -> None:
    given = sent(b"") | {"file": (BytesIO(b"mc,wkt\n"), "zones.csv")}

    answer = desk.browser(officer).post("/zones", data=given)

    assert answer.status_code == 422
    assert "Zones are not read from a table. Send a GeoPackage" in answer.text
    assert 'id="file-error"' in answer.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_pages_call_the_three_is_no_name_for_a_layer_of_the_countys_own(
    desk: Desk, officer: Actor, language: str
) -> None:
    browser = desk.browser(officer, language=language)
    offered = re.search(r'<select[^>]*name="layer".*?</select>', browser.get("/zones").text, re.S)
    assert offered
    names = re.findall(r"<option[^>]*>(.+?)</option>", offered[0])[:3]

    for name in names:
        answer = browser.post(
            "/zones/columns", data=sent(geojson(ZONE), layer="other", kind=name.upper())
        )
        assert answer.status_code == 422, name
        assert 'id="kind-error"' in answer.text
    assert layers(desk) == 0


def test_a_file_that_cannot_be_read_is_refused_before_its_columns_are_asked_for(
    desk: Desk, officer: Actor
) -> None:
    answer = desk.browser(officer).post("/zones", data=sent(b"nonsense"))

    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_the_same_file_again_says_so(desk: Desk, officer: Actor) -> None:
    browser = desk.browser(officer)
    for _ in range(2):
        browser.post("/zones/columns", data=sent(geojson(ZONE)))

    assert "the same zones are here already" in browser.get("/zones").text
    assert layers(desk) == 1


BAD = [
    (EMPTY, {}, "The file holds no"),
    (b"nonsense", {}, "The file holds no shapes we can read"),
    (geojson(ZONE, lx="1"), {"name_field": "mc"}, "The file has no attribute “mc”. It has: lx."),
    (geojson(ZONE), {"layer": "other", "kind": ""}, "Choose which layer it is"),
    (geojson(ZONE, lx="?"), {"core_field": "lx"}, "Row 1 says “?”, not whether it is of the core."),
    (geojson(ZONE, lx=""), {"core_field": "lx"}, "Row 1 leaves it empty. Say what the file means"),
    (geojson(shapely.box(0, 0, 9, 9)), {}, "No zone lies in this county."),
    (geojson(ZONE), {"valid_from": "0001-01-01"}, "The day must lie between 1949-10-01 and "),
    (geojson(ZONE), {"valid_from": "9999-12-31"}, "The day must lie between 1949-10-01 and "),
]


@pytest.mark.parametrize(("contents", "told", "text"), BAD)
def test_a_bad_file_is_refused_beside_its_field(
    desk: Desk, officer: Actor, contents: bytes, told: dict[str, str], text: str
) -> None:
    answer = desk.browser(officer).post("/zones/columns", data=sent(contents, **told))

    assert answer.status_code == 422
    assert text in answer.text
    assert layers(desk) == 0


def test_a_warning_is_shown_with_its_area_share_zone_and_version(desk: Desk) -> None:
    with desk.world(days=40) as world:
        shape = world.square(side_m=100)
        keep_layer(
            world.session, [Zone(box(*shape.bounds[:2], shape.bounds[0] + 25, shape.bounds[3]),
                                 "城东片", "", False)],
            kind="urban_boundary", valid_from=SINCE, at=world.at, name="", source_note="",
        )  # fmt: skip
        deposit = world.deposit(Stage.STORED, shape=shape)
        officer, number = world.officer, deposit.number

    for browser, address in (
        (desk.browser(officer), f"/township/{deposit.id}"),
        (desk.browser(), f"/catalogue/{deposit.id}"),
    ):
        page = browser.get(address).text
        for text in ("3.75", "25.0% of it", "城东片", "Needs a look", "Layer in force since"):
            assert text in page
        assert page.count("Not checked yet") == 2

    kept = desk.browser().get(f"/api/v1/catalogue/{number}").get_json()["land_checks"]
    assert kept[4] | {"checked_at": ""} == {
        "layer": "urban_boundary", "result": "conflict", "effect": "warn", "area_dm2": 250_000,
        "share_ppm": 250_000, "zone_name": "城东片", "layer_valid_from": SINCE.isoformat(),
        "checked_at": "",
    }  # fmt: skip


def test_the_command_line_imports_lists_and_checks(
    desk: Desk, officer: Actor, tmp_path: Path
) -> None:
    zones, line = tmp_path / "zones.geojson", tmp_path / "line.geojson"
    zones.write_bytes(geojson(ZONE, mc="城东"))
    line.write_bytes(geojson(shapely.box(WEST + 1300, SOUTH + 1000, WEST + 1500, SOUTH + 1500)))
    told = ("--kind", "urban_boundary", "--valid-from", SINCE.isoformat(), "--name-field", "mc")

    first = run(desk, "zones", "import", str(zones), *told)
    again = run(desk, "zones", "import", str(zones), *told)
    checked = run(desk, "check", str(line))["layers"]
    earlier = run(desk, "check", str(line), "--on", "2024-01-01")["layers"]

    assert (first["zones"], first["is_new"], again["is_new"]) == (1, True, False)
    assert [each["layer_id"] for each in run(desk, "zones", "list")["layers"]] == [
        first["layer_id"]
    ]
    assert (checked[4]["result"], checked[4]["zone_name"]) == ("conflict", "城东")
    assert checked[4]["share_ppm"] == pytest.approx(500_000, abs=5)
    assert {each["result"] for each in earlier[2:]} == {"not_checked"}


def test_the_command_line_checks_a_parcel_and_a_deposit(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit()
        number, code = deposit.number, parcel_of(deposit).code

    for what in (number, code):
        layers = run(desk, "check", what)["layers"]
        assert [each["result"] for each in layers] == ["clear", "clear", *["not_checked"] * 3]
    assert run(desk, "check", "nothing", fails=True)["code"] == "no_such_record"
