"""Tables of orders, their lines, and the bank receipts that bring money in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.deposits.tables import Deposit, PartColumns, StorageMode
from bank.orders.lifecycle import PartStage, Stage
from bank.parties.tables import Party, User
from bank.projects.tables import Project
from database.base import Base, new_id
from database.types import choice


class Order(Base):
    """An investor's claim on the deposits of one bundle, for one project.

    `amount_fen` is what must lie in escrow before collection: first year's rents, balancing
    payments of swaps, and `capital_fen`, the investor's own stake in the project.
    """

    __tablename__ = "purchase_order"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), unique=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), index=True)
    capital_fen: Mapped[int]
    amount_fen: Mapped[int]
    placed_at: Mapped[datetime]
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    reserved_until: Mapped[datetime]

    project: Mapped[Project] = relationship(lazy="joined")
    party: Mapped[Party] = relationship(lazy="joined")
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.deposit_id")


class OrderLine(Base):
    """One deposit of an order, with the value and the payment that were agreed."""

    __tablename__ = "order_line"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"), primary_key=True)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), primary_key=True, index=True)
    mode: Mapped[StorageMode] = mapped_column(choice(StorageMode))
    area_dm2: Mapped[int]
    value_fen: Mapped[int]
    rent_fen: Mapped[int]
    swap_offer: Mapped[str]
    swap_offer_fen: Mapped[int]
    due_fen: Mapped[int]
    """What escrow must hold for this line: the first rent, or the swap's balance."""
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    accepted_at: Mapped[datetime | None]
    """When the owner of a swap said yes to what is offered; other lines need no answer."""

    deposit: Mapped[Deposit] = relationship(lazy="joined")
    part: Mapped["OrderPart | None"] = relationship(
        primaryjoin="and_(foreign(OrderLine.order_id) == OrderPart.order_id,"
        " foreign(OrderLine.deposit_id) == OrderPart.deposit_id,"
        f" OrderPart.stage != '{PartStage.DROPPED.value}')",
        uselist=False,
        viewonly=True,
        lazy="selectin",
    )
    """What goes, where the deposit is cut; `area_dm2` is the part's then."""


class OrderPart(PartColumns, Base):
    """A part of a deposit that an order asks for, and what its owner said to it.

    The agreement is to exactly this shape and area; another part is another row. `answered_by`
    and `answered_at` tell of the last yes or no; a yes that was taken back is in the history.
    """

    __tablename__ = "order_part"
    __table_args__ = (
        CheckConstraint("area_dm2 > 0 AND rest_dm2 > 0", name="both_sides"),
        Index(
            "one_part_at_a_time",
            "order_id",
            "deposit_id",
            unique=True,
            sqlite_where=text("stage <> 'dropped'"),
            postgresql_where=text("stage <> 'dropped'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_order.id"))
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), index=True)
    stage: Mapped[PartStage] = mapped_column(choice(PartStage))
    asked_at: Mapped[datetime]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]

    deposit: Mapped[Deposit] = relationship()
    answerer: Mapped[User | None] = relationship()


class ReceiptPurpose(StrEnum):
    """What money came in for."""

    ESCROW = "escrow"
    REVENUE = "revenue"
    RENT = "rent"
    ACCOUNT = "account"


class Receipt(Base):
    """Money that arrived at the county's bank, under the bank's own receipt number, once.

    It is for a project, or for a party's own account.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("(project_id IS NULL) <> (party_id IS NULL)", name="for_one"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    bank_receipt_number: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[ReceiptPurpose] = mapped_column(choice(ReceiptPurpose))
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), index=True)
    amount_fen: Mapped[int]
    received_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
