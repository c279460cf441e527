"""Refusals of appraisals."""

from database.refusals import Conflict, Forbidden, Invalid, NotFound


class NoSuchAppraisal(NotFound):
    """No such appraisal, or none of this agency's."""


class NotQualified(Forbidden):
    """The appraiser's qualification is missing or has expired."""


class SignedAlready(Conflict):
    """Two different appraisers sign; this one did."""


class ValuationDateAhead(Invalid):
    """The valuation date lies in the future, or so far back that the result has expired."""


class OwnAppraisal(Forbidden):
    """An appraiser may not appraise for a party that she acts for."""


class Recused(Forbidden):
    """The appraiser keeps out of this commission."""


class NoValue(Invalid):
    """The method computes a deal's figure, not an asset's value."""


class NotCommissioned(Invalid):
    """The commission is not for this asset, or not for an appraisal."""


class SiteUnvisited(Conflict):
    """Nobody has recorded a visit to the place yet."""


class DraftOpen(Conflict):
    """An appraisal of the asset is at work already: `appraisal`."""


class StageForbids(Conflict):
    """An appraisal at this stage does not allow the act: `stage`, `act`."""


class MethodTwice(Invalid):
    """The draft has a result by this method already: `method`."""


class MethodMissing(Invalid):
    """The draft has no result of this number, or none at all."""


class TooFewMethods(Invalid):
    """Fewer methods than the rule asks, and no ground that excuses it: `needed`, `found`."""


class GroundNotWanted(Invalid):
    """A ground for one method is given, but there are several."""


class ReasonMissing(Invalid):
    """Say why the values are reconciled in this way, or why one method suffices."""


class WeightsUnsound(Invalid):
    """The weights are one for each method, not negative, and sum to the whole: `sum_ppm`."""


class NoMode(Invalid):
    """No value occurs more often than the others."""


class ReconciliationUnfit(Invalid):
    """One method has nothing to reconcile; several need a mean, weights, a median or a mode."""


class ReviewerDrafted(Forbidden):
    """Who drafted an appraisal does not review it."""


class NoSuchDivergence(NotFound):
    """No such review of differing appraisals."""


class DivergenceSettled(Conflict):
    """The review is settled already."""


class NotOneOfTheTwo(Invalid):
    """What is to be kept is neither of the two appraisals that differ."""


class DivergenceOpen(Conflict):
    """Two appraisals of the deposit differ too much, and nobody has settled it: `deposit`."""


class PiecesUnsound(Invalid):
    """A split is two named pieces or more, inside the land and side by side: `piece`."""


class SplitUnequal(Invalid):
    """The pieces' areas or values do not sum to the whole: `area_dm2`, `value_fen`, the sums."""
