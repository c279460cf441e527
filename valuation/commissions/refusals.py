"""Refusals of commissions."""

from database.refusals import Conflict, Forbidden, Invalid, NotFound


class NoSuchCommission(NotFound):
    """No such commission, or none of this reader's."""


class NotTheAgency(Forbidden):
    """Only an appraiser of the commissioned agency may do this."""


class AgencyNotAdmitted(Invalid):
    """The agency is not in the county's list, or not for such work."""


class CommissionEnded(Conflict):
    """The commission is not open for this any more, or not yet: `stage`."""
