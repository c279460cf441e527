"""The sentences of refusals: jobs."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "job_under_way": (_("This is being done already. Wait until it is finished, or stop it."),),
    "job_lost": (_("Another worker took this over. Reload the page to see how far it is."),),
    "given_up": (
        _("This was begun %(claims)s times and never got on. Make the file smaller, then go on."),
        _("This was begun several times and never got on. Make the file smaller, then go on."),
    ),
    "file_discarded": (
        _("This file is no longer kept. What was taken from it stays; give the file again."),
    ),
    "not_our_agency": (_("This is another agency's. Sign in as someone who works there."),),
    "already_applied": (_("A firm of this credit code has applied already. Sign in instead."),),
    "not_editable": (_("This stays as it is while the county decides. Wait for its decision."),),
    "qualification_missing": (_("Enter a qualification that has not expired, then go on."),),
    "qualification_over": (_("This has expired already. Enter one that still holds."),),
    "entered_already": (_("This is entered already. Look at the list."),),
    "too_few_appraisers": (
        _("To appraise it takes %(needed)s qualified appraisers; there are %(found)s. Enter more."),
        _("To appraise it takes more qualified appraisers. Enter more."),
    ),
    "text_missing": (_("Write something here."),),
    "bad_fee": (_("Write a fee above zero; a share is below 100 per cent."),),
    "bad_year": (_("Write the year in which it was done, not one to come."),),
    "bad_stars": (_("Choose one to five stars."),),
    "not_finished": (_("Nothing was delivered yet. Rate it when the result is here."),),
    "rated_already": (_("You have rated this already; a rating stays."),),
    "nothing_matched": (
        _(
            "Choose the column with the outline, both columns of the corners, or that of the"
            " parcel codes."
        ),
    ),
    "not_matched": (_("Say first what the columns of the file mean."),),
    "already_begun": (
        _("Rows of this file were taken in already. Give it again to have it read otherwise."),
    ),
}
