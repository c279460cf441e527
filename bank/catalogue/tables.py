"""Tables of bundles."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.deposits.tables import Deposit, PartColumns
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
    part: Mapped["BundlePart | None"] = relationship(
        cascade="all, delete-orphan", single_parent=True, lazy="joined"
    )


class BundlePart(PartColumns, Base):
    """What of a deposit in a bundle is wanted, where a red line cuts it; else all of it is."""

    __tablename__ = "bundle_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["bundle_id", "deposit_id"], ["bundle_item.bundle_id", "bundle_item.deposit_id"]
        ),
        CheckConstraint("area_dm2 > 0 AND rest_dm2 > 0", name="both_sides"),
    )

    bundle_id: Mapped[UUID] = mapped_column(primary_key=True)
    deposit_id: Mapped[UUID] = mapped_column(primary_key=True)
