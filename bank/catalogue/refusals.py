"""Refusals of what is read from the catalogue and the layers of land."""

from database.refusals import Forbidden, Invalid


class BadFilter(Invalid):
    """A filter asks for a value that the field cannot have."""


class NotForReader(Forbidden):
    """The layer, or the file, is for officers and auditors."""


class TooManyRows(Invalid):
    """The selection has more rows than a page gives out at once."""
