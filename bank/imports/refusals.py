"""The ways in which an import is refused, besides what its file is refused for."""

from database.refusals import Conflict, Invalid, NotFound


class NotMatched(Conflict):
    """What the file's columns mean was not answered yet."""


class AlreadyBegun(Conflict):
    """Rows of the file were taken in: how it is read can no more be changed."""


class NothingMatched(Invalid):
    """No column of a table gives an outline or a code; or one of the corners' two, without the
    other, which `field` names."""


class FileDiscarded(NotFound):
    """The import's file is no longer kept; what was taken from it stays."""
