"""Group commit: transfers of many threads, each durable before its `post` returns, commit together.

A commit waits for the disk, and a transaction costs more than a transfer. Where many threads of one
process post at the same time, one of them takes along what the others have brought meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime
from threading import Condition, Event
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from database.driver import pipelined
from database.engine import writing
from database.refusals import Refusal, TryAgain
from ledger import journal, short_cut
from ledger.entry import Posted
from ledger.model import Transfer

PATIENCE_S: Final = 0.001
"""How long whoever commits waits for as many as were there the last time: a part of a commit."""


class _Ticket:
    """A transfer that somebody waits for, and what became of it."""

    __slots__ = ("at", "error", "posted", "told", "transfer")

    def __init__(self, transfer: Transfer, at: datetime) -> None:
        self.transfer, self.at = transfer, at
        self.posted: Posted | None = None
        self.error: Exception | None = None
        self.told = Event()
        """Set when there is an outcome, or when it is this one's turn to commit for all."""

    @property
    def done(self) -> bool:
        """Whether there is an outcome."""
        return self.posted is not None or self.error is not None


class Group:
    """Posts for the threads of one process; share one for each database."""

    def __init__(self, engine: Engine, *, most: int = 1_000) -> None:
        """At most `most` transfers are committed together."""
        self._engine, self._most = engine, most
        self._came = Condition()
        self._waiting: list[_Ticket] = []
        self._is_led = False
        self._last = 1

    def post(self, transfer: Transfer, *, at: datetime) -> Posted:
        """Record a transfer; it is committed when this returns. Refuses what `journal.post` does.

        Those that commit together are recorded at the latest of their moments. What is refused
        among others is tried once more on its own: nobody is refused for another's sake.
        """
        ticket = _Ticket(transfer, at)
        with self._came:
            self._waiting.append(ticket)
            leads, self._is_led = not self._is_led, True
            if len(self._waiting) >= self._last:
                self._came.notify()
        if not leads:
            ticket.told.wait()
        if not ticket.done:
            try:
                self._take_along()
            finally:
                self._hand_over()
        if ticket.posted is None:
            raise ticket.error or AssertionError("a ticket that is done has an outcome")
        return ticket.posted

    def _hand_over(self) -> None:
        """Let whoever waits longest commit for those that have come meanwhile."""
        with self._came:
            self._is_led = bool(self._waiting)
            if self._is_led:
                self._waiting[0].told.set()

    def _take_along(self) -> None:
        with self._came:
            self._came.wait_for(lambda: len(self._waiting) >= self._last, PATIENCE_S)
            tickets, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._last = len(tickets)
        try:
            self._settle(list(tickets))
        finally:
            for ticket in tickets:
                if not ticket.done:  # this thread is to end; the others must not wait for ever
                    ticket.error = TryAgain("whoever committed was stopped; try the same again")
                ticket.told.set()

    def _settle(self, tickets: list[_Ticket]) -> None:
        if len(tickets) > 1 and self._engine.dialect.name == "postgresql":
            tickets = self._in_one_turn(tickets)
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

    def _in_one_turn(self, tickets: Sequence[_Ticket]) -> list[_Ticket]:
        """Commit those that may take the short cut, all in one round trip; the others."""
        plain = [ticket for ticket in tickets if len(ticket.transfer.postings) == 1]
        at = max(ticket.at for ticket in tickets)
        try:
            with pipelined(self._engine) as connection:
                transfers = [ticket.transfer for ticket in plain]
                calls = short_cut.post_together(connection, transfers, at=at)
        except DBAPIError:  # turned back, or worse: each learns by itself
            return list(tickets)
        for ticket, call in zip(plain, calls, strict=True):
            outcome = call.outcome()
            ticket.posted = outcome if isinstance(outcome, Posted) else None
        return [ticket for ticket in tickets if ticket.posted is None]

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
