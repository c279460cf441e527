"""Who finds which commission: the client, the owner, the agencies, the offices; nobody else."""

import pytest

from bank.commissions import reading
from database.actor import Role
from tests.bank.commissions.asked import Asked
from tests.reading import refused
from tests.world import World
from valuation.commissions.lifecycle import Stage
from valuation.commissions.refusals import NoSuchCommission


@pytest.fixture
def asked(world: World) -> Asked:
    """An investor's request about somebody's stored land."""
    return Asked(world, world.deposit(), client=world.investor())


def listed(page) -> list[str]:
    return [each.number for each in page.items]


def test_client_owner_agencies_and_offices_see_it_and_nobody_else(session, world, asked):
    owner = world.owner_of(asked.deposits[0])
    rival = world.appraisers_of(asked.other)[0]
    for reader in (asked.client, owner, world.appraiser, rival, world.officer,
                   world.county_officer, world.auditor):  # fmt: skip
        assert reading.get(session, asked.id, reader) is asked.commission
    outsider = world.appraisers_of(world.new_agency("无关评估所"))[0]
    elsewhere = world.user("邻镇干部", Role.TOWNSHIP, township="330523107")
    for stranger in (world.villager("李大山"), world.investor("别家公司"), outsider, elsewhere):
        with refused(NoSuchCommission):
            reading.get(session, asked.id, stranger)


def test_an_agency_sees_its_own_quote_alone_and_an_owner_none(session, world, asked):
    own, rivals = asked.offer(), asked.offer(asked.other)

    def seen(actor):
        return reading.quotes_seen(session, asked.commission, actor)

    assert seen(world.appraiser) == [own]
    assert seen(world.appraisers_of(asked.other)[0]) == [rivals]
    assert set(seen(asked.client)) == {own, rivals} == set(seen(world.county_officer))
    assert seen(world.owner_of(asked.deposits[0])) == []


def test_lists_hold_what_concerns_their_reader_the_latest_first(session, world, asked):
    owner = world.owner_of(asked.deposits[0])
    townships = world.commission_of(asked.deposits[0]).number
    mine = asked.commission.number

    assert listed(reading.for_client(session, asked.client)) == [mine]
    assert listed(reading.for_client(session, owner)) == [mine, townships]
    assert listed(reading.for_agency(session, world.agency.id)) == [mine, townships]
    assert listed(reading.for_agency(session, asked.other.id)) == [mine]
    assert listed(reading.for_county(session)) == [mine, townships]
    assert listed(reading.for_county(session, stage=Stage.REQUESTED)) == [mine]
    assert listed(reading.for_county(session, town="330523107")) == []
    assert reading.counts(session)[Stage.REQUESTED] == 1
