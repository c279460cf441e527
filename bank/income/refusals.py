"""Refusals of revenue and rounds."""

from database.refusals import Conflict, Invalid


class NotOperating(Conflict):
    """Only an operating project has revenue and rounds."""


class WrongPeriod(Invalid):
    """A period ends after it begins, and not in the future."""


class NothingEarned(Invalid):
    """There is nothing to report or to distribute."""


class WrongRate(Invalid):
    """The share set aside is below the rule's minimum, or above the whole: `minimum`, `source`."""


class NoShareholders(Conflict):
    """The project has given out no shares, so nobody has a part in its income."""


class RoundOpen(Conflict):
    """Another round of this project is not finished: `round`."""


class NoticeNotOver(Conflict):
    """The plan is still on display: `until`."""


class OverrideMissing(Invalid):
    """So many holders make it a public offering; an officer must record why it is none."""


class IncomeChanged(Conflict):
    """The income or its holders changed since the round was computed; compute it anew."""
