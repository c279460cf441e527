"""Refusals that several of the bank's aggregates share."""

from database.refusals import Conflict, Forbidden, Invalid, NotFound


class NoSuchRecord(NotFound):
    """No record of that kind under that id, or none that this reader may see."""


class IllegalMove(Conflict):
    """The life cycle allows no such act at this stage."""


class NotYours(Forbidden):
    """The record belongs to a party that the actor does not act for."""


class NotAnOfficer(Forbidden):
    """Only an officer of the right office may do this."""


class OwnBusiness(Forbidden):
    """An officer may not decide on what she filed herself or is a party to."""


class SameOfficer(Forbidden):
    """Two different officers are needed, and this one acted already."""


class KeyReused(Conflict):
    """The idempotency key was used before, for something else."""


class GraceRunning(Conflict):
    """The maker may still take the submission back; nothing moves before that time is over."""


class GraceOver(Conflict):
    """The time in which a submission could be taken back has run out."""


class ReasonMissing(Invalid):
    """A refusal needs its reason, for whoever is refused."""
