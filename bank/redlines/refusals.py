"""The ways in which a red line is refused."""

from database.refusals import Invalid


class NothingInside(Invalid):
    """No deposit inside the red line is free to be bundled."""


class TooManyInside(Invalid):
    """The red line takes more deposits than one bundle holds."""


class RedLineUnnamed(Invalid):
    """The red line has no name."""
