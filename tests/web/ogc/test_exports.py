"""Files from the pages and the command line: for whom, with what in them."""

import json
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pyogrio
import pytest

from bank.catalogue.features import Selection
from bank.catalogue.layers import CATALOGUE
from bank.catalogue.refusals import TooManyRows
from bank.rules import whole
from database.base import new_id
from tests.web.ogc.conftest import FREE, NAMES, Served
from web.file_export import send_selection

ENDINGS = ("gpkg", "geojson", "zip", "xlsx")


def rows_of(content: bytes, ending: str, tmp_path) -> int:
    if ending == "xlsx":
        book = openpyxl.load_workbook(BytesIO(content))
        count = book.worksheets[0].max_row - 1
        book.close()
        return count
    path = tmp_path / f"file.{ending}"
    path.write_bytes(content)
    if ending == "zip":
        with ZipFile(path) as packed:
            packed.extractall(tmp_path / "out")
        (path,) = (tmp_path / "out").glob("*.shp")
    return int(pyogrio.read_info(path)["features"])


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_public_has_the_catalogue_without_names(served: Served, ending: str, tmp_path):
    answer = served.get(f"/exports/catalogue.{ending}")

    assert rows_of(answer.data, ending, tmp_path) == FREE
    assert f".{ending}" in answer.headers["Content-Disposition"]
    content = answer.data
    if ending in ("zip", "xlsx"):
        with ZipFile(BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    assert [name for name in NAMES if name.encode() in content] == []


def test_the_files_follow_the_filter_of_the_page(served: Served):
    for asked, count in (
        ({"town": "330523107"}, 1), ({"kind": "house"}, 1), ({"taken": "y"}, FREE + 1),
        ({"area_from": "100"}, 0),
    ):  # fmt: skip
        body = served.read("/exports/catalogue.geojson", query_string=asked)
        assert len(body["features"]) == count, asked
    served.get("/exports/catalogue.geojson", query_string={"area_from": "x"}, status=400)


def test_the_list_links_to_files_under_its_own_filter(served: Served):
    text = served.get("/catalogue", query_string={"kind": "house"}).text

    for ending in ENDINGS:
        assert f"/exports/catalogue.{ending}?kind=house" in text


@pytest.mark.parametrize("system", ["4490", "4549"])
def test_a_file_is_in_the_system_that_is_asked_for(served: Served, system: str, tmp_path):
    path = tmp_path / "file.gpkg"
    path.write_bytes(served.get("/exports/towns.gpkg", query_string={"crs": system}).data)

    info = pyogrio.read_info(path, force_total_bounds=True)
    assert info["crs"] == f"EPSG:{system}"
    assert info["features"] == 2
    if system == "4549":
        assert info["total_bounds"] == pytest.approx((440_000, 3_380_000, 460_000, 3_390_000))


def test_another_system_is_refused(served: Served):
    served.get("/exports/towns.gpkg", query_string={"crs": "3857"}, status=422)


@pytest.mark.parametrize("name", ["deposits", "parcels"])
def test_all_of_a_layer_is_for_officers_by_session_or_token(served: Served, name: str):
    path = f"/exports/{name}.geojson"

    served.get(path, status=401)
    assert served.visitor(served.owner).get(path, buffered=True).status_code == 403
    by_cookie = served.visitor(served.county_officer).get(path, buffered=True)
    by_token = served.get(path, token=served.county)
    assert json.loads(by_cookie.data) == json.loads(by_token.data)
    assert ("沈阿根" in by_token.text) == (name == "deposits")
    town = served.read(path, token=served.county, query_string={"town": "330523107"})
    own = served.read(path, token=served.township)
    assert len(town["features"]) == 1
    assert own == town


def test_an_investor_has_her_bundle_and_nobody_else_has(served: Served):
    investor = served.visitor(served.investor)

    body = json.loads(investor.get("/exports/bundle.geojson", buffered=True).data)
    assert [each["id"] for each in body["features"]] == served.free[:2]
    assert "owner" not in body["features"][0]["properties"]
    assert "/exports/bundle.xlsx" in investor.get("/bundle", buffered=True).text
    assert (
        served.visitor(served.owner).get("/exports/bundle.geojson", buffered=True).status_code
        == 403
    )


def test_a_project_is_for_its_investor_and_with_owners_for_the_county(served: Served):
    path = f"/exports/projects/{served.project}.geojson"

    body = json.loads(served.visitor(served.county_officer).get(path, buffered=True).data)
    assert [each["id"] for each in body["features"]] == [served.collected]
    assert body["features"][0]["properties"]["owner"] == "王桂花"
    assert served.visitor(served.investor).get(path, buffered=True).status_code == 404
    assert served.visitor(served.owner).get(path, buffered=True).status_code == 404
    page = (
        served.visitor(served.county_officer).get(f"/projects/{served.project}", buffered=True).text
    )
    assert f"/exports/projects/{served.project}.gpkg" in page


def test_more_rows_than_the_rule_allows_are_refused(served: Served):
    most = whole("export.rows.maximum", date(2026, 11, 1))
    many = Selection(CATALOGUE, deposit_ids=tuple(new_id() for _ in range(most + 1)))

    with served.app.test_request_context(), pytest.raises(TooManyRows) as refused:
        send_selection(many, "xlsx")

    assert refused.value.facts == {"rows": most + 1, "most": most}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_command_writes_a_layer(served: Served, ending: str, tmp_path):
    path = tmp_path / f"deposits.{ending}"
    runner = served.app.test_cli_runner()

    done = runner.invoke(args=["land", "export", "deposits", str(path), "--json"])

    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["rows"] == FREE + 2
    assert rows_of(path.read_bytes(), ending, tmp_path) == FREE + 2


def test_the_command_refuses_other_systems_and_endings(served: Served, tmp_path):
    runner = served.app.test_cli_runner()
    system = ["land", "export", "towns", str(tmp_path / "t.gpkg"), "--crs", "4326", "--json"]

    assert runner.invoke(args=["land", "export", "towns", "towns.kml"]).exit_code == 2
    refused = runner.invoke(args=system)
    assert refused.exit_code == 1
    assert json.loads(refused.output)["code"] == "unknown_coordinates"
