"""The land's version and the deposits' totals, as the database keeps them by itself."""

from collections import Counter
from random import Random

import pytest
import shapely
from sqlalchemy import func, select, text

from bank.assets.tables import Asset, AssetKind
from bank.catalogue.browsing import Filter
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.land.tables import Division, Parcel
from bank.maps import totals
from bank.maps.tables import DepositTotal


def kept(session) -> Counter[tuple[str, ...]]:
    """The kept totals by key: how many, and how much."""
    found: Counter[tuple[str, ...]] = Counter()
    for row in session.scalars(select(DepositTotal)):
        key = (row.division_code, row.kind, row.stage, row.mode)
        found[(*key, "count")] += row.deposits
        found[(*key, "area")] += row.area_dm2
    return +found


def counted(session) -> Counter[tuple[str, ...]]:
    """The same, from the deposits themselves."""
    found: Counter[tuple[str, ...]] = Counter()
    for deposit, asset in session.execute(select(Deposit, Asset).join_from(Deposit, Asset)):
        key = (asset.division_code, asset.kind.value, deposit.stage.value, deposit.mode or "")
        found[(*key, "count")] += 1
        found[(*key, "area")] += deposit.area_dm2
    return +found


def test_totals_follow_whatever_happens_to_deposits_and_assets(session, world):
    random = Random(5)
    deposits = [world.deposit() for _ in range(6)]
    assert kept(session) == counted(session)

    for _ in range(40):
        deposit = random.choice(deposits)
        match random.randrange(4):
            case 0:
                deposit.stage = random.choice(list(Stage))
            case 1:
                deposit.mode = random.choice([None, *StorageMode])
            case 2:
                deposit.area_dm2 = random.randrange(10**6)
            case 3:
                deposit.asset.kind = random.choice(list(AssetKind))
                deposit.asset.division_code = random.choice(["330523106201", "330523107201"])
        session.flush()
        assert kept(session) == counted(session)


def test_one_statement_over_many_deposits_is_counted_whole(session, world):
    for _ in range(3):
        world.deposit()

    session.execute(text("UPDATE deposit SET stage = 'collected', area_dm2 = area_dm2 + 1"))

    assert kept(session) == counted(session)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_folding_changes_no_sum(session, world):
    for _ in range(4):
        world.deposit()
    before, version = kept(session), totals.land_version(session)
    rows = session.scalar(select(func.count()).select_from(DepositTotal))

    session.execute(text("SELECT deposit_total_fold()"))

    assert kept(session) == before == counted(session)
    assert totals.land_version(session) == version
    assert session.scalar(select(func.count()).select_from(DepositTotal)) < rows


def test_counting_anew_mends_what_was_lost(session, world, stored):
    session.execute(text("DELETE FROM deposit_total"))

    totals.recount(session)

    assert kept(session) == counted(session)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE deposit SET stage = 'reserved'",
        "UPDATE deposit SET value_fen = 1",
        "UPDATE asset SET name = 'x'",
        "UPDATE parcel SET location = 'x'",
        "UPDATE division SET name = 'x'",
        "UPDATE deposit SET area_dm2 = area_dm2 + 1",
    ],
)
def test_every_change_that_a_map_shows_moves_the_version(session, world, stored, change):
    before = totals.land_version(session)

    session.execute(text(change))

    assert totals.land_version(session) > before


def test_reading_moves_no_version(session, world, stored):
    before = totals.land_version(session)

    session.scalars(select(Parcel)).all()

    assert totals.land_version(session) == before


def test_a_range_of_areas_is_counted_from_the_deposits(session, world):
    small = world.deposit(shape=world.square(side_m=20))
    world.deposit()

    asked = Filter(area_to_dm2=small.area_dm2)

    assert not totals.is_summed(asked)
    tallies = [one for each in totals.listed(session, asked).of.values() for one in each]
    assert [(one.count, one.area_dm2) for one in tallies] == [(1, small.area_dm2)]


def test_many_villages_in_view_are_counted_by_town(session, world, stored):
    everywhere = (0.0, 0.0, 1e7, 1e7)
    assert {len(row.code) for row in totals.places_in(session, everywhere)} == {9, 12}
    box = shapely.to_wkb(shapely.box(1, 1, 2, 2))
    for serial in range(totals.MOST_VILLAGES):
        session.add(
            Division(
                code=f"330523106{300 + serial}", name=f"{serial}村", kind="village",
                parent_code="330523106", lon=119.5, lat=30.5, outline=box,
                min_x=1, min_y=1, max_x=2, max_y=2,
            )
        )  # fmt: skip
    session.flush()

    places = totals.places_in(session, everywhere)

    assert {len(row.code) for row in places} == {9}
    found = totals.listed(session, Filter()).places(places)
    assert [(one.name, one.count) for one in found] == [("报福镇", 1)]
