"""What the rulebook refuses: looking up what it does not hold, and votes that fall short."""

from database.refusals import Conflict, Invalid


class UnknownRule(Conflict):
    """No rule of that name is in force on that day; nothing may be decided without one."""


class UnknownUse(Invalid):
    """Construction land is not granted for that use."""


class VoteImpossible(Invalid):
    """The numbers of a vote contradict each other."""


class BodyCannotDecide(Invalid):
    """The representatives may not decide this matter; it takes the members' meeting."""


class RepresentativesTooFew(Invalid):
    """The assembly of representatives is smaller than the law allows."""


class MeetingNotice(Invalid):
    """The meeting was called too late."""


class AttendanceShort(Invalid):
    """Too few attended for the meeting to decide."""


class VoteShort(Invalid):
    """Too few were in favour."""
