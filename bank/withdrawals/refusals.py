"""Refusals of withdrawals."""

from database.refusals import Conflict, Invalid


class NothingToPay(Invalid):
    """A payout needs an amount above zero."""


class NotEnough(Invalid):
    """More is asked than there is, what earlier requests ask included: `available_fen`."""


class BankAccountMissing(Invalid):
    """The bank account that the money goes to is needed: 8 to 30 digits."""


class ReasonMissing(Invalid):
    """A refusal needs its reason."""


class WithdrawalUnderWay(Conflict):
    """Another withdrawal of the same is under way: `withdrawal`."""
