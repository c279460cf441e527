"""Pages and the command of red lines: drawing, what each reader is shown, and the bundle."""

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
import shapely
from sqlalchemy import select

from bank.catalogue.tables import BundleItem
from bank.deposits.records import parcel_of
from bank.land.parcels import shape_of
from bank.land.projection import to_lonlat
from bank.redlines.tables import RedLine
from database.actor import Actor
from tests.web.desk import Desk
from tests.web.visiting import markup_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

SRID = 4549


class Story:
    """A county with two deposits of Wang Guihua's, an investor, and a line around both."""

    def __init__(self, desk: Desk) -> None:
        with desk.world(days=60) as world:
            self.owner = world.villager("王桂花")
            self.deposits = [world.deposit(owner=self.owner) for _ in range(2)]
            self.investor = world.investor()
            self.rival = world.investor("别家公司")
            self.county, self.auditor = world.county_officer, world.auditor
            shapes = [shape_of(parcel_of(each)) for each in self.deposits]
            whole = shapely.box(*shapely.total_bounds(shapes)).buffer(5, cap_style="square")
            self.line = json.loads(shapely.to_geojson(to_lonlat(whole, SRID)))
            self.numbers = [each.number for each in self.deposits]


@pytest.fixture
def story(desk: Desk) -> Story:
    return Story(desk)


def drawn(desk: Desk, story: Story, actor: Actor) -> str:
    """The address of a red line that this person drew."""
    sent = desk.browser(actor).post(
        "/redlines/new", data={"name": "竹海民宿", "geometry": json.dumps(story.line)}
    )
    assert sent.status_code == 302, markup_of(sent)
    return sent.headers["Location"]


def test_a_drawn_red_line_shows_its_deposits_sums_and_gaps(desk, story):
    address = drawn(desk, story, story.investor)

    shown = markup_of(desk.browser(story.investor).get(address))

    assert all(number in shown for number in story.numbers)
    assert "30.00 mu" in re.sub(r"\s+", " ", shown)
    assert "报福镇" in shown
    assert "Land of which the bank knows nothing" in shown
    assert "Not checked" in shown


def test_an_investor_never_reads_an_owners_name_but_the_county_does(desk, story):
    address = drawn(desk, story, story.investor)

    for path in (address, f"{address}/map.json"):
        assert "王桂花" not in markup_of(desk.browser(story.investor).get(path))
    assert "王桂花" in markup_of(desk.browser(story.county).get(address))
    assert "王桂花" not in markup_of(desk.browser(story.auditor).get(address))


def test_the_red_line_of_another_company_is_not_there(desk, story):
    address = drawn(desk, story, story.investor)
    rival = desk.browser(story.rival)

    for path in (address, f"{address}/map.json"):
        assert rival.get(path).status_code == 404
    assert rival.post(f"{address}/bundle").status_code in (302, 404)
    assert "竹海民宿" not in markup_of(rival.get("/redlines"))
    with desk.session() as session:
        assert session.scalars(select(BundleItem)).all() == []


def test_owners_have_no_red_lines_and_auditors_draw_none(desk, story):
    assert desk.browser(story.owner).get("/redlines").status_code == 403
    assert desk.browser(story.auditor).get("/redlines").status_code == 200
    assert desk.browser(story.auditor).get("/redlines/new").status_code == 403
    assert desk.browser().get("/redlines/new").status_code == 302


def test_the_map_is_told_the_part_that_each_piece_plays(desk, story):
    address = drawn(desk, story, story.investor)

    answer = desk.browser(story.investor).get(f"{address}/map.json").get_json()

    roles = [feature["properties"]["role"] for feature in answer["features"]]
    assert roles == ["line", "unknown", "whole", "whole"]


def test_the_button_makes_the_bundle(desk, story):
    address = drawn(desk, story, story.investor)

    sent = desk.browser(story.investor).post(f"{address}/bundle")

    assert sent.headers["Location"].endswith("/bundle")
    with desk.session() as session:
        items = session.scalars(select(BundleItem)).all()
    assert {item.deposit_id for item in items} == {each.id for each in story.deposits}


def test_a_red_line_can_be_typed_or_come_from_a_file(desk, story):
    browser = desk.browser(story.county)
    ring = story.line["coordinates"][0]
    typed = "\n".join(f"{lon}, {lat}" for lon, lat in ring)
    file = (BytesIO(json.dumps(story.line).encode()), "项目红线.geojson")

    for given in ({"shape": typed}, {"file": file}):
        sent = browser.post("/redlines/new", data={"name": "竹海", **given})
        assert sent.status_code == 302, markup_of(sent)
    with desk.session() as session:
        first, second = (shapely.from_wkb(each.wkb) for each in session.scalars(select(RedLine)))
    assert first.symmetric_difference(second).area < 1


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "One closed outline is needed"),
        ({"geometry": "{"}, "One closed outline is needed"),
        ({"shape": "119.5, 30.6\n119.6, 30.6"}, "three"),
        ({"file": (b"nothing", "line.gpkg")}, "no shapes we can read"),
        ({"name": "", "geometry": "{}"}, "Give the red line a name."),
    ],
)
def test_what_is_no_red_line_is_refused_beside_its_field(desk, story, given, text):
    given = {"name": "竹海", **given}
    if "file" in given:
        given["file"] = (BytesIO(given["file"][0]), given["file"][1])

    sent = desk.browser(story.investor).post("/redlines/new", data=given)

    assert sent.status_code == 422
    assert text in markup_of(sent)


def test_the_command_prints_the_same_findings(desk, story, tmp_path: Path):
    path = tmp_path / "line.geojson"
    path.write_text(json.dumps(story.line))
    run = desk.app.test_cli_runner().invoke

    told = json.loads(run(args=["land", "collect", str(path), "--json"]).output)
    words = run(args=["land", "collect", str(path), "--on", "2026-03-02"]).output

    assert [each["number"] for each in told["deposits"]] == story.numbers
    assert {each["part"] for each in told["deposits"]} == {"whole"}
    assert told["sums"]["part"] == [{"key": "whole", "count": 2, "area_dm2": 2_000_000}]
    assert told["gaps"]["unknown_dm2"] == told["area_dm2"] - 2_000_000
    assert {each["result"] for each in told["conflicts"]} == {"not_checked"}
    assert all(number in words for number in story.numbers)


def test_the_command_refuses_a_file_that_is_no_red_line(desk, story, tmp_path: Path):
    path = tmp_path / "line.geojson"
    path.write_text("[]")

    ended = desk.app.test_cli_runner().invoke(args=["land", "collect", str(path), "--json"])

    assert ended.exit_code == 1
    assert json.loads(ended.output)["code"] == "unreadable_file"
