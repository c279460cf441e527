"""What the ledger refuses, each by its own name."""

from database.refusals import Conflict, NotFound


class UnknownAccount(NotFound):
    """No account of this code is open."""


class UnknownUnit(NotFound):
    """No unit of this code is open."""


class UnknownTransfer(NotFound):
    """No transfer has this id."""


class Overdrawn(Conflict):
    """An account that may not go below zero would: `account`, `unit`, `available`, `asked`."""


class BalanceTooLarge(Conflict):
    """A balance would leave what 64 bits hold: `account`, `unit`, `balance`."""


class KeyReused(Conflict):
    """The key belongs to a transfer with another body."""


class AccountDiffers(Conflict):
    """The account is open already, under another rule."""


class AlreadyReversed(Conflict):
    """A transfer is reversed once only: `transfer`, `by`."""


class ReversalIsFinal(Conflict):
    """A reversal cannot itself be reversed; post what is meant anew."""


class NotSealed(Conflict):
    """The log has not reached this transfer yet: `transfer`, `size`."""
