"""The sentences of refusals: withdrawals."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "nothing_to_pay": (_("Write an amount above zero."),),
    "not_enough": (
        _("You can take out %(available_fen)s at most. Write a smaller amount."),
        _("This is more than there is. Write a smaller amount."),
    ),
    "bank_account_missing": (_("Write the bank account the money goes to: 8 to 30 digits."),),
    "reason_missing": (_("Write why it is refused, so that the owner knows what to do."),),
    "nothing_held": (
        _("No money is held for this order, so none can go back. Cancel it instead."),
    ),
    "escrow_changed": (
        _("%(held_fen)s are held now, not %(amount_fen)s. Refuse this refund and ask for it anew."),
        _("What is held has changed. Refuse this refund and ask for it anew."),
    ),
    "contract_running": (
        _("Contract %(contract)s runs until %(ends_on)s. Ask for it back after that."),
        _("The contract over this land has no end yet. Call the bank if you think otherwise."),
    ),
    "rent_open": (
        _("A rent of contract %(contract)s is not paid. Ask for it back when all rents are."),
        _("A rent is not paid. Ask for it back when all rents are."),
    ),
    "withdrawal_under_way": (
        _("Withdrawal %(withdrawal)s of the same is under way. Wait until it is finished."),
        _("Another withdrawal of the same is under way. Wait until it is finished."),
    ),
}
