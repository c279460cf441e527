"""Tables of agencies and appraisers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base, new_id
from database.types import choice


class AgencyKind(StrEnum):
    """What an agency is admitted for."""

    APPRAISAL = "appraisal"
    PLANNING = "planning"
    FINANCE = "finance"


class Agency(Base):
    """A firm in the county's list. `licence` is its unified social credit code."""

    __tablename__ = "agency"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    licence: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[AgencyKind] = mapped_column(choice(AgencyKind))
    admitted_at: Mapped[datetime | None]

    appraisers: Mapped[list["Appraiser"]] = relationship(order_by="Appraiser.name")


class Appraiser(Base):
    """A qualified person of one agency; `user_id` is the login she signs with."""

    __tablename__ = "appraiser"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    name: Mapped[str]
    qualification_number: Mapped[str] = mapped_column(unique=True)
    qualified_until: Mapped[date]
