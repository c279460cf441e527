"""What a deposit is worth, as its owner's page shows it: how it was found, how sure it is."""

from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.appraisals.diverging import is_divergent
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit
from bank.rules import ratio
from web import sensitivity_words
from web.appraisal_words import how_valued
from web.clock import today
from web.timelines import appraisals_of

WAITING: Final = frozenset({Stage.ON_NOTICE, Stage.CLEARED}) | IN_BANK - {Stage.COLLECTED}


def value_shown(session: Session, deposit: Deposit) -> dict[str, Any]:
    """The appraisals, the latest first, and what is to be known about the latest."""
    appraisals = appraisals_of(session, deposit)
    return {
        "appraisals": appraisals,
        "how_valued": how_valued,
        "sensitivity": sensitivity_words.of_appraisal(appraisals[0]) if appraisals else None,
        "differing": _differing(deposit) if is_divergent(session, deposit) else [],
    }


def _differing(deposit: Deposit) -> list[str]:
    """What an open review of two appraisals means for the owner: what, why, what next.

    Nothing once nothing waits for it: the land was collected, or did not come into the bank.
    """
    if deposit.stage not in WAITING:
        return []
    waits = (
        _("Until then no project can collect your land. What you have agreed to stays as it is.")
        if deposit.stage in IN_BANK
        else _("Until then your land is not taken into the bank. Your application keeps its place.")
    )  # fmt: skip
    return [
        _("Two agencies have appraised your land, and their values differ by more than %(most)s.",
          most=most_words()),
        _("So that you get a fair value, the county looks at both and decides which one counts."),
        waits,
        _("You need do nothing. When the county has decided, the value stands on this page."),
    ]  # fmt: skip


def most_words() -> str:
    """By how much two values may differ, in per cent."""
    return f"{float(ratio('appraisal.divergence', today()) * 100):g}%"
