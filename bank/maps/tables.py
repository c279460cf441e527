"""Tables that the maps read: a count of changes to the land, and totals of deposits by village.

Triggers keep both (see `map_triggers`); every reader sums all rows of a key. SQLite, which has one
writer at a time, changes a row in place. PostgreSQL appends rows, so that two writers never wait
for each other, and folds them together now and then.
"""

from sqlalchemy import BigInteger, Identity, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from bank.deposits import tables as _watched  # noqa: F401 - the triggers need its table
from bank.land.tables import Parcel
from bank.maps import triggers as map_triggers
from database.base import Base


class LandChange(Base):
    """How often what a map shows was changed: the sum of `times` is the land's version."""

    __tablename__ = "land_change"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True
    )
    times: Mapped[int] = mapped_column(BigInteger)


class DepositTotal(Base):
    """How many deposits, and how much land, a village or town has of a kind, stage and mode.

    `division_code` is the asset's; `mode` is empty while none was chosen.
    """

    __tablename__ = "deposit_total"
    __table_args__ = (Index("ix_deposit_total_of", "division_code", "kind", "stage", "mode"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True
    )
    division_code: Mapped[str]
    kind: Mapped[str]
    stage: Mapped[str]
    mode: Mapped[str]
    deposits: Mapped[int] = mapped_column(BigInteger)
    area_dm2: Mapped[int] = mapped_column(BigInteger)


UNCLAIMED = Index(
    "ix_parcel_unclaimed",
    Parcel.division_code,
    Parcel.land_class,
    Parcel.origin,
    Parcel.area_dm2,
    sqlite_where=Parcel.asset_id.is_(None) & Parcel.retired_at.is_(None),
    postgresql_where=Parcel.asset_id.is_(None) & Parcel.retired_at.is_(None),
)
"""Counts the parcels that are nobody's asset by division without reading their shapes."""

map_triggers.attach(Base.metadata, LandChange.__tablename__, DepositTotal.__tablename__)
