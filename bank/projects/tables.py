"""Tables of projects, reviews and the land checks of a project."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bank.parties.tables import Party, User
from bank.projects.lifecycle import Act, Stage
from bank.zones.tables import KeptAnswer
from database.base import Base, new_id
from database.types import choice


class Project(Base):
    """What a bundle is for. `party` is the investor."""

    __tablename__ = "project"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    name: Mapped[str]
    purpose: Mapped[str]
    stage: Mapped[Stage] = mapped_column(choice(Stage), index=True)
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))

    party: Mapped[Party] = relationship(lazy="joined")
    reviews: Mapped[list["Review"]] = relationship(order_by="Review.given_at")


class Review(Base):
    """One department's opinion on a project."""

    __tablename__ = "review"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    department: Mapped[str]
    in_favour: Mapped[bool]
    opinion: Mapped[str]
    given_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[datetime]

    giver: Mapped[User] = relationship()


class ProjectLandCheck(KeptAnswer, Base):
    """What a control layer said of a project's land at one of its acts.

    The area is of all its land together, and the effect the strictest for any of its deposits.
    """

    __tablename__ = "project_land_check"
    __table_args__ = (UniqueConstraint("project_id", "act", "layer"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    act: Mapped[Act] = mapped_column(choice(Act))
