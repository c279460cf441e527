"""Trying a command out: what it would refuse is known before the answers are checked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session


@contextmanager
def rehearsing(session: Session) -> Iterator[None]:
    """Run a command and undo all of it; only its refusal, if there is one, gets out."""
    with session.begin_nested() as attempt:
        yield
        attempt.rollback()
