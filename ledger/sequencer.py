"""The sequencer: a thread that seals what was committed within a second, while a service runs."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import SQLITE_BUSY
from threading import Event, Thread
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from database.engine import BUSY_TIMEOUT_MS, WRITE, writing
from ledger import journal, tables as t
from ledger.log import SEQUENCER_LOCK, Signer, latest_checkpoint, seal_above, sealed_number, sign
from ledger.proofs import sealed_size
from ledger.refusals import Tampered

EVERY: Final = 0.5
"""Seconds between two looks at what other processes may have committed."""
SIGN_EVERY: Final = timedelta(minutes=1)
"""How much time passes between two checkpoints at least, unless much is new."""
SIGN_AT: Final = 10_000
"""How many entries are signed at once without waiting for the time: what is new is recomputed in
the sequencer's turn, and sealing waits for that (0.2 s for so many)."""
PAUSE: Final = 0.1
"""Seconds from the end of a turn to the next at least, so that a turn seals many at once."""
ENDS_WITHIN: Final = 1.0

_EXPIRY_LOCK: Final = SEQUENCER_LOCK + 1
_TRY: Final = "SELECT pg_try_advisory_xact_lock(%s)"
_MOST_MARKS: Final = 64
EXPIRED_A_TURN: Final = 200
"""Sealing does not wait for more, though all holds of a day may expire at midnight."""
_TRY_MS: Final = 5

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seen:
    """What a sequencer remembers from turn to turn, so as to miss no commit, however late.

    Every entry up to number `settled` is sealed, or will never be. Each mark is a number and a
    transaction id: once all transactions with smaller ids have ended, that number is settled too.
    """

    settled: int = 0
    marks: tuple[tuple[int, int], ...] = ()


def take_turn(session: Session, before: Seen) -> tuple[int, Seen] | None:
    """On PostgreSQL, seal all that is committed, however late, unless another has the turn: None.

    Gives how many entries were sealed, and what to remember for the next turn once this one is
    committed; with nothing remembered it looks at all. Refuses: Tampered.
    """
    connection = session.connection()
    if not connection.exec_driver_sql(_TRY, (SEQUENCER_LOCK,)).scalar():
        return None
    # What ended before this moment is visible to all that is read after it.
    oldest, largest = connection.exec_driver_sql(_LOOK).one()
    sealed = seal_above(connection, before.settled)
    return sealed, _remembered(connection, before, oldest, largest)


_LOOK: Final = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
  (SELECT coalesce(max(number), 0) FROM ledger_transfer)"""
_MARK: Final = "SELECT pg_current_xact_id()::text::bigint"


def _remembered(connection: Connection, before: Seen, oldest: int, largest: int) -> Seen:
    """What is settled now, and a mark at the largest number that could be seen.

    An entry draws its number after its transaction has an id, for it has locked or inserted rows
    by then. So whoever has drawn a number below one that was visible already has an id, and ids
    are handed out in order: the one that this turn asks for now is larger than all of theirs.
    """
    settled, marks = before.settled, []
    for number, following in before.marks:
        if following <= oldest:
            settled = number
        else:
            marks.append((number, following))
    if largest > (marks[-1][0] if marks else settled):
        del marks[_MOST_MARKS - 1 :]  # while someone is slow: fewer marks settle later, not wrongly
        marks.append((largest, connection.exec_driver_sql(_MARK).scalar_one()))
    return Seen(settled, tuple(marks))


class Sequencer:
    """Seals at the latest one second after a commit, whichever process committed.

    It also lets holds expire and, with a signer, makes checkpoints. Any number of them may run, in
    any number of processes: one at a time has the turn. What it remembers only saves work, so that
    it may be killed at any moment. It may be made before a fork and started after it.
    """

    def __init__(
        self,
        open_session: Callable[[], Session],
        clock: Callable[[], datetime],
        *,
        every: float = EVERY,
        signer: Signer | None = None,
        sign_every: timedelta = SIGN_EVERY,
        sign_at: int = SIGN_AT,
    ) -> None:
        """A session of its own for each turn comes from `open_session`; `every` is in seconds.

        With a `signer` it makes a checkpoint of what is new, at most one each `sign_every` unless
        `sign_at` entries are. Over a row that was tampered with it signs nothing and logs an error,
        while it goes on to seal.
        """
        self._open_session = open_session
        self._clock = clock
        self._every = every
        self._signer, self._sign_every, self._sign_at = signer, sign_every, sign_at
        self._woken, self._stopped = Event(), Event()
        self._thread: Thread | None = None
        self._seen = Seen()
        self._failing: str | None = None
        self._refused: str | None = None
        self._refused_at: datetime | None = None

    def start(self) -> None:
        """Begin to take turns, in a thread that ends with the process; nothing if it runs."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._stopped.clear()
        self._thread = Thread(target=self._run, name="ledger-sequencer", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was committed: take a turn soon. It costs next to nothing, from any thread."""
        self._woken.set()

    def stop(self) -> None:
        """Take no more turns; returns when the last one has ended, or after a second."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(ENDS_WITHIN)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()  # before the turn: what is committed during it wakes the next
            self._turn()
            if not self._stopped.wait(PAUSE):
                self._woken.wait(self._every)

    def _turn(self) -> None:
        """Seal, sign, let holds expire; an error is told once, and tried again until it is over."""
        try:
            with self._open_session() as session:
                at = self._clock()
                self._seal(session)  # first: it waits for nothing that may go wrong after it
                self._sign(session, at)
                self._expire(session, at)
        except Exception as error:
            kind = type(error).__name__
            if kind != self._failing:
                _log.exception("the log cannot be sealed; trying again")
            self._failing = kind
        else:
            if self._failing is not None:
                _log.info("the log is sealed again")
            self._failing = None

    def _expire(self, session: Session, at: datetime) -> None:
        due = select(t.open_hold.c.transfer).where(t.open_hold.c.expires_at <= at).limit(1)
        if session.execute(due).first() is None:
            return
        with writing(session):
            if _has_turn(session.connection(), _EXPIRY_LOCK) and journal.expire(
                session, at=at, limit=EXPIRED_A_TURN
            ):
                self._woken.set()  # there may be more, and these are to be sealed

    def _seal(self, session: Session) -> None:
        if session.connection().dialect.name == "sqlite":
            if _waits(session.connection()):  # else without the lock, for which writers wait
                self._between_writers(session, _seal_what_waits)
            return
        with writing(session):
            taken = take_turn(session, self._seen)
        if taken is not None:
            self._seen = taken[1]  # only now: it holds for what is committed

    def _sign(self, session: Session, at: datetime) -> None:
        """Make a checkpoint, if it is time for one; if it is refused, try again as late."""
        signer = self._signer
        if signer is None or not self._is_due(session, at):
            return

        def work(writer: Session) -> None:
            # Another process may have signed since; it has the turn, or had it.
            if _has_turn(writer.connection(), SEQUENCER_LOCK) and self._is_due(writer, at):
                sign(writer, signer, at)

        try:
            if session.connection().dialect.name == "sqlite":
                self._between_writers(session, work)
            else:
                with writing(session):
                    work(session)
        except Tampered as error:
            self._refused_at = at
            if self._refused != error.message:
                _log.exception("the log is not signed: a row was tampered with")
            self._refused = error.message
        else:
            self._refused = self._refused_at = None

    def _is_due(self, session: Session, at: datetime) -> bool:
        last = latest_checkpoint(session)
        if self._is_recent(self._refused_at, at):
            return False
        fresh = sealed_size(session.connection()) - (0 if last is None else last.size)
        return fresh >= (self._sign_at if last and self._is_recent(last.at, at) else 1)

    def _is_recent(self, before: datetime | None, at: datetime) -> bool:
        return before is not None and abs(at - before) < self._sign_every

    def _between_writers(self, session: Session, work: Callable[[Session], None]) -> None:
        """Do the work in a transaction on SQLite that begins in the first gap between two writers.

        Who waits for SQLite's lock sleeps ever longer between its tries, up to 0.1 s, and would be
        passed for seconds by one who writes without a pause. So this gives up early and tries anew.
        """
        engine: Engine = session.get_bind().engine
        session.rollback()
        while not self._stopped.is_set():
            with engine.connect().execution_options(**WRITE) as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute(f"PRAGMA busy_timeout = {_TRY_MS}")
                try:
                    begun = connection.begin()
                except OperationalError as error:
                    if getattr(error.orig, "sqlite_errorcode", None) != SQLITE_BUSY:
                        raise
                    continue
                finally:
                    driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
                with begun, Session(connection) as writer:
                    work(writer)
                return


def _seal_what_waits(session: Session) -> None:
    connection = session.connection()
    seal_above(connection, sealed_number(connection))


def _has_turn(connection: Connection, lock: int) -> bool:
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.exec_driver_sql(_TRY, (lock,)).scalar())


def _waits(connection: Connection) -> bool:
    """Whether an entry is not sealed yet, on SQLite."""
    largest: int | None = connection.execute(select(func.max(t.transfer.c.number))).scalar()
    return (largest or 0) > sealed_number(connection)
