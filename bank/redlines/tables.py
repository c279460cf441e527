"""The table of red lines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, new_id


class RedLine(Base):
    """A project's boundary as somebody drew it; `party_id` is the investor it was drawn for.

    `wkb` is in the county's system, on the mm grid, with its box; it is never changed.
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
