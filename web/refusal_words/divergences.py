"""The sentences of refusals: reviews of differing values."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "no_such_divergence": (
        _("There is no such review of differing appraisals. Begin again from the list."),
    ),
    "divergence_settled": (
        _("This review is settled already. Look at what was decided."),
    ),
    "not_one_of_the_two": (_("Choose one of the two appraisals to keep."),),
    "divergence_open": (
        _("Two appraisals of %(deposit)s differ too much. Wait until the county has settled which "
          "one counts."),
        _("Two appraisals differ too much. Wait until the county has settled which one counts."),
    ),
}  # fmt: skip
