"""The sentences of refusals: methods of valuation, agencies."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "not_the_agency": (_("Another agency has this commission. Only its appraisers may act here."),),
    "agency_not_admitted": (
        _("This agency is not on the county's list for appraisals. Choose another one."),
    ),
    "commission_ended": (_("This commission is closed. A new appraisal needs a new commission."),),
    "unknown_method": (_("There is no such valuation method. Choose one from the list."),),
}
