"""The ways in which an import is refused, besides what its file is refused for."""

from database.refusals import Conflict


class NotMatched(Conflict):
    """What the file's columns mean was not answered yet."""


class AlreadyBegun(Conflict):
    """Rows of the file were taken in: how it is read can no more be changed."""


class FileDiscarded(Conflict):
    """The import's file is no longer kept; what was taken from it stays."""
