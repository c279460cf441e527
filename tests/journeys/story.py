"""The story of the first dividend from its beginning to its end; the tests say on which land."""

from collections.abc import Callable

from bank.assets.tables import AssetKind
from bank.deposits.tables import StorageMode
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
