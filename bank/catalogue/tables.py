"""Tables of bundles."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.deposits.tables import Deposit
from bank.parties.tables import Party
from database.base import Base, new_id


class Bundle(Base):
    """What an investor is putting together; once ordered, it is closed."""

    __tablename__ = "bundle"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    created_at: Mapped[datetime]
    ordered_at: Mapped[datetime | None]

    party: Mapped[Party] = relationship()
    items: Mapped[list["BundleItem"]] = relationship(
        order_by="BundleItem.added_at", cascade="all, delete-orphan"
    )


class BundleItem(Base):
    """One deposit in a bundle; for a swap, what is offered and its value."""

    __tablename__ = "bundle_item"

    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundle.id"), primary_key=True)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), primary_key=True)
    swap_offer: Mapped[str] = mapped_column(default="")
    swap_offer_fen: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime]

    deposit: Mapped[Deposit] = relationship()
