"""The history of every record: who did what, when, and why. Time lines are read from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from bank.lifecycle import after
from bank.parties.tables import User
from database.actor import Actor
from database.base import Base, new_id


class Act(Base):
    """One act on one record; `stage` is where the record stood afterwards."""

    __tablename__ = "act"
    __table_args__ = (Index("ix_act_subject", "subject", "subject_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    act: Mapped[str]
    stage: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")

    actor: Mapped[User | None] = relationship()


def note(
    session: Session,
    record: Base,
    act: StrEnum,
    *,
    actor: Actor | None,
    at: datetime,
    reason: str = "",
) -> Act:
    """Write down that `actor` (None: the bank's own clock) did `act` on a record with a `stage`."""
    row = Act(
        subject=record.__tablename__,
        subject_id=record.id,  # type: ignore[attr-defined]  # every aggregate has id and stage
        act=act.value,
        stage=record.stage.value,  # type: ignore[attr-defined]
        actor_id=actor.id if actor else None,
        at=at,
        reason=reason,
    )
    session.add(row)
    return row


def move(
    session: Session,
    record: Base,
    table: Mapping[tuple[Any, Any], Any],
    act: StrEnum,
    *,
    actor: Actor | None,
    at: datetime,
    reason: str = "",
) -> None:
    """Bring the record to the stage that its life cycle names, and write the act down.

    Refuses: IllegalMove.
    """
    record.stage = after(table, record.stage, act)  # type: ignore[attr-defined]
    note(session, record, act, actor=actor, at=at, reason=reason)


def history(session: Session, record: Base) -> Sequence[Act]:
    """All acts on the record, oldest first."""
    return session.scalars(
        select(Act)
        .where(Act.subject == record.__tablename__, Act.subject_id == record.id)  # type: ignore[attr-defined]
        .order_by(Act.at, Act.id)
    ).all()
