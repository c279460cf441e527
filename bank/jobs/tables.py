"""The table of jobs: what is to be done, how far it is, and who is at it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bank.jobs.lifecycle import Stage
from database.base import Base, new_id
from database.types import choice

IS_OPEN = text("stage IN ('waiting', 'running')")


class Job(Base):
    """One piece of work on one subject, done slice by slice.

    `done` of `total` is in units of the kind's own choice (rows of a file), and `facts` is what the
    kind keeps between slices. `worker` is at it and showed signs of life at `heartbeat`; `claims`
    counts who took it up since it last moved on. A failed job says why: a refusal's code with its
    facts, or `unexpected`. At most one job of a kind is open on one subject.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("done >= 0 AND total >= 0 AND claims >= 0", name="counts_not_negative"),
        Index("uq_job_open", "kind", "subject", unique=True, sqlite_where=IS_OPEN,
              postgresql_where=IS_OPEN),
        Index("ix_job_stage", "stage", "created_at"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    subject: Mapped[UUID] = mapped_column(index=True)
    stage: Mapped[Stage] = mapped_column(choice(Stage), default=Stage.WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    worker: Mapped[str | None]
    claims: Mapped[int] = mapped_column(default=0)
    heartbeat: Mapped[datetime | None]
    failure: Mapped[str | None]
    failure_facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
