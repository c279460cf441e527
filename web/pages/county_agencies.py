"""The county's desk for agencies: applications, what waits for a check, and decisions."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from bank.acts import history
from bank.agencies import admitting, directory
from bank.agencies.records import get_agency
from valuation.agencies.lifecycle import LIFECYCLE, Act, Stage
from valuation.agencies.tables import Agency
from web import agency_words as words
from web.clock import now, today
from web.forms import BankForm, acting, page, submitting
from web.labels import label
from web.permissions import actor, county_required
from web.session import request_session

bp = Blueprint("county_agencies", __name__, url_prefix="/county/agencies")

ASKED = {
    Act.ADMIT: _("Admit it to the list"),
    Act.SEND_BACK: _("Send it back to be completed"),
    Act.REFUSE: _("Refuse it"),
    Act.SUSPEND: _("Suspend it"),
    Act.RESTORE: _("Restore it"),
    Act.REMOVE: _("Remove it from the list"),
}
"""What the county decides, as its buttons say it."""


class DecisionForm(BankForm):
    """The reason of a decision."""

    reason = TextAreaField(
        _("Reason"),
        [Optional(), Length(max=400)],
        description=_("The agency reads it. It is needed but for admitting and restoring."),
    )


@bp.get("")
@county_required
def index() -> ResponseReturnValue:
    """The agencies by where they stand; those with something to check first."""
    session = request_session()
    stage = {each.value: each for each in Stage}.get(request.args.get("stage", ""), Stage.SUBMITTED)
    counts = directory.counts(session)
    return page(
        "agencies/county.html",
        tabs=[
            (label(each), url_for(".index", stage=each.value), each is stage, counts[each])
            for each in Stage
        ],
        rows=[_row(each) for each in directory.at_stage(session, stage)],
        unchecked=[_row(each) for each in directory.unchecked(session)],
    )


def _row(agency: Agency) -> dict[str, object]:
    return {
        "url": url_for(".show", agency_id=agency.id),
        "name": agency.name,
        "number": agency.number,
        "licence": agency.licence,
        "kinds": "、".join(dict.fromkeys(str(label(q.kind)) for q in agency.qualifications)),
        "applied": agency.applied_at,
    }


@bp.route("/<uuid:agency_id>", methods=["GET", "POST"])
@county_required
def show(agency_id: UUID) -> ResponseReturnValue:
    """One agency as the county decides on it."""
    session = request_session()
    agency = get_agency(session, agency_id)
    form = DecisionForm()
    if form.sent():
        act = {each.value: each for each in ASKED}.get(request.form.get("act", ""))
        if act is None:
            abort(404)
        with submitting(form) as session:
            admitting.decide(
                session, agency_id, act, reason=form.reason.data or "", actor=actor(), at=now()
            )
        if form.accepted:
            flash(gettext("The decision is kept."), "success")
            return redirect(url_for(".show", agency_id=agency_id))
    return page(
        "agencies/case.html",
        form,
        agency=agency,
        decisions=[(act, text) for act, text in ASKED.items() if (agency.stage, act) in LIFECYCLE],
        listed=agency.admitted_at is not None,
        acts=history(session, agency),
        **words.papers(agency, today()),
    )


@bp.post("/qualifications/<uuid:qualification_id>/check")
@county_required
def check_qualification(qualification_id: UUID) -> ResponseReturnValue:
    """A certificate entered later was seen."""
    agency_id = None
    with acting() as session:
        found = admitting.check_qualification(session, qualification_id, actor=actor(), at=now())
        agency_id = found.agency_id
        flash(gettext("It counts from now on."), "success")
    return _back(agency_id)


@bp.post("/appraisers/<uuid:user_id>/check")
@county_required
def check_appraiser(user_id: UUID) -> ResponseReturnValue:
    """The qualification of an appraiser entered later was seen."""
    agency_id = None
    with acting() as session:
        found = admitting.check_appraiser(session, user_id, actor=actor(), at=now())
        agency_id = found.agency_id
        flash(gettext("It counts from now on."), "success")
    return _back(agency_id)


def _back(agency_id: UUID | None) -> ResponseReturnValue:
    if agency_id is None:
        return redirect(url_for(".index"))
    return redirect(url_for(".show", agency_id=agency_id))
