"""Finding deposits, their parcels and whom they concern."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits.lifecycle import IN_BANK
from bank.deposits.refusals import AnswersMissing, OverlapsDeposit
from bank.deposits.tables import Deposit
from bank.land.parcels import overlaps
from bank.land.polygons import Shape, sliver_dm2
from bank.land.tables import Parcel
from bank.refusals import NoSuchRecord


def get_deposit(session: Session, deposit_id: UUID, *, lock: bool = False) -> Deposit:
    """The deposit of this id, its row locked if asked. Refuses: NoSuchRecord."""
    if lock:
        session.flush()  # what is not written yet must not be lost to the fresh row
    deposit = session.get(
        Deposit,
        deposit_id,
        with_for_update={"of": Deposit} if lock else None,
        populate_existing=lock,
    )
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


def refuse_overlap(session: Session, shape: Shape, deposit: Deposit, *, at: datetime) -> None:
    """Refuses: OverlapsDeposit, naming the first other parcel in the bank and the overlap."""
    found = overlaps(
        session,
        shape,
        among=taken_by_others(deposit),
        tolerance_dm2=sliver_dm2(local_date(at)),
    )
    if found:
        raise OverlapsDeposit(
            "the land overlaps a deposit",
            field="shape",
            code=found[0].code,
            overlap_dm2=found[0].area_dm2,
        )
