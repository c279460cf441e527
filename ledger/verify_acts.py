"""What each act of the journal must be, and what it makes of the state."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy import Table

from ledger import tables as t
from ledger.findings import Faults, only
from ledger.model import Act, Standing
from ledger.opening import STANDINGS
from ledger.rows import Lines, Row, Rows, all_held, all_postings
from ledger.verify_entries import Account, Entry, Named, Unit
from ledger.verify_state import Balance, Hold, State

OPEN: Final = Standing.OPEN


class Seen(NamedTuple):
    """An entry's lines by names, the balances it touched, the id of what it reverses or ends."""

    named: list[Named]
    touched: Sequence[Balance]
    other: str | None = None


NOTHING: Final = Seen([], ())


class Acts:
    """Entries by their acts, with their lines; each is applied to `state`, wrong ones to `faults`.

    `lines` are those of the last entry.
    """

    def __init__(self, rows: Rows, state: State, faults: Faults) -> None:
        self.state, self.faults = state, faults
        self.postings = 0
        self.lines: Sequence[Row] = ()
        self.any_opened = False
        self._postings = all_postings(rows, partial(self._astray, t.posting))
        self._held = all_held(rows, partial(self._astray, t.held))
        self._mended = Lines(rows.mended(), lambda _: None)
        acts: Mapping[Act, Callable[[Entry], Seen]] = {
            Act.POST: self._post,
            Act.HOLD: self._hold,
            Act.SETTLE: self._settle,
            Act.VOID: self._release,
            Act.EXPIRE: self._release,
            Act.OPEN_UNIT: self._open_unit,
            Act.OPEN_ACCOUNT: self._open_account,
            Act.FREEZE: self._change_standing,
            Act.THAW: self._change_standing,
            Act.CLOSE: self._change_standing,
        }
        self.apply = {act.value: check for act, check in acts.items()}

    def lose_rest(self) -> None:
        """After the last entry: the lines that are left belong to none."""
        self._postings.lose_rest()
        self._held.lose_rest()

    def _fault(self, entry: Entry, what: str) -> None:
        self.faults.add(t.transfer, entry.number, what)

    def _astray(self, table: Table, row: Row) -> None:
        self.faults.add(table, f"{row[0]}/{row[1]}", "no entry that has such lines has its number")

    def _move(self, entry: Entry) -> Seen:
        """Follow the two balances of each posting."""
        named: list[Named] = []
        touched: list[Balance] = []
        state = self.state
        self.lines = lines = self._postings.take(entry.number)
        self.postings += len(lines)
        if not lines:
            self._fault(entry, "it has no postings")
        for place, line in enumerate(lines):
            _, ordinal, source_id, target_id, unit_id, quantity, s_version, s_left, *left = line
            source, target = state[source_id, unit_id], state[target_id, unit_id]
            source.quantity -= quantity
            source.version += 1
            target.quantity += quantity
            target.version += 1
            if (
                source.version != s_version
                or source.quantity != s_left
                or [target.version, target.quantity] != left
                or ordinal != place
            ):
                self._wrong_posting(line, place, source, target)
            if source.account.standing is not OPEN or target.account.standing is not OPEN:
                self._check_standing(entry, source.account, target.account)
            touched += source, target
            named.append((source.code, target.code, source.unit.code, quantity))
        return Seen(named, touched)

    def _wrong_posting(self, line: Row, place: int, source: Balance, target: Balance) -> None:
        name = f"{line[0]}/{line[1]}"
        if line[1] != place:
            self.faults.add(t.posting, f"{line[0]}/{place}", "it is missing")
        for balance, version, left in ((source, *line[6:8]), (target, *line[8:10])):
            if version != balance.version:
                what = f"it is number {version} of {balance.code}, after number"
                self.faults.add(t.posting, name, f"{what} {balance.version - 1}")
            elif left != balance.quantity:
                unit = balance.unit.code
                what = f"it leaves {balance.code} with {left} {unit}, not {balance.quantity}"
                self.faults.add(t.posting, name, what)
            if only(int, version, left):  # go on from what it says: one fault is told once
                balance.version, balance.quantity = version, left

    def _check_standing(self, entry: Entry, source: Account, target: Account) -> None:
        for account in (source, target):
            if account.standing == Standing.CLOSED:
                self._fault(entry, f"{account.code} was closed before")
        if source.standing == Standing.FROZEN:
            self._fault(entry, f"{source.code} was frozen before")

    def _post(self, entry: Entry) -> Seen:
        seen = self._move(entry)
        if entry.reverses is None:
            return seen
        return seen._replace(other=self._check_reversal(entry))

    def _check_reversal(self, entry: Entry) -> str | None:
        """The id of what is reversed: something that moved, no reversal, and all of it."""
        mended = self._mended.take(entry.number)
        if not mended:
            self._fault(entry, "what it reverses is missing")
            return None
        _, mended_id, _, reverses, *_ = mended[0]
        opposite = [row[4:8] for row in mended]
        if entry.reverses >= entry.number or reverses is not None:  # type: ignore[operator]  # None is UNREADABLE
            self._fault(entry, "what it reverses is a reversal, or came later")
        if [(line[3], line[2], line[4], line[5]) for line in self.lines] != opposite:
            self._fault(entry, "its postings are not the opposite of those that it reverses")
        return str(mended_id)

    def _hold(self, entry: Entry) -> Seen:
        named: list[Named] = []
        touched: list[Balance] = []
        self.lines = lines = self._held.take(entry.number)
        if not lines:
            self._fault(entry, "it holds nothing")
        for place, (number, ordinal, source_id, target_id, unit_id, quantity) in enumerate(lines):
            if ordinal != place:
                self.faults.add(t.held, f"{number}/{place}", "it is missing")
            source, target = self.state[source_id, unit_id], self.state[target_id, unit_id]
            source.held_out += quantity
            target.held_in += quantity
            self._check_standing(entry, source.account, target.account)
            touched += source, target
            named.append((source.code, target.code, source.unit.code, quantity))
        self.state.holds[entry.number] = Hold(entry.id, str(entry.expires_at), lines, touched)
        return Seen(named, touched)

    def _end(self, entry: Entry) -> Hold | None:
        """Let go what the hold kept that this entry ends."""
        hold = None if entry.ends is None else self.state.holds.pop(entry.ends, None)
        if hold is None:
            return None
        for place, line in enumerate(hold.lines):
            hold.touched[2 * place].held_out -= line[5]
            hold.touched[2 * place + 1].held_in -= line[5]
        if entry.act == Act.EXPIRE and entry.recorded_at < hold.expires_at:
            self._fault(entry, "its hold had not expired")
        if entry.act == Act.SETTLE and entry.recorded_at >= hold.expires_at:
            self._fault(entry, "its hold had expired")
        return hold

    def _release(self, entry: Entry) -> Seen:
        hold = self._end(entry)
        return NOTHING if hold is None else Seen([], hold.touched, hold.id)

    def _settle(self, entry: Entry) -> Seen:
        hold = self._end(entry)
        seen = self._move(entry)
        if hold is None:
            return seen
        kept = iter(hold.lines)
        for line in self.lines:
            if not any(line[2:5] == one[2:5] and line[5] <= one[5] for one in kept):
                self.faults.add(t.posting, f"{line[0]}/{line[1]}", "its hold kept no such posting")
        return Seen(seen.named, [*seen.touched, *hold.touched], hold.id)

    def _open(self, entry: Entry, opened: Account | Unit) -> Seen:
        self.any_opened = True
        if opened.opened_by is None:
            opened.opened_by = entry.number
        else:
            self._fault(entry, f"entry {opened.opened_by} has opened {opened.code!r} already")
        return NOTHING

    def _open_unit(self, entry: Entry) -> Seen:
        return self._open(entry, self.state.units[entry.unit])  # type: ignore[index]  # None is UNREADABLE

    def _open_account(self, entry: Entry) -> Seen:
        account = self.state.accounts[entry.account]  # type: ignore[index]  # None is UNREADABLE
        account.standing = account.standing or OPEN
        return self._open(entry, account)

    def _change_standing(self, entry: Entry) -> Seen:
        account = self.state.accounts[entry.account]  # type: ignore[index]  # None is UNREADABLE
        before = Standing(account.standing) if account.standing else None
        after = None if before is None else STANDINGS.get((before, Act(entry.act)))
        if after is None:
            self._fault(entry, f"{account.code} was {account.standing or 'not open'}")
            return NOTHING
        account.standing = after
        if after is Standing.CLOSED and any(
            one.quantity or one.held_out or one.held_in for one in account.balances
        ):
            self._fault(entry, f"{account.code} was not empty")
        return NOTHING
