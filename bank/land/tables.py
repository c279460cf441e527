"""Tables of divisions and parcels. Geometry is WKB in the county's Gauss-Kruger system, at mm."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from bank.land import indexes
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
    shape_digest: Mapped[str] = mapped_column(index=True)
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
