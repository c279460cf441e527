"""One appraisal of the agency: its values and papers, its review, its signatures, its story."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from bank.appraisals import valuing
from bank.appraisals.diverging import is_under_review
from bank.deposits.latest import latest_deposit
from bank.files.documents import get_document
from valuation.appraisals.lifecycle import UNFINISHED, Stage
from valuation.appraisals.tables import Appraisal
from web import sensitivity_words
from web.clock import now
from web.forms import BankForm, acting, page, posted_key, submitting
from web.pages import agency_case as case
from web.pages.agency_blueprint import bp, own_appraisal
from web.pages.agency_split import may_split
from web.permissions import actor, appraiser_required
from web.session import request_session
from web.square_codes import public_address
from web.value_shown import most_words


class SendBackForm(BankForm):
    """What the drafter is to mend."""

    reason = TextAreaField(
        _("What has to be mended"),
        [DataRequired(_("Say what has to be mended.")), Length(max=1000)],
        description=_("The drafter reads it. It stays on record."),
    )


@bp.get("/appraisals/<uuid:appraisal_id>")
@appraiser_required
def appraisal(appraisal_id: UUID) -> ResponseReturnValue:
    """One appraisal: its values, how they became one, the report, who reviewed and signed it."""
    return _shown(own_appraisal(appraisal_id), SendBackForm())


def _shown(found: Appraisal, form: SendBackForm) -> ResponseReturnValue:
    session, me = request_session(), actor().id
    signed = any(signature.user_id == me for signature in found.signatures)
    deposit = latest_deposit(session, found.asset_id)
    return page(
        "agency/appraisal.html",
        form,
        appraisal=found,
        results=[case.result(each) for each in found.results],
        compared=case.compared(found.results),
        report=get_document(session, found.report_id) if found.report_id else None,
        story=case.story(session, found),
        drafted=me in (found.drafted_by, found.concluded_by),
        signed=signed,
        may_sign=found.stage in (Stage.REVIEWED, Stage.SIGNED) and not signed,
        may_withdraw=found.stage in UNFINISHED,
        may_split=may_split(found, deposit),
        Stage=Stage,
        sensitivity=sensitivity_words.of_appraisal(found),
        differs_by=most_words() if is_under_review(session, found) else None,
        **case.described(found.commission, deposit),
    )


@bp.post("/appraisals/<uuid:appraisal_id>/drop/<int:number>")
@appraiser_required
def drop(appraisal_id: UUID, number: int) -> ResponseReturnValue:
    """Take one method's value out of the draft."""
    own_appraisal(appraisal_id)
    with acting() as session:
        valuing.drop_method(session, appraisal_id, number, actor=actor(), at=now())
        flash(str(_("The value is out of the draft.")), "success")
    return redirect(url_for(".appraisal", appraisal_id=appraisal_id))


@bp.post("/appraisals/<uuid:appraisal_id>/review")
@appraiser_required
def review(appraisal_id: UUID) -> ResponseReturnValue:
    """A colleague finds it sound."""
    own_appraisal(appraisal_id)
    with acting() as session:
        valuing.review(session, appraisal_id, actor=actor(), at=now())
        flash(str(_("You found it sound. Two appraisers sign it now.")), "success")
    return redirect(url_for(".appraisal", appraisal_id=appraisal_id))


@bp.post("/appraisals/<uuid:appraisal_id>/send-back")
@appraiser_required
def send_back(appraisal_id: UUID) -> ResponseReturnValue:
    """A colleague wants something mended: it is a draft again."""
    found, form = own_appraisal(appraisal_id), SendBackForm()
    if form.sent():
        with submitting(form) as session:
            valuing.send_back(
                session, appraisal_id, reason=form.reason.data or "", actor=actor(), at=now()
            )
        if form.accepted:
            flash(str(_("It is a draft again, with your reason.")), "success")
            return redirect(url_for(".appraisal", appraisal_id=appraisal_id))
    return _shown(found, form)


@bp.post("/appraisals/<uuid:appraisal_id>/sign")
@appraiser_required
def sign(appraisal_id: UUID) -> ResponseReturnValue:
    """Sign; the second appraiser's signature issues it."""
    own_appraisal(appraisal_id)
    with acting() as session:
        signed = valuing.sign(
            session,
            appraisal_id,
            site=public_address(""),
            actor=actor(),
            at=now(),
            key=posted_key(),
        )
        issued = signed.stage is Stage.ISSUED
        text = _("It is issued.") if issued else _("You have signed; a second appraiser signs now.")
        flash(str(text), "success")
    return redirect(url_for(".appraisal", appraisal_id=appraisal_id))


@bp.post("/appraisals/<uuid:appraisal_id>/withdraw")
@appraiser_required
def withdraw(appraisal_id: UUID) -> ResponseReturnValue:
    """Put a draft aside, so that the asset can be valued anew."""
    found = own_appraisal(appraisal_id)
    commission_id, asset_id = found.commission_id, found.asset_id
    with acting() as session:
        valuing.withdraw(session, appraisal_id, actor=actor(), at=now())
        flash(str(_("The draft is put aside.")), "success")
    return redirect(url_for(".commission", commission_id=commission_id, asset=asset_id))
