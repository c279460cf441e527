"""Entries as tests write them: one line of text per posting."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import journal, tables
from ledger.model import Posting, Transfer

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def transfer(
    key: str, *lines: str, kind: str = "move", reference: str = "", memo: str = ""
) -> Transfer:
    """A transfer of lines such as `world -> ann 100 CNY`."""
    return Transfer(
        key=key,
        kind=kind,
        occurred_at=NOON,
        reference=reference,
        memo=memo,
        postings=tuple(_posting(line) for line in lines),
    )


def _posting(line: str) -> Posting:
    source, arrow, target, quantity, unit = line.split()
    assert arrow == "->"
    return Posting(source=source, target=target, unit=unit, quantity=int(quantity))


class Book:
    """A ledger under test: records entries, a second apart, and says what accounts hold."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = NOON

    def tick(self) -> datetime:
        """The next second."""
        self.now += timedelta(seconds=1)
        return self.now

    def open(self, *accounts: str, units: tuple[str, ...] = ("CNY",), **rules: bool) -> None:
        """Open accounts; those called `world…` may go below zero, unless `rules` say otherwise."""
        for code in units:
            journal.open_unit(self.session, code, at=self.now)
        for code in accounts:
            told = rules or {"may_go_negative": code.startswith("world")}
            journal.open_account(self.session, code, at=self.now, **told)

    def post(self, key: str, *lines: str, reference: str = "", memo: str = "") -> journal.Posted:
        """Post the lines as one transfer."""
        wanted = transfer(key, *lines, reference=reference, memo=memo)
        return journal.post(self.session, wanted, at=self.tick())

    def post_all(self, *transfers: Transfer) -> list[journal.Posted]:
        """Post the transfers as one batch."""
        return journal.post_all(self.session, transfers, at=self.tick())

    def reverse(self, posted: journal.Posted, key: str, memo: str = "a mistake") -> journal.Posted:
        """Reverse a transfer."""
        return journal.reverse(self.session, posted.id, key=key, at=self.tick(), memo=memo)

    def hold(
        self, key: str, *lines: str, until: datetime | None = None, reference: str = ""
    ) -> journal.Posted:
        """Hold the lines, for an hour unless told otherwise."""
        at = self.tick()
        wanted = transfer(key, *lines, reference=reference)
        return journal.hold(self.session, wanted, expires_at=until or at + HOUR, at=at)

    def settle(
        self, held: journal.Posted, key: str, *quantities: int, memo: str = ""
    ) -> journal.Posted:
        """Settle a hold: all of it, or so much of each posting."""
        return journal.settle(
            self.session,
            held.id,
            key=key,
            at=self.tick(),
            quantities=quantities or None,
            memo=memo,
        )

    def void(self, held: journal.Posted, key: str) -> journal.Posted:
        """Let a hold go."""
        return journal.void(self.session, held.id, key=key, at=self.tick())

    def expire(self) -> int:
        """Let all expired holds go."""
        return journal.expire(self.session, at=self.tick())

    def freeze(self, account: str, key: str) -> journal.Posted:
        """Freeze an account."""
        return journal.freeze(self.session, account, key=key, at=self.tick(), reason="a claim")

    def thaw(self, account: str, key: str) -> journal.Posted:
        """Free a frozen account."""
        return journal.thaw(self.session, account, key=key, at=self.tick(), reason="settled")

    def close(self, account: str, key: str) -> journal.Posted:
        """Close an account."""
        return journal.close(self.session, account, key=key, at=self.tick(), reason="moved away")

    def holds(self, account: str, unit: str = "CNY") -> int:
        """The balance."""
        return journal.balance(self.session, account, unit)

    def on_hold(self, account: str, unit: str = "CNY") -> tuple[int, int]:
        """What open holds are to take out of the account, and to bring in."""
        found = self.session.execute(
            select(tables.balance.c.held_out, tables.balance.c.held_in)
            .join(tables.account, tables.account.c.id == tables.balance.c.account)
            .join(tables.unit, tables.unit.c.id == tables.balance.c.unit)
            .where(tables.account.c.code == account, tables.unit.c.code == unit)
        ).first()
        return (0, 0) if found is None else (found[0], found[1])

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the ledger has written, by table.

        A balance that no entry touched says nothing: it was only made to be locked.
        """
        found = {}
        for table in tables.ALL:
            wanted = select(table).order_by(*table.primary_key)
            if table is tables.balance:
                wanted = wanted.where(tables.balance.c.as_of.is_not(None))
            found[table.name] = [tuple(row) for row in self.session.execute(wanted)]
        return found
