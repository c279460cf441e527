"""A worker: takes up one job after another and does each slice by slice, crash or no crash."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exc
from sqlalchemy.orm import Session

from bank.jobs import queue
from bank.jobs.lifecycle import Stage
from bank.jobs.refusals import JobLost
from bank.jobs.tables import Job
from database.base import new_id
from database.engine import writing
from database.refusals import Refusal, TryAgain

Handler = Callable[[Session, Job, datetime], None]
"""Does one slice of a job of its kind, and moves it with `queue.progress` or `queue.finish`.

The caller's transaction holds the job's row; a refusal ends the job as failed."""

_log: Final = logging.getLogger(__name__)


class Worker:
    """One worker on one bank; `handlers` by the kind of job. Each thread has its own."""

    def __init__(
        self,
        open_session: Callable[[], Session],
        clock: Callable[[], datetime],
        handlers: Mapping[str, Handler],
        *,
        after_slice: Callable[[Session], None] = lambda _: None,
    ) -> None:
        """`after_slice` is told of each slice once it is committed."""
        self.name = str(new_id())
        self._open_session = open_session
        self._clock = clock
        self._handlers = handlers
        self._after_slice = after_slice

    def work_once(self, *, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Do one job to its end, or until `stopped`; False if there was none.

        Raises what the database raises; the job is then this worker's to go on with.
        """
        with self._open_session() as session:
            if not queue.waits(session, self._handlers.keys(), worker=self.name, at=self._clock()):
                return False
            with writing(session):
                job = queue.claim(
                    session, self._handlers.keys(), worker=self.name, at=self._clock()
                )
            if job is None:
                return False
            while not stopped() and self._slice(session, job.id, job.kind):
                pass
            if stopped():
                with writing(session):
                    queue.release(session, self.name)
        return True

    def _slice(self, session: Session, job_id: UUID, kind: str) -> bool:
        """One transaction: the work and the progress; whether there is more to do."""
        at = self._clock()
        try:
            with writing(session):
                job = queue.hold(session, job_id, worker=self.name)
                self._handlers[kind](session, job, at)
                more = job.stage is Stage.RUNNING
        except TryAgain:
            return True
        except JobLost:
            return False
        except Refusal as refusal:
            self._fail(session, job_id, refusal)
            return False
        except Exception as error:
            if _is_the_database(error):
                raise
            _log.exception("a job failed in a way nobody foresaw", extra={"job": str(job_id)})
            self._fail(session, job_id, None)
            return False
        self._after_slice(session)
        return more

    def _fail(self, session: Session, job_id: UUID, reason: Refusal | None) -> None:
        try:
            with writing(session):
                job = queue.hold(session, job_id, worker=self.name)
                queue.fail(session, job, reason, at=self._clock())
        except JobLost:
            return


def _is_the_database(error: Exception) -> bool:
    """Whether the database did not answer: that is not the job's fault, and may be over soon."""
    return isinstance(error, exc.OperationalError | exc.InterfaceError)
