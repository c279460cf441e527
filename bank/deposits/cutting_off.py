"""Cutting a collected part off its deposit: it becomes a deposit of its own, with its own parcel.

After LADM the part is a spatial unit and an administrative unit of its own: other rights hold over
it from now on (the contract with the project). Its right, holders and papers are its origin's.
"""

from datetime import datetime
from typing import TypeVar, cast

import shapely
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from bank.acts import move, note
from bank.appraisals.worth import agreed, find_worth
from bank.assets.tables import Asset, Holder, Right
from bank.deposits import records
from bank.deposits.lifecycle import LIFECYCLE, Act, Stage
from bank.deposits.parts import by_area, refuse_outdated
from bank.deposits.tables import Consent, Deposit, DepositCut, PartColumns
from bank.land.parcels import register_parcel
from bank.land.polygons import Shape
from bank.land.reshaping import reshape
from bank.land.tables import Parcel, ShapeReason
from bank.numbers import next_number
from database.actor import Actor
from database.base import Base

Row = TypeVar("Row", bound=Base)


def cut_off(
    session: Session,
    deposit: Deposit,
    part: PartColumns,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Deposit:
    """The part as a collected deposit of its own; the old one, its row locked, keeps the rest.

    Code, number and history of the old one stay; its area, polygon, value and rent become those of
    the rest, and it is stored as before. The caller posts the areas in the same transaction.
    `reason` goes into both histories. Refuses: PartOutdated, IllegalMove.
    """
    parcel = records.lock_parcel(session, deposit)
    refuse_outdated(deposit, part)
    asset = _split(session, deposit.asset, parcel, part, actor=actor, at=at)
    worth = find_worth(session, deposit, at=at) or agreed(deposit)
    goes_fen, stays_fen = worth.split(part)
    child = _child(session, deposit, asset, part, at=at)
    child.value_fen = goes_fen
    reshape(
        session,
        parcel,
        cast("Shape", shapely.from_wkb(part.rest_wkb)),
        reason=ShapeReason.CLIPPED,
        at=at,
        actor=actor,
        note=child.number,
        stated_dm2=part.rest_dm2,
    )
    deposit.area_dm2 = part.rest_dm2
    deposit.value_fen = stays_fen
    if deposit.rent_fen is not None:
        deposit.rent_fen = by_area(deposit.rent_fen, part)[1]
    move(session, deposit, LIFECYCLE, Act.COLLECT_PART, actor=actor, at=at, reason=reason)
    note(session, child, Act.COLLECT_PART, actor=actor, at=at, reason=reason)
    session.flush()
    session.expire(deposit.asset, ["parcel"])
    return child


def _split(
    session: Session, asset: Asset, parcel: Parcel, part: PartColumns, *, actor: Actor, at: datetime
) -> Asset:
    """An asset of its own for the part: the same right, holders and evidence, another parcel."""
    split = Asset(
        number=next_number(session, "A", at),
        kind=asset.kind,
        name=asset.name,
        division_code=asset.division_code,
        created_at=at,
        created_by=actor.id,
        holders=[Holder(party_id=each.party_id, weight=each.weight) for each in asset.holders],
        evidence=[_copy(each, but=("id", "asset_id")) for each in asset.evidence],
        right=_copy(cast("Right", asset.right), but=("asset_id",)),
    )
    session.add(split)
    session.flush()
    register_parcel(
        session,
        cast("Shape", shapely.from_wkb(part.wkb)),
        land_class=parcel.land_class,
        location=parcel.location,
        origin=parcel.origin,
        at=at,
        division_code=parcel.division_code,
        asset_id=split.id,
        source_note=parcel.code,
        actor=actor,
        stated_dm2=part.area_dm2,
    )
    return split


def _child(
    session: Session, deposit: Deposit, asset: Asset, part: PartColumns, *, at: datetime
) -> Deposit:
    """The deposit of the part, collected, with the terms of the one it was cut from."""
    child: Deposit = _copy(deposit, but=("id",))
    child.number = next_number(session, "D", at)
    child.asset_id, child.stage, child.created_at = asset.id, Stage.COLLECTED, at
    child.area_dm2 = part.area_dm2
    if deposit.rent_fen is not None:
        child.rent_fen = by_area(deposit.rent_fen, part)[0]
    if deposit.consent is not None:
        consent: Consent = _copy(deposit.consent, but=("deposit_id",))
        child.consent = consent
    session.add(child)
    session.flush()
    session.add(
        DepositCut(
            child_id=child.id,
            deposit_id=deposit.id,
            area_dm2=part.area_dm2,
            rest_dm2=part.rest_dm2,
            cut_at=at,
        )
    )
    session.flush()
    return child


def _copy(row: Row, *, but: tuple[str, ...]) -> Row:
    """The same row anew, without these columns; what hangs on it stays where it is."""
    columns = inspect(type(row)).column_attrs.keys()
    return type(row)(**{name: getattr(row, name) for name in columns if name not in but})
