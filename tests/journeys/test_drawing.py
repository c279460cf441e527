"""Land drawn along its neighbour: a corner follows the finger, and lies exactly on another's."""

import json
from collections.abc import Callable

import pytest
import shapely
from playwright.sync_api import expect

from bank.land.parcels import shape_of
from bank.land.projection import to_lonlat
from database.directory import Bank
from tests.journeys.maps import draft_of_woodland, drafted, spot, stand_still, surveyed
from tests.journeys.people import Person

SRID = 4549
LAND = "#land"
NEAR_PX = 6
"""How far off a neighbour's corner the mouse is let go: a hand is no better."""
FURTHER_M = 120
STEPS = 6

Place = tuple[float, float]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def degrees(x: float, y: float) -> Place:
    """A place in the county's system, as the map knows it."""
    point = to_lonlat(shapely.Point(x, y), SRID)
    assert isinstance(point, shapely.Point)
    return point.x, point.y


def come_close(someone: Person, bank: Bank) -> tuple[float, float, float, float]:
    """The map shows the surveyed parcel and what is west of it; gives the parcel's box."""
    west, south, east, north = shape_of(surveyed(bank)).bounds
    stand_still(someone, LAND)
    someone.page.locator('input[data-show="layer:free"]').check()
    around = (*degrees(west - 3 * FURTHER_M, south), *degrees(east, north))
    someone.page.evaluate(
        "([w, s, e, n]) => window.theMap.fitBounds([[s, w], [n, e]], { animate: false })", around
    )
    stand_still(someone, LAND)
    return west, south, east, north


def drawn(someone: Person) -> list[Place]:
    """The corners that go along when the page is sent."""
    field = someone.page.locator("#geometry")
    expect(field).not_to_have_value("")
    ring = json.loads(field.input_value())["coordinates"][0]
    return [(lon, lat) for lon, lat in ring[:-1]]


def mark(someone: Person, press: Callable[[float, float], None], *corners: Place) -> None:
    """Draw: each corner is pressed once the one before it is marked."""
    someone.press_tool("Draw")
    marks = someone.page.locator(f"{LAND} .marker-icon:not(.cursor-marker)")
    stand_still(someone, LAND)
    for count, (x, y) in enumerate(corners, start=1):
        press(x, y)
        expect(marks).to_have_count(count)
    someone.press_tool("Finish")
    expect(someone.page.locator("#geometry")).not_to_have_value("")


def drag_by_touch(someone: Person, start: Place, end: Place) -> None:
    """One finger goes down on a place, moves to another in steps, and leaves the glass."""
    finger = someone.page.context.new_cdp_session(someone.page)
    between = [
        (
            start[0] + (end[0] - start[0]) * step / STEPS,
            start[1] + (end[1] - start[1]) * step / STEPS,
        )
        for step in range(STEPS + 1)
    ]
    for kind, places in (
        ("touchStart", between[:1]), ("touchMove", between[1:]), ("touchEnd", [None])
    ):  # fmt: skip
        for place in places:
            points = [{"x": place[0], "y": place[1]}] if place else []
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_corner_follows_the_finger_while_map_and_page_stay(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    villager = draft_of_woodland(committed_bank, person)
    page = villager.page
    west, south, _, north = come_close(villager, committed_bank)
    middle = (south + north) / 2
    places = [
        degrees(west - 2 * FURTHER_M, middle),
        degrees(west - FURTHER_M, middle),
        degrees(west - FURTHER_M, north),
    ]
    mark(villager, page.touchscreen.tap, *(spot(villager, place) for place in places))
    before, sent = drawn(villager), page.locator("#geometry").input_value()
    villager.press_tool("Move corners")
    stand_still(villager, LAND)
    view = page.evaluate("[window.scrollY, String(window.theMap.getCenter())]")

    drag_by_touch(villager, spot(villager, before[2]), spot(villager, degrees(west - 60, south)))

    expect(page.locator("#geometry")).not_to_have_value(sent)
    after = drawn(villager)
    assert after[:2] == before[:2]
    assert after[2] == pytest.approx(degrees(west - 60, south), abs=3e-5)
    assert page.evaluate("[window.scrollY, String(window.theMap.getCenter())]") == view
    villager.press_tool("Finish")
    villager.press("Save and go on")
    assert len(shapely.get_coordinates(shape_of(drafted(committed_bank)))) == len(after) + 1
    assert villager.troubles == []


def test_a_line_drawn_to_a_neighbour_has_the_neighbours_own_corners(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    villager = draft_of_woodland(committed_bank, person, phone=False)
    mouse = villager.page.mouse
    west, south, _, north = come_close(villager, committed_bank)
    upper, lower = (spot(villager, degrees(west, y)) for y in (north, south))
    outer = [spot(villager, degrees(west - FURTHER_M, y)) for y in (north, south)]
    near = (upper[0] - NEAR_PX, upper[1] + NEAR_PX)

    mark(villager, mouse.click, near, *outer)
    villager.press_tool("Move corners")
    stand_still(villager, LAND)
    x, y = spot(villager, drawn(villager)[2])
    mouse.move(x, y)
    mouse.down()
    mouse.move(lower[0] - NEAR_PX, lower[1] - NEAR_PX, steps=STEPS)
    mouse.up()
    villager.press_tool("Finish")
    villager.press("Save and go on")

    kept, theirs = (
        {tuple(at) for at in shapely.get_coordinates(shape_of(parcel)).tolist()}
        for parcel in (drafted(committed_bank), surveyed(committed_bank))
    )
    assert kept & theirs == {(west, south), (west, north)}
    assert villager.troubles == []
