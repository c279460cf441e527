"""Checking an appraisal report in hand: what its square code leads to, for anyone."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import FileField, Form
from wtforms.validators import InputRequired

from bank.appraisals.checking import Checked, Standing, check
from bank.figures import narrow
from database.actor import Role
from valuation.appraisals.recomputing import Recomputed
from valuation.appraisals.refusals import NoSuchAppraisal
from web.appraisal_words import method_name
from web.clock import now
from web.filters import day
from web.labels import label
from web.limits import limiter
from web.permissions import find_actor, public
from web.proofs import sealing
from web.session import request_session
from web.square_codes import public_address, square_code

bp = Blueprint("appraisals", __name__, url_prefix="/appraisals")

LONGEST_NUMBER = 60


class CopyForm(Form):
    """The report as the reader has it. It is read in her browser and never sent."""

    file = FileField(_("Your copy of the report (PDF)"), [InputRequired()])


@bp.get("/<number>")
@public
@limiter.limit("60/minute")
def show(number: str) -> ResponseReturnValue:
    """Whether the report holds today, who answers for it, and the hash that one's copy must have.

    No names of client or owner, and no value but one that the catalogue shows anyway.
    """
    session, typed = request_session(), _typed(number)
    try:
        found = check(session, typed, at=now())
    except NoSuchAppraisal:
        return render_template("appraisals/missing.html", typed=number[:LONGEST_NUMBER]), 404
    return render_template(
        "appraisals/show.html",
        appraisal=found.appraisal,
        agency=found.appraisal.commission.engaged,
        standing=found.standing,
        told=_verdict(found),
        form=CopyForm(prefix="copy-"),
        found=found,
        sealing=sealing(session, found.record) if found.record else None,
        differences=_differences(found.recomputed),
    )


@bp.get("/<number>/code.svg")
@public
@limiter.limit("60/minute")
def square(number: str) -> ResponseReturnValue:
    """The square code that leads to the report's page. Refuses: NoSuchAppraisal."""
    found = check(request_session(), _typed(number), at=now())
    return square_code(public_address(url_for(".show", number=found.appraisal.number)))


def _typed(number: str) -> str:
    return narrow(number).upper()[:LONGEST_NUMBER]


def _verdict(found: Checked) -> dict[str, Any]:
    """The box on top: how it stands, in a sentence, and what that means for whoever holds it."""
    appraisal = found.appraisal
    until, since = day(appraisal.valid_until), day(appraisal.in_force_from or appraisal.drafted_at)
    good, heed, bad = ("good", "check"), ("heed", "clock"), ("bad", "alert")
    told: dict[Standing, tuple[tuple[str, str], str]] = {
        Standing.IN_FORCE: (
            good,
            _("It holds to the end of %(day)s, that day included.", day=until),
        ),
        Standing.ON_NOTICE: (
            heed,
            _("The members look at the result first. It is in force from %(day)s.", day=since),
        ),
        Standing.EXPIRED: (
            bad,
            _("It held to the end of %(day)s. Have it appraised anew.", day=until),
        ),
        Standing.SUPERSEDED: (bad, _("Do not rely on this one. Ask for the later report.")),
        Standing.SET_ASIDE: (bad, _("Do not rely on it. Its value does not count any more.")),
        Standing.DISPUTED: (
            heed,
            _("Its value does not count until the dispute is settled."),
        ),
        Standing.UNDER_REVIEW: (
            heed,
            _("Another appraisal differs from it by much. The county decides which one counts."),
        ),
    }
    (kind, mark), text = told[found.standing]
    return {"kind": kind, "icon": mark, "text": str(text)}


def _differences(found: Recomputed) -> list[dict[str, str]]:
    """What came out otherwise, with its figures: for auditors and the county alone."""
    reader = find_actor()
    if reader is None or not reader.has(Role.AUDITOR, Role.COUNTY):
        return []
    return [
        {
            "what": str(label(each.part)),
            "method": method_name(each.method) if each.method else "—",
            "stored": each.stored,
            "computed": each.computed,
        }
        for each in found.differences
    ]
