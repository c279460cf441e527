"""Tables of assets, holders, rights and evidence (LADM LA_BAUnit, LA_RRR, LA_Source)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.files.tables import Document
from bank.land.tables import Division, Parcel
from bank.parties.tables import Party
from database.base import Base, new_id
from database.types import choice


class AssetKind(StrEnum):
    """What lies scattered in a mountain county."""

    WOODLAND = "woodland"
    HOUSE = "house"
    CONSTRUCTION_LAND = "construction_land"
    WATER = "water"
    FARMLAND = "farmland"
    OLD_VILLAGE = "old_village"


class RightType(StrEnum):
    """The right that is stored; its cap in years comes from the rulebook."""

    FOREST_CONTRACT = "forest_contract"
    FOREST_OPERATION = "forest_operation"
    LAND_CONTRACT = "land_contract"
    LAND_OPERATION = "land_operation"
    HOMESTEAD_USE = "homestead_use"
    CONSTRUCTION_USE = "construction_use"
    COLLECTIVE_OWNERSHIP = "collective_ownership"
    WATER_OPERATION = "water_operation"


RIGHTS_OF: dict[AssetKind, tuple[RightType, ...]] = {
    AssetKind.WOODLAND: (
        RightType.FOREST_CONTRACT,
        RightType.FOREST_OPERATION,
        RightType.COLLECTIVE_OWNERSHIP,
    ),
    AssetKind.HOUSE: (RightType.HOMESTEAD_USE, RightType.COLLECTIVE_OWNERSHIP),
    AssetKind.CONSTRUCTION_LAND: (RightType.CONSTRUCTION_USE, RightType.COLLECTIVE_OWNERSHIP),
    AssetKind.WATER: (RightType.WATER_OPERATION, RightType.COLLECTIVE_OWNERSHIP),
    AssetKind.FARMLAND: (
        RightType.LAND_CONTRACT,
        RightType.LAND_OPERATION,
        RightType.COLLECTIVE_OWNERSHIP,
    ),
    AssetKind.OLD_VILLAGE: (RightType.COLLECTIVE_OWNERSHIP, RightType.CONSTRUCTION_USE),
}
"""Which rights can stand over which kind of asset."""

LAND_CLASS: dict[AssetKind, str] = {
    AssetKind.WOODLAND: "0301",
    AssetKind.HOUSE: "0702",
    AssetKind.CONSTRUCTION_LAND: "0601",
    AssetKind.WATER: "1104",
    AssetKind.FARMLAND: "0101",
    AssetKind.OLD_VILLAGE: "0702",
}
"""GB/T 21010-2017 class that a drawn parcel of this kind is entered under."""


class EvidenceKind(StrEnum):
    """What a document proves."""

    CERTIFICATE = "certificate"
    PHOTO = "photo"
    AGREEMENT = "agreement"
    MINUTES = "minutes"
    OTHER = "other"


class Asset(Base):
    """One asset; it keeps its identity through deposits, collections and returns."""

    __tablename__ = "asset"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[AssetKind] = mapped_column(choice(AssetKind), index=True)
    name: Mapped[str]
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    division: Mapped[Division] = relationship()
    holders: Mapped[list["Holder"]] = relationship(
        order_by="Holder.party_id", cascade="all, delete-orphan"
    )
    right: Mapped["Right | None"] = relationship(cascade="all, delete-orphan")
    parcel: Mapped[Parcel | None] = relationship(
        primaryjoin="and_(Parcel.asset_id == Asset.id, Parcel.retired_at.is_(None))",
        uselist=False,
        viewonly=True,
    )
    evidence: Mapped[list["Evidence"]] = relationship(
        order_by="Evidence.added_at", cascade="all, delete-orphan"
    )


class Holder(Base):
    """A party's share in an asset, as a weight against the others' weights."""

    __tablename__ = "holder"
    __table_args__ = (CheckConstraint("weight > 0", name="weight_positive"),)

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), primary_key=True, index=True)
    weight: Mapped[int]

    party: Mapped[Party] = relationship(lazy="joined")


class Right(Base):
    """The right that is stored. No end means that it does not expire (collective ownership)."""

    __tablename__ = "land_right"

    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True)
    type: Mapped[RightType] = mapped_column(choice(RightType))
    certificate_number: Mapped[str]
    unit_code: Mapped[str | None]
    ends_on: Mapped[date | None]


class Evidence(Base):
    """A document that a claim about the asset rests on."""

    __tablename__ = "evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind))
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    added_at: Mapped[datetime]

    document: Mapped[Document] = relationship(lazy="joined")
