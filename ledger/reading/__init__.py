"""Reading the ledger: balances, statements, entries and holds. Nothing here writes."""

from ledger.reading.accounts import AccountView, get_account
from ledger.reading.balances import (
    Balance,
    balance,
    balance_of,
    balances,
    balances_page,
    each_balance,
    holders,
    starts_with,
)
from ledger.reading.entries import TransferView, contents, get_transfer, transfers
from ledger.reading.holds import HoldView, get_hold, holds
from ledger.reading.statements import Line, statement
from ledger.reading.trial import TrialBalance, trial_balance

__all__ = [
    "AccountView",
    "Balance",
    "HoldView",
    "Line",
    "TransferView",
    "TrialBalance",
    "balance",
    "balance_of",
    "balances",
    "balances_page",
    "contents",
    "each_balance",
    "get_account",
    "get_hold",
    "get_transfer",
    "holders",
    "holds",
    "starts_with",
    "statement",
    "transfers",
    "trial_balance",
]
