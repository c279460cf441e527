"""Tables of appraisals: their methods' results, their signatures, and reviews of differing ones.

Assets, documents and users belong to the bank; here they are known by id alone.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base, new_id
from database.types import choice
from valuation.appraisals.lifecycle import Stage
from valuation.commissions.tables import Commission


class Reconciliation(StrEnum):
    """How the values of several methods become one."""

    SINGLE = "single"
    MEAN = "mean"
    WEIGHTED = "weighted"
    MEDIAN = "median"
    MODE = "mode"


class SoleGround(StrEnum):
    """Why one method suffices; see the rules `appraisal.one_method.*`."""

    LAW = "law"
    ONLY_APPLICABLE = "only_applicable"
    CONDITIONS = "conditions"


class Appraisal(Base):
    """One value of one asset on one date, reconciled from the values of its methods.

    Value, reason and report are there from the stage `concluded` on. In force from
    `in_force_from` (when the notice of its result is over) to the end of `valid_until`; see
    `valuation.appraisals.counting`.
    """

    __tablename__ = "appraisal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), index=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), index=True)
    area_dm2: Mapped[int | None]
    """The area that was valued; what is cut off later takes its share of it along."""
    valuation_date: Mapped[date]
    valid_until: Mapped[date]
    reconciliation: Mapped[Reconciliation | None] = mapped_column(choice(Reconciliation))
    reason: Mapped[str] = mapped_column(default="")
    """Why the values were reconciled in this way, in the appraiser's words."""
    sole_ground: Mapped[SoleGround | None] = mapped_column(choice(SoleGround))
    value_fen: Mapped[int | None]
    report_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    report_sha256: Mapped[str | None]
    """The hash of the report that was put on record in the ledger's log when it was issued."""
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime]
    concluded_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    reviewed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    in_force_from: Mapped[datetime | None]

    commission: Mapped[Commission] = relationship()
    results: Mapped[list["MethodResult"]] = relationship(
        order_by="MethodResult.number", cascade="all, delete-orphan"
    )
    splits: Mapped[list["ValueSplit"]] = relationship(
        order_by="ValueSplit.number", cascade="all, delete-orphan"
    )
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.signed_at")

    @property
    def methods(self) -> list[str]:
        """The names of the methods that it rests on."""
        return [each.method for each in self.results]

    @property
    def worth_fen(self) -> int:
        """The value of an appraisal that has come so far that it has one."""
        if self.value_fen is None:
            raise LookupError(f"{self.number} is not concluded")
        return self.value_fen


class MethodResult(Base):
    """The value by one method, with the inputs and the working it came from.

    `weight_ppm` is its part of a weighted reconciliation, in millionths. `parameters` tells which
    version of which table the inputs were taken from: a list of {"field", "table", "version",
    "row", "value"}.
    """

    __tablename__ = "method_result"

    appraisal_id: Mapped[UUID] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    method: Mapped[str]
    inputs: Mapped[dict[str, Any]]
    working: Mapped[list[Any]]
    parameters: Mapped[list[Any]] = mapped_column(default=list)
    value_fen: Mapped[int]
    weight_ppm: Mapped[int | None]


class ValueSplit(Base):
    """The appraiser's own split: what one piece of the land is worth; the pieces sum to the value.

    `wkb` is the piece, in the county's system.
    """

    __tablename__ = "value_split"

    appraisal_id: Mapped[UUID] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    wkb: Mapped[bytes]
    area_dm2: Mapped[int]
    value_fen: Mapped[int]


class DivergenceStage(StrEnum):
    """Where a review of differing values stands."""

    OPEN = "open"
    SETTLED = "settled"


class Divergence(Base):
    """Two appraisals in force that differ by more than the rule allows, until somebody settles it.

    While it is open the asset can be neither stored nor collected. `kept_id` is the appraisal that
    goes on counting; the other is set aside.
    """

    __tablename__ = "divergence"
    __table_args__ = (UniqueConstraint("lower_id", "higher_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    lower_id: Mapped[UUID] = mapped_column(ForeignKey("appraisal.id"), index=True)
    higher_id: Mapped[UUID] = mapped_column(ForeignKey("appraisal.id"), index=True)
    stage: Mapped[DivergenceStage] = mapped_column(choice(DivergenceStage), index=True)
    difference_ppm: Mapped[int]
    """By how much the higher exceeds the lower, in millionths of the lower."""
    opened_at: Mapped[datetime]
    kept_id: Mapped[UUID | None] = mapped_column(ForeignKey("appraisal.id"))
    reason: Mapped[str] = mapped_column(default="")
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    settled_at: Mapped[datetime | None]

    lower: Mapped[Appraisal] = relationship(foreign_keys=[lower_id])
    higher: Mapped[Appraisal] = relationship(foreign_keys=[higher_id])


class Signature(Base):
    """One appraiser's signature under one appraisal; each signs once."""

    __tablename__ = "signature"

    appraisal_id: Mapped[UUID] = mapped_column(ForeignKey("appraisal.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    name: Mapped[str]
    qualification_number: Mapped[str]
    signed_at: Mapped[datetime]
