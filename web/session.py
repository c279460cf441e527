"""Which bank a request belongs to, its one session, and the transaction in which it writes."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy.orm import Session

from database.directory import Bank, Directory, bank_of
from database.engine import writing
from ledger import journal, log
from web.background import wake

SEQUENCERS = "sequencers"
"""Under which name a serving process keeps them; see `web.sequencing`."""


def directory() -> Directory:
    """All banks that this application serves."""
    found: Directory = current_app.extensions["banks"]
    return found


def request_bank() -> Bank:
    """The bank of this request, by the host it came to; outside a request, the default one."""
    if not has_request_context():
        return directory().default
    return directory().by_host(request.host)


def request_session() -> Session:
    """The session of this request or command; all reading goes through it."""
    if "db_session" not in g:
        g.db_session = request_bank().session()
    session: Session = g.db_session
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """The request's session, in one transaction that writes: all of it, or nothing.

    What it posted is sealed into the log within a second by the sequencer, where the process has
    one; else right after, in a transaction of its own. Were the process to end in between, the
    next seal takes it along.
    """
    with writing(request_session()) as session:
        yield session
    seal_soon(current_app, session)


def seal_soon(app: Flask, session: Session) -> None:
    """If the session posted and committed: wake its bank's sequencer, or seal where none is."""
    if session.info.pop(journal.POSTED, False) and not wake(app, SEQUENCERS, bank_of(session)):
        with writing(session):
            log.seal(session)


def close_session(_: BaseException | None = None) -> None:
    """End the request's session; what was not committed is gone."""
    session = g.pop("db_session", None)
    if session is not None:
        session.close()


def init_app(app: Flask, banks: Directory) -> None:
    """Give the application its banks."""
    app.extensions["banks"] = banks
    app.teardown_appcontext(close_session)
