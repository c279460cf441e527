"""What a text export says at its end: the balances that the journal itself recorded."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from ledger.export.movements import Movement

LATEST: Final = date.max - timedelta(days=1)
"""The last day of an export, so that there is a day after it."""


class Closing:
    """The last balance of every account and unit, and the last day, of the movements so far.

    The balances are those that the journal's rows say each posting left, not sums made here: a
    program that adds up the exported postings holds them against the journal's own word.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._balances: dict[tuple[str, str], int] = {}
        self.last_day = date.min

    def day(self, moment: datetime) -> date:
        """The day of a moment in the export's time zone."""
        try:
            return min(moment.astimezone(self._zone).date(), LATEST)
        except OverflowError:  # the first or last hours of the calendar
            return min(moment.date(), LATEST)

    def follow(self, movement: Movement) -> date:
        """Take in a movement; the day on which it occurred."""
        for line in movement.lines:
            self._balances[line.source, line.unit] = line.source_balance
            self._balances[line.target, line.unit] = line.target_balance
        on = self.day(movement.occurred_at)
        self.last_day = max(self.last_day, on)
        return on

    def balances(self) -> Iterator[tuple[str, str, int]]:
        """Account, unit and balance, in their order; those that came back to zero too."""
        for (account, unit), quantity in sorted(self._balances.items()):
            yield account, unit, quantity
