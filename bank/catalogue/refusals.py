"""Refusals of what is read from the catalogue and the layers of land."""

from database.refusals import Forbidden, Invalid, NotFound


class BadFilter(Invalid):
    """A filter asks for a value that the field cannot have."""


class NotForReader(Forbidden):
    """The layer, or the file, is for officers and auditors."""


class TooManyRows(Invalid):
    """The selection has more rows than a page gives out at once."""


class NothingInside(Invalid):
    """No deposit inside the red line is free to be bundled."""


class TooManyInside(Invalid):
    """The red line takes more deposits than one bundle holds."""


class RedLineUnnamed(Invalid):
    """The red line has no name."""


class NoTiles(NotFound):
    """This bank's database makes no vector tiles: it is not PostgreSQL, or has no PostGIS."""


class NoTileThere(NotFound):
    """The zoom, column or row is outside of the world."""
