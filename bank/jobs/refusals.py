"""The ways in which a job is refused."""

from database.refusals import Conflict


class JobUnderWay(Conflict):
    """A job of this kind is at work on this subject already."""


class JobLost(Conflict):
    """Another worker took the job over: what this one was about to keep is not kept."""


class GivenUp(Conflict):
    """The job was taken up several times (`claims`) and never moved on: it ends its workers."""
