"""The sentences of refusals: income and rounds."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "not_operating": (_("The project is not operating yet. Collect its bundle first."),),
    "wrong_period": (_("The period must end after it begins, and not lie ahead. Check the days."),),
    "nothing_earned": (_("There is no money to distribute. Record the receipt first."),),
    "nothing_earned.amount": (_("Write an amount above zero."),),
    "wrong_rate": (
        _("Set aside %(minimum)s at least (%(source)s), and 100%% at most."),
        _("The share set aside is out of bounds. Look at the rule and change it."),
    ),
    "wrong_percent": (_("Write a number from 0 to 100, with two digits after the point at most."),),
    "no_shareholders": (
        _("Nobody holds shares of this project, so there is no one to pay. Look at its contracts."),
    ),
    "round_open": (
        _("Round %(round)s is not finished. Finish or cancel it first."),
        _("Another round is not finished. Finish or cancel it first."),
    ),
    "notice_not_over": (
        _("The plan is on display until %(until)s. Confirm it after that."),
        _("The plan is still on display. Confirm it after that."),
    ),
    "override_missing": (
        _("There are more than %(limit)s holders. Write why this is no public offering."),
        _("There are many holders. Write why this is no public offering."),
    ),
    "income_changed": (
        _("The income or its holders have changed since. Cancel this round and compute it anew."),
    ),
}
