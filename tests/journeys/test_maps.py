"""Land on the map: a villager draws hers with a finger, chooses a surveyed parcel, and looks."""

import json
from collections.abc import Callable

import shapely
from playwright.sync_api import expect
from sqlalchemy import select

from bank.assets.tables import AssetKind
from bank.deposits.records import parcel_of
from bank.deposits.tables import Deposit
from bank.land.parcels import register_parcel
from bank.land.tables import Origin, Parcel
from database.actor import Role
from database.directory import Bank
from tests.journeys.people import Person
from tests.journeys.steps import VILLAGE
from tests.web.desk import days_ago
from tests.world import World


def draft_of_woodland(bank: Bank, person: Callable[..., Person]) -> Person:
    """A villager who has begun a deposit and is asked where it lies."""
    with bank.session() as session:
        world = World(session, at=days_ago(60))
        villager = world.party_of(world.villager())
        world.user("王桂花", Role.OWNER, party=villager, login="guihua")
        register_parcel(
            session,
            shapely.normalize(shapely.box(445_000, 3_385_000, 445_200, 3_385_150)),
            land_class="0301",
            location="景溪村",
            origin=Origin.IMPORTED,
            at=world.at,
        )
        world.deposit(kind=AssetKind.WOODLAND)
        session.commit()
    guihua = person("guihua", phone=True)
    guihua.open("/deposits/begin").choose(kind="woodland", division_code=VILLAGE)
    return guihua.fill(name="屋后竹林").press("Save and go on")


def drafted(bank: Bank) -> Parcel:
    """The parcel of the newest deposit."""
    with bank.session() as session:
        wanted = select(Deposit).order_by(Deposit.number.desc()).limit(1)
        return parcel_of(session.scalars(wanted).unique().one())


def test_a_villager_draws_her_land_with_a_finger(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    villager = draft_of_woodland(committed_bank, person)
    villager.press_tool("Draw")
    ground = villager.page.locator("#land")
    box = ground.bounding_box()
    assert box is not None
    corners = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6), (0.4, 0.4)]
    for x, y in corners:
        villager.page.touchscreen.tap(box["x"] + x * box["width"], box["y"] + y * box["height"])
        villager.page.wait_for_timeout(250)  # two taps at once would be a double tap
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
    with committed_bank.session() as session:
        free = session.scalars(select(Parcel).where(Parcel.asset_id.is_(None))).one()
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
