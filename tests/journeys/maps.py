"""A map in a browser: land to draw on, when it stands still, and what lies where on the screen."""

from collections.abc import Callable

import shapely
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

KNOWN = """
    window.theMap = null;
    document.addEventListener("land:ready", ({ detail }) => { window.theMap = detail.map; });
"""
"""Run before a page's own scripts: the map, once it is ready, for a test to ask."""

SCROLL = "ground => ground.scrollIntoView({ behavior: 'instant' })"
"""Brings the map into view at once: what is touched while the page still moves lies elsewhere."""

STILL = """ground => new Promise(done => {
    let last = "", same = 0;
    const look = () => {
        const { top } = ground.getBoundingClientRect();
        const now = [top, window.theMap?.getZoom(), window.theMap?.getCenter()].join();
        const moves = ground.querySelector(".leaflet-zoom-anim, .leaflet-pan-anim");
        const waits = window.theMap === null || ground.hasAttribute("aria-busy");
        same = now === last && !moves && !waits ? same + 1 : 0;
        last = now;
        if (same > 5) done(); else requestAnimationFrame(look);
    };
    look();
})"""
"""Waits until the map is ready, its land has come, and it has stood still for some frames."""

SPOT = """([lon, lat]) => {
    const { x, y } = window.theMap.latLngToContainerPoint([lat, lon]);
    const { left, top } = window.theMap.getContainer().getBoundingClientRect();
    return [left + x, top + y];
}"""
"""Where a place in degrees lies on the screen."""


def draft_of_woodland(bank: Bank, person: Callable[..., Person], *, phone: bool = True) -> Person:
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
    guihua = person("guihua", phone=phone)
    guihua.page.add_init_script(KNOWN)
    guihua.open("/deposits/begin").choose(kind="woodland", division_code=VILLAGE)
    return guihua.fill(name="屋后竹林").press("Save and go on")


def drafted(bank: Bank) -> Parcel:
    """The parcel of the newest deposit."""
    with bank.session() as session:
        wanted = select(Deposit).order_by(Deposit.number.desc()).limit(1)
        return parcel_of(session.scalars(wanted).unique().one())


def surveyed(bank: Bank) -> Parcel:
    """The parcel that is nobody's."""
    with bank.session() as session:
        return session.scalars(select(Parcel).where(Parcel.asset_id.is_(None))).one()


def stand_still(someone: Person, ground: str) -> None:
    """The map is in view and moves no more."""
    place = someone.page.locator(ground)
    place.evaluate(SCROLL)
    place.evaluate(STILL)


def spot(someone: Person, lonlat: tuple[float, float]) -> tuple[float, float]:
    """Where a place in degrees lies on the screen, in pixels."""
    x, y = someone.page.evaluate(SPOT, list(lonlat))
    return x, y
