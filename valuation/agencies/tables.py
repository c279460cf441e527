"""Tables of agencies: what they are qualified for, who works there, what they ask and have done."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base, new_id
from database.types import choice
from valuation.agencies.lifecycle import Stage


class AgencyKind(StrEnum):
    """What an agency is commissioned for."""

    APPRAISAL = "appraisal"
    PLANNING = "planning"
    FINANCE = "finance"


class FeeBasis(StrEnum):
    """What an agency's fee is reckoned by, and so what `amount` counts."""

    FIXED = "fixed"
    """A price for the work, in fen."""
    PER_MU = "per_mu"
    """A price a mu, in fen."""
    SHARE = "share"
    """Parts per million of the value appraised, or of the money raised."""


class Agency(Base):
    """A firm in the county's list, or on its way there. `licence` is its unified credit code.

    What it may be commissioned for follows from its qualifications that have not expired.
    """

    __tablename__ = "agency"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    licence: Mapped[str] = mapped_column(unique=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), index=True)
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    introduction: Mapped[str] = mapped_column(default="")
    applied_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]

    appraisers: Mapped[list["Appraiser"]] = relationship(order_by="Appraiser.name")
    qualifications: Mapped[list["Qualification"]] = relationship(
        order_by="Qualification.valid_until.desc()", cascade="all, delete-orphan"
    )
    fees: Mapped[list["Fee"]] = relationship(order_by="Fee.id", cascade="all, delete-orphan")
    works: Mapped[list["PastWork"]] = relationship(
        order_by="PastWork.year.desc(), PastWork.id", cascade="all, delete-orphan"
    )

    def kinds(self, on: date) -> frozenset[AgencyKind]:
        """What its qualifications let it do on a day; see `Qualification.holds`."""
        return frozenset(each.kind for each in self.qualifications if each.holds(on))


class Qualification(Base):
    """A certificate of an agency; the scan, if it gave one; and when an officer checked it."""

    __tablename__ = "qualification"
    __table_args__ = (UniqueConstraint("agency_id", "kind", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    kind: Mapped[AgencyKind] = mapped_column(choice(AgencyKind))
    name: Mapped[str]
    number: Mapped[str]
    valid_until: Mapped[date]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    checked_at: Mapped[datetime | None]

    def holds(self, on: date) -> bool:
        """Whether an officer has checked it and it has not expired; its last day still counts."""
        return self.checked_at is not None and on <= self.valid_until


class Appraiser(Base):
    """A qualified person of one agency; `user_id` is the login she signs with.

    `checked_at` is when an officer saw her qualification.
    """

    __tablename__ = "appraiser"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    name: Mapped[str]
    qualification_number: Mapped[str] = mapped_column(unique=True)
    qualified_until: Mapped[date]
    checked_at: Mapped[datetime | None]

    def holds(self, on: date) -> bool:
        """Whether an officer has checked it and it has not expired; its last day still counts."""
        return self.checked_at is not None and on <= self.qualified_until


class Fee(Base):
    """One line of an agency's fee schedule; see `FeeBasis` for what `amount` counts."""

    __tablename__ = "agency_fee"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    service: Mapped[str]
    basis: Mapped[FeeBasis] = mapped_column(choice(FeeBasis))
    amount: Mapped[int]


class PastWork(Base):
    """Work that an agency says it did before, for somebody outside of this bank."""

    __tablename__ = "agency_work"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    title: Mapped[str]
    client: Mapped[str]
    year: Mapped[int]


class Rating(Base):
    """What the owner of what was appraised says of a finished commission, once; 1 to 5 stars."""

    __tablename__ = "agency_rating"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars_1_to_5"),)

    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    rated_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    rated_at: Mapped[datetime]
