"""Refusals of bundles, orders, receipts and projects."""

from database.refusals import Conflict, Invalid


class NotInCatalogue(Conflict):
    """The deposit is not free to be ordered: `deposit`, `stage`."""


class BundleEmpty(Invalid):
    """There is nothing in the bundle."""


class BundleOrdered(Conflict):
    """The bundle was ordered already."""


class OwnDeposit(Conflict):
    """An investor cannot order what her own party deposited."""


class SwapOfferMissing(Invalid):
    """A deposit for swap needs an offer: what is given, and its value."""


class SwapOfferTooHigh(Invalid):
    """The offer is worth more than the deposit, so its owner would owe: `value_fen`."""


class ProjectUnnamed(Invalid):
    """A project needs a name and a purpose."""


class AppraisalExpired(Conflict):
    """A deposit's appraisal is no longer in force: `deposit`."""


class ValueChanged(Conflict):
    """A deposit was appraised anew since it was ordered: `deposit`, `agreed_fen`, `value_fen`."""


class SwapNotAccepted(Conflict):
    """The owner has not said yes to what is offered in exchange: `deposit`."""


class OfferAnswered(Conflict):
    """The owner has said yes to the offer already: `deposit`."""


class ReservationOver(Conflict):
    """The reservation has run out: `until`."""


class WrongAmount(Invalid):
    """The amount is not what is open: `open_fen`."""


class ReceiptUsed(Conflict):
    """The bank receipt was recorded before."""


class ReceiptMissing(Invalid):
    """The bank's receipt number is needed."""


class ReceiptUnreadable(Invalid):
    """A receipt number is letters and digits, at least and at most so many: `least`, `most`."""


class OpinionMissing(Invalid):
    """A department's opinion is needed."""


class ReviewMissing(Conflict):
    """A project is approved only after its joint review, with no department against it."""


class EscrowShort(Conflict):
    """The money for the order is not complete: `open_fen`."""


class CollectionUnderWay(Conflict):
    """A collection of this order is under way."""


class EscrowHeld(Conflict):
    """Money is held for the order; it goes back to its payer first."""


class PartNotAgreed(Conflict):
    """The owner has not agreed to let this part of her deposit go: `deposit`."""


class PartKept(Conflict):
    """The owner keeps exactly this part already: `deposit`."""


class PartChanged(Conflict):
    """What is asked for is no longer the part that was shown: `deposit`."""
