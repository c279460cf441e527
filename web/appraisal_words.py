"""How an appraisal came to its value, in the reader's language: methods, reconciliation, reason."""

from typing import Any

from flask_babel import gettext as _

from valuation.appraisals.tables import Appraisal, Reconciliation
from valuation.methods import METHODS
from web.labels import label
from web.locale import chinese


def method_name(method: str) -> str:
    """What the method is called; a name that no method has any more stands for itself."""
    found = METHODS.get(method)
    if found is None:
        return method
    return found.name_zh if chinese() else found.name_en


def methods_named(appraisal: Appraisal) -> str:
    """The names of its methods in one line."""
    return ("、" if chinese() else ", ").join(method_name(each) for each in appraisal.methods)


def how_valued(appraisal: Appraisal) -> list[dict[str, Any]]:
    """Facts for a list of them: the methods, how their values became one or why one sufficed, why.

    An appraisal without a value has none of the last two.
    """
    several = len(appraisal.results) > 1
    facts = [{"label": _("Methods") if several else _("Method"), "value": methods_named(appraisal)}]
    if appraisal.reconciliation not in (None, Reconciliation.SINGLE):
        facts.append(
            {"label": _("How the values become one"), "value": str(label(appraisal.reconciliation))}
        )
    if appraisal.sole_ground is not None:
        facts.append(
            {"label": _("Why one method suffices"), "value": str(label(appraisal.sole_ground))}
        )
    if appraisal.reason:
        facts.append({"label": _("The appraiser's reason"), "value": appraisal.reason})
    return facts
