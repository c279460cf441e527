"""The sentences of refusals: plans of projects, and papers of financings."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "not_a_plan": (
        _("This commission asks for no plan of a project. Choose a planning commission."),
    ),
    "phases_missing": (
        _("Phase %(phase)s lacks its name or its works. Fill them in."),
        _("A plan has at least one phase. Add the first one."),
    ),
    "phases_unsound": (
        _("Phase %(phase)s ends before it begins, or begins before the one before it ends. Mend "
          "its days."),
        _("The days of the phases are not in their order. Mend them."),
    ),
    "investment_unsound": (
        _("The phases sum to %(sum_fen)s, the whole is given as %(investment_fen)s. Mend one of "
          "them."),
        _("The investment of phase %(phase)s is below zero. Give zero or more."),
        _("Investments are zero or more and sum to the whole. Mend them."),
    ),
    "no_financing": (
        _("This commission asks for no financing. Choose a financing commission."),
    ),
    "papers_missing": (_("Add the papers that you deliver."),),
}  # fmt: skip
