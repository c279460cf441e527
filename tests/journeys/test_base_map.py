"""A county with a base map: its pictures lie where they belong, and may stay away."""

import io
import math
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect

from database.directory import Bank
from tests.journeys.conftest import serving
from tests.journeys.maps import KNOWN, stand_still
from tests.journeys.people import Person
from tests.web.desk import days_ago
from tests.world import World

LAYER = "/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&TILEMATRIXSET=w"
TILE = "&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}&FORMAT=tiles&tk=abc"
GROUND = "#catalogue-map"
SIDE_PX = 256
HALF_PX = 0.75
"""Leaflet puts tiles on whole pixels."""

TILES = """ground => {
    const frame = ground.getBoundingClientRect();
    const scale = 2 ** (window.theMap.getZoom() - Math.round(window.theMap.getZoom()));
    return [...ground.querySelectorAll(".leaflet-tile-loaded")].map(tile => {
        const { left, top } = tile.getBoundingClientRect();
        return [tile.src, tile.naturalWidth, left - frame.left, top - frame.top, scale];
    });
}"""
"""Each picture that came: its address, its width, and where its corner lies in the map."""

PLACE = """([lon, lat]) => {
    const { clientLeft, clientTop } = window.theMap.getContainer();
    const { x, y } = window.theMap.latLngToContainerPoint([lat, lon]);
    return [clientLeft + x, clientTop + y];
}"""

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


class Tiles(ThreadingHTTPServer):
    """A WMTS of plain pictures; `closed`, it refuses all of them as one whose key ran out."""

    closed = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Tile)
        self.asked: list[tuple[str, str | None]] = []

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.server_port}"


class Tile(BaseHTTPRequestHandler):
    """One picture, or a refusal."""

    server: Tiles

    def do_GET(self) -> None:
        """Answer, and keep what was asked and from which page."""
        self.server.asked.append((self.path, self.headers["Referer"]))
        body = io.BytesIO()
        Image.new("RGB", (SIDE_PX, SIDE_PX), (214, 224, 200)).save(body, "PNG")
        self.send_response(403 if self.server.closed else 200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        if not self.server.closed:
            self.wfile.write(body.getvalue())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def tiles() -> Iterator[Tiles]:
    """A tile server of the test's own."""
    with Tiles() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def address(committed_bank: Bank, tiles: Tiles) -> Iterator[str]:
    """Where the bank is served that has these tiles as its base map."""
    with serving(committed_bank, map_wmts_url=tiles.origin + LAYER + TILE) as address:
        yield address


def corner(column: int, row: int, level: int) -> tuple[float, float]:
    """The north-western corner of a tile in degrees, by the definition of the matrix set."""
    across = 2**level
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / across))))
    return column / across * 360 - 180, lat


def test_the_base_map_lies_under_the_land_and_the_page_works_when_it_is_away(
    committed_bank: Bank, tiles: Tiles, address: str, person: Callable[..., Person]
) -> None:
    with committed_bank.session() as session:
        number = World(session, at=days_ago(60)).deposit().number
        session.commit()
    anyone = person(language="en")
    page = anyone.page
    page.add_init_script(KNOWN)
    anyone.open("/catalogue?view=map")
    ground = page.locator(GROUND)
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    expect(page.locator(".leaflet-tile:not(.leaflet-tile-loaded)")).to_have_count(0)
    stand_still(anyone, GROUND)

    shown = ground.evaluate(TILES)
    assert len(shown) >= 4
    for source, width, left, top, scale in shown:
        named = {key: value[0] for key, value in parse_qs(urlsplit(source).query).items()}
        level, row, column = (int(named[f"TILE{key}"]) for key in ("MATRIX", "ROW", "COL"))
        assert width == SIDE_PX
        assert abs(level - page.evaluate("window.theMap.getZoom()")) <= 0.5
        assert 0.7 < scale < 1.5
        place = page.evaluate(PLACE, corner(column, row, level))
        assert [left, top] == pytest.approx(place, abs=HALF_PX)
    assert {referer for _, referer in tiles.asked} == {f"{address}/"}
    assert all(path.startswith(LAYER) and path.endswith("tk=abc") for path, _ in tiles.asked)
    assert anyone.troubles == []

    tiles.closed = True
    page.locator(".leaflet-control-zoom-in").click()
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("cannot be reached")
    expect(ground).to_have_class(re.compile(r"\bis-unbased\b"))
    page.locator('[data-tool="home"]').click()
    stand_still(anyone, GROUND)
    page.locator("path.leaflet-interactive").first.click(force=True)
    expect(page.locator(".leaflet-popup")).to_contain_text("屋后竹林")
    with page.expect_navigation():
        page.locator(".leaflet-popup-content").get_by_text("Passbook").click()
    assert page.url == f"{address}/verify/{number}"
    assert anyone.troubles == []
