"""The ways in which a map's tile is refused."""

from database.refusals import NotFound


class NoTiles(NotFound):
    """This bank's database makes no vector tiles: it is not PostgreSQL, or has no PostGIS."""


class NoTileThere(NotFound):
    """The zoom, column or row is outside of the world."""
