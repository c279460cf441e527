"""The sentences of refusals: commissions."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "no_such_commission": (
        _("There is no such commission, or it is not yours. Begin again from the list."),
    ),
    "nothing_asked": (
        _("Say what it is about: assets for an appraisal, one running project for a plan."),
    ),
    "not_to_be_appraised": (
        _("Deposit %(deposit)s is at “%(stage)s” and cannot be appraised now. Leave it out."),
        _("This cannot be appraised at its present stage. Leave it out."),
    ),
    "agencies_missing": (_("Choose at least one agency, and each only once."),),
    "deadline_unsound": (
        _("Choose a day after %(earliest_on)s."),
        _("The days are past, or not in their order. Choose later ones."),
    ),
    "deadline_unsound.quote_by": (
        _("Choose %(earliest_on)s or a later day."),
        _("This day is past. Choose a later one."),
    ),
    "not_disputed": (
        _("A second opinion is about a disputed result and its own assets. Dispute it first."),
    ),
    "first_agency": (_("This agency gave the first opinion. Ask another one."),),
    "quoting_over": (
        _("Quotes were taken until %(until)s. Ask the client for a new request."),
        _("The time for quotes is over. Ask the client for a new request."),
    ),
    "fee_unsound": (_("Write a fee of zero or more; check the digits."),),
    "delivery_late": (
        _("The client asks for the work by %(latest_on)s. Choose that day or an earlier one."),
        _("The work follows the last day for quotes. Choose a later day."),
    ),
    "offer_worse": (_("You offered this before on better terms. Keep those, or better them."),),
    "ties_undeclared": (
        _("Declare that nothing ties the agency to these parties, or decline to quote."),
    ),
    "agency_tied": (
        _("The agency has declared a tie to “%(party)s”. It cannot do this work; ask another."),
        _("Something ties the agency to a party. It cannot do this work; ask another."),
    ),
    "quotes_on_itself": (
        _("“%(party)s” is the agency itself or acts through its people. Ask another agency."),
        _("An agency does not work on itself. Ask another agency."),
    ),
    "tie_declared": (_("This tie is declared already. Nothing more is needed."),),
    "tie_ended": (_("This tie has ended already. Reload the page."),),
    "countys_tie": (_("The county declared this tie. Ask the county to end it."),),
    "recused_already": (_("She keeps out of this commission already. Nothing more is needed."),),
    "not_its_appraiser": (_("Nobody of that name appraises here. Choose from the list."),),
    "vote_not_needed": (_("Only a collective votes on its choice. Choose the agency directly."),),
    "vote_missing": (
        _("First record the members' vote that chose “%(agency)s”."),
        _("First record the members' vote that chose this agency."),
    ),
    "vote_day_unsound": (
        _("The vote is held after the request of %(earliest_on)s, and not on a day to come."),
        _("The vote is held after the request, and not on a day to come."),
    ),
    "not_offered": (
        _("This quote stands at “%(stage)s”. Choose one that is offered."),
        _("This agency offers nothing now. Choose one that does."),
    ),
    "choosing_over": (
        _("An agency could be chosen until %(until)s. Ask for quotes again."),
        _("The time to choose is over. Ask for quotes again."),
    ),
    "not_the_client": (_("Somebody else gave this commission. Only they can do this."),),
    "visit_day_unsound": (
        _("Write the day of the visit: after the commission, and not one to come."),
    ),
    "not_a_photo": (
        _("“%(name)s” is no picture of this visit. Choose photos that were taken there."),
        _("This is no picture of this visit. Choose photos that were taken there."),
    ),
    "photos_too_few": (
        _("Add photos of the place: at least %(needed)s."),
        _("Add photos of the place."),
    ),
    "not_visitable": (_("The commission is not for this. Choose one of its own."),),
    "accepted_already": (
        _("The result was accepted, so it can no longer be disputed. Ask for a new appraisal."),
    ),
    "answering_over": (
        _("It could be disputed until %(until)s; silence was acceptance. Ask for a new appraisal."),
        _("The time to answer is over; silence was acceptance. Ask for a new appraisal."),
    ),
    "not_concerned": (
        _("Only the client or an owner disputes a result. Tell one of them what you found."),
    ),
    "panel_too_small": (
        _("Name at least %(needed)s different members of the panel."),
        _("Name more members of the panel."),
    ),
    "second_unfit": (
        _("This is no finished second opinion about the same result. Choose another, or none."),
    ),
    "not_overdue": (
        _("The agency is at work until %(until)s. After that day you can take it back."),
        _("The agency is still at work. Take it back when it is overdue."),
    ),
}
