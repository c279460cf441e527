"""Storing: each gate, asked of the command itself, and what the ledger says afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
import shapely
from sqlalchemy import delete

from bank import accounts
from bank.assets.tables import Evidence, EvidenceKind
from bank.calendar import local_date, midnight
from bank.deposits import checking, locating, storing
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import (
    ConsentMissing,
    EvidenceMissing,
    NoAppraisal,
    NoticeRunning,
    ObjectionOpen,
    OverlapsDeposit,
    RightExpired,
)
from bank.deposits.tables import Consent, Decision, Objection
from bank.land.polygons import fit
from bank.land.tables import Origin
from bank.refusals import IllegalMove, KeyReused, NotAnOfficer, OwnBusiness
from bank.rules import whole
from database.actor import Role
from ledger import journal
from tests.reading import party_of, places, recorded, refused
from tests.world import SOUTH, WEST

UNEVEN = [(0, 0), (131.417, 12.023), (97.5, 83.333), (40.009, 61.7), (3.331, 99.999)]
"""Corners whose area is no round number, in metres."""


def store(world, deposit, **told):
    """Store by the world's officer unless told otherwise."""
    told = {"officer": world.officer, "at": world.at, "key": world.key()} | told
    return storing.store(world.session, deposit.id, **told)


def ready(world, **told):
    """A deposit that lacks nothing but the act."""
    deposit = world.deposit(Stage.CLEARED, **told)
    world.appraise(deposit)
    return deposit


# -- what storing does ---------------------------------------------------------------------------


def test_the_owner_has_the_whole_area_in_the_bank(session, world):
    deposit = store(world, ready(world, shape=world.square(side_m=100)))

    assert deposit.stage is Stage.STORED
    assert deposit.stored_at == world.at
    assert places(session, deposit) == {accounts.stored(deposit.party.number): 1_000_000}
    unit = accounts.land(deposit.number)
    assert journal.balance(session, accounts.WORLD_LAND, unit) == -1_000_000


def test_the_ledgers_area_is_the_polygons_to_the_dm2(session, world):
    corners = [(WEST + 5000 + x, SOUTH + 5000 + y) for x, y in UNEVEN]
    shape = fit(shapely.Polygon(corners), on=local_date(world.at))

    deposit = store(world, ready(world, shape=shape))

    kept = shapely.from_wkb(deposit.asset.parcel.wkb)
    (area_dm2,) = places(session, deposit).values()
    assert area_dm2 == round(kept.area * 100) == deposit.area_dm2
    assert area_dm2 % 100


def test_every_deposit_has_a_unit_of_its_own(session, world):
    owner = world.villager()
    one, other = world.deposit(owner=owner), world.deposit(owner=owner)

    account = accounts.stored(party_of(session, owner).number)
    assert places(session, one) == places(session, other) == {account: 1_000_000}


def test_a_deposit_is_worth_what_was_appraised(session, world):
    deposit = world.deposit(Stage.CLEARED)
    appraisal = world.appraise(deposit, yearly_yuan=30_000)

    assert store(world, deposit).value_fen == appraisal.value_fen


def test_the_journal_names_the_deposit(session, world):
    deposit = store(world, ready(world))

    (transfer,) = journal.transfers(session, reference=f"deposit:{deposit.number}")
    assert (transfer.kind, transfer.memo) == ("store", deposit.asset.name)


# -- who stores, and when ------------------------------------------------------------------------


def test_only_an_officer_of_the_town_stores(world):
    owner = world.villager()
    deposit = ready(world, owner=owner)
    next_town = world.user("邻镇干部", Role.TOWNSHIP, township="330523107")

    for actor in (owner, world.county_officer, world.appraiser, next_town):
        with refused(NotAnOfficer, division="330523106201"):
            store(world, deposit, officer=actor)


def test_an_officer_does_not_store_for_herself(world):
    party = world.party()
    clerk = world.user("陈镇干", Role.OWNER, Role.TOWNSHIP, party=party, township="330523106")
    deposit = ready(world, owner=clerk)

    with refused(OwnBusiness):
        store(world, deposit, officer=clerk)
    with refused(OwnBusiness):
        store(world, deposit, officer=replace(clerk, parties=frozenset()))


def test_an_officer_does_not_store_where_she_holds_a_part(session, world):
    relative, owner = world.party(name="王小花"), world.villager()
    holders = {party_of(session, owner).id: 3, relative.id: 1}
    officer = world.user("王小花", Role.TOWNSHIP, party=relative, township="330523106")

    with refused(OwnBusiness):
        store(world, ready(world, owner=owner, holders=holders), officer=officer)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.ON_NOTICE, Stage.STORED])
def test_only_what_is_cleared_is_stored(session, world, stage):
    deposit = world.deposit(stage)
    before = recorded(session)

    with refused(IllegalMove, stage=stage.value, act="store"):
        store(world, deposit)
    assert recorded(session) == before


# -- the gates -----------------------------------------------------------------------------------


def test_nothing_is_stored_without_its_certificate(session, world):
    deposit = ready(world)
    deposit.asset.evidence[0].kind = EvidenceKind.PHOTO

    with refused(EvidenceMissing, deposit=deposit.number):
        store(world, deposit)

    session.execute(delete(Evidence))
    session.expire_all()
    with refused(EvidenceMissing, deposit=deposit.number):
        store(world, deposit)


@pytest.mark.parametrize("who", ["villager", "collective"])
def test_nothing_is_stored_without_consent(session, world, who):
    deposit = ready(world, owner=getattr(world, who)())
    session.execute(delete(Consent))
    session.expire_all()

    with refused(ConsentMissing, deposit=deposit.number):
        store(world, deposit)


def test_nothing_is_stored_while_its_notice_runs(world):
    deposit = ready(world)
    deposit.notice_until = world.at + timedelta(seconds=1)

    with refused(NoticeRunning, until=deposit.notice_until.isoformat()):
        store(world, deposit)


def test_nothing_is_stored_against_an_open_objection(session, world):
    deposit = ready(world)
    late = Objection(
        number="O-2026-000001", deposit_id=deposit.id, raised_by=world.officer.id,
        grounds="公示期内收到的书面异议", raised_at=world.at, decision=Decision.OPEN,
    )  # fmt: skip
    session.add(late)
    session.flush()
    session.expire(deposit, ["objections"])

    with refused(ObjectionOpen, objection=late.number):
        store(world, deposit)


def test_nothing_is_stored_whose_right_has_ended(world):
    deposit = ready(world)
    deposit.asset.right.ends_on = local_date(world.at)

    with refused(RightExpired, deposit=deposit.number):
        store(world, deposit)


def test_nothing_is_stored_without_an_appraisal(session, world):
    deposit = world.deposit(Stage.CLEARED)

    with refused(NoAppraisal, deposit=deposit.number):
        store(world, deposit)
    assert recorded(session) == []


def test_an_appraisal_counts_through_its_last_day(world):
    deposit = ready(world)
    valued_on = local_date(world.at)
    last = valued_on + timedelta(days=whole("appraisal.validity.days", valued_on))

    world.at = midnight(last + timedelta(days=1))
    with refused(NoAppraisal, deposit=deposit.number):
        store(world, deposit)
    world.at -= timedelta(seconds=1)
    assert store(world, deposit).stage is Stage.STORED


def test_a_collectives_appraisal_counts_once_its_members_have_seen_it(world):
    deposit = world.deposit(Stage.CLEARED, owner=world.collective())
    appraisal = world.appraise(deposit)
    days = whole("notice.appraisal.days", local_date(world.at))
    seen = midnight(local_date(world.at) + timedelta(days=days + 1))
    assert appraisal.in_force_from == seen

    with refused(NoAppraisal, deposit=deposit.number):
        store(world, deposit)
    world.at = seen - timedelta(seconds=1)
    with refused(NoAppraisal, deposit=deposit.number):
        store(world, deposit)
    world.at = seen
    assert store(world, deposit).stage is Stage.STORED


def test_of_two_that_overlap_the_second_is_not_stored(session, world):
    shape = world.square()
    first, second = ready(world, shape=shape), ready(world, shape=shape)
    store(world, first)

    with refused(OverlapsDeposit, "shape", code=first.asset.parcel.code, overlap_dm2=1_000_000):
        store(world, second)
    assert places(session, second) == {}


def test_an_appraisal_of_the_land_as_it_was_does_not_count_for_the_land_as_it_is(world):
    owner = world.villager()
    deposit = world.deposit(Stage.ON_NOTICE, owner=owner)
    world.appraise(deposit)
    checking.send_back(
        world.session, deposit.id, reason="界址不清", officer=world.officer, at=world.at
    )
    locating.place(
        world.session, deposit.id, shape=world.square(side_m=20), origin=Origin.DRAWN,
        actor=owner, at=world.at,
    )  # fmt: skip
    world.agree(deposit, owner)
    world.clear(world.pass_to_notice(world.submit(deposit, owner)))

    with refused(NoAppraisal, deposit=deposit.number):
        store(world, deposit)
    world.appraise(deposit, yearly_yuan=800)
    assert store(world, deposit).area_dm2 == 40_000


# -- the key -------------------------------------------------------------------------------------


def test_a_double_click_stores_once(session, world):
    deposit = store(world, ready(world), key="the same")
    before, stored_at = recorded(session), deposit.stored_at
    world.later(minutes=1)

    assert store(world, deposit, key="the same").stored_at == stored_at
    assert recorded(session) == before


def test_the_key_of_another_deposit_stores_nothing(session, world):
    store(world, ready(world), key="the same")
    other = ready(world)
    before = recorded(session)

    with refused(KeyReused, key="the same"):
        store(world, other, key="the same")
    assert recorded(session) == before
