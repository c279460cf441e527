"""Tables of red lines: what was drawn, what the control zones said, and what was made of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bank.zones.tables import KeptAnswer
from database.base import Base, new_id


class RedLine(Base):
    """A project's boundary as somebody drew it; `party_id` is the investor it was drawn for.

    `wkb` is in the county's system, on the mm grid, with its box; it is never changed.
    `project_id` is set when a bundle that was prepared from it is ordered.
    """

    __tablename__ = "red_line"
    __table_args__ = (CheckConstraint("area_dm2 > 0", name="area_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    wkb: Mapped[bytes]
    area_dm2: Mapped[int]
    min_x: Mapped[float] = mapped_column(Float(53))
    min_y: Mapped[float] = mapped_column(Float(53))
    max_x: Mapped[float] = mapped_column(Float(53))
    max_y: Mapped[float] = mapped_column(Float(53))
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), index=True)
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"), index=True)
    drawn_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]


class BundleRedLine(Base):
    """A red line that a bundle was prepared from."""

    __tablename__ = "bundle_red_line"

    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundle.id"), primary_key=True)
    red_line_id: Mapped[UUID] = mapped_column(
        ForeignKey("red_line.id"), primary_key=True, index=True
    )


class RedLineCheck(KeptAnswer, Base):
    """What a control layer said of the land inside a red line, when it was drawn or ordered."""

    __tablename__ = "red_line_check"
    __table_args__ = (UniqueConstraint("red_line_id", "checked_at", "layer"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    red_line_id: Mapped[UUID] = mapped_column(ForeignKey("red_line.id"))
