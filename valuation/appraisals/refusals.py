"""Refusals of commissions and appraisals."""

from database.refusals import Conflict, Forbidden, Invalid, NotFound


class NoSuchAppraisal(NotFound):
    """No such commission or appraisal, or none of this agency's."""


class NotTheAgency(Forbidden):
    """Only an appraiser of the commissioned agency may do this."""


class NotQualified(Forbidden):
    """The appraiser's qualification is missing or has expired."""


class AgencyNotAdmitted(Invalid):
    """The agency is not in the county's list, or not for appraisals."""


class SignedAlready(Conflict):
    """Two different appraisers sign; this one did."""


class CommissionEnded(Conflict):
    """The commission is not open for another appraisal."""


class ValuationDateAhead(Invalid):
    """The valuation date lies in the future, or so far back that the result has expired."""


class OwnAppraisal(Forbidden):
    """An appraiser may not appraise for a party that she acts for."""


class NoValue(Invalid):
    """The method computes a deal's figure, not an asset's value."""
