"""Tables of commissions, appraisals and signatures.

Assets, documents and users belong to the bank; here they are known by id alone.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base, new_id
from database.types import choice
from valuation.agencies.tables import Agency
from valuation.appraisals.lifecycle import CommissionStage, Stage


class Commission(Base):
    """The order to one agency to appraise one asset."""

    __tablename__ = "commission"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    stage: Mapped[CommissionStage] = mapped_column(choice(CommissionStage))
    engaged_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    engaged_at: Mapped[datetime]

    agency: Mapped[Agency] = relationship(lazy="joined")
    appraisals: Mapped[list["Appraisal"]] = relationship(order_by="Appraisal.drafted_at")


class Appraisal(Base):
    """One value of one asset on one date, with the inputs and the working it came from.

    In force from `in_force_from` (when the notice of its result is over) to the end of
    `valid_until`; see `valuation.appraisals.in_force`.
    """

    __tablename__ = "appraisal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), index=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), index=True)
    method: Mapped[str]
    inputs: Mapped[dict[str, Any]]
    working: Mapped[list[Any]]
    value_fen: Mapped[int]
    valuation_date: Mapped[date]
    valid_until: Mapped[date]
    report_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    in_force_from: Mapped[datetime | None]

    commission: Mapped[Commission] = relationship(viewonly=True)
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.signed_at")


class Signature(Base):
    """One appraiser's signature under one appraisal; each signs once."""

    __tablename__ = "signature"

    appraisal_id: Mapped[UUID] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    name: Mapped[str]
    qualification_number: Mapped[str]
    signed_at: Mapped[datetime]
