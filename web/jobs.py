"""The workers of a serving process: one for each bank, begun by the first request.

Where nothing serves, `flask jobs run` does what waits.
"""

import logging
from collections.abc import Mapping
from functools import partial
from threading import Event, Thread
from typing import Final

from flask import Flask

from bank.imports import running
from bank.jobs.working import Handler, Worker
from database.directory import Bank
from web import background
from web.background import Background
from web.clock import moment_of
from web.session import seal_soon

HANDLERS: Final[Mapping[str, Handler]] = {running.KIND: running.take_slice}
"""Who does a slice of a job, by its kind."""
WORKERS: Final = "workers"
"""Under which name a serving process keeps them."""
EVERY: Final = 5.0
"""Seconds between two looks at what other processes may have queued, or left behind."""
ENDS_WITHIN: Final = 5.0

_log: Final = logging.getLogger(__name__)


def worker_of(app: Flask, bank: Bank) -> Worker:
    """A worker on the bank that lets the log be sealed as requests do."""
    clock = partial(moment_of, bank, demo=app.config["DEMO"])
    return Worker(bank.session, clock, HANDLERS, after_slice=partial(seal_soon, app))


class JobHand:
    """The thread that does one bank's jobs."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._woken, self._stopped = Event(), Event()
        self._thread: Thread | None = None
        self._failing: str | None = None

    def start(self) -> None:
        """Begin, in a thread that ends with the process; nothing if it runs."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._stopped.clear()
        self._thread = Thread(target=self._run, name="jobs", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """A job was queued: look soon."""
        self._woken.set()

    def stop(self) -> None:
        """End after the slice that is being done; the job waits then for the next worker."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(ENDS_WITHIN)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            if not self._turn():
                self._woken.wait(EVERY)

    def _turn(self) -> bool:
        """Do a job, if there is one; an error is told once, and tried again until it is over."""
        try:
            found = self._worker.work_once(stopped=self._stopped.is_set)
        except Exception as error:
            kind = type(error).__name__
            if kind != self._failing:
                _log.exception("jobs cannot be done; trying again")
            self._failing = kind
            return False
        self._failing = None
        return found


def serve(app: Flask) -> Background[JobHand]:
    """Let the application do its jobs by itself from its first request on."""
    return background.serve(app, WORKERS, lambda bank: JobHand(worker_of(app, bank)))


def wake(app: Flask, bank: Bank) -> None:
    """Let the bank's jobs be looked at soon, if this process does any."""
    background.wake(app, WORKERS, bank)
