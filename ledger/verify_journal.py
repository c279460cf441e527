"""Following the journal entry by entry: what each must be, and what it makes of the state."""

from collections.abc import Iterator, Sequence
from typing import Final

from ledger import tables as t
from ledger.findings import UNREADABLE, Faults, only
from ledger.model import Act
from ledger.rows import Row, Rows
from ledger.verify_acts import Acts
from ledger.verify_entries import (
    ENDINGS,
    WRONG_HASHES,
    Account,
    Entries,
    Entry,
    Named,
    Unit,
    facts_of,
    wrong_hash,
)
from ledger.verify_state import Balance, State

OPTIONAL: Final = {
    "reverses": (Act.POST,),
    "ends": ENDINGS,
    "expires_at": (Act.HOLD,),
    "account": (Act.OPEN_ACCOUNT, Act.FREEZE, Act.THAW, Act.CLOSE),
    "unit": (Act.OPEN_UNIT,),
}
"""Which acts alone may be about each of these."""


class Journal:
    """One reading of the journal: it feeds `state` and notes `faults`."""

    def __init__(self, rows: Rows, state: State, faults: Faults) -> None:
        self.rows, self.state, self.faults = rows, state, faults
        self.transfers = 0
        self._acts = Acts(rows, state, faults)

    @property
    def postings(self) -> int:
        """How many postings there are."""
        return self._acts.postings

    def entries(self) -> Iterator[tuple[Entry, Sequence[Balance]]]:
        """Each entry by its number, after it was checked, with the balances that it touched."""
        gapless, number = self.rows.dialect == "sqlite", 0
        for entry in Entries(self.rows, self._astray):
            number = entry.number
            self.transfers += 1
            if number < 1:
                self._fault(entry, "numbers begin at 1")
            if gapless and number != self.transfers:
                self._fault(entry, f"number {self.transfers} is missing before it")
                gapless = False
            self._acts.lines = ()
            touched: Sequence[Balance] = ()
            try:
                touched = self._check(entry)
            except UNREADABLE as error:
                self._unreadable(entry, error)
            yield entry, touched
        if number > self.rows.last_number():
            self.faults.add(t.transfer, number, "no such number has been given out yet")
        self._acts.lose_rest()
        for number, mended in self.rows.reversed_twice():
            self.faults.add(t.transfer, number, f"it reverses {mended}, which is reversed already")

    def _fault(self, entry: Entry, what: str) -> None:
        self.faults.add(t.transfer, entry.number, what)

    def _astray(self, row: Row) -> None:
        self.faults.add(t.about, row[0], "no entry is about this")

    def _unreadable(self, entry: Entry, error: Exception) -> None:
        """A value that is none of its column's type, or names nothing: of a line, or the entry."""
        table = t.held if entry.act == Act.HOLD else t.posting
        accounts, units = self.state.accounts, self.state.units
        for line in self._acts.lines:
            known = line[2] in accounts and line[3] in accounts and line[4] in units
            if not known or not only(int, *line):
                what = f"it names no known account, unit or quantity: {error!r}"
                self.faults.add(table, f"{line[0]}/{line[1]}", what)
                return
        if entry.unit is not None and entry.unit not in units:
            self._fault(entry, f"ledger_unit {entry.unit}, which it names, is missing")
        elif entry.account is not None and entry.account not in accounts:
            self._fault(entry, f"ledger_account {entry.account}, which it names, is missing")
        else:
            self._fault(entry, f"it cannot be computed: {error!r}")

    def _check(self, entry: Entry) -> Sequence[Balance]:
        check = self._acts.apply.get(entry.act)
        if check is None:
            self._fault(entry, f"there is no act {entry.act!r}")
            return ()
        named, touched, other = check(entry)
        if self.state.unopened:
            self._check_opened(entry)
        self._check_balances(entry, touched)
        if entry.act == Act.POST and entry[14:] == (None, None, None, None):
            wrong = wrong_hash(self.rows, entry, named, None, other)
        else:
            wrong = self._check_act(entry, named, other)
        if wrong is not None:
            self._name_wrong(entry, wrong)
        return touched if entry.account is None else self.state.accounts[entry.account].balances

    def _check_act(self, entry: Entry, named: list[Named], other: str | None) -> str | None:
        """What is wrong with an entry other than POST, or about what no POST is about."""
        for column, acts in OPTIONAL.items():
            filled = getattr(entry, column) is not None
            if filled != (entry.act in acts) and (filled or entry.act != Act.POST):
                return f"its {column} is not for this act"
        if entry.act in ENDINGS and other is None:
            return "it ends no open hold"
        state = self.state
        facts = facts_of(self.rows, entry, ended=other, accounts=state.accounts, units=state.units)
        return wrong_hash(
            self.rows, entry, named, facts, other if entry.reverses is not None else None
        )

    def _name_wrong(self, entry: Entry, what: str) -> None:
        """Where only the row that an entry opened can be wrong, that row is named."""
        bare = entry.kind == entry.act and not entry.reference and not entry.memo
        opened = self._opened_by(entry) if bare and what == WRONG_HASHES else None
        if opened is None:
            self._fault(entry, what)
        else:
            table = t.unit if isinstance(opened, Unit) else t.account
            self.faults.add(table, opened.id, f"it is not as entry {entry.number} opened it")

    def _opened_by(self, entry: Entry) -> Account | Unit | None:
        """The row that this entry opened, if no other entry did: what it says must be wrong."""
        if entry.act == Act.OPEN_UNIT and entry.unit is not None:
            once = self.rows.count_openings("unit", entry.unit) == 1
            return self.state.units[entry.unit] if once else None
        if entry.act == Act.OPEN_ACCOUNT and entry.account is not None:
            once = self.rows.count_openings("account", entry.account) == 1
            return self.state.accounts[entry.account] if once else None
        return None

    def _check_opened(self, entry: Entry) -> None:
        """Entries older than all openings were there before openings became entries."""
        if self._acts.any_opened:
            early = ", ".join(map(repr, self.state.unopened))
            self._fault(entry, f"it comes before the entry that opens {early}")
        self.state.unopened.clear()

    def _check_balances(self, entry: Entry, touched: Sequence[Balance]) -> None:
        """From when on the entry counts, and that it left nothing below or above its limit."""
        as_of = entry.recorded_at
        for balance in touched:
            if balance.as_of > as_of:
                as_of = balance.as_of
        if entry.as_of != as_of:
            self._fault(entry, f"it counts from {as_of} on, not {entry.as_of!r}")
        for balance in touched:
            balance.as_of = as_of
            if balance.quantity < balance.held_out and not balance.account.may_go_negative:
                self._fault(entry, f"it leaves {balance.code} less {balance.unit.code} than held")
            if balance.quantity + balance.held_in > 0 and not balance.account.may_go_positive:
                self._fault(entry, f"it leaves {balance.code} above zero in {balance.unit.code}")
