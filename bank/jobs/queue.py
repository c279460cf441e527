"""The commands of a job's life: into the queue, taken up by one worker, on, and to its end."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bank import rules
from bank.calendar import local_date
from bank.jobs.lifecycle import LIFECYCLE, OPEN, Act, Stage
from bank.jobs.refusals import GivenUp, JobLost, JobUnderWay
from bank.jobs.tables import Job
from bank.lifecycle import after
from bank.refusals import NoSuchRecord
from database.actor import Actor
from database.refusals import Refusal


def enqueue(
    session: Session, kind: str, subject: UUID, *, total: int, actor: Actor | None, at: datetime
) -> Job:
    """A job that waits for a worker; `total` is what `done` will reach. Refuses: JobUnderWay."""
    if find_open(session, kind, subject) is not None:
        raise JobUnderWay("this is being done already", kind=kind, subject=str(subject))
    job = Job(
        kind=kind, subject=subject, stage=Stage.WAITING, total=total,
        created_by=actor.id if actor else None, created_at=at,
    )  # fmt: skip
    session.add(job)
    session.flush()
    return job


def find_open(session: Session, kind: str, subject: UUID) -> Job | None:
    """The job of this kind that has more to do on the subject."""
    among = (Job.kind == kind, Job.subject == subject, Job.stage.in_(OPEN))
    return session.scalar(select(Job).where(*among))


def get_job(session: Session, job_id: UUID, *, lock: bool = False) -> Job:
    """The job of this id, as it stands in the database. Refuses: NoSuchRecord."""
    asked = select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    job = session.scalar(asked.with_for_update() if lock else asked)
    if job is None:
        raise NoSuchRecord("there is no such job", job=str(job_id))
    return job


def waits(session: Session, kinds: Collection[str], *, worker: str, at: datetime) -> bool:
    """Whether `claim` would find a job; it only reads, so that asking holds nobody up."""
    return session.scalar(select(Job.id).where(_free(kinds, worker, at)).limit(1)) is not None


def claim(session: Session, kinds: Collection[str], *, worker: str, at: datetime) -> Job | None:
    """Take up the oldest job that waits, or whose worker is dead; None if there is none.

    A worker is dead when it has not been heard of for `job.heartbeat.minutes`; while it holds its
    job's row, in a slice, nobody takes that over. A job that was taken up
    `job.claims.maximum` times without moving on fails instead: it seems to kill who does it.
    """
    on = local_date(at)
    oldest = select(Job).where(_free(kinds, worker, at)).order_by(Job.created_at, Job.id)
    free = oldest.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    while (job := session.scalar(free.limit(1))) is not None:
        if job.claims < rules.whole("job.claims.maximum", on):
            break
        fail(session, job, GivenUp("the job never moves on", claims=job.claims), at=at)
    else:
        return None
    job.stage = after(LIFECYCLE, job.stage, _claiming(job))
    job.worker, job.heartbeat, job.claims = worker, at, job.claims + 1
    session.flush()
    return job


def _claiming(job: Job) -> Act:
    return Act.CLAIM if job.stage is Stage.WAITING else Act.TAKE_OVER


def _free(kinds: Collection[str], worker: str, at: datetime) -> ColumnElement[bool]:
    silent = timedelta(minutes=rules.whole("job.heartbeat.minutes", local_date(at)))
    dead = or_(Job.heartbeat < at - silent, Job.worker == worker)
    return and_(
        Job.kind.in_(list(kinds)),
        or_(Job.stage == Stage.WAITING, and_(Job.stage == Stage.RUNNING, dead)),
    )


def hold(session: Session, job_id: UUID, *, worker: str) -> Job:
    """The job, locked until this transaction ends: the slice's first step.

    Refuses: NoSuchRecord; JobLost, when another worker has it, or it was cancelled.
    """
    job = get_job(session, job_id, lock=True)
    if job.stage is not Stage.RUNNING or job.worker != worker:
        raise JobLost("the job is not this worker's any more", job=str(job_id))
    return job


def progress(
    session: Session, job: Job, *, done: int, at: datetime, facts: dict[str, Any] | None = None
) -> None:
    """Say how far the job is, in the same transaction as the work. Refuses: IllegalMove."""
    job.stage = after(LIFECYCLE, job.stage, Act.PROGRESS)
    job.done, job.heartbeat, job.claims = done, at, 0
    if facts is not None:
        job.facts = facts
    session.flush()


def finish(session: Session, job: Job, *, at: datetime) -> None:
    """All is done. Refuses: IllegalMove."""
    _end(session, job, Act.FINISH, at)


def fail(session: Session, job: Job, reason: Refusal | None, *, at: datetime) -> None:
    """It cannot be done, and why; None: nobody foresaw it, the log has it. Refuses: IllegalMove."""
    job.failure = reason.code if reason else "unexpected"
    job.failure_facts = reason.facts if reason else {}
    _end(session, job, Act.FAIL, at)


def cancel(session: Session, job_id: UUID, *, at: datetime) -> Job:
    """End it where it is; what its slices did stays. Refuses: NoSuchRecord, IllegalMove."""
    job = get_job(session, job_id, lock=True)
    _end(session, job, Act.CANCEL, at)
    return job


def release(session: Session, worker: str) -> None:
    """Give back what a worker has that stops in an orderly way: nobody need wait for its death."""
    mine = select(Job).where(Job.stage == Stage.RUNNING, Job.worker == worker).with_for_update()
    for job in session.scalars(mine):
        job.stage = after(LIFECYCLE, job.stage, Act.RELEASE)
        job.worker, job.claims = None, 0
    session.flush()


def _end(session: Session, job: Job, act: Act, at: datetime) -> None:
    job.stage = after(LIFECYCLE, job.stage, act)
    job.worker, job.ended_at = None, at
    session.flush()
