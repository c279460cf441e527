"""Giving a parcel another shape: what may change it, and the history that keeps the old one."""

from datetime import datetime
from typing import Final
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.deposits.lifecycle import IN_BANK
from bank.deposits.tables import Deposit
from bank.land import projection, shapes
from bank.land.polygons import DM2_PER_M2, Shape, area_dm2, digest
from bank.land.refusals import ParcelRetired, ShapeFixed, ShapeUnchanged
from bank.land.tables import Parcel, ShapeReason
from database.actor import Actor
from database.directory import bank_of
from database.rows import find_row

LEDGER_FOLLOWS: Final = frozenset({ShapeReason.CLIPPED})
"""Reasons whose caller posts the change of area to the ledger in the same transaction."""


def reshape(
    session: Session,
    parcel: Parcel,
    shape: Shape,
    *,
    reason: ShapeReason,
    at: datetime,
    actor: Actor | None,
    document_id: UUID | None = None,
    note: str = "",
    stated_dm2: int | None = None,
) -> Parcel:
    """Give the parcel another shape, as `polygons.fit` returns one; the old one stays in history.

    The parcel's row is locked; code and division stay as they are. While a deposit has the parcel
    in the bank, the ledger holds its area, so only a reason whose caller posts the change (a clip)
    passes; `stated_dm2` is the area that it posts (a cut's parts sum to the whole). Consents and
    appraisals are the caller's (see `deposits.correcting`). Flushes. Refuses, with field "shape":
    ParcelRetired, ShapeFixed, ShapeUnchanged.
    """
    found = find_row(session, Parcel, parcel.id, lock=True)
    if found is None or found.retired_at is not None:
        raise ParcelRetired("the parcel is no more", field="shape", parcel=parcel.code)
    if reason not in LEDGER_FOLLOWS and (number := keeper_of(session, parcel)):
        raise ShapeFixed("the ledger holds this parcel's area", field="shape", deposit=number)
    wkb = shapely.to_wkb(shape)
    if wkb == parcel.wkb:
        raise ShapeUnchanged("the parcel has this shape already", field="shape")

    shapes.record_first_shapes(session, Parcel.id == parcel.id)
    last = shapes.last_number(session, parcel)
    _put_on(parcel, shape, wkb, srid=bank_of(session).settings.srid)
    parcel.area_dm2 = parcel.area_dm2 if stated_dm2 is None else stated_dm2
    shapes.record_shape(
        session, parcel, number=last + 1, since=at, reason=reason, note=note.strip(),
        document_id=document_id, actor=actor,
    )  # fmt: skip
    session.flush()
    return parcel


def keeper_of(session: Session, parcel: Parcel) -> str | None:
    """The number of the deposit that has this parcel in the bank."""
    if parcel.asset_id is None:
        return None
    return session.scalar(
        select(Deposit.number)
        .where(Deposit.asset_id == parcel.asset_id, Deposit.stage.in_(IN_BANK))
        .limit(1)
    )


def _put_on(parcel: Parcel, shape: Shape, wkb: bytes, *, srid: int) -> None:
    parcel.wkb, parcel.shape_digest = wkb, digest(wkb)
    parcel.area_dm2 = area_dm2(shape)
    ellipsoidal_m2 = projection.ellipsoidal_area_m2(shape, srid)
    parcel.area_ellipsoid_dm2 = round(ellipsoidal_m2 * DM2_PER_M2)
    parcel.min_x, parcel.min_y, parcel.max_x, parcel.max_y = shape.bounds
