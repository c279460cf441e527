"""The workers of a serving process: one for each bank, begun by the first request.

As the sequencers, they begin no earlier, for a server may fork after it has loaded the application.
Where nothing serves, `flask jobs run` does what waits.
"""

import logging
from collections.abc import Mapping
from functools import partial
from os import getpid
from threading import Event, Lock, Thread
from typing import Final

from flask import Flask
from sqlalchemy.orm import Session

from bank.imports import running
from bank.jobs.working import Handler, Worker
from database.directory import Bank, Directory
from database.engine import writing
from ledger import journal, log
from web.clock import moment_of
from web.session import SEQUENCERS

HANDLERS: Final[Mapping[str, Handler]] = {running.KIND: running.take_slice}
"""Who does a slice of a job, by its kind."""
WORKERS: Final = "workers"
"""Where a serving process keeps its `Workers`."""
EVERY: Final = 5.0
"""Seconds between two looks at what other processes may have queued, or left behind."""
ENDS_WITHIN: Final = 5.0

_log: Final = logging.getLogger(__name__)


def worker_of(app: Flask, bank: Bank) -> Worker:
    """A worker on the bank that lets the log be sealed as requests do."""

    def seal(session: Session) -> None:
        if session.info.pop(journal.POSTED, False):
            sequencers = app.extensions.get(SEQUENCERS)
            if sequencers is None or not sequencers.wake(bank):
                with writing(session):
                    log.seal(session)

    clock = partial(moment_of, bank, demo=app.config["DEMO"])
    return Worker(bank.session, clock, HANDLERS, after_slice=seal)


class Hand:
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


class Workers:
    """One for each bank of the directory; they begin together, once in a process."""

    def __init__(self, app: Flask, banks: Directory) -> None:
        self.of = {bank.county: Hand(worker_of(app, bank)) for bank in banks.banks.values()}
        self._begun_in: int | None = None
        self._lock = Lock()

    def begin(self) -> None:
        """Begin, if that is still to be done in this process."""
        if self._begun_in == getpid():
            return
        with self._lock:
            for hand in self.of.values():
                hand.start()
            self._begun_in = getpid()

    def stop(self) -> None:
        """End all; for who started a service in a process that goes on."""
        for hand in self.of.values():
            hand.stop()


def serve(app: Flask) -> Workers:
    """Let the application do its jobs by itself from its first request on."""
    workers = Workers(app, app.extensions["banks"])
    app.extensions[WORKERS] = workers
    app.before_request(workers.begin)
    return workers


def wake(app: Flask, bank: Bank) -> None:
    """Let the bank's jobs be looked at soon, if this process does any."""
    workers = app.extensions.get(WORKERS)
    if workers is not None:
        workers.of[bank.county].wake()
