"""Refusals of shapes and of files with shapes."""

from database.refusals import Conflict, Invalid, NotFound


class NotAPolygon(Invalid):
    """The input is not one polygon or multipolygon."""


class NotClosed(Invalid):
    """A ring's last corner is not its first."""


class BadNumber(Invalid):
    """A coordinate is missing, not a number, or not a degree; `line` says where."""


class UnknownCoordinates(Invalid):
    """The input does not say its coordinate system, or names one that is not known."""


class CoordinatesSwapped(Invalid):
    """Latitude was given before longitude."""


class TooFewCorners(Invalid):
    """A ring has fewer than three different corners."""


class TooManyCorners(Invalid):
    """The shape has more corners than the rulebook allows."""


class SelfCrossing(Invalid):
    """A line crosses itself; `lon` and `lat` say where."""


class BrokenRings(Invalid):
    """The rings do not make a polygon: a hole outside its shell, or shells that overlap."""


class ParcelTooSmall(Invalid):
    """The area is below what the rulebook takes as a parcel."""


class OutsideCounty(Invalid):
    """The shape, or a part of it, lies outside the county."""


class NoSuchDivision(NotFound):
    """No division of that code, or none at that place."""


class UnreadableFile(Invalid):
    """The file cannot be read as a table of shapes."""


class FileTooLarge(Invalid):
    """The file, or what it unpacks to, is over the rulebook's limit."""


class SerialsUsedUp(Conflict):
    """The division has given out all its parcel serials of this kind."""
