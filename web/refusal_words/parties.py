"""The sentences of refusals: parties and logins."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "weak_password": (_("This password is easy to guess. Choose another one."),),
    "weak_password.short": (
        _("Use at least %(min_length)s characters; a short sentence is easy to remember."),
        _("The password is too short. Use a short sentence."),
    ),
    "weak_password.digits": (_("Digits alone are easy to guess. Add letters or Chinese words."),),
    "weak_password.common": (_("Many people use this password. Choose one of your own."),),
    "weak_password.familiar": (
        _("The password must not contain your name or number. Choose another one."),
    ),
    "already_signed_up": (_("This number has signed up already. Sign in instead."),),
    "already_signed_up.phone": (_("This phone has signed up already. Sign in instead."),),
    "id_number_missing": (_("Copy the 18 characters from the identity card."),),
    "wrong_organisation": (
        _("This credit code is of another kind of organisation. Check the code and the kind."),
    ),
    "nothing_paid_in": (_("Write how much came in, above zero."),),
    "name_missing": (_("Write the name."),),
    "name_missing.representative": (_("Write the name of the person who acts for it."),),
    "unknown_division": (_("This village is not in this county. Choose one from the list."),),
    "not_confirmed": (
        _("An officer has not confirmed “%(name)s” yet. Take its papers to the township office."),
        _("An officer has not confirmed it yet. Take its papers to the township office."),
    ),
    "not_staff": (_("Access tokens are for officers and auditors."),),
    "token_too_long": (
        _("Choose from 1 to %(most)s days."),
        _("Choose fewer days."),
    ),
}
