"""docs/ledger.md holds what it says: its worked entries, recorded from top to bottom."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from database.refusals import Refusal
from ledger import journal
from ledger.model import Act
from ledger.reading import each_balance
from ledger.verify import verify
from tests.ledger.entries import Book, transfer

DOCUMENT = Path(__file__).parents[2] / "docs" / "ledger.md"
BLOCK = re.compile(
    r"^```(transfer|hold|settle|void|expire|reverse|freeze|thaw|close|refused|balances)\b"
    r" *(.*?)\n(.*?)^```$",
    re.M | re.S,
)


class Worked:
    """The worked entries: one method for each kind of block, with its title and lines."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.recorded: dict[str, journal.Posted] = {}

    def open(self, lines: Sequence[str]) -> None:
        """Open what the lines name, by the rules of the chart of accounts."""
        for posting in transfer("x", *lines).postings:
            self.book.open(units=(posting.unit,))
            for code in (posting.source, posting.target):
                if code.endswith(":loan"):
                    self.book.open(code, may_go_negative=True, may_go_positive=False)
                else:
                    self.book.open(code)

    def transfer(self, title: str, lines: Sequence[str]) -> None:
        self.open(lines)
        self.recorded[title] = self.book.post(title, *lines)

    def refused(self, code: str, lines: Sequence[str]) -> None:
        self.open(lines)
        before = self.book.rows()
        with pytest.raises(Refusal) as no:
            self.book.post("refused", *lines)
        assert no.value.code == code
        assert self.book.rows() == before

    def hold(self, title: str, lines: Sequence[str]) -> None:
        title, _, until = title.rpartition(" until ")
        self.open(lines)
        self.recorded[title] = self.book.hold(title, *lines, until=moment(until))

    def settle(self, title: str, _: Sequence[str]) -> None:
        title, _bracket, quantities = title.rstrip("]").partition(" [")
        parts = [int(part) for part in quantities.split(",") if part]
        self.book.settle(self.recorded[title], f"{title} settled", *parts)

    def void(self, title: str, _: Sequence[str]) -> None:
        self.book.void(self.recorded[title], f"{title} void")

    def expire(self, until: str, _: Sequence[str]) -> None:
        self.book.now = moment(until)
        assert self.book.expire()

    def reverse(self, title: str, _: Sequence[str]) -> None:
        self.book.reverse(self.recorded[title], f"{title} reversed")

    def freeze(self, account: str, _: Sequence[str]) -> None:
        self.book.freeze(account, f"{account} frozen")

    def thaw(self, account: str, _: Sequence[str]) -> None:
        self.book.thaw(account, f"{account} thawed")

    def close(self, account: str, _: Sequence[str]) -> None:
        self.book.close(account, f"{account} closed")

    def balances(self, _: str, lines: Sequence[str]) -> None:
        assert sorted(self._balances()) == list(lines)

    def _balances(self) -> list[str]:
        accounts = {(balance.account, balance.unit) for balance in each_balance(self.book.session)}
        for hold in journal.transfers(self.book.session, acts=[Act.HOLD]):
            for line in hold.postings:
                accounts |= {(line.source, line.unit), (line.target, line.unit)}
        found = []
        for account, unit in accounts:
            balance, (out, to_come) = (
                self.book.holds(account, unit),
                self.book.on_hold(account, unit),
            )
            if balance or out or to_come:
                held = (f", out {out}" if out else "") + (f", in {to_come}" if to_come else "")
                found.append(f"{account} {balance} {unit}{held}")
        return found


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_worked_entries_work(book: Book) -> None:
    worked = Worked(book)
    blocks = BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
    kinds = [what for what, _, _ in blocks]

    for what, title, text in blocks:
        run: Callable[[str, Sequence[str]], None] = getattr(worked, what)
        run(title, text.splitlines())

    assert kinds.count("balances") == 4
    assert set(kinds) == {
        "transfer", "hold", "settle", "void", "expire", "reverse", "freeze", "thaw", "close",
        "refused", "balances",
    }  # fmt: skip
    assert verify(book.session).ok
