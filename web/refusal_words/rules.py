"""The sentences of refusals: the rulebook."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "unknown_use": (_("Construction land is not granted for this use. Choose one from the list."),),
    "vote_impossible": (_("The numbers of the vote contradict each other. Check the minutes."),),
    "vote_impossible.present": (
        _("More attended than there are members (%(most)s). Check the minutes."),
        _("More attended than there are members. Check the minutes."),
    ),
    "vote_impossible.in_favour": (
        _("More were in favour than attended (%(most)s). Check the minutes."),
        _("More were in favour than attended. Check the minutes."),
    ),
    "body_cannot_decide": (
        _("Representatives may not decide this. Hold a members' meeting and bring its minutes."),
    ),
    "representatives_too_few": (
        _("There must be %(needed)s representatives at least. Hold a members' meeting instead."),
        _("There are too few representatives. Hold a members' meeting instead."),
    ),
    "meeting_notice": (
        _("A meeting is called %(needed)s days ahead; this one was %(got)s. Hold it again."),
        _("The meeting was called too late. Hold it again."),
    ),
    "attendance_short": (
        _("At least %(needed)s of %(members)s must attend; %(got)s did. Hold the meeting again."),
        _("Too few attended. Hold the meeting again."),
    ),
    "vote_short": (
        _("At least %(needed)s of %(members)s must be in favour; %(got)s were. It did not carry."),
        _("Too few were in favour, so it did not carry. It can be put to the vote again."),
    ),
}
