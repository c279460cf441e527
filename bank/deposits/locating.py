"""Saying where a draft's asset lies: a shape of its own, or a parcel of the register."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.assets.tables import (
    LAND_CLASS,
    Asset,
)
from bank.calendar import local_date
from bank.deposits import drafting, records
from bank.deposits.refusals import (
    ParcelTaken,
)
from bank.deposits.tables import (
    Deposit,
)
from bank.land.bounds import keep_bounds
from bank.land.divisions import find_county_outline
from bank.land.parcels import register_parcel, shape_of
from bank.land.polygons import Shape, refuse_outside
from bank.land.tables import Origin, Parcel
from bank.refusals import NoSuchRecord
from database.actor import Actor
from database.rows import find_row

REGISTERED: Final = frozenset({Origin.IMPORTED, Origin.GENERATED})
"""Parcels of the county's register: they outlive the asset that has them for a while."""


def place(
    session: Session,
    deposit_id: UUID,
    *,
    shape: Shape,
    origin: Origin,
    actor: Actor,
    at: datetime,
) -> Deposit:
    """Say where the asset lies: a polygon in the county's system, drawn or typed.

    Another place needs another consent. Refuses: NotYours, IllegalMove, OverlapsDeposit,
    OutsideCounty.
    """
    deposit = drafting.own_draft(session, deposit_id, actor)
    county = find_county_outline(session)
    if county is not None:
        refuse_outside(shape, county, on=local_date(at))
    records.refuse_overlap(session, shape, deposit, at=at)

    old = deposit.asset.parcel
    if old is None or shape_of(old) != shape:
        drafting.lapse_consent(session, deposit)
    _leave_parcel(session, deposit.asset, at)
    parcel = register_parcel(
        session,
        shape,
        division_code=None,
        land_class=LAND_CLASS[deposit.asset.kind],
        location=deposit.asset.division.name,
        origin=origin,
        at=at,
        asset_id=deposit.asset_id,
        actor=actor,
    )
    deposit.asset.division_code = parcel.division_code
    session.flush()
    session.expire(deposit.asset, ["parcel", "division"])
    keep_bounds(session, parcel, at=at, among=records.neighbours())
    return deposit


def pick(
    session: Session, deposit_id: UUID, *, parcel_id: UUID, actor: Actor, at: datetime
) -> Deposit:
    """Say where the asset lies by choosing an imported parcel that no deposit keeps.

    Another draft that had it loses it; who hands in first, keeps it. Another place needs another
    consent. Refuses: NotYours, IllegalMove, NoSuchRecord, ParcelTaken, OverlapsDeposit.
    """
    deposit = drafting.own_draft(session, deposit_id, actor)
    parcel = find_row(session, Parcel, parcel_id, lock=True)
    if parcel is None or parcel.retired_at is not None:
        raise NoSuchRecord("no such parcel")
    if not _may_pick(session, parcel, deposit):
        raise ParcelTaken("the parcel belongs to another asset", field="parcel", code=parcel.code)
    records.refuse_overlap(session, shape_of(parcel), deposit, at=at)

    if parcel.asset_id != deposit.asset_id:
        drafting.lapse_consent(session, deposit)
        _leave_parcel(session, deposit.asset, at)
        loser = session.get(Asset, parcel.asset_id) if parcel.asset_id else None
        parcel.asset_id = deposit.asset_id
        deposit.asset.division_code = parcel.division_code
        session.flush()
        session.expire(deposit.asset, ["parcel", "division"])
        if loser is not None:
            session.expire(loser, ["parcel"])
    keep_bounds(session, parcel, at=at, among=records.neighbours())
    return deposit


def _may_pick(session: Session, parcel: Parcel, deposit: Deposit) -> bool:
    """Whether the parcel, locked, is this draft's already or free to become it.

    A drawn parcel is somebody's drawing: it belongs to the asset it was drawn for.
    """
    if parcel.asset_id is not None and parcel.origin not in REGISTERED:
        return parcel.asset_id == deposit.asset_id
    free = select(Parcel.id).where(Parcel.id == parcel.id, records.pickable(deposit.asset_id))
    return session.scalar(free) is not None


def _leave_parcel(session: Session, asset: Asset, at: datetime) -> None:
    """Let go of the parcel chosen before: an imported one is free again, a drawn one retires."""
    old = asset.parcel
    if old is None:
        return
    if old.origin in REGISTERED:
        old.asset_id = None
    else:
        old.retired_at = at
    session.flush()
