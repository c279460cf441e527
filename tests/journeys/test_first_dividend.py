"""A villager's woodland and a village's building land become a project and its first dividend.

Told once from top to bottom, each step by the person who really does it, in a browser of her own.
The villager is at her phone. What the pages say is held against the ledger.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from sqlalchemy import select

from bank.assets.tables import AssetKind
from bank.deposits.tables import StorageMode
from bank.land.importing import import_parcels
from bank.land.parcels import register_parcel, shape_of
from bank.land.projection import to_lonlat
from bank.land.tables import Origin, Parcel
from database.actor import Role
from database.directory import Bank
from tests.journeys.people import Person
from tests.journeys.steps import (
    TOWN,
    Facts,
    appraise,
    approve_and_collect,
    deposit_construction_land,
    deposit_woodland,
    distribute,
    everyone_can_check,
    late_comer_bundles_first,
    late_comer_is_told,
    objection_stops_it_until_decided,
    order,
    owner_accepts_the_swap,
    owner_is_paid,
    pass_to_notice,
    passbook_is_open_to_all,
    sign_up_collective,
    sign_up_investor,
    sign_up_villager,
    store,
)
from tests.web.desk import days_ago
from tests.world import World

EXTRACTS = Path(__file__).parents[3] / "shared" / "data" / "parcels"
"""Real parcels from elsewhere; not part of the project, so that story is told where they stand."""


def begin(bank: Bank, free: Callable[[World], Facts]) -> Facts:
    """The county before the story: its officers, an agency, free land, a stored house."""
    with bank.session() as session:
        world = World(session, at=days_ago(60))
        for login, name in (("chen", "陈镇干"), ("xu", "许镇干")):
            world.user(name, Role.TOWNSHIP, township=TOWN, login=login)
        for login in ("zhou", "wu", "zheng"):
            world.user(f"{login}科员", Role.COUNTY, login=login)
        world.user("钱审计", Role.AUDITOR, login="qian")
        agency = world.new_agency("安吉绿水资产评估所")
        for login in ("sun", "zhao"):
            world.new_appraiser(agency, f"{login}评估", login=login)
        rival = world.party_of(world.investor("后来者有限公司"))
        world.user("后来者", Role.INVESTOR, party=rival, login="late")
        villager = world.villager("赵大爷")
        world.user("赵大爷", Role.OWNER, party=world.party_of(villager), login="house")
        house = world.deposit(
            owner=villager, kind=AssetKind.HOUSE, mode=StorageMode.SWAP, yearly_yuan=6_000
        )
        facts = {"agency": str(agency.id), "house": house.number, **free(world)}
        session.commit()
    return facts


def squares(world: World) -> Facts:
    """Made-up land: the corners that the villager types, and a surveyed parcel to choose."""
    parcel = register_parcel(
        world.session,
        world.square(),
        land_class="0601",
        location="景溪村",
        origin=Origin.IMPORTED,
        at=world.at,
    )
    corners = to_lonlat(world.square(), 4549)
    assert isinstance(corners, shapely.Polygon)
    typed = "\n".join(f"{x:.9f}, {y:.9f}" for x, y in corners.exterior.coords[:-1])
    return {"parcel": parcel.code, "corners": typed}


def extracts(world: World) -> Facts:
    """Real land: a Danish field for the villager and a Dutch one for the village, moved here."""
    taken: list[Parcel] = []
    for file in sorted(EXTRACTS.iterdir(), reverse=True):
        import_parcels(
            world.session, file, at=world.at, land_class="0301", town_code=TOWN, move_to=TOWN
        )
        known = [parcel.id for parcel in taken]
        for parcel in world.session.scalars(select(Parcel).order_by(Parcel.number)):
            free = parcel.asset_id is None and parcel.id not in known
            if free and not any(shape_of(parcel).intersects(shape_of(one)) for one in taken):
                taken.append(parcel)
                break
    village, villager = taken
    return {"parcel": village.code, "surveyed": villager.code}


def test_from_a_villagers_woodland_to_the_first_dividend(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    tell(committed_bank, person, begin(committed_bank, squares))


@pytest.mark.skipif(not EXTRACTS.is_dir(), reason="the extracts are not part of the project")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_same_story_on_real_parcels(
    committed_bank: Bank, person: Callable[..., Person]
) -> None:
    tell(committed_bank, person, begin(committed_bank, extracts))


def tell(committed_bank: Bank, person: Callable[..., Person], told: Facts) -> None:
    """The story from its beginning to its end."""
    villager = person(phone=True)
    sign_up_villager(villager)
    woodland = deposit_woodland(villager, told)

    collective = person()
    sign_up_collective(collective)
    person("chen").open("/township/parties").press("Confirm this collective")
    land = deposit_construction_land(collective, told)

    township = person("chen").days_pass(1)
    for deposit in (woodland, land):
        pass_to_notice(township, committed_bank, deposit, told)
    objection_stops_it_until_decided(person("late"), township, committed_bank, woodland)
    township.days_pass(16)

    appraise(person, committed_bank, woodland, yearly="30000")
    appraise(person, committed_bank, land, yearly="200000")
    township.days_pass(16)
    for deposit in (woodland, land):
        store(township, committed_bank, deposit)
    passbook_is_open_to_all(villager, person(), committed_bank, woodland)

    investor, late = person(), person("late")
    sign_up_investor(investor)
    person("zhou").open("/county").press("Confirm this company")
    late_comer_bundles_first(late, committed_bank, woodland)
    project_id = order(investor, committed_bank, [woodland, land], told["house"])
    late_comer_is_told(late, woodland)
    owner_accepts_the_swap(person("house"), committed_bank, told["house"])

    county = person("zhou").days_pass(1)
    approve_and_collect(county, person, committed_bank, project_id)
    distribute(investor, county, person, committed_bank, project_id)
    owner_is_paid(villager, person, committed_bank, woodland)
    everyone_can_check(person, committed_bank, woodland)
    for someone in (villager, collective, township, investor, late, county):
        assert someone.troubles == []
