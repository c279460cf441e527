"""The sentences of refusals: the ledger."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

NO_CHECKPOINT: Final = _("No checkpoint is that large. Ask for a size up to the last one's.")
WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "bad_transfer": (
        _("The ledger cannot write this down as it is. Check amounts, names and days."),
    ),
    "bad_question": (
        _("The ledger cannot be asked this. Check the day, or begin again from the first page."),
    ),
    "unknown_account": (_("The ledger has no such account. Check how it is written."),),
    "unknown_unit": (_("The ledger has no such unit. Check how it is written."),),
    "unknown_transfer": (_("The ledger has no such transfer. Check the number."),),
    "unknown_hold": (_("The ledger has no such hold. Check the number."),),
    "overdrawn": (
        _("There is only %(available)s, and %(asked)s was asked. Ask for less, or wait for more."),
        _("There is less than was asked. Ask for less, or wait for more."),
    ),
    "above_zero": (
        _("There is room for only %(available)s, and %(asked)s was to come. Send less."),
        _("This account cannot take so much. Send less."),
    ),
    "balance_too_large": (_("The sum is more than the ledger can hold. Check the amount."),),
    "key_reused": (_("This was sent before with other contents. Reload the page and try again."),),
    "account_differs": (_("An account of this name exists already. Choose another name."),),
    "account_frozen": (_("Nothing may go out of this account for now. Ask the county why."),),
    "account_closed": (_("This account is closed for good. Use another one."),),
    "account_not_empty": (
        _("The account still has something, or something is on hold in it. Empty it first."),
    ),
    "account_stands": (
        _("The account stands at “%(standing)s”, so this cannot be done. Reload the page."),
        _("As the account stands, this cannot be done. Reload the page."),
    ),
    "hold_ended": (
        _("This hold has ended: %(act)s. Look at the entry that ended it."),
        _("This hold has ended. Look at the entry that ended it."),
    ),
    "hold_expired": (
        _("This hold ran out on %(expires_at)s. Make a new one."),
        _("This hold has run out. Make a new one."),
    ),
    "settles_too_much": (
        _("Only %(held)s is on hold, and %(asked)s was asked. Ask for less."),
        _("Less is on hold than was asked. Ask for less."),
    ),
    "already_reversed": (_("This transfer was reversed before. Look at the reversal instead."),),
    "reversal_is_final": (_("A reversal cannot be reversed. Post what is meant anew."),),
    "nothing_to_reverse": (_("This entry moved nothing, so there is nothing to reverse."),),
    "not_sealed": (_("No checkpoint covers this entry yet. Try again in a minute."),),
    "not_sealed.size": (NO_CHECKPOINT,),
    "not_sealed.from": (NO_CHECKPOINT,),
    "not_sealed.to": (NO_CHECKPOINT,),
    "no_signing_key": (_("The bank has no key to sign with. Set SIGNING_KEY."),),
    "bad_note": (_("This checkpoint or key is not complete. Copy all of its lines."),),
    "bad_receipt": (_("This is not a whole receipt. Use the file as you downloaded it."),),
    "tampered_file": (
        _("Line %(line)s of this file is not as the ledger wrote it. Export it anew."),
        _("This file is not as the ledger wrote it. Export it anew."),
    ),
    "tampered": (
        _("A row of the ledger is not as it was written. Nothing is signed. Tell the auditor now."),
    ),
}
