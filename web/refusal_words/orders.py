"""The sentences of refusals: orders, bundles and projects."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "not_in_catalogue": (
        _("Deposit %(deposit)s is no longer free. Take it out of the bundle, or choose another."),
        _("This deposit is no longer free. Choose another one."),
    ),
    "bundle_empty": (_("The bundle is empty. Put something in it from the catalogue."),),
    "bundle_ordered": (_("This bundle was ordered already. Begin a new one."),),
    "nothing_inside": (
        _("No deposit inside this red line can go into your bundle. Move the line."),
    ),
    "too_many_inside": (
        _("There are %(found)s deposits inside; a bundle holds %(most)s. Draw a smaller line."),
        _("There are too many deposits inside. Draw a smaller line."),
    ),
    "red_line_unnamed": (_("Give the red line a name."),),
    "own_deposit": (_("This is your own deposit. Choose what others have deposited."),),
    "swap_offer_missing": (
        _("Deposit %(deposit)s is for swap. Say what you offer for it, and its value."),
        _("Say what you offer in exchange, and its value."),
    ),
    "swap_offer_too_high": (
        _("The offer is worth more than the deposit (%(value_fen)s). Offer that much at most."),
        _("The offer is worth more than the deposit. Offer less."),
    ),
    "project_unnamed": (_("Give the project a name and a purpose."),),
    "project_unnamed.name": (_("Give the project a name."),),
    "project_unnamed.purpose": (_("Say what the project is for."),),
    "appraisal_expired": (
        _("The appraisal of deposit %(deposit)s has expired. Have it appraised anew."),
        _("An appraisal has expired. Have it made anew."),
    ),
    "value_changed": (
        _(
            "Deposit %(deposit)s was appraised anew: %(value_fen)s instead of %(agreed_fen)s."
            " End the order, give its money back, and order anew."
        ),
        _("A deposit was appraised anew. End the order, give its money back, and order anew."),
    ),
    "swap_not_accepted": (
        _("The owner of deposit %(deposit)s has not accepted the swap. Wait for the answer."),
        _("An owner has not accepted the swap. Wait for the answer."),
    ),
    "part_not_agreed": (
        _("The owner of %(deposit)s has not agreed to give a part. Wait for the answer."),
        _("An owner has not agreed to give a part. Wait for the answer."),
    ),
    "part_changed": (
        _("Another part of %(deposit)s is asked for now. Look at it, then answer."),
        _("Another part is asked for now. Look at it, then answer."),
    ),
    "part_outdated": (
        _("The land of %(deposit)s has changed since it was cut. Cut it anew."),
        _("The land has changed since it was cut. Cut it anew."),
    ),
    "part_kept": (
        _("The owner of %(deposit)s keeps exactly this part. Draw the line elsewhere."),
        _("The owner keeps exactly this part. Draw the line elsewhere."),
    ),
    "part_too_small": (
        _("Too little of it lies inside the line. Take it out, or draw the line anew."),
    ),
    "area_disagrees": (
        _("The area on file is not that of the outline. Call the county to have it mended."),
    ),
    "offer_answered": (_("You have accepted this offer already. Call the bank if it was wrong."),),
    "reservation_over": (
        _("The reservation ended at %(until)s. Order the bundle again."),
        _("The reservation is over. Order the bundle again."),
    ),
    "wrong_amount": (
        _("Exactly %(open_fen)s is due. Check the bank's receipt."),
        _("This is not the amount due. Check the bank's receipt."),
    ),
    "receipt_used": (
        _("Receipt %(number)s was recorded before. Check the number."),
        _("This receipt was recorded before. Check the number."),
    ),
    "receipt_missing": (_("Write the number of the bank's receipt."),),
    "receipt_unreadable": (
        _("A receipt number has %(least)s to %(most)s letters and digits. Look at the paper."),
        _("This is no receipt number. Compare it with the paper."),
    ),
    "opinion_missing": (_("Name the department and write its opinion."),),
    "opinion_missing.department": (_("Name the department."),),
    "opinion_missing.opinion": (_("Write the department's opinion."),),
    "review_missing": (
        _("Against it: %(against)s. Settle their points, then record a new opinion."),
        _("The joint review is not done. Record the departments' opinions first."),
    ),
    "escrow_short": (
        _("%(open_fen)s of the order's money has not come in. Record the receipt first."),
        _("The order's money is not complete. Record the receipts first."),
    ),
    "collection_under_way": (_("A collection of this order is under way. Finish that one first."),),
    "escrow_held": (
        _("Money is held for order %(order)s. Give it back to the payer first."),
        _("Money is held for this order. Give it back to the payer first."),
    ),
}
