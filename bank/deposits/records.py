"""Finding and locking deposits and their parcels, and whom they concern."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits.lifecycle import ENDED, IN_BANK, Stage
from bank.deposits.refusals import AnswersMissing, OverlapsDeposit
from bank.deposits.tables import Deposit
from bank.land.polygons import Shape
from bank.land.slivers import encroachments
from bank.land.tables import Origin, Parcel
from bank.refusals import NoSuchRecord
from database.rows import find_row

LAND_LOCK: Final = 0x1A4D
"""The advisory lock, in each bank's own database, of whoever brings land into the bank."""
HOLDS_NO_PARCEL: Final = frozenset({Stage.DRAFT}) | ENDED
"""Stages in which a deposit does not keep its parcel from others: not handed in yet, or over."""


def get_deposit(session: Session, deposit_id: UUID, *, lock: bool = False) -> Deposit:
    """The deposit of this id, its row locked if asked. Refuses: NoSuchRecord."""
    deposit = find_row(session, Deposit, deposit_id, lock=lock)
    if deposit is None:
        raise NoSuchRecord("no such deposit")
    return deposit


def lock_deposits(session: Session, ids: list[UUID]) -> list[Deposit]:
    """These deposits in the order of their ids, rows locked in that order, so none deadlock."""
    return list(
        session.scalars(
            select(Deposit)
            .where(Deposit.id.in_(ids))
            .order_by(Deposit.id)
            .with_for_update(of=Deposit)
            .execution_options(populate_existing=True)
        )
    )


def lock_land(session: Session) -> None:
    """Wait until nobody else brings land in, and let nobody before this transaction ends.

    Two deposits of the same land lock two rows: neither sees the other stored before it commits.
    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LAND_LOCK)))


def by_number(session: Session, number: str) -> Deposit:
    """The deposit of this number. Refuses: NoSuchRecord."""
    deposit = session.scalar(select(Deposit).where(Deposit.number == number))
    if deposit is None:
        raise NoSuchRecord("no such deposit", number=number)
    return deposit


def parcel_of(deposit: Deposit) -> Parcel:
    """Where the deposit lies. Refuses: AnswersMissing, while it was not placed."""
    if deposit.asset.parcel is None:
        raise AnswersMissing("the place is not given yet", field="place", missing=["place"])
    return deposit.asset.parcel


def lock_parcel(session: Session, deposit: Deposit) -> Parcel:
    """Where the deposit lies, its row locked. Refuses: AnswersMissing, also if it was just lost."""
    session.execute(
        select(Parcel.id)
        .where(Parcel.asset_id == deposit.asset_id, Parcel.retired_at.is_(None))
        .with_for_update()
    )
    session.expire(deposit.asset, ["parcel"])
    return parcel_of(deposit)


def concerned(deposit: Deposit) -> set[UUID]:
    """All parties whose business the deposit is."""
    return {deposit.party_id} | {holder.party_id for holder in deposit.asset.holders}


def taken_by_others(deposit: Deposit) -> ColumnElement[bool]:
    """The condition on Parcel: it belongs to another asset that is in the bank."""
    return Parcel.asset_id.in_(
        select(Deposit.asset_id).where(
            Deposit.stage.in_(IN_BANK), Deposit.asset_id != deposit.asset_id
        )
    )


def pickable(asset_id: UUID | None = None) -> ColumnElement[bool]:
    """The condition on Parcel: no deposit that was handed in keeps it, but for that asset's own.

    A draft binds nothing, so that nobody can bar others by beginning an application; and what was
    refused or returned stays with its record until somebody picks it anew.
    """
    held = select(Deposit.id).where(
        Deposit.asset_id == Parcel.asset_id, Deposit.stage.not_in(HOLDS_NO_PARCEL)
    )
    free = or_(Parcel.asset_id.is_(None), ~held.exists())
    return free if asset_id is None else or_(free, Parcel.asset_id == asset_id)


def neighbours() -> ColumnElement[bool]:
    """The condition on Parcel: it may bound another, being the register's or handed in by somebody.

    What is only drawn in a draft bounds nothing.
    """
    applied = select(Deposit.id).where(
        Deposit.asset_id == Parcel.asset_id,
        Deposit.stage.not_in((Stage.DRAFT, Stage.REFUSED)),
    )
    return or_(Parcel.origin.in_((Origin.IMPORTED, Origin.GENERATED)), applied.exists())


def refuse_overlap(session: Session, shape: Shape, deposit: Deposit, *, at: datetime) -> None:
    """Refuses: OverlapsDeposit, naming the first other parcel in the bank and the overlap.

    What the rulebook lets pass (slivers along a boundary) is no overlap.
    """
    found = encroachments(session, shape, on=local_date(at), among=taken_by_others(deposit))
    if found:
        raise OverlapsDeposit(
            "the land overlaps a deposit",
            field="shape",
            code=found[0].code,
            overlap_dm2=found[0].area_dm2,
        )
