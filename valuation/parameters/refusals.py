"""Refusals of parameter tables."""

from database.refusals import Conflict, Invalid, NotFound


class NoSuchTable(NotFound):
    """No parameter table has that code: `table`."""


class NoSuchVersion(NotFound):
    """The table has no such version, or none is in force on that day: `table`."""


class NoSuchRow(NotFound):
    """The version has no row under those keys, or several: `table`."""


class TableExists(Conflict):
    """There is a table of that code already: `table`."""


class TableUnsound(Invalid):
    """A table needs a code of small letters, names, a unit we know and columns of their own."""


class RowsEmpty(Invalid):
    """A version without rows."""


class RowKeysUnfit(Invalid):
    """A row's keys are not the table's columns, or one is empty: `row`."""


class RowTwice(Invalid):
    """Two rows have the same keys: `row`, `first`."""


class FigureUnfit(Invalid):
    """A figure is no number, or makes no sense for the table's kind: `row`, `given`."""


class SourceMissing(Invalid):
    """Say where the figures come from."""


class VersionTooEarly(Invalid):
    """A version holds from the day of the newest one, or later: `newest`."""


class BaseDateLate(Invalid):
    """The figures' base date lies after the day from which they hold."""


class DayFarOff(Invalid):
    """A version's first day or base date is so far off that it is a slip: `earliest`, `latest`."""


class FileColumnsUnfit(Invalid):
    """The file's first line does not name the table's columns and `value`: `columns`."""


class ParameterDiffers(Invalid):
    """An input said to come from a table is another figure than the table's: `value`, `unit`."""


class ParameterUnknown(Invalid):
    """What was chosen is no figure that a table offers for this method on that day."""


class BaseDatesMixed(Invalid):
    """Prices and costs of one computation have different base dates: `dates`."""
