"""What may be asked of the past: a moment that is one, a page by whole numbers."""

from datetime import datetime

from ledger.model import MAX_QUANTITY, is_in_range
from ledger.refusals import BadQuestion


def refuse_no_moment(**asked: datetime | None) -> None:
    """Refuse a moment without its time zone, or before or after all that there are: BadQuestion."""
    for field, moment in asked.items():
        if moment is not None and not is_in_range(moment):
            given = moment.isoformat()
            raise BadQuestion(
                f"{field}: {given} is no moment", field=field, rule="moment", given=given
            )


def refuse_no_page(**asked: int | None) -> None:
    """Refuse what counts no rows: below zero, or beyond what 64 bits hold. BadQuestion."""
    for field, number in asked.items():
        if number is not None and not 0 <= number <= MAX_QUANTITY:
            raise BadQuestion(
                f"{field}: {number} is no number of rows",
                field=field,
                rule="page",
                given=str(number),
            )
