"""What red lines read of parcels is what parcels, deposits and assets say, whoever changed them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from bank.assets.tables import Asset, AssetKind
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.land.tables import Parcel
from bank.redlines import held
from bank.redlines.held import HeldParcel
from benchmarks import land, land_banks
from tests.bank.redlines.rows import COUNT, row_of_squares
from tests.databases import Postgresql, Sqlite

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MINE = Parcel.number == 3


@pytest.fixture(scope="module")
def banked(backend: Sqlite | Postgresql) -> Iterator[Session]:
    """A session of a bank with a row of squares, all deposited."""
    with row_of_squares(backend) as bank, bank.session() as session:
        yield session


@pytest.fixture
def session(banked: Session) -> Iterator[Session]:
    """The same session; what a test writes is taken back."""
    yield banked
    banked.rollback()


def kept(session: Session) -> list[tuple[Any, ...]]:
    """The table, in the order of the parcels."""
    columns = [column for column in HeldParcel.__table__.c if column.name != "number"]
    rows = session.execute(
        select(HeldParcel.number, *sorted(columns, key=str)).order_by(HeldParcel.number)
    )
    return [tuple(row) for row in rows]


def told(session: Session) -> list[tuple[Any, ...]]:
    """The same from the tables that it is made of."""
    of = {"party_id": Deposit, "stage": Deposit, "mode": Deposit, "kind": Asset}
    names = sorted(column.name for column in HeldParcel.__table__.c if column.name != "number")
    rows = session.execute(
        select(Parcel.number, *(getattr(of.get(name, Parcel), name) for name in names))
        .join(Deposit, Deposit.asset_id == Parcel.asset_id)
        .join(Asset, Asset.id == Parcel.asset_id)
        .where(Parcel.retired_at.is_(None), Deposit.stage.in_(IN_BANK))
        .order_by(Parcel.number)
    )
    return [tuple(row) for row in rows]


MINE_DEPOSIT = Deposit.asset_id.in_(select(Parcel.asset_id).where(MINE))
CHANGES = {
    "reserved": update(Deposit).where(MINE_DEPOSIT).values(stage=Stage.RESERVED),
    "returned": update(Deposit).where(MINE_DEPOSIT).values(stage=Stage.RETURNED),
    "shared": update(Deposit).where(MINE_DEPOSIT).values(mode=StorageMode.SHARE),
    "without a mode": update(Deposit).where(MINE_DEPOSIT).values(mode=None),
    "deleted": delete(Deposit).where(MINE_DEPOSIT),
    "reshaped": update(Parcel).where(MINE).values(area_dm2=7, max_x=Parcel.max_x + 1),
    "moved": update(Parcel).where(MINE).values(division_code=land_banks.town_code(4)),
    "retired": update(Parcel).where(MINE).values(retired_at=NOW),
    "nobody's": update(Parcel).where(MINE).values(asset_id=None),
    "of another kind": update(Asset).values(kind=AssetKind.WATER),
    "all reserved": update(Deposit).values(stage=Stage.RESERVED),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_any_table_is_followed_and_its_undoing_too(
    session: Session, change: str
) -> None:
    before = kept(session)
    session.execute(CHANGES[change])

    assert kept(session) == told(session) != before

    session.rollback()
    assert kept(session) == told(session) == before


def test_a_deposit_that_is_stored_again_is_held_again(session: Session) -> None:
    before = kept(session)
    session.execute(CHANGES["returned"])
    session.execute(update(Deposit).where(MINE_DEPOSIT).values(stage=Stage.STORED))

    assert len(before) == COUNT
    assert kept(session) == told(session) == before


def test_a_parcel_that_goes_over_to_another_asset_is_held_by_its_deposit(session: Session) -> None:
    session.execute(update(Parcel).where(Parcel.number == 4).values(asset_id=None))
    session.execute(CHANGES["nobody's"])
    session.execute(update(Parcel).where(MINE).values(asset_id=UUID(land.uuid_hex(3, 3))))

    assert kept(session) == told(session)
    assert len(kept(session)) == COUNT - 1


def test_a_parcel_and_a_deposit_that_come_or_go_are_followed(session: Session) -> None:
    copied = {
        column.name: getattr(session.scalars(select(Parcel).where(MINE)).one(), column.name)
        for column in Parcel.__table__.c
    }
    session.execute(text("DELETE FROM parcel WHERE number = 3"))
    assert kept(session) == told(session)

    session.execute(insert(Parcel).values(copied))
    assert kept(session) == told(session)
    assert len(kept(session)) == COUNT


def test_filling_it_anew_gives_the_same(session: Session) -> None:
    before = kept(session)

    held.refill(session)

    assert kept(session) == before
