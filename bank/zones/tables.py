"""Tables of control layers and their zones (三区三线). Geometry is WKB in the county's system."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Identity, Index, Integer
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from bank.zones import indexes as zone_indexes
from database.base import Base, new_id


class ControlLayer(Base):
    """One version of one layer: it governs from `valid_from` until a newer one of its kind does.

    `kind` is a value of `zones.ZoneKind`, or what the county calls a layer of its own. `digest` is
    the SHA-256 of its zones; `area_dm2` is what they cover together, no place counted twice. A
    version is never changed: a mended one of the same day comes after it and takes its place.
    """

    __tablename__ = "control_layer"
    __table_args__ = (Index("ix_control_layer_kind_valid_from", "kind", "valid_from"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    name: Mapped[str]
    valid_from: Mapped[date]
    source_note: Mapped[str]
    digest: Mapped[str]
    zone_count: Mapped[int]
    area_dm2: Mapped[int] = mapped_column(BigInteger)
    imported_at: Mapped[datetime]
    imported_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))


class ControlZone(Base):
    """One polygon of a layer's version; `is_core`: of the ecological core, which is stricter."""

    __tablename__ = "control_zone"
    __table_args__ = (CheckConstraint("min_x <= max_x AND min_y <= max_y", name="box_ordered"),)

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True
    )
    layer_id: Mapped[UUID] = mapped_column(ForeignKey("control_layer.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    is_core: Mapped[bool]
    wkb: Mapped[bytes]
    min_x: Mapped[float] = mapped_column(Float(53))
    min_y: Mapped[float] = mapped_column(Float(53))
    max_x: Mapped[float] = mapped_column(Float(53))
    max_y: Mapped[float] = mapped_column(Float(53))


class KeptAnswer:
    """What one layer said of some land at a moment, and which version of it; it is never changed.

    `result` and `effect` are values of `zones.Result` and `zones.Effect`; `area_dm2` is what the
    layer covers, `share_ppm` the same in millionths of the land.
    """

    layer: Mapped[str]
    result: Mapped[str]
    area_dm2: Mapped[int]
    share_ppm: Mapped[int]
    zone_name: Mapped[str]
    effect: Mapped[str]
    layer_id: Mapped[UUID | None] = mapped_column(ForeignKey("control_layer.id"))
    checked_at: Mapped[datetime]

    @declared_attr
    def control_layer(cls) -> Mapped[ControlLayer | None]:  # noqa: N805 - of the mapped class
        """The version that was asked; None where none was in force."""
        return relationship(lazy="joined")


zone_indexes.attach(Base.metadata.tables["control_zone"])
