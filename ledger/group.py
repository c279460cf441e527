"""Group commit: transfers of many threads, each durable before its `post` returns, commit together.

A commit waits for the disk, and a transaction costs more than a transfer. Where many threads of one
process post at the same time, one of them takes along what the others have brought meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from database.engine import writing
from database.refusals import Refusal, TryAgain
from ledger import journal
from ledger.entry import Posted
from ledger.model import Transfer


class _Ticket:
    """A transfer that somebody waits for, and what became of it."""

    __slots__ = ("at", "error", "posted", "transfer")

    def __init__(self, transfer: Transfer, at: datetime) -> None:
        self.transfer, self.at = transfer, at
        self.posted: Posted | None = None
        self.error: Exception | None = None

    @property
    def done(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.posted is not None or self.error is not None


class Group:
    """Posts for the threads of one process; share one for each database."""

    def __init__(self, engine: Engine, *, most: int = 1_000) -> None:
        """At most `most` transfers are committed together."""
        self._engine, self._most = engine, most
        self._waiting: list[_Ticket] = []
        self._queue, self._turn = Lock(), Lock()

    def post(self, transfer: Transfer, *, at: datetime) -> Posted:
        """Record a transfer; it is committed when this returns. Refuses what `journal.post` does.

        Those that commit together are recorded at the latest of their moments. What is refused
        among others is tried once more on its own: nobody is refused for another's sake.
        """
        ticket = _Ticket(transfer, at)
        with self._queue:
            self._waiting.append(ticket)
        while not ticket.done:
            with self._turn:
                if not ticket.done:
                    self._take_along()
        if ticket.posted is None:
            raise ticket.error or AssertionError("a ticket that is done has an outcome")
        return ticket.posted

    def _take_along(self) -> None:
        with self._queue:
            tickets, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            self._settle(list(tickets))
        except BaseException:  # this thread is to end; the others must not wait for ever
            for ticket in tickets:
                if not ticket.done:
                    ticket.error = TryAgain("whoever committed was stopped; the same call is safe")
            raise

    def _settle(self, tickets: list[_Ticket]) -> None:
        while len(tickets) > 1:
            try:
                self._commit(tickets)
                return
            except Refusal as no:
                place = no.facts.get("place")
                alone = [tickets.pop(place)] if isinstance(place, int) else tickets
                tickets = tickets if isinstance(place, int) else []
                self._one_by_one(alone)
            except Exception:  # a lost connection, a full disk: each learns by itself
                break
        self._one_by_one(tickets)

    def _commit(self, tickets: Sequence[_Ticket]) -> None:
        at = max(ticket.at for ticket in tickets)
        with Session(self._engine) as session, writing(session):
            posted = journal.post_all(session, [ticket.transfer for ticket in tickets], at=at)
        for ticket, one in zip(tickets, posted, strict=True):
            ticket.posted = one

    def _one_by_one(self, tickets: Sequence[_Ticket]) -> None:
        for ticket in tickets:
            try:
                ticket.posted = journal.post_alone(self._engine, ticket.transfer, at=ticket.at)
            except Exception as error:  # whoever waits for it shall have it
                ticket.error = error
