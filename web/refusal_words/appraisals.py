"""The sentences of refusals: appraisals."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "no_such_appraisal": (
        _("There is no such commission or appraisal for your agency. Begin again from the list."),
    ),
    "not_qualified": (
        _("Your qualification is not on record or has expired. Have the county renew it first."),
    ),
    "signed_already": (_("You have signed already. A second appraiser must sign now."),),
    "valuation_date_ahead": (
        _("The valuation date lies ahead, or is too long ago. Give a day that still counts."),
    ),
    "own_appraisal": (
        _("You may not appraise for a party you act for. Let another appraiser do it."),
    ),
    "recused": (_("You keep out of this commission. Let another appraiser do it."),),
    "no_value": (_("This method gives no value of an asset. Choose another method."),),
    "not_commissioned": (
        _("The commission is not for this asset. Choose one of those it is for."),
    ),
    "site_unvisited": (
        _("Nobody has recorded a visit to the place. Record the visit first, then value it."),
    ),
    "draft_open": (
        _("%(appraisal)s is being worked on. Finish it or put it aside first."),
        _("An appraisal of it is being worked on. Finish it or put it aside first."),
    ),
    "stage_forbids": (
        _("It stands at “%(stage)s” and does not allow this now. Look at what it waits for."),
        _("The appraisal does not allow this now. Look at what it waits for."),
    ),
    "method_twice": (
        _("The draft has a value by this method. Take that out first, or choose another method."),
    ),
    "method_missing": (_("The draft has no such value. Value it by a method first."),),
    "too_few_methods": (
        _("The rules ask for %(needed)s methods and there is %(found)s. Value it by one more, or "
          "choose the ground on which one suffices."),
        _("The rules ask for more methods. Value it by one more, or choose the ground on which one "
          "suffices."),
    ),
    "ground_not_wanted": (
        _("There are methods enough. Leave out the ground for one method."),
    ),
    "reason_missing": (_("Give the reason: who reads the report should be able to follow it."),),
    "weights_unsound": (
        _("Give each method a weight of 0 or more percent. Together they make 100 %%; now they "
          "make %(sum_ppm)s."),
        _("Give each method a weight of 0 or more percent. Together they make 100 %%."),
    ),
    "no_mode": (
        _("No value occurs more often than the others. Choose the mean, weights or the median."),
    ),
    "reconciliation_unfit": (
        _("This does not fit the number of methods. One value stays as it is; of several, choose "
          "the mean, weights, the median or the mode."),
    ),
    "reviewer_drafted": (
        _("You drafted this appraisal. A colleague who did not has to review it."),
    ),
    "pieces_unsound": (
        _("Piece %(piece)s has no name, no area or no value, lies outside the land, or overlaps "
          "another. Mend it."),
        _("A split has two pieces or more, inside the land and side by side. Mend them."),
    ),
    "pieces_unsound.uncut": (
        _("The land is in one piece yet. Draw a cut right across it, or give a file of pieces."),
    ),
    "pieces_unsound.short": (
        _("Cut %(piece)s does not part the land. Take it back, and draw it from edge to edge."),
        _("A cut does not part the land. Take it back, and draw it from edge to edge."),
    ),
    "pieces_unsound.many": (
        _("That makes more pieces than the %(most)s that a split may have. Cut less finely."),
        _("That makes more pieces than a split may have. Cut less finely."),
    ),
    "pieces_unsound.unread": (
        _("Only lines and polygons can cut the land. Take everything else out of the file."),
    ),
    "pieces_unsound.outside": (
        _("Piece %(piece)s does not lie in the land. Mend its outline in the file."),
        _("A piece does not lie in the land. Mend its outline in the file."),
    ),
    "pieces_unsound.overlaps": (
        _("Piece %(piece)s overlaps one before it. Mend its outline in the file."),
        _("A piece overlaps one before it. Mend its outline in the file."),
    ),
    "pieces_unsound.uncovered": (
        _("The pieces leave %(left_dm2)s of the land uncovered. Add what is missing to the file."),
        _("The pieces do not cover the land. Add what is missing to the file."),
    ),
    "split_unequal": (
        _("The pieces are worth %(sum_fen)s together: %(more_fen)s more than the whole, which is "
          "%(value_fen)s. Take that much off."),
        _("The pieces are worth %(sum_fen)s together: %(less_fen)s less than the whole, which is "
          "%(value_fen)s. Add that much."),
        _("The pieces do not make up the whole. Make their areas and values sum to it."),
    ),
}  # fmt: skip
