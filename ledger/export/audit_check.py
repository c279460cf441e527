"""Proving an audit file with nothing but the file and the log's public keys."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NoReturn

from database.refusals import Invalid
from ledger import merkle
from ledger.export.audit_file import FORMAT
from ledger.model import HOLDS, MAX_QUANTITY, MOVES, Act, canonical, moment_text
from ledger.signing import BadNote, Verifier, parse_note

TEXT: Final = {"body", "id", "key", "nonce", "occurred_at", "recorded_at"}
BODY: Final = {"kind", "memo", "postings", "reference", "reverses"}
FACTS: Final = {
    Act.POST: set[str](),
    Act.HOLD: {"act", "expires_at"},
    Act.SETTLE: {"act", "ends"},
    Act.VOID: {"act", "ends"},
    Act.EXPIRE: {"act", "ends"},
    Act.OPEN_UNIT: {"act", "unit", "name"},
    Act.OPEN_ACCOUNT: {"act", "account", "may_go_negative", "may_go_positive"},
    Act.FREEZE: {"act", "account"},
    Act.THAW: {"act", "account"},
    Act.CLOSE: {"act", "account"},
}
"""What the body of each act says beside what all say."""


class TamperedFile(Invalid):
    """An audit file that is not as the ledger wrote it: `line`, counted from 1, and `what`."""


@dataclass(frozen=True)
class AuditReport:
    """What a whole and unaltered audit file holds.

    `root` is that of the `leaves` in hex. `signatures` is how many of the `checkpoints` bear a
    signature that was checked and holds; `vouched` is how many leaves the largest of these covers:
    what comes after it is consistent in itself, but nobody has signed it.
    """

    entries: int
    leaves: int
    waiting: int
    checkpoints: int
    signatures: int
    vouched: int
    root: str
    accounts: int
    units: int


def check_audit(lines: Iterable[str], verifiers: Collection[Verifier] = ()) -> AuditReport:
    """Recompute an audit file (see `export_audit`), line by line; what it holds.

    Every entry against its hash and the form of its act, keys and hold's ends against those
    before, positions and roots against the leaves, signatures against `verifiers` (none is checked
    where none is given), balances against the entries, and that they sum to zero in each unit.
    Memory grows with accounts and, by some 200 bytes each, with entries.
    Refuses: TamperedFile, at the first line that is wrong.
    """
    reading = _Reading(verifiers)
    for text in lines:
        reading.take(text)
    return reading.report()


class _Reading:
    """What was read so far: the tree, the balances, what may not come twice."""

    def __init__(self, verifiers: Collection[Verifier]) -> None:
        self._verifiers = verifiers
        self._line = 0
        self._ended = False
        self._tree = merkle.Frontier()
        self._entries = 0
        self._checkpoints = 0
        self._checkpoint_size = -1
        self._signatures = 0
        self._vouched = 0
        self._last_waiting: int | None = None
        self._once: set[bytes] = set()
        self._balances: dict[tuple[str, str], int] = defaultdict(int)
        self._told: dict[tuple[str, str], int] = {}

    def take(self, text: str) -> None:
        """Check one line."""
        self._line += 1
        record = self._parsed(text)
        self._expect(not self._ended, "it stands after the end")
        fields = set(record)
        if self._line == 1:
            self._expect(record == {"format": FORMAT}, f"it does not begin as {FORMAT}")
        elif fields == {"number", "leaf", "hash", "text"}:
            self._entry(**record)
        elif fields == {"size", "root", "note", "at"}:
            self._checkpoint(**record)
        elif fields == {"account", "unit", "balance"}:
            self._balance(**record)
        elif fields == {"entries", "leaves", "checkpoints"}:
            self._end(record)
        else:
            self._refuse("it is none that an audit file has")

    def _entry(self, number: object, leaf: object, hash: object, text: object) -> None:
        self._expect(not self._told, "an entry stands after the balances")
        if type(number) is not int or not isinstance(text, str):
            self._refuse("it cannot be read")
        self._only_once("number", str(number))
        digest = sha256(text.encode()).digest()
        self._expect(digest.hex() == hash, "the entry's hash is not that of its text")
        if leaf is None:
            last = self._last_waiting
            self._expect(last is None or number > last, "it is out of order")
            self._last_waiting = number
        else:
            self._expect(self._last_waiting is None, "a leaf stands after entries without one")
            self._expect(
                type(leaf) is int and leaf == self._tree.size,
                f"leaf {self._tree.size} is missing or out of order",
            )
            self._tree.append(merkle.leaf_hash(digest))
        self._entries += 1
        self._said(text)

    def _said(self, text: str) -> None:
        """Check what the entry says, and do it."""
        said = self._parsed(text)
        self._expect(set(said) == TEXT and canonical(said) == text, "its text is not canonical")
        body = said["body"]
        self._expect(isinstance(body, dict), "its body cannot be read")
        try:
            act = Act(body.get("act", Act.POST))
        except ValueError:
            self._refuse("its act is unknown")
        self._expect(set(body) == BODY | FACTS[act], f"its body is not that of {act.value}")
        self._only_once("key", said["key"])
        if act in HOLDS and act is not Act.HOLD:
            self._only_once("end of hold", body["ends"])
        if body["reverses"] is not None:
            self._only_once("reversal of", body["reverses"])
        self._postings(act, body["postings"])

    def _postings(self, act: Act, postings: object) -> None:
        if not isinstance(postings, list):
            self._refuse("its postings cannot be read")
        self._expect(
            bool(postings) == (act in MOVES or act is Act.HOLD), "its postings are not of its act"
        )
        for posting in postings:
            self._expect(_is_posting(posting), "a posting of it cannot be")
            if act in MOVES:
                source, target, unit, quantity = posting
                self._balances[source, unit] -= quantity
                self._balances[target, unit] += quantity

    def _only_once(self, what: str, name: object) -> None:
        self._expect(isinstance(name, str), f"its {what} cannot be read")
        # Half a hash is short, and nobody can make two keys that share it.
        short = sha256(f"{what}\0{name}".encode()).digest()[:16]
        self._expect(short not in self._once, f"the {what} {name} stands twice")
        self._once.add(short)

    def _checkpoint(self, size: object, root: object, note: object, at: object) -> None:
        self._expect(not self._told, "a checkpoint stands after the balances")
        found = self._tree.root()
        self._expect(
            type(size) is int and size == self._tree.size and size > self._checkpoint_size,
            "the checkpoint is not of the leaves before it",
        )
        self._expect(root == found.hex(), "the checkpoint's root is not that of the leaves")
        try:
            said = parse_note(str(note))
        except BadNote as error:
            self._refuse(f"the checkpoint's note is none: {error.message}")
        self._expect(
            (said.size, said.root) == (self._tree.size, found),
            "the checkpoint's note says another size or root",
        )
        told = said.at is None or at == moment_text(said.at)
        self._expect(told, "the checkpoint's note says another moment")
        self._checkpoint_size = self._tree.size
        self._checkpoints += 1
        if self._verifiers:
            good = any(verifier.accepts(str(note)) for verifier in self._verifiers)
            self._expect(good, "the checkpoint's signature does not hold")
            self._signatures += 1
            self._vouched = self._tree.size

    def _balance(self, account: object, unit: object, balance: object) -> None:
        self._expect(type(balance) is int, "the balance cannot be read")
        pair = (str(account), str(unit))
        self._expect(pair not in self._told, "the balance stands twice")
        self._expect(
            pair in self._balances and balance == self._balances[pair],
            f"{account} has {balance} {unit}, the entries say {self._balances.get(pair, 0)}",
        )
        self._told[pair] = self._balances[pair]

    def _end(self, record: dict[str, Any]) -> None:
        counted = {
            "entries": self._entries,
            "leaves": self._tree.size,
            "checkpoints": self._checkpoints,
        }
        self._expect(record == counted, f"the end counts {record}, the file has {counted}")
        missing = min(self._balances.keys() - self._told.keys(), default=None)
        self._expect(missing is None, f"the balance of {missing} is missing")
        sums: dict[str, int] = defaultdict(int)
        for (_account, unit), balance in self._told.items():
            sums[unit] += balance
        wrong = min((unit for unit, total in sums.items() if total), default=None)
        self._expect(wrong is None, f"the balances in {wrong} do not sum to zero")
        self._ended = True

    def report(self) -> AuditReport:
        """What the file holds, if this is all of it."""
        self._line += 1
        self._expect(self._ended, "the end is missing")
        return AuditReport(
            entries=self._entries,
            leaves=self._tree.size,
            waiting=self._entries - self._tree.size,
            checkpoints=self._checkpoints,
            signatures=self._signatures,
            vouched=self._vouched,
            root=self._tree.root().hex(),
            accounts=len({account for account, _ in self._balances}),
            units=len({unit for _, unit in self._balances}),
        )

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            self._refuse("it is no JSON")
        if not isinstance(record, dict):
            self._refuse("it is no JSON object")
        for value in record.values():
            if isinstance(value, str) and not _is_text(value):
                self._refuse("it is no text")
        return record

    def _expect(self, holds: bool, what: str) -> None:
        if not holds:
            self._refuse(what)

    def _refuse(self, what: str) -> NoReturn:
        raise TamperedFile(f"line {self._line}: {what}", line=self._line, what=what)


def _is_text(value: str) -> bool:
    """Whether it can be written down: JSON can say half of a character."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_posting(posting: object) -> bool:
    match posting:
        case [str(source), str(target), str(), int(quantity)]:
            return source != target and type(quantity) is int and 0 < quantity <= MAX_QUANTITY
    return False
