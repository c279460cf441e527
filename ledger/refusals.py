"""What the ledger refuses, each by its own name."""

from database.refusals import Conflict, Invalid, NotFound


class BadTransfer(Invalid):
    """A transfer that cannot be: `field` (such as `quantity`), `rule`, `given`."""


class BadQuestion(Invalid):
    """What cannot be asked of the ledger: `field` (such as `as_of`), `rule`, `given`."""


class UnknownAccount(NotFound):
    """No account of this code is open: `account`."""


class UnknownUnit(NotFound):
    """No unit of this code is open: `unit`."""


class UnknownTransfer(NotFound):
    """No transfer has this id: `transfer`."""


class UnknownHold(NotFound):
    """No hold has this id: `hold`."""


class Overdrawn(Conflict):
    """An account that may not go below zero would: `account`, `unit`, `available`, `held`, `asked`.

    `available` is what it has beyond what is `held`.
    """


class AboveZero(Conflict):
    """An account that may not go above zero would: `account`, `unit`, `available`, `asked`.

    `available` is the room up to zero, less what holds are to bring.
    """


class BalanceTooLarge(Conflict):
    """A balance would leave what 64 bits hold: `account`, `unit`, `balance`."""


class AccountFrozen(Conflict):
    """Nothing may go out of a frozen account: `account`."""


class AccountClosed(Conflict):
    """Nothing may go in or out of a closed account: `account`."""


class AccountNotEmpty(Conflict):
    """An account that holds something, or has open holds, stays open: `account`, `unit`."""


class AccountStands(Conflict):
    """The account stands so that this act does not apply to it: `account`, `standing`."""


class AccountDiffers(Conflict):
    """The account is open already, under another rule: `account`."""


class KeyReused(Conflict):
    """The key belongs to a transfer with another body: `key`, `transfer`."""


class HoldEnded(Conflict):
    """A hold ends once: `hold`, and the `act` and id (`by`) of the entry that ended it."""


class HoldExpired(Conflict):
    """A hold past its expiry cannot be settled: `hold`, `expires_at`."""


class SettlesTooMuch(Conflict):
    """More would be settled than is held: `hold`, `held`, `asked`."""


class AlreadyReversed(Conflict):
    """A transfer is reversed once only: `transfer`, `by`."""


class ReversalIsFinal(Conflict):
    """A reversal cannot itself be reversed; post what is meant anew: `transfer`."""


class NothingToReverse(Conflict):
    """The entry moved nothing: `transfer`, `act`."""


class NotSealed(Conflict):
    """The log has not reached this transfer yet: `transfer`, `size`."""


class Tampered(Conflict):
    """A row is not as it was written: `table`, `row`, `what`. Nothing is signed over it."""
