"""Land on the map: a villager draws hers with a finger, chooses a surveyed parcel, and looks."""

import json
import re
from collections.abc import Callable

import pytest
import shapely
from playwright.sync_api import Locator, expect

from bank.assets.tables import AssetKind
from bank.land.parcels import shape_of
from bank.land.projection import to_lonlat
from bank.land.tables import Origin
from benchmarks import land, land_banks
from database.directory import Bank
from tests.journeys.maps import SCROLL, STILL, draft_of_woodland, drafted, surveyed
from tests.journeys.people import Person
from tests.web.desk import days_ago
from tests.world import World

PLACES = """path => [path, path.closest("#land")].map(each => {
    const { left, top, width, height } = each.getBoundingClientRect();
    return { left, top, width, height };
})"""
"""Where a piece of land and its map lie on the screen, at one and the same moment."""


def test_a_villager_draws_her_land_with_a_finger(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    villager = draft_of_woodland(committed_bank, person)
    villager.press_tool("Draw")
    for corner in [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6), (0.4, 0.4)]:
        tap(villager, corner)
    geometry = villager.page.locator("#geometry")
    expect(geometry).not_to_have_value("")
    assert json.loads(geometry.input_value())["type"] == "Polygon"
    villager.press("Save and go on")
    assert villager.page.url.endswith("/right")
    assert drafted(committed_bank).origin is Origin.DRAWN
    assert villager.troubles == []


def test_a_villager_presses_a_surveyed_parcel_on_the_map(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    villager = draft_of_woodland(committed_bank, person)
    villager.press("Choose a surveyed parcel instead")
    free = surveyed(committed_bank)
    villager.page.locator("#land path.leaflet-interactive").first.click(force=True)
    expect(villager.page.locator("#picked")).to_have_value(str(free.id))
    villager.press("Save and go on")
    assert drafted(committed_bank).id == free.id
    assert villager.troubles == []


def test_the_catalogue_shows_its_land_on_a_map(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    with committed_bank.session() as session:
        world = World(session, at=days_ago(60))
        deposits = [world.deposit() for _ in range(3)]
        names = [deposit.number for deposit in deposits]
        session.commit()
    anyone = person().open("/catalogue?view=map")
    pieces = anyone.page.locator("path.leaflet-interactive")
    expect(pieces).to_have_count(len(names))
    pieces.first.click(force=True)
    expect(anyone.page.locator(".leaflet-popup")).to_contain_text("屋后竹林")
    assert anyone.troubles == []


def tap(villager: Person, *places: tuple[float, float]) -> None:
    """Touch the map at these parts of its width and height."""
    villager.page.locator("#land").evaluate(SCROLL)
    villager.page.locator("#land").evaluate(STILL)
    box = villager.page.locator("#land").bounding_box()
    assert box is not None
    for x, y in places:
        villager.page.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])
        villager.page.wait_for_timeout(250)  # two taps at once would be a double tap


def click(someone: Person, ground: Locator, *places: tuple[float, float]) -> None:
    """Press the map at these parts of its width and height."""
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    assert box is not None
    for x, y in places:
        someone.page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        someone.page.wait_for_timeout(300)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_drawn_corner_near_a_neighbour_lies_on_its_line_and_can_be_moved(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    villager = draft_of_woodland(committed_bank, person)
    page = villager.page
    page.locator('input[data-show="layer:free"]').check()
    page.evaluate("document.querySelector('[data-tool=home]').click()")
    neighbour = page.locator("#land path.leaflet-interactive").first
    expect(neighbour).to_be_attached()
    page.locator("#land").evaluate(SCROLL)
    page.locator("#land").evaluate(STILL)
    at, ground = neighbour.evaluate(PLACES)
    corner = (
        (at["left"] + at["width"] + 8 - ground["left"]) / ground["width"],
        (at["top"] + 2 - ground["top"]) / ground["height"],
    )
    villager.press_tool("Draw")
    tap(villager, corner, (0.7, 0.2), (0.35, 0.2))
    villager.press_tool("Finish")
    geometry = page.locator("#geometry")
    expect(geometry).not_to_have_value("")
    drawn = shapely.from_geojson(geometry.input_value())
    assert isinstance(drawn, shapely.Polygon)
    line = to_lonlat(shape_of(surveyed(committed_bank)), 4549).boundary
    assert min(line.distance(shapely.Point(at)) for at in drawn.exterior.coords) < 1e-6
    villager.press_tool("Move corners")
    expect(page.locator(".marker-icon").first).to_be_visible()
    assert villager.troubles == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_layers_are_switched_a_distance_measured_and_the_map_printed_at_a_scale(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    with committed_bank.session() as session:
        world = World(session, at=days_ago(60))
        for kind in (AssetKind.WOODLAND, AssetKind.HOUSE):
            world.deposit(kind=kind)
        session.commit()
    anyone = person(language="en").open("/catalogue?view=map")
    page, pieces = anyone.page, anyone.page.locator("path.leaflet-interactive")
    expect(pieces).to_have_count(2)
    page.locator('input[data-show="kind:house"]').uncheck()
    expect(pieces).to_have_count(1)
    page.locator('input[data-show="kind:house"]').check()
    expect(page.locator(".map-town").first).to_be_attached()
    page.locator('input[data-show="layer:towns"]').uncheck()
    expect(page.locator(".map-town:not(.map-town--village)")).to_have_count(0)

    page.locator('[data-tool="area"]').click()
    ground = page.locator("#catalogue-map")
    click(anyone, ground, (0.3, 0.3), (0.5, 0.3), (0.5, 0.5), (0.3, 0.5))
    expect(page.locator(".map__says")).to_contain_text(re.compile(r"Area: [1-9][\d,.]* mu"))
    page.locator('[data-tool="distance"]').click()
    ground.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    expect(page.locator(".map__says")).to_contain_text(re.compile(r"Distance: [1-9]"))
    page.keyboard.press("Escape")

    page.evaluate("window.print = () => {}")
    page.locator('[data-tool="print"]').click()
    page.emulate_media(media="print")
    scale = page.locator("[data-print-scale]")
    expect(scale).to_have_text(re.compile(r"^1:[125]+0+$|^1:[\d,]+00$"))
    expect(page.locator("[data-print-day]")).not_to_be_empty()
    expect(page.locator(".map__north")).to_be_visible()
    expect(page.locator(".leaflet-control-scale-line")).to_be_visible()
    expect(page.locator(".leaflet-control-zoom")).to_be_hidden()
    expect(page.locator("header .strip")).to_be_hidden()
    assert anyone.troubles == []


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_county_with_too_many_deposits_is_counted_until_somebody_comes_closer(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    land_banks.filled(committed_bank.settings.database_url, 10_000)
    anyone = person(language="en").open("/catalogue?view=map")
    page = anyone.page
    marks = page.locator(".map-count")
    expect(marks).to_have_count(land.TOWNS)
    before = sum(int(text) for text in page.locator(".map-count b").all_inner_texts())
    assert before == 10_000
    page.locator('input[data-show="kind:house"]').uncheck()
    fewer = sum(int(text) for text in page.locator(".map-count b").all_inner_texts())
    assert 0 < fewer < before
    page.locator('input[data-show="kind:house"]').check()
    for _ in range(5):
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(500)
    expect(marks).to_have_count(0)
    assert page.locator("path.leaflet-interactive").count() > 10
    assert anyone.troubles == []
