"""Who is told what of land: no owner to the public, nothing of one party or town to another."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
import shapely
from flask import Flask
from pydantic import SecretStr

from bank.deposits.lifecycle import Stage
from bank.deposits.records import parcel_of
from bank.land.parcels import shape_of
from bank.land.projection import to_lonlat
from database.actor import Actor, Role
from database.directory import Bank
from database.settings import Settings
from tests.web.desk import Desk, days_ago
from tests.web.import_files import sheet
from tests.world import World
from web.app import create_app

NAME: Final = "欧阳桂花"
BOX: Final = "bbox=119,30,120,31"
TOLD_TO_ALL: Final = (
    f"/lands/parcels?{BOX}", "/lands/towns", "/lands/villages", f"/lands/zones?{BOX}",
    "/exports/catalogue.geojson", "/ogc/collections/catalogue/items", "/ogc/collections",
    "/ogc/collections/catalogue/items?f=html", "/ogc/collections/towns/items", "/catalogue",
)  # fmt: skip


class Story:
    """A deposit of one owner's, two investors with a red line each, officers of two towns."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with desk.world(days=60) as world:
            self.owner, self.neighbour = world.villager(NAME), world.villager("沈阿根")
            deposit = world.deposit(owner=self.owner)
            self.code, self.number = parcel_of(deposit).code, deposit.number
            self.investor, self.rival = world.investor(), world.investor("别家公司")
            self.county, self.officer = world.county_officer, world.officer
            self.elsewhere = world.user("黄镇干", Role.TOWNSHIP, township="330523107")
            self.waiting = world.deposit(Stage.ON_NOTICE, owner=self.owner).id
            line = shape_of(parcel_of(deposit)).buffer(5, cap_style="square")
            self.line = shapely.to_geojson(to_lonlat(line, 4549))

    def draw(self) -> str:
        sent = self.desk.browser(self.investor).post(
            "/redlines/new", data={"name": "竹海民宿", "geometry": self.line}
        )
        assert sent.status_code == 302
        return str(sent.location)

    def get(self, actor: Actor | None, address: str) -> Any:
        return self.desk.browser(actor).get(address, buffered=True)


@pytest.fixture
def story(desk: Desk) -> Story:
    return Story(desk)


def test_no_answer_for_everyone_names_an_owner(story: Story) -> None:
    code = f"/parcels/{story.code}"
    for address in (*TOLD_TO_ALL, code, f"{code}/code.svg"):
        for actor in (None, story.neighbour, story.investor):
            answer = story.get(actor, address)
            assert answer.status_code == 200, address
            assert NAME not in answer.text, address
            assert json.dumps(NAME)[1:-1] not in answer.text, address
    assert NAME in story.get(story.county, "/exports/deposits.geojson").text


def test_what_one_reader_may_see_is_not_kept_for_the_next(story: Story) -> None:
    """The same view, asked by officers of two towns and by everyone, is kept apart."""
    seen = f"/lands/deposits?{BOX}"
    ours, theirs = story.get(story.officer, seen), story.get(story.elsewhere, seen)

    assert story.get(story.county, seen).json["features"]
    assert ours.json["features"]
    assert theirs.json["features"] == []
    assert ours.headers["ETag"] != theirs.headers["ETag"]
    tag = {"If-None-Match": ours.headers["ETag"]}
    for stranger in (story.elsewhere, story.investor, None):
        answer = story.desk.browser(stranger).get(seen, headers=tag)
        assert answer.status_code in (200, 302, 403)
        assert story.number not in answer.text


def test_only_what_is_public_may_be_kept_by_others(story: Story) -> None:
    line = story.draw()
    of_one = (
        (story.county, "/exports/deposits.geojson"), (story.county, "/exports/parcels.xlsx"),
        (story.investor, f"/exports{line}.geojson"), (story.investor, line),
        (story.investor, f"{line}/map.json"), (story.county, f"/lands/deposits?{BOX}"),
        (story.owner, f"/lands/free?{BOX}"), (story.county, "/ogc/collections/deposits/items"),
        (None, "/exports/catalogue.geojson"),
    )  # fmt: skip
    for actor, address in of_one:
        kept = story.get(actor, address).headers["Cache-Control"]
        assert "no-store" in kept or "private" in kept, address
        assert "public" not in kept, address


def test_a_red_line_its_map_and_its_files_are_its_partys_own(story: Story) -> None:
    line = story.draw()
    for tail in (line, f"{line}/map.json", *(f"/exports{line}.{e}" for e in ("gpkg", "xlsx"))):
        assert story.get(story.investor, tail).status_code == 200, tail
        assert story.get(story.rival, tail).status_code == 404, tail
        for stranger in (story.owner, story.officer):
            assert story.get(stranger, tail).status_code == 403, tail
        assert story.get(None, tail).status_code == 302, tail
    assert "竹海民宿" not in story.get(story.rival, "/redlines").text
    story.desk.browser(story.rival).post(f"{line}/bundle")
    assert story.get(story.rival, "/exports/bundle.gpkg").status_code == 404


def test_an_investors_files_have_no_owners(story: Story) -> None:
    line = story.draw()
    assert story.desk.browser(story.investor).post(f"{line}/bundle").status_code == 302
    for address in (f"/exports{line}.geojson", "/exports/bundle.geojson"):
        answer = story.get(story.investor, address)
        assert story.number in answer.text
        assert NAME not in answer.text


def test_the_rows_that_an_import_refused_are_its_officers_and_the_countys(story: Story) -> None:
    sent = story.desk.browser(story.officer).post(
        "/imports/new", data={"file": sheet([shapely.box(0, 0, 1, 1)])},
        content_type="multipart/form-data",
    )  # fmt: skip
    address = sent.location.removesuffix("/match")
    for tail in ("/match", "/preview", "/preview.json", "/progress.json", "/refused-rows", ""):
        for stranger, status in ((story.elsewhere, 404), (story.investor, 403), (None, 302)):
            assert story.get(stranger, address + tail).status_code == status, tail


def test_an_officer_of_another_town_corrects_no_outline(story: Story) -> None:
    address = f"/township/{story.waiting}/shape"

    assert story.get(story.officer, address).status_code == 200
    assert story.get(story.elsewhere, address).status_code == 404
    answer = story.desk.browser(story.elsewhere).post(address, data={"reason": "corrected"})
    assert answer.status_code == 404


@pytest.mark.parametrize("wide", ["-1e308,-1e308,1e308,1e308", "0,0,1e300,1", "nan,0,1,1"])
@pytest.mark.parametrize("layer", ["parcels", "free", "deposits", "zones"])
def test_a_box_beyond_the_globe_is_refused(story: Story, layer: str, wide: str) -> None:
    assert story.get(story.county, f"/lands/{layer}?bbox={wide}").status_code in (400, 403)


def test_the_name_of_a_kept_map_tells_nothing_of_the_database(
    committed_bank: Bank, new_bank: Callable[..., Bank]
) -> None:
    """It is the same wherever the bank's database lies, and another under another secret."""
    other = new_bank()

    def tag(bank: Bank, secret: str) -> str:
        app = create_app(
            Settings(banks=(bank.settings,), secret_key=SecretStr(secret), secure_cookies=False)
        )
        answer = app.test_client().get(f"/lands/parcels?{BOX}")
        app.extensions["banks"].default.engine.dispose()
        return str(answer.headers["ETag"])

    assert tag(committed_bank, "a") == tag(other, "a") != tag(other, "b")


def test_two_banks_in_one_process_keep_their_maps_apart(new_bank: Callable[..., Bank]) -> None:
    hosts = {"330523": "anji.example", "330502": "wuxing.example"}
    banks = [new_bank(county=county, hosts=(host,)) for county, host in hosts.items()]
    numbers = {}
    for bank, name in zip(banks, ("安吉林地", "吴兴林地"), strict=True):
        with bank.session() as session:
            deposit = World(session, at=days_ago(60)).deposit()
            deposit.asset.name = name
            numbers[hosts[bank.county]] = name
            session.commit()
    app: Flask = create_app(
        Settings(banks=tuple(bank.settings for bank in banks), secure_cookies=False,
                 secret_key=SecretStr("tests only"), rate_limits=False)
    )  # fmt: skip
    client = app.test_client()

    for address in (f"/lands/parcels?{BOX}", "/ogc/collections/catalogue/items"):
        for _ in range(2):
            for host, name in numbers.items():
                shown = client.get(address, base_url=f"http://{host}")
                assert [each for each in numbers.values() if each in shown.text] == [name]
    for bank in app.extensions["banks"].banks.values():
        bank.engine.dispose()
