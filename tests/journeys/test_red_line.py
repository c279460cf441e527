"""A red line is drawn with the mouse, two owners are asked, and what one lets go is collected."""

from collections.abc import Callable
from uuid import UUID

import pytest
import shapely
from playwright.sync_api import expect
from sqlalchemy import select

from bank import accounts
from bank.area import format_mu
from bank.deposits.lifecycle import Stage
from bank.deposits.records import parcel_of
from bank.deposits.tables import Deposit, DepositCut
from bank.land.parcels import shape_of
from bank.land.polygons import area_dm2
from bank.land.projection import to_lonlat
from bank.orders.tables import Order
from bank.projects.tables import Project
from bank.redlines.belonging import checks_of, lines_of_project
from database.actor import Role
from database.directory import Bank
from ledger import journal
from tests.journeys.people import Person
from tests.journeys.steps import approve_and_collect
from tests.web.desk import days_ago
from tests.world import SQUARE_M, World

SRID = 4549
FIRST_M, SECOND_M, BESIDE_M = 40, 50, 25
"""Where the line runs through the squares, and how far it stays off their other sides."""

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def county_with_two_deposits(bank: Bank) -> list[Deposit]:
    """Two squares side by side of two owners, an investor, and three officers."""
    with bank.session() as session:
        world = World(session, at=days_ago(60))
        for login in ("zhou", "wu", "zheng"):
            world.user(f"{login}科员", Role.COUNTY, login=login)
        found = []
        for login, name in (("guihua", "王桂花"), ("dashan", "李大山")):
            owner = world.villager(name)
            world.user(name, Role.OWNER, party=world.party_of(owner), login=login)
            found.append(world.deposit(owner=owner))
        world.user("张经理", Role.INVESTOR, party=world.party_of(world.investor()), login="zhang")
        session.commit()
    return found


def corners(bank: Bank, deposits: list[Deposit]) -> tuple[list[tuple[float, float]], list[float]]:
    """The red line's corners in degrees, and the box of both squares for the map."""
    with bank.session() as session:
        boxes = [shape_of(parcel_of(session.get_one(Deposit, each.id))).bounds for each in deposits]
    (west, south, _, north), (east, *_) = boxes
    line = shapely.box(west + FIRST_M, south - BESIDE_M, east + SECOND_M, north + BESIDE_M)
    around = shapely.box(west, south, east + SQUARE_M, north)
    points = shapely.get_coordinates(to_lonlat(line, SRID)).tolist()
    return [(lon, lat) for lon, lat in points], list(to_lonlat(around, SRID).bounds)


def draw(investor: Person, points: list[tuple[float, float]], box: list[float]) -> None:
    """Come close on the map, and press the mouse at each corner, the first one again at the end."""
    page = investor.page
    page.evaluate(
        "([w, s, e, n]) => window.theMap.fitBounds([[s, w], [n, e]], {animate: false})", box
    )
    investor.press_tool("Draw")
    ground = page.locator("#redline")
    ground.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    frame = ground.bounding_box()
    assert frame is not None
    for lon, lat in points:
        place = page.evaluate(
            "([lon, lat]) => window.theMap.latLngToContainerPoint([lat, lon])", [lon, lat]
        )
        page.mouse.click(frame["x"] + place["x"], frame["y"] + place["y"])
        page.wait_for_timeout(300)
    expect(page.locator("#geometry")).not_to_have_value("")


def ordered(investor: Person, bank: Bank) -> UUID:
    """The bundle that the red line filled is ordered."""
    investor.open("/bundle/order").fill(
        name="大竹海民宿", purpose="竹林康养与民宿", capital="100000"
    )
    investor.press("Check your answers").press("Place this order").sees("B-")
    with bank.session() as session:
        return session.scalars(select(Project)).one().id


def test_a_red_line_from_the_first_corner_to_the_parcel_with_its_own_code(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    bank = committed_bank
    first, second = county_with_two_deposits(bank)
    points, box = corners(bank, [first, second])
    investor = person("zhang")
    investor.page.add_init_script(
        "document.addEventListener('land:ready', (event) => { window.theMap = event.detail.map; })"
    )

    investor.open("/redlines/new").fill(name="竹海民宿")
    tool = investor.page.get_by_role("button", name=investor.says("Draw"), exact=True)
    expect(tool).to_be_visible()
    draw(investor, points, box)
    investor.press("See what lies inside").sees(first.number, second.number).reads("In part")
    investor.press("Prepare the bundle").sees(first.number, second.number)
    expect(investor.page.locator(".cut__inside")).to_have_count(2)
    project_id = ordered(investor, bank)

    guihua = person("guihua", phone=True).open(f"/deposits/{first.id}/part")
    guihua.press("I let this part go")
    person("dashan").open(f"/deposits/{second.id}/part").press("I keep it")
    investor.open(f"/projects/{project_id}").press("Go on without it").sees_not(second.number)

    county = person("zhou").days_pass(1)
    approve_and_collect(county, person, bank, str(project_id))

    with bank.session() as session:
        cut = session.scalars(select(DepositCut)).one()
        rest = session.get_one(Deposit, first.id)
        part = session.get_one(Deposit, cut.child_id)
        code = parcel_of(part).code
        _agrees(session, rest, part)
        assert code != parcel_of(rest).code
        assert session.get_one(Deposit, second.id).stage is Stage.STORED
        (line,) = lines_of_project(session, project_id)
        assert all(check.checked_at for check in checks_of(session, line)[0])
        number, left = line.number, format_mu(rest.area_dm2)
        assert part.area_dm2 == pytest.approx((SQUARE_M - FIRST_M) * SQUARE_M * 100, rel=0.05)
    investor.open(f"/projects/{project_id}").sees(part.number, code, number)
    expect(investor.page.locator("#project-map path.leaflet-interactive")).to_have_count(2)
    guihua.open(f"/deposits/{first.id}/passbook").sees(first.number, left)
    for someone in (investor, guihua, county):
        assert someone.troubles == []


def _agrees(session, rest: Deposit, part: Deposit) -> None:
    """Ledger, records and polygons agree to the dm², and part and rest are the whole."""
    order = session.scalars(select(Order)).one()
    for deposit, account in (
        (rest, accounts.stored(rest.party.number)),
        (part, accounts.held(order.project.number)),
    ):
        held = journal.balance(session, account, accounts.land(deposit.number))
        shape = shape_of(parcel_of(deposit))
        assert held == deposit.area_dm2 == parcel_of(deposit).area_dm2
        assert abs(area_dm2(shape) - deposit.area_dm2) <= 1
    assert rest.area_dm2 + part.area_dm2 == SQUARE_M * SQUARE_M * 100
