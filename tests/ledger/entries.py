"""Transfers as tests write them: one line of text per posting."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from ledger import journal
from ledger.model import Posting, Transfer

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


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
    """A ledger under test: posts lines, a second apart, and says what accounts hold."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = NOON

    def open(self, *accounts: str, units: tuple[str, ...] = ("CNY",)) -> None:
        """Open accounts; those called `world…` may go below zero."""
        for code in units:
            journal.open_unit(self.session, code)
        for code in accounts:
            journal.open_account(self.session, code, may_go_negative=code.startswith("world"))

    def post(self, key: str, *lines: str, reference: str = "", memo: str = "") -> journal.Posted:
        """Post the lines as one transfer."""
        self.now += timedelta(seconds=1)
        return journal.post(
            self.session, transfer(key, *lines, reference=reference, memo=memo), at=self.now
        )

    def reverse(self, posted: journal.Posted, key: str, memo: str = "a mistake") -> journal.Posted:
        """Reverse a transfer."""
        self.now += timedelta(seconds=1)
        return journal.reverse(self.session, posted.id, key=key, at=self.now, memo=memo)

    def holds(self, account: str, unit: str = "CNY") -> int:
        """The balance."""
        return journal.balance(self.session, account, unit)
