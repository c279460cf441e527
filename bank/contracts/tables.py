"""Tables of contracts and rent instalments."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.deposits.tables import Deposit, StorageMode
from bank.projects.tables import Project
from database.base import Base, new_id
from database.types import choice


class Contract(Base):
    """The terms under which one deposit serves one project."""

    __tablename__ = "contract"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), index=True)
    mode: Mapped[StorageMode] = mapped_column(choice(StorageMode))
    value_fen: Mapped[int]
    shares: Mapped[int] = mapped_column(default=0)
    rent_fen: Mapped[int] = mapped_column(default=0)
    swap_offer: Mapped[str] = mapped_column(default="")
    swap_offer_fen: Mapped[int] = mapped_column(default=0)
    balance_fen: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    made_at: Mapped[datetime]

    project: Mapped[Project] = relationship()
    deposit: Mapped[Deposit] = relationship()
    instalments: Mapped[list["Instalment"]] = relationship(order_by="Instalment.ordinal")


class Instalment(Base):
    """One year's rent; in arrears from the day after `due_on` until paid."""

    __tablename__ = "instalment"

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_on: Mapped[date]
    amount_fen: Mapped[int]
    paid_at: Mapped[datetime | None]
