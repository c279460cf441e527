"""Refusals of signing up and of parties."""

from database.refusals import Conflict, Forbidden, Invalid


class AlreadySignedUp(Conflict):
    """The id number or the login is known already."""


class WrongOrganisation(Invalid):
    """The credit code is not of the kind of organisation that signs up."""


class NameMissing(Invalid):
    """A name is needed."""


class IdNumberMissing(Invalid):
    """Officers and appraisers give their resident id, by which they are kept from their own."""


class UnknownDivision(Invalid):
    """No village or town of that code is in this county."""


class NotConfirmed(Conflict):
    """A collective or company acts only after an officer has confirmed it."""


class NotStaff(Forbidden):
    """Only officers and auditors may have access tokens."""


class TokenTooLong(Invalid):
    """A token lasts at least a day and at most as long as the rulebook says: `most` days."""


class NothingPaidIn(Invalid):
    """What is paid into an account is more than nothing."""
