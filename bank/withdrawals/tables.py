"""The table of withdrawals."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.deposits.tables import Deposit
from bank.orders.tables import Order
from bank.parties.tables import Party, User
from bank.withdrawals.lifecycle import Stage
from database.base import Base, new_id
from database.types import Encrypted, choice


class Kind(StrEnum):
    """What leaves the bank."""

    COLLECTION = "collection"
    RETURN = "return"
    PAYOUT = "payout"
    REFUND = "refund"


BY_OFFICER: Final = frozenset({Kind.COLLECTION, Kind.REFUND})
"""What an officer asks for: it is not taken back, it is refused."""


class Withdrawal(Base):
    """One withdrawal: a collection names an order, a return a deposit, a payout an amount.

    A refund names the order and the amount that is held for it.
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint(
            "confirmed_by IS NULL OR (checked_by IS NOT NULL AND checked_by <> confirmed_by)",
            name="two_officers",
        ),
        CheckConstraint(
            "(kind IN ('collection', 'refund')) = (order_id IS NOT NULL)"
            " AND (kind = 'return') = (deposit_id IS NOT NULL)"
            " AND (kind IN ('payout', 'refund')) = (amount_fen IS NOT NULL)",
            name="names_what_leaves",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind), index=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    deposit_id: Mapped[UUID | None] = mapped_column(ForeignKey("deposit.id"), index=True)
    amount_fen: Mapped[int | None]
    bank_account: Mapped[str | None] = mapped_column(Encrypted())
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[datetime]
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")

    party: Mapped[Party] = relationship(lazy="joined")
    order: Mapped[Order | None] = relationship()
    deposit: Mapped[Deposit | None] = relationship()
    checker: Mapped[User | None] = relationship(foreign_keys=[checked_by])
    confirmer: Mapped[User | None] = relationship(foreign_keys=[confirmed_by])
