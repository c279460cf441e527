"""Refusals of withdrawals."""

from database.refusals import Conflict, Invalid


class NothingToPay(Invalid):
    """A payout needs an amount above zero."""


class NotEnough(Invalid):
    """More is asked than there is, what earlier requests ask included: `available_fen`."""


class NothingHeld(Conflict):
    """No money is held for the order, so none can go back: `order`."""


class EscrowChanged(Conflict):
    """What is held for the order is no longer what was asked for: `held_fen`, `amount_fen`."""


class ContractRunning(Conflict):
    """The contract over the land has not ended: `contract`, `ends_on`."""


class RentOpen(Conflict):
    """A rent of the contract that has ended is not paid: `contract`."""


class BankAccountMissing(Invalid):
    """The bank account that the money goes to is needed: 8 to 30 digits."""


class WithdrawalUnderWay(Conflict):
    """Another withdrawal of the same is under way: `withdrawal`."""
