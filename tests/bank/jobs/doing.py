"""Work for the tests of jobs: writing down numbers, a slice at a time, until all are there."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import bank.tables  # noqa: F401 - a process of its own has to know all tables
from bank.jobs import queue
from bank.jobs.tables import Job
from bank.jobs.working import Worker
from bank.numbers import Serial
from database.base import new_id
from database.directory import Bank
from tests.databases import bank_settings

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
KIND = "count"
A_SLICE = 10


def count(session: Session, job: Job, at: datetime) -> None:
    """Write down the next ten numbers of the subject: a number twice breaks the primary key."""
    ahead = min(job.done + A_SLICE, job.total)
    for number in range(job.done, ahead):
        session.add(Serial(prefix=f"{job.subject}-{number:06}", last=number))
    queue.progress(session, job, done=ahead, at=at)
    if ahead == job.total:
        queue.finish(session, job, at=at)


def new_job(bank: Bank, total: int = 30, *, at: datetime = NOON) -> UUID:
    """A job that counts to `total`."""
    with bank.session() as session:
        job = queue.enqueue(session, KIND, new_id(), total=total, actor=None, at=at)
        session.commit()
        return job.id


def counted(bank: Bank) -> int:
    """How many numbers are written down."""
    with bank.session() as session:
        return session.scalar(select(func.count()).where(Serial.prefix.like("%-%"))) or 0


def look(bank: Bank, job_id: UUID) -> Job:
    """The job as it stands."""
    with bank.session() as session:
        return queue.get_job(session, job_id)


def die_in_the_middle(session: Session, job: Job, at: datetime) -> None:
    """The third slice does its work and then the process is killed before it is committed."""
    count(session, job, at)
    if job.done == 3 * A_SLICE:
        session.flush()
        os.kill(os.getpid(), 9)


if __name__ == "__main__":
    doomed = Bank(bank_settings(sys.argv[1], Path("unused")))
    Worker(doomed.session, lambda: NOON, {KIND: die_in_the_middle}).work_once()
