"""The sentences of refusals: what many packages share."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "no_such_record": (
        _("There is no such record, or you may not see it. Check the number, or call the bank."),
    ),
    "illegal_move": (
        _("It now stands at “%(stage)s”, so this cannot be done. Reload the page to go on."),
        _("This cannot be done at this stage. Reload the page to see what comes next."),
    ),
    "not_yours": (_("This belongs to someone else. Sign in as someone who acts for the owner."),),
    "not_an_officer": (_("Only an officer of the office in charge may do this. Pass it on."),),
    "own_business": (_("You have a part in this matter. Another officer must decide it."),),
    "same_officer": (_("You acted on this before. A second, different officer is needed now."),),
    "grace_running": (
        _("It can still be taken back until %(until)s. Go on after that."),
        _("It can still be taken back for a short while. Go on after that."),
    ),
    "grace_over": (_("The time to take it back is over. Call the bank if something is wrong."),),
    "bank_not_empty": (
        _("The bank is not empty; a demonstration is loaded into an empty one only."),
    ),
    "not_a_number": (_("Write a plain number, such as 1234.50."),),
    "negative_number": (_("The number cannot be below zero. Write it without a minus."),),
    "too_many_decimals": (
        _("Write at most %(places)s digits after the point."),
        _("Write fewer digits after the point."),
    ),
    "too_large": (_("The number is too large. Check the digits and the unit."),),
    "wrong_length": (
        _("This number has %(needed)s characters; you wrote %(got)s. Compare it with the paper."),
        _("The number of characters is not right. Compare it with the paper."),
    ),
    "wrong_character": (
        _("Character %(place)s cannot be right. Compare it with the paper."),
        _("One character cannot be right. Compare it with the paper."),
    ),
    "wrong_date": (_("The day of birth in this number cannot be right. Check digits 7 to 14."),),
    "wrong_check_digit": (_("One character seems mistyped. Compare the number with the paper."),),
    "unit_elsewhere": (
        _("This unit lies in county %(county)s; this county's codes begin with %(needed)s."),
        _("This unit lies in another county. Compare it with the paper."),
    ),
    "wrong_phone": (_("Write a mobile number of 11 digits that begins with 1."),),
    "unsplittable": (
        _("There is nothing to split, or nobody to split it among. Check the parts."),
    ),
    "unknown_rule": (
        _("No rule “%(rule)s” is in force, so nothing can be decided. Tell the county."),
        _("No rule is in force for this, so nothing can be decided. Tell the county."),
    ),
}
