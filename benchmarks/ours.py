"""Our side: the public `journal` calls, in a session as the application uses it."""

from collections.abc import Sequence

from sqlalchemy import Engine

from benchmarks.ledgers import Move, now, transfer
from database.engine import OneConnection, writing
from ledger import journal


class Ours:
    """A writer of a ledger that `ledgers.opened` made: with validation, keys, guards and hashes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.session = OneConnection(engine, expire_on_commit=False)

    def post(self, moves: Sequence[Move]) -> None:
        """One transfer a commit, in the application's session."""
        for move in moves:
            at = now()
            with writing(self.session):
                journal.post(self.session, transfer(move, at), at=at)

    def post_alone(self, moves: Sequence[Move]) -> None:
        """One transfer a commit, in a transaction that the ledger owns."""
        for move in moves:
            at = now()
            journal.post_alone(self.engine, transfer(move, at), at=at)

    def post_batch(self, moves: Sequence[Move]) -> None:
        """All in one commit, in the application's session."""
        at = now()
        with writing(self.session):
            journal.post_all(self.session, [transfer(move, at) for move in moves], at=at)

    def close(self) -> None:
        """Give the connections back."""
        self.session.close()
        self.engine.dispose()
