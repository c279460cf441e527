"""The ways in which an agency, or who speaks for it, is refused."""

from database.refusals import Conflict, Forbidden, Invalid


class NotOurAgency(Forbidden):
    """The actor does not work for this agency."""


class AlreadyApplied(Conflict):
    """An agency of this licence is in the list, or has applied."""


class NotEditable(Conflict):
    """What the agency says of itself stays still: the county is looking at it, or it has left."""


class QualificationMissing(Conflict):
    """No qualification holds on the day: none was given, or it has expired."""


class QualificationOver(Invalid):
    """The qualification has expired already."""


class EnteredAlready(Conflict):
    """The same qualification is there already, or the same person's."""


class TooFewAppraisers(Conflict):
    """To appraise it takes more qualified appraisers: `needed`, of whom there are `found`."""


class TextMissing(Invalid):
    """A text that is needed is empty."""


class BadFee(Invalid):
    """A fee is above zero, and a share below the whole."""


class BadYear(Invalid):
    """The year of a past work lies ahead, or too long ago."""


class BadStars(Invalid):
    """A rating is 1 to 5 stars."""


class NotFinished(Conflict):
    """Only a commission whose appraisal was issued is rated."""


class RatedAlready(Conflict):
    """This commission was rated; a rating stands."""
