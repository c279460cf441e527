"""The history of parcels' shapes: which shape a parcel had since when, why, and by whom."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from bank.land.tables import Parcel, ParcelShape, ShapeReason
from database.actor import Actor


def record_shape(
    session: Session,
    parcel: Parcel,
    *,
    number: int,
    since: datetime,
    reason: ShapeReason,
    note: str = "",
    document_id: UUID | None = None,
    actor: Actor | None = None,
) -> ParcelShape:
    """Write down the shape that the parcel carries now, under the next number."""
    row = ParcelShape(
        parcel_id=parcel.id,
        number=number,
        wkb=parcel.wkb,
        area_dm2=parcel.area_dm2,
        since=since,
        reason=reason,
        note=note,
        document_id=document_id,
        actor_id=actor.id if actor else None,
    )
    session.add(row)
    return row


def record_first_shapes(
    session: Session, parcels: ColumnElement[bool], *, actor: Actor | None = None
) -> int:
    """Write down the first shapes of many parcels in one statement; how many there were.

    For parcels that came in by a bulk insert, which `register_parcel` did not see: insert them,
    then name them by a condition, such as `Parcel.number > last` or `Parcel.id.in_(ids)`. Those
    that have a history already are left alone, so the same call again does nothing.
    """
    known = exists().where(ParcelShape.parcel_id == Parcel.id, ParcelShape.number == 1)
    first = select(
        Parcel.id,
        literal(1),
        Parcel.wkb,
        Parcel.area_dm2,
        Parcel.created_at,
        literal(ShapeReason.REGISTERED, ParcelShape.reason.type),
        literal(""),
        literal(actor.id if actor else None, ParcelShape.actor_id.type),
    ).where(parcels, ~known)
    columns = ("parcel_id", "number", "wkb", "area_dm2", "since", "reason", "note", "actor_id")
    session.flush()
    statement = insert(ParcelShape).from_select(columns, first, include_defaults=False)
    counted = statement.execution_options(preserve_rowcount=True)
    return session.connection().execute(counted).rowcount


def shapes_of(session: Session, parcel: Parcel) -> Sequence[ParcelShape]:
    """Every shape the parcel ever had, oldest first; the last is the one it has."""
    return session.scalars(
        select(ParcelShape).where(ParcelShape.parcel_id == parcel.id).order_by(ParcelShape.number)
    ).all()


def shape_on(session: Session, parcel: Parcel, moment: datetime) -> ParcelShape | None:
    """The shape the parcel had at that moment; None, before it was registered."""
    return session.scalar(
        select(ParcelShape)
        .where(ParcelShape.parcel_id == parcel.id, ParcelShape.since <= moment)
        .order_by(ParcelShape.number.desc())
        .limit(1)
    )


def last_number(session: Session, parcel: Parcel) -> int:
    """The number of the shape the parcel has; 0 without a history."""
    highest = select(func.max(ParcelShape.number)).where(ParcelShape.parcel_id == parcel.id)
    return session.scalar(highest) or 0
