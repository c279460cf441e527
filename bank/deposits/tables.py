"""Tables of deposits, consents, objections and land checks."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.assets.tables import Asset
from bank.deposits.lifecycle import Stage
from bank.files.tables import Document
from bank.parties.tables import Party, User
from bank.zones.tables import ControlLayer
from database.base import Base, new_id
from database.types import choice


class StorageMode(StrEnum):
    """How the owner is paid."""

    SHARE = "share"
    LEASE = "lease"
    SWAP = "swap"


class ConstructionUse(StrEnum):
    """What collective construction land may be used for; each use has its own cap in years."""

    INDUSTRY = "industry"
    COMMERCE = "commerce"
    MIXED = "mixed"
    HOUSING = "housing"


class Deposit(Base):
    """One deposit of one asset. `party` is who submits it; its holders share what it earns."""

    __tablename__ = "deposit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), index=True)
    mode: Mapped[StorageMode | None] = mapped_column(choice(StorageMode))
    use: Mapped[ConstructionUse | None] = mapped_column(choice(ConstructionUse))
    term_years: Mapped[int | None]
    rent_fen: Mapped[int | None]
    """Asked for lease: yuan a year for the whole deposit."""
    swap_wish: Mapped[str] = mapped_column(default="")
    area_dm2: Mapped[int] = mapped_column(default=0)
    value_fen: Mapped[int | None]
    """The appraised value in force when it was stored, or since; the catalogue sorts by it."""
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    notice_from: Mapped[datetime | None]
    notice_until: Mapped[datetime | None]
    stored_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    asset: Mapped[Asset] = relationship(lazy="joined")
    party: Mapped[Party] = relationship()
    consent: Mapped["Consent | None"] = relationship(cascade="all, delete-orphan")
    objections: Mapped[list["Objection"]] = relationship(order_by="Objection.raised_at")
    every_land_check: Mapped[list["LandCheck"]] = relationship(
        order_by="LandCheck.checked_at, LandCheck.layer", cascade="all, delete-orphan"
    )

    @property
    def land_checks(self) -> list["LandCheck"]:
        """The answers of the latest land check; those of earlier ones stay beside them."""
        every = self.every_land_check
        return [answer for answer in every if answer.checked_at == every[-1].checked_at]


class ConsentKind(StrEnum):
    """Who agreed: the household in writing, or the collective by vote."""

    HOUSEHOLD = "household"
    MEMBERS = "members"
    REPRESENTATIVES = "representatives"


class Consent(Base):
    """The agreement that lets an asset in; votes count persons."""

    __tablename__ = "consent"

    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), primary_key=True)
    kind: Mapped[ConsentKind] = mapped_column(choice(ConsentKind))
    held_on: Mapped[date]
    notice_given_on: Mapped[date | None]
    members: Mapped[int | None]
    present: Mapped[int | None]
    in_favour: Mapped[int | None]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))

    document: Mapped[Document] = relationship(lazy="joined")


class Decision(StrEnum):
    """What became of an objection."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Objection(Base):
    """What somebody raised against a deposit on notice; while open, it stops the deposit."""

    __tablename__ = "objection"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), index=True)
    raised_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    grounds: Mapped[str]
    raised_at: Mapped[datetime]
    decision: Mapped[Decision] = mapped_column(choice(Decision), default=Decision.OPEN)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")

    deposit: Mapped[Deposit] = relationship(viewonly=True)
    raiser: Mapped[User] = relationship(foreign_keys=[raised_by])


class LandCheck(Base):
    """The answer of one layer: clear, conflict or not_checked; unknown is not clear."""

    __tablename__ = "land_check"
    __table_args__ = (UniqueConstraint("deposit_id", "checked_at", "layer"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"))
    layer: Mapped[str]
    result: Mapped[str]
    area_dm2: Mapped[int] = mapped_column(default=0)
    other_code: Mapped[str] = mapped_column(default="")
    share_ppm: Mapped[int] = mapped_column(default=0)
    """Of a control layer: what it covers of the land, in millionths."""
    zone_name: Mapped[str] = mapped_column(default="")
    effect: Mapped[str] = mapped_column(default="none")
    """What the rulebook made of it that day: a value of `zones.Effect`."""
    layer_id: Mapped[UUID | None] = mapped_column(ForeignKey("control_layer.id"))
    checked_at: Mapped[datetime]

    control_layer: Mapped[ControlLayer | None] = relationship(lazy="joined")
    """The version of the layer that was asked; None where none was in force."""


class PartColumns:
    """The land of a part: the polygon inside and the rest, in the county's system.

    `whole_digest` is the digest of the parcel that was cut: of any other the part is outdated.
    `area_dm2` and `rest_dm2` sum to the area of the deposit.
    """

    wkb: Mapped[bytes]
    rest_wkb: Mapped[bytes]
    shape_digest: Mapped[str]
    whole_digest: Mapped[str]
    area_dm2: Mapped[int]
    rest_dm2: Mapped[int]


class DepositCut(Base):
    """A part of one deposit that was collected, and is a deposit of its own since."""

    __tablename__ = "deposit_cut"
    __table_args__ = (CheckConstraint("area_dm2 > 0 AND rest_dm2 > 0", name="both_sides"),)

    child_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), primary_key=True)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), index=True)
    area_dm2: Mapped[int]
    rest_dm2: Mapped[int]
    """What was left of the deposit after this cut."""
    cut_at: Mapped[datetime]

    child: Mapped[Deposit] = relationship(foreign_keys=[child_id])
    deposit: Mapped[Deposit] = relationship(foreign_keys=[deposit_id])
