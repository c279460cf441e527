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

from database.driver import alone, pipelined
from database.engine import writing
from database.refusals import Refusal, TryAgain
from ledger import journal, short_cut, together
from ledger.entry import Posted
from ledger.model import Transfer, refuse_no_moment
from ledger.short_cut import LongWay

PATIENCE_S: Final = 0.001
"""How long whoever commits waits for the share of others that it may expect: a part of a commit."""
LANES: Final = 2
"""So many commit at the same time: the database writes for one while the next is made."""


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
        self._lanes = LANES if engine.dialect.name == "postgresql" else 1
        self._came = Condition()
        self._waiting: list[_Ticket] = []
        self._leading = self._present = self._crowd = 0

    def post(self, transfer: Transfer, *, at: datetime) -> Posted:
        """Record a transfer; it is committed when this returns. Refuses what `journal.post` does.

        Those that commit together are recorded at the latest of their moments. What is refused
        among others is tried once more on its own: nobody is refused for another's sake.
        """
        refuse_no_moment(at=at)  # here, and not in the midst of what the others brought
        ticket = _Ticket(transfer, at)
        with self._came:
            self._present += 1
            self._crowd = max(self._crowd, self._present)
            leads = self._leading < self._lanes
            if leads:
                self._leading += 1
            else:
                self._waiting.append(ticket)
                if self._are_enough():
                    self._came.notify()
        try:
            if not leads:
                ticket.told.wait()
            if not ticket.done:
                self._lead(ticket)
        finally:
            with self._came:
                self._present -= 1
        if ticket.posted is None:
            raise ticket.error or AssertionError("a ticket that is done has an outcome")
        return ticket.posted

    def _lead(self, own: _Ticket) -> None:
        """Commit; then let whoever waits longest commit for those that have come meanwhile."""
        try:
            self._take_along(own)
        finally:
            with self._came:
                if self._waiting:
                    self._waiting.pop(0).told.set()
                else:
                    self._leading -= 1

    def _are_enough(self) -> bool:
        """Whether whoever commits has a lane's share of those that post at this time."""
        return (len(self._waiting) + 1) * self._lanes >= self._crowd

    def _take_along(self, own: _Ticket) -> None:
        with self._came:
            self._came.wait_for(self._are_enough, PATIENCE_S)
            self._crowd = max(self._present, self._crowd - 1)
            others, self._waiting = self._waiting[: self._most - 1], self._waiting[self._most - 1 :]
        tickets = [own, *others]
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
        """Commit those that may take a short cut; the others.

        All of them by one statement, or if that leaves them undone, each by its own call.
        """
        plain = [ticket for ticket in tickets if len(ticket.transfer.postings) == 1]
        if not plain:
            return list(tickets)
        at = max(ticket.at for ticket in tickets)
        transfers = [ticket.transfer for ticket in plain]
        for record in (self._by_one_statement, self._by_calls):
            try:
                outcomes = record(transfers, at)
            except DBAPIError:  # turned back, or worse: each learns by itself
                break
            for ticket, outcome in zip(plain, outcomes, strict=True):
                ticket.posted = outcome if isinstance(outcome, Posted) else None
            if any(ticket.done for ticket in plain):
                break
        return [ticket for ticket in tickets if ticket.posted is None]

    def _by_one_statement(
        self, transfers: Sequence[Transfer], at: datetime
    ) -> list[Posted | LongWay]:
        with alone(self._engine) as cursor:
            return together.post_together(cursor, transfers, at=at)

    def _by_calls(self, transfers: Sequence[Transfer], at: datetime) -> list[Posted | LongWay]:
        with pipelined(self._engine) as connection:
            outcomes = short_cut.post_together(connection, transfers, at=at)
        return outcomes()

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
