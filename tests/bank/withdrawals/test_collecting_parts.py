"""A deposit is collected in part: two parcels, two deposits, and everything sums to the whole."""

import pytest
import shapely

from bank import accounts
from bank.acts import history
from bank.contracts.tables import Contract
from bank.deposits import parts, reappraising, whereabouts
from bank.deposits.lifecycle import Act, Stage
from bank.deposits.tables import StorageMode
from bank.land.parcels import shape_of
from bank.land.polygons import DM2_PER_M2
from bank.land.shapes import shapes_of
from bank.land.tables import ShapeReason
from bank.orders.asking import parts_of
from bank.orders.lifecycle import PartStage
from bank.withdrawals import requesting
from bank.withdrawals.refusals import ContractRunning
from ledger import journal
from tests.bank.orders.test_parts import west
from tests.reading import money, places, refused, shares


def child_of(session, deposit):
    return parts.cuts_of(session, [deposit.id])[deposit.id][-1].child


def agrees(session, deposit):
    """The ledger, the record, the parcel and the polygon say the same area, to the dm²."""
    parcel = deposit.asset.parcel
    held = whereabouts.whereabouts(session, deposit).area_dm2
    assert held == deposit.area_dm2 == parcel.area_dm2
    assert abs(shape_of(parcel).area * DM2_PER_M2 - held) < 1
    return held


def test_the_part_becomes_a_deposit_with_a_parcel_of_its_own(session, world, stored):
    code, whole = stored.asset.parcel.code, shape_of(stored.asset.parcel)
    order = world.collected(stored, red_lines={stored.id: west(stored, 30)})
    child = child_of(session, stored)

    assert (stored.stage, child.stage) == (Stage.STORED, Stage.COLLECTED)
    assert (agrees(session, stored), agrees(session, child)) == (700_000, 300_000)
    assert places(session, stored) == {accounts.stored(stored.party.number): 700_000}
    assert places(session, child) == {accounts.held(order.project.number): 300_000}
    rest, inside = shape_of(stored.asset.parcel), shape_of(child.asset.parcel)
    assert shapely.union(rest, inside).equals(whole)
    assert shapely.intersection(rest, inside).area == 0
    assert stored.asset.parcel.code == code != child.asset.parcel.code


def test_both_keep_right_holders_papers_and_history(session, world):
    partner = world.party(name="李四")
    owner = world.villager()
    wood = world.deposit(owner=owner, holders={next(iter(owner.parties)): 2, partner.id: 1})
    order = world.collected(wood, red_lines={wood.id: west(wood, 30)})
    child = child_of(session, wood)

    weights = [
        [(each.party_id, each.weight) for each in deposit.asset.holders]
        for deposit in (wood, child)
    ]
    assert weights[0] == weights[1]
    assert child.asset.right.certificate_number == wood.asset.right.certificate_number
    assert [each.document_id for each in child.asset.evidence] == [
        each.document_id for each in wood.asset.evidence
    ]
    assert child.consent.document_id == wood.consent.document_id
    for deposit in (wood, child):
        last = history(session, deposit)[-1]
        assert (last.act, last.reason) == (Act.COLLECT_PART, order.project.number)
    first, second = shapes_of(session, wood.asset.parcel)
    assert (first.area_dm2, second.area_dm2) == (1_000_000, 700_000)
    assert (second.reason, second.note) == (ShapeReason.CLIPPED, child.number)
    assert parts_of(session, order)[wood.id].stage is PartStage.COLLECTED


def test_value_rent_and_shares_of_part_and_rest_sum_to_the_whole(session, world):
    leased = world.deposit(mode=StorageMode.LEASE, rent_fen=100_001, yearly_yuan=12_347)
    shared = world.deposit(yearly_yuan=12_347)
    value = leased.value_fen
    lines = {each.id: west(each, 33.333) for each in (leased, shared)}
    order = world.collected(leased, shared, capital_fen=0, red_lines=lines)
    tenant, partner = child_of(session, leased), child_of(session, shared)

    assert leased.value_fen + tenant.value_fen == value
    assert leased.rent_fen + tenant.rent_fen == 100_001
    contract = session.query(Contract).filter_by(deposit_id=tenant.id).one()
    assert contract.rent_fen == tenant.rent_fen == money(session, leased.party_id)
    assert contract.instalments[0].amount_fen == tenant.rent_fen
    held = session.query(Contract).filter_by(deposit_id=partner.id).one()
    assert shares(session, order.project) == {shared.party.number: held.shares}
    assert held.shares == partner.value_fen // 100


def test_the_rest_is_ordered_and_cut_again_at_its_share_of_the_same_appraisal(session, world):
    wood = world.deposit(yearly_yuan=12_347)
    value = wood.value_fen
    world.collected(wood, red_lines={wood.id: west(wood, 30)})
    first = child_of(session, wood)
    world.collected(wood, red_lines={wood.id: west(wood, 47)}, investor=world.investor("乙公司"))
    second = child_of(session, wood)
    world.collected(wood, investor=world.investor("丙公司"))

    assert wood.stage is Stage.COLLECTED
    assert sum(agrees(session, each) for each in (wood, first, second)) == 1_000_000
    assert sum(each.value_fen for each in (wood, first, second)) == value


def test_an_appraisal_of_the_whole_does_not_revalue_the_rest(session, world, stored):
    world.collected(stored, red_lines={stored.id: west(stored, 30)})
    value = stored.value_fen

    assert reappraising.revalue(session, stored, at=world.at) is False
    assert stored.value_fen == value
    world.later(days=345)
    reappraising.recommission(
        session, stored.id, agency_id=world.agency.id, officer=world.officer, at=world.at,
        key=world.key(),
    )  # fmt: skip
    appraisal = world.appraise(stored, yearly_yuan=9_000)
    reappraising.revalue(session, stored, at=world.at)
    assert stored.value_fen == appraisal.value_fen != value


def test_when_the_contract_ends_the_part_goes_home_as_it_is(session, world):
    owner = world.villager()
    wood = world.deposit(owner=owner, term_years=1)
    world.collected(wood, red_lines={wood.id: west(wood, 30)})
    child = child_of(session, wood)
    told = {"actor": owner, "key": world.key()}

    with refused(ContractRunning):
        requesting.request_return(session, child.id, at=world.at, **told)
    asked = requesting.request_return(session, child.id, at=world.later(days=366), **told)
    world.confirm(asked)

    assert child.stage is Stage.RETURNED
    assert places(session, child) == {accounts.returned(child.party.number): 300_000}
    assert wood.stage is Stage.STORED
    assert agrees(session, wood) == 700_000


def test_the_rest_goes_home_without_the_part(session, world):
    owner = world.villager()
    wood = world.deposit(owner=owner)
    world.collected(wood, red_lines={wood.id: west(wood, 30)})

    world.confirm(
        requesting.request_return(session, wood.id, actor=owner, at=world.at, key=world.key())
    )

    assert places(session, wood) == {accounts.returned(wood.party.number): 700_000}
    assert child_of(session, wood).stage is Stage.COLLECTED


@pytest.mark.parametrize("mode", StorageMode)
def test_every_unit_sums_to_zero_afterwards(session, world, mode):
    wood = world.deposit(mode=mode)
    world.collected(wood, world.deposit(), red_lines={wood.id: west(wood, 30)})

    sums: dict[str, int] = {}
    for balance in journal.balances(session):
        sums[balance.unit] = sums.get(balance.unit, 0) + balance.quantity
    assert set(sums.values()) == {0}
