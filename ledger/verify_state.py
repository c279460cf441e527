"""What the journal comes to, entry by entry, and whether the tables of the state say the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ledger import tables as t
from ledger.findings import Faults, only
from ledger.rows import Row, Rows
from ledger.verify_entries import Account, Unit


@dataclass(slots=True)
class Balance:
    """What one account has of one unit, as far as the journal has been read."""

    account: Account
    unit: Unit
    code: str
    quantity: int = 0
    version: int = 0
    held_out: int = 0
    held_in: int = 0
    as_of: str = ""


class Hold(NamedTuple):
    """A hold that has not ended: its entry's id and expiry, its rows and the balances in them."""

    id: str
    expires_at: str
    lines: Sequence[Row]
    touched: Sequence[Balance]


class State(dict[tuple[int, int], Balance]):
    """Balances by account and unit, made when first met; units, accounts and open holds by id."""

    def __init__(self, units: dict[int, Unit], accounts: dict[int, Account]) -> None:
        super().__init__()
        self.units, self.accounts = units, accounts
        self.holds: dict[int, Hold] = {}
        self.unopened: list[str] = []
        """Codes of accounts and units that were met before an entry opened them."""

    def __missing__(self, key: tuple[int, int]) -> Balance:
        account, unit = self.accounts[key[0]], self.units[key[1]]
        self.unopened += [one.code for one in (account, unit) if one.opened_by is None]
        self[key] = made = Balance(account, unit, account.code)
        account.balances.append(made)
        return made


def check_state(rows: Rows, state: State, faults: Faults) -> None:
    """Compare what the journal came to with the tables that say so."""
    _check_opened(state, faults)
    _check_balances(rows, state, faults)
    _check_holds(rows.of(t.open_hold, "transfer"), state, faults)


def _check_opened(state: State, faults: Faults) -> None:
    for unit in state.units.values():
        if unit.opened_by is None:
            faults.add(t.unit, unit.id, "no entry opened it")
    for account in state.accounts.values():
        if account.opened_by is None:
            faults.add(t.account, account.id, "no entry opened it")
        elif account.standing != account.kept_standing:
            faults.add(
                t.account,
                account.id,
                f"it is {account.kept_standing}, the journal says {account.standing}",
            )


def _check_balances(rows: Rows, state: State, faults: Faults) -> None:
    sums = dict.fromkeys(state.units, 0)
    for row in rows.of(t.balance, "account, unit"):
        account, unit, *values = row
        name = f"{account}/{unit}"
        if account not in state.accounts or unit not in state.units:
            faults.add(t.balance, name, "it names no known account or unit")
            continue
        expected = state.pop((account, unit), None)
        of = state.accounts[account]
        if expected is None:
            if rows.dialect == "sqlite":
                faults.add(t.balance, name, "the journal has no line of it")
            # On PostgreSQL it stays when the entry for which it was made is then refused.
            expected = Balance(of, state.units[unit], of.code)
        _compare(name, values, expected, faults)
        if only(int, values[0]):
            sums[unit] += values[0]
    for balance in state.values():
        faults.add(t.balance, f"{balance.account.id}/{balance.unit.id}", "it is missing")
    for unit, total in sums.items():
        if total:
            code = state.units[unit].code
            faults.add(t.unit, unit, f"all balances in {code} sum to {total}, not 0")


COMPARED: Final = [column.name for column in t.balance.columns][2:]


def _compare(name: str, values: Sequence[object], expected: Balance, faults: Faults) -> None:
    account = expected.account
    journal: list[object] = [
        expected.quantity,
        expected.version,
        expected.held_out,
        expected.held_in,
        expected.as_of or None,
        account.may_go_negative,
        account.may_go_positive,
        account.standing,
    ]
    for column, kept, said in zip(COMPARED, values, journal, strict=True):
        if kept != said:
            faults.add(t.balance, name, f"its {column} is {kept!r}, the journal says {said!r}")


def _check_holds(found: Iterable[Row], state: State, faults: Faults) -> None:
    waiting = dict(state.holds)
    for number, expires_at in found:
        hold = waiting.pop(number, None)
        if hold is None:
            faults.add(t.open_hold, number, "the journal has no such hold, or has ended it")
        elif hold.expires_at != expires_at:
            faults.add(t.open_hold, number, "it expires at another moment than its entry says")
    for number in waiting:
        faults.add(t.open_hold, number, "it is missing")
