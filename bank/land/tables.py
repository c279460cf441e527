"""Tables of divisions and parcels. Geometry is WKB in the county's Gauss-Kruger system, at mm."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from bank.land import guards, indexes
from database.base import Base, new_id
from database.types import choice


class DivisionKind(StrEnum):
    """The three levels of GB/T 2260 that a county bank knows."""

    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


class Division(Base):
    """A county, town or village: its code (6, 9 or 12 digits), centre and, if known, outline.

    `lon` and `lat` are degrees (EPSG:4490); the outline and its box are metres in the county's
    system. A division without an outline has no box.
    """

    __tablename__ = "division"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[DivisionKind] = mapped_column(choice(DivisionKind), index=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"), index=True)
    lon: Mapped[float] = mapped_column(Float(53))
    lat: Mapped[float] = mapped_column(Float(53))
    outline: Mapped[bytes | None] = mapped_column(deferred=True)
    min_x: Mapped[float | None] = mapped_column(Float(53))
    min_y: Mapped[float | None] = mapped_column(Float(53))
    max_x: Mapped[float | None] = mapped_column(Float(53))
    max_y: Mapped[float | None] = mapped_column(Float(53))


class Origin(StrEnum):
    """How a parcel's shape came to the bank."""

    DRAWN = "drawn"
    TYPED = "typed"
    IMPORTED = "imported"
    GENERATED = "generated"


class Parcel(Base):
    """One polygon with its own code (LADM LA_SpatialUnit).

    `wkb` is normalised and lies on the mm grid; `area_dm2` is its planar area, the working
    figure; `area_ellipsoid_dm2` is shown beside it. `shape_digest` is the SHA-256 of `wkb`, by
    which a repeated import knows its parcels. `number` is the table's own row number, in the
    order of arrival: SQLite keeps the rows by it, so that parcels imported along a Hilbert curve
    lie together on disk, and the spatial index points at it.
    """

    __tablename__ = "parcel"
    __table_args__ = (
        CheckConstraint("area_dm2 > 0", name="area_positive"),
        CheckConstraint("min_x <= max_x AND min_y <= max_y", name="box_ordered"),
    )

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True
    )
    id: Mapped[UUID] = mapped_column(unique=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    asset_id: Mapped[UUID | None] = mapped_column(ForeignKey("asset.id"), index=True)
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    wkb: Mapped[bytes]
    shape_digest: Mapped[str]
    area_dm2: Mapped[int]
    area_ellipsoid_dm2: Mapped[int]
    min_x: Mapped[float] = mapped_column(Float(53))
    min_y: Mapped[float] = mapped_column(Float(53))
    max_x: Mapped[float] = mapped_column(Float(53))
    max_y: Mapped[float] = mapped_column(Float(53))
    land_class: Mapped[str]
    location: Mapped[str]
    origin: Mapped[Origin] = mapped_column(choice(Origin))
    source_note: Mapped[str | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    __mapper_args__ = {"primary_key": [id]}  # noqa: RUF012 - as SQLAlchemy reads it


indexes.attach(Base.metadata.tables["parcel"])


class ShapeReason(StrEnum):
    """Why a parcel has the shape it has."""

    REGISTERED = "registered"
    CORRECTED = "corrected"
    RESURVEYED = "resurveyed"
    CLIPPED = "clipped"


class ParcelShape(Base):
    """One shape that a parcel has or had, from `since` on; numbered from 1, never changed.

    `wkb` and `area_dm2` are what the parcel itself carried; number 1 is the shape it was
    registered with. `note` is the reason in somebody's own words, `document_id` what it rests on.
    """

    __tablename__ = "parcel_shape"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("area_dm2 > 0", name="area_positive"),
    )

    parcel_id: Mapped[UUID] = mapped_column(ForeignKey("parcel.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wkb: Mapped[bytes]
    area_dm2: Mapped[int]
    since: Mapped[datetime]
    reason: Mapped[ShapeReason] = mapped_column(choice(ShapeReason))
    note: Mapped[str] = mapped_column(default="")
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))


guards.attach(Base.metadata.tables["parcel_shape"])


class ParcelBounds(Base):
    """What was seen on the four sides of a parcel, and when (see `bounds`); no owner is named.

    `sides` is a list for each of east, south, west and north: {"beyond", "name", "code"}.
    """

    __tablename__ = "parcel_bounds"

    parcel_id: Mapped[UUID] = mapped_column(ForeignKey("parcel.id"), primary_key=True)
    sides: Mapped[dict[str, Any]]
    at: Mapped[datetime]
