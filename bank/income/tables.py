"""Tables of revenue, rounds and their lines."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.files.tables import Document
from bank.income.lifecycle import RevenueStage, RoundStage
from bank.orders.tables import Receipt
from bank.parties.tables import Party
from bank.projects.tables import Project
from database.base import Base, new_id
from database.types import choice


class Revenue(Base):
    """Net income that a project reports for a period; it counts once the money is received."""

    __tablename__ = "revenue"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    stage: Mapped[RevenueStage] = mapped_column(choice(RevenueStage))
    amount_fen: Mapped[int]
    period_from: Mapped[date]
    period_to: Mapped[date]
    remark: Mapped[str] = mapped_column(default="")
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[datetime]
    receipt_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"))

    project: Mapped[Project] = relationship()
    document: Mapped[Document | None] = relationship()
    receipt: Mapped[Receipt | None] = relationship()


class Round(Base):
    """One distribution of a project's received revenue.

    `income_fen` = `reserve_fen` + the sum of the lines, to the fen.
    """

    __tablename__ = "round"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    stage: Mapped[RoundStage] = mapped_column(choice(RoundStage))
    income_fen: Mapped[int]
    reserve_fen: Mapped[int] = mapped_column(default=0)
    shares: Mapped[int] = mapped_column(default=0)
    record_at: Mapped[datetime]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    notice_from: Mapped[datetime | None]
    notice_until: Mapped[datetime | None]
    override_reason: Mapped[str] = mapped_column(default="")
    paid_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()
    lines: Mapped[list["RoundLine"]] = relationship(
        order_by="RoundLine.party_id", cascade="all, delete-orphan"
    )


class RoundLine(Base):
    """What one shareholder gets in one round."""

    __tablename__ = "round_line"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("round.id"), primary_key=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), primary_key=True, index=True)
    shares: Mapped[int]
    amount_fen: Mapped[int]

    party: Mapped[Party] = relationship(lazy="joined")
